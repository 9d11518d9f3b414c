/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_docs - what the documentation's pages show beside their words
 *
 * Longer samples are files of docs/samples, which the tests run as they are.
 */
#include "site/view_docs.h"

#include "site/documents.h"
#include "site/view_sample.h"

struct code_sample {
	const char *id, *title, *text;
	bool open;
};

static const struct shape code_sample_shape[] = {
	SHAPE(struct code_sample, id),
	SHAPE(struct code_sample, title),
	SHAPE(struct code_sample, text),
	SHAPE(struct code_sample, open),
	SHAPE_END,
};

const struct shape docs_page_shape[] = {
	SHAPE(struct docs_page, curl),
	SHAPE(struct docs_page, curl_proxy),
	SHAPE(struct docs_page, key_hint),
	SHAPE(struct docs_page, instance_slug),
	SHAPE_END,
};

const struct shape sample_docs_shape[] = {
	SHAPE_ROWS(struct sample_docs, samples, struct code_sample, code_sample_shape),
	SHAPE_END,
};

static const struct {
	const char *set, *id, *title, *file;
} files[] = {
	{ "send", "curl", "curl", "samples/send.sh" },
	{ "send", "php", "PHP", "samples/send.php" },
	{ "send", "python", "Python", "samples/send.py" },
	{ "send", "node", "Node", "samples/send.mjs" },
	{ "send", "c", "C with libcurl", "samples/send.c" },
	{ "send", "proxy", "The proxy API with curl", "samples/send-proxy.sh" },
	{ "send", "graph", "The Graph API with curl", "samples/send-graph.sh" },
	{ "receive", "php", "PHP", "samples/receive.php" },
	{ "receive", "python", "Python", "samples/receive.py" },
	{ "receive", "node", "Node", "samples/receive.mjs" },
	{ "receive", "c", "C with OpenSSL, as CGI", "samples/receive.c" },
	{ "receive", "shell", "Shell, as CGI", "samples/receive.sh" },
};

enum rc
view_docs_show(struct web *web, const struct page *which)
{
	struct docs_page page;
	struct sample sample;

	TRY(sample_read(web, &sample));
	page = (struct docs_page){
		.curl = view_curl(web->op, sample.key, sample.instance),
		.curl_proxy = view_curl_proxy(web->op, sample.key),
		.key_hint = sample.key_hint,
		.instance_slug = sample.instance,
	};
	return web_page(web, 200, which, &page);
}

/* The first one is open: the page is not to begin with a screenful of closed doors. */
void
view_sample_docs(struct op *op, struct sample_docs *page, const char *set)
{
	struct code_sample *rows = arena_array(op->arena, ARRAY_LEN(files), sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		if (!text_equal(files[i].set, set))
			continue;
		rows[n] = (struct code_sample){ files[i].id, files[i].title,
						document(files[i].file), n == 0 };
		n++;
	}
	page->samples = (struct list){ n, rows };
}
