/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs - the documentation, for people and for their tools
 *
 *	GET /docs                 open    the beginning
 *	GET /docs/quickstart      open    from a key to a delivered webhook
 *	GET /docs/send            open    sending: dialects, options, outcomes, samples
 *	GET /docs/errors          open    every code of every dialect
 *	GET /docs/notices         open    what people are told of by mail
 *	GET /docs/postman.json    bare    the API as a Postman collection
 *	GET /openapi.json         bare    the API in OpenAPI 3.1
 *	GET /assets/downloads/whatsapp-gateway-postman-v1.json
 *	                          bare    where such gateways have the collection: redirects to it
 */
#include "core/settings.h"
#include "site/documents.h"
#include "site/view_docs.h"
#include "site/view_errors.h"

static const struct page pages[] = {
	{ "docs.html", docs_page_shape, sizeof(struct docs_page) },
	{ "quickstart.html", docs_page_shape, sizeof(struct docs_page) },
	{ "docs-send.html", send_docs_shape, sizeof(struct send_docs) },
	{ "docs-errors.html", errors_page_shape, sizeof(struct errors_page) },
	{ "docs-notices.html", docs_page_shape, sizeof(struct docs_page) },
};

static enum rc
get_docs(struct web *web)
{
	return view_docs_show(web, &pages[0]);
}

static enum rc
get_quickstart(struct web *web)
{
	return view_docs_show(web, &pages[1]);
}

static enum rc
get_send(struct web *web)
{
	struct send_docs page;

	view_send_docs(web->op, &page);
	return web_page(web, 200, &pages[2], &page);
}

static enum rc
get_errors(struct web *web)
{
	struct errors_page page;

	view_errors(web->op, &page);
	return web_page(web, 200, &pages[3], &page);
}

static enum rc
get_notices(struct web *web)
{
	return view_docs_show(web, &pages[4]);
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
	{ "GET", "/docs", GATE_OPEN, NULL, get_docs, 0 },
	{ "GET", "/docs/quickstart", GATE_OPEN, NULL, get_quickstart, 0 },
	{ "GET", "/docs/notices", GATE_OPEN, NULL, get_notices, 0 },
	{ "GET", "/docs/send", GATE_OPEN, NULL, get_send, 0 },
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
