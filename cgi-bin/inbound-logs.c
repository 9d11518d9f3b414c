/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbound-logs - what people wrote to the account's numbers
 *
 *	GET /inbound-logs               user        the list; ?instance=, from=, text=, type=,
 *	                                            since=, until=, forwarded=, opted_out=,
 *	                                            after=: only what is newer,
 *	                                            204 when nothing is
 *	GET /inbound-logs/export.csv    user        the same as a file
 *	GET /inbound-logs/:id           user        one message: conversation, deliveries, payload
 *	POST /inbound-logs/:id/reply    developer   answer: a text, a file, a template
 *	POST /inbound-logs/:id/read     developer   the conversation has been read
 *	GET /api/inbound                read key    the list; ?cursor=, limit= and the filters
 *
 * A sandbox key reads simulated messages only, and people's messages are real: it gets none.
 */
#include "site/view_inbound_page.h"

static const struct page pages[] = {
	{ "inbound-logs.html", inbounds_page_shape, sizeof(struct inbounds_page) },
	{ "inbound.html", inbound_page_shape, sizeof(struct inbound_page) },
};

static enum rc
get_list(struct web *web)
{
	struct inbounds_page page = { 0 };

	TRY(view_inbounds_page(web, &page));
	if (!page.has_rows && web_query(web, "after") != NULL)
		return web_reply(web, 204, "text/html", bytes_of(""));
	return web_page(web, 200, &pages[0], &page);
}

static enum rc
get_one(struct web *web)
{
	struct inbound_page page = { 0 };

	TRY(view_inbound_page(web, &page, web_param(web, "id"), web->input));
	return web_page(web, 200, &pages[1], &page);
}

static enum rc
post_answer(struct web *web)
{
	return post_reply(web, get_one);
}

static enum rc
get_api(struct web *web)
{
	struct inbound_filter filter;
	struct list found = { 0, NULL };
	const struct inbound *rows;
	json_t *items = json_new_array(web->op);
	const char *next = NULL;

	TRY(inbound_query(web, &filter));
	if (!api_key_is_sandbox(site_key(web)))
		TRY(gateway_list_inbound(web->op, &found, &next, &filter));
	rows = found.rows;
	for (size_t i = 0; i < found.n; i++)
		json_array_append(items, inbound_json(web->op, &rows[i]));
	return site_items(web, items, next);
}

static const struct route routes[] = {
	{ "GET", "/inbound-logs", GATE_USER, NULL, get_list, 0 },
	{ "GET", "/inbound-logs/export.csv", GATE_USER, NULL, export_inbounds, 0 },
	{ "GET", "/inbound-logs/:id", GATE_USER, NULL, get_one, 0 },
	{ "POST", "/inbound-logs/:id/reply", GATE_UPLOAD, NULL, post_answer, UPLOAD_BODY_MAX },
	{ "POST", "/inbound-logs/:id/read", GATE_DEVELOPER, NULL, post_read, 0 },
	{ "GET", "/api/inbound", GATE_KEY_READ, NULL, get_api, 0 },
};

int
main(int argc, char **argv)
{
	static const struct program program = {
		.name = "inbound-logs",
		ROUTES(routes),
		PAGES(pages),
		.streams = true,
	};

	return site_main(argc, argv, &program, &gateway_outward);
}
