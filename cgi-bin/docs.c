/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs - the documentation, for people and for their tools
 *
 *	GET /docs                 open    the beginning
 *	GET /docs/quickstart      open    from a key to a delivered webhook
 *	GET /docs/send            open    sending: dialects, options, outcomes, samples
 *	GET /docs/webhooks        open    receiving: endpoints, signatures, retries, samples
 *	GET /docs/receive         open    every event with its payloads
 *	GET /docs/errors          open    every code of every dialect
 *	GET /docs/opt-out, /docs/notices    open    what a stop is; what is told by mail
 *	GET /openapi.json, /docs/postman.json    bare    the API in OpenAPI 3.1; as a Postman
 *collection GET /assets/downloads/whatsapp-gateway-postman-v1.json    bare    redirects to it
 */
#include "core/settings.h"
#include "site/documents.h"
#include "site/view_docs.h"
#include "site/view_errors.h"
#include "site/view_events.h"

enum { DOCS, QUICKSTART, SEND, ERRORS, OPT_OUT, WEBHOOKS, RECEIVE, NOTICES };

static const struct page pages[] = {
	[DOCS] = { "docs.html", docs_page_shape, sizeof(struct docs_page) },
	[QUICKSTART] = { "quickstart.html", docs_page_shape, sizeof(struct docs_page) },
	[SEND] = { "docs-send.html", sample_docs_shape, sizeof(struct sample_docs) },
	[ERRORS] = { "docs-errors.html", errors_page_shape, sizeof(struct errors_page) },
	[OPT_OUT] = { "docs-opt-out.html", docs_page_shape, sizeof(struct docs_page) },
	[WEBHOOKS] = { "docs-webhooks.html", sample_docs_shape, sizeof(struct sample_docs) },
	[RECEIVE] = { "docs-receive.html", events_docs_shape, sizeof(struct events_docs) },
	[NOTICES] = { "docs-notices.html", docs_page_shape, sizeof(struct docs_page) },
};

/* Pages of words, and those with samples from docs/samples/. */
static const struct {
	const char *path, *samples;
	int page;
} texts[] = {
	{ "/docs", NULL, DOCS },
	{ "/docs/quickstart", NULL, QUICKSTART },
	{ "/docs/send", "send", SEND },
	{ "/docs/webhooks", "receive", WEBHOOKS },
	{ "/docs/opt-out", NULL, OPT_OUT },
	{ "/docs/notices", NULL, NOTICES },
};

static enum rc
get_text(struct web *web)
{
	struct sample_docs samples;
	size_t i = 0;

	while (!text_equal(texts[i].path, web->route->path))
		i++;
	if (texts[i].samples == NULL)
		return view_docs_show(web, &pages[texts[i].page]);
	view_sample_docs(web->op, &samples, texts[i].samples);
	return web_page(web, 200, &pages[texts[i].page], &samples);
}

static enum rc
get_receive(struct web *web)
{
	struct events_docs page;

	TRY(view_events_docs(web->op, &page));
	return web_page(web, 200, &pages[RECEIVE], &page);
}

static enum rc
get_errors(struct web *web)
{
	struct errors_page page;

	view_errors(web->op, &page);
	return web_page(web, 200, &pages[ERRORS], &page);
}

static enum rc
get_openapi(struct web *web)
{
	return web_json_text(web, 200, document("openapi.json"));
}

static enum rc
get_postman(struct web *web)
{
	json_t *openapi;

	TRY(json_read(web->op, &openapi, bytes_of(document("openapi.json"))));
	return web_json_value(web, 200, postman_collection(web->op, openapi, settings()->web_url));
}

static enum rc
get_postman_elsewhere(struct web *web)
{
	return web_see_other(web, "/docs/postman.json");
}

static const struct route routes[] = {
	{ "GET", "/docs", GATE_OPEN, NULL, get_text, 0 },
	{ "GET", "/docs/quickstart", GATE_OPEN, NULL, get_text, 0 },
	{ "GET", "/docs/send", GATE_OPEN, NULL, get_text, 0 },
	{ "GET", "/docs/opt-out", GATE_OPEN, NULL, get_text, 0 },
	{ "GET", "/docs/notices", GATE_OPEN, NULL, get_text, 0 },
	{ "GET", "/docs/webhooks", GATE_OPEN, NULL, get_text, 0 },
	{ "GET", "/docs/receive", GATE_OPEN, NULL, get_receive, 0 },
	{ "GET", "/docs/errors", GATE_OPEN, NULL, get_errors, 0 },
	{ "GET", "/docs/postman.json", GATE_BARE, NULL, get_postman, 0 },
	{ "GET", "/openapi.json", GATE_BARE, NULL, get_openapi, 0 },
	{ "GET", "/assets/downloads/whatsapp-gateway-postman-v1.json", GATE_BARE, NULL,
	  get_postman_elsewhere, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv,
			 &(struct program){ .name = "docs", ROUTES(routes), PAGES(pages) }, NULL);
}
