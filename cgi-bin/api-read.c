/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api-read - what an account's programs ask about the account
 *
 *	GET /api/balance    read key    is it billed, and what is left
 *	GET /api/events     read key    the last 30 days; ?event=, instance=, since=, limit=,
 *cursor=, order=asc, after=
 *
 * A poller goes forward: order=asc, and the next question has the next_cursor of the answer. After
 * an outage it starts with after= and the id of the last event that it has.
 */
#include "gateway/read_events.h"

#include "core/ids.h"
#include "core/json_out.h"
#include "site/site.h"

static enum rc
get_balance(struct web *web)
{
	json_t *body = json_new(web->op);

	/* Nothing is counted for an account that is not billed. */
	json_put_bool(body, "billing", site_caller(web)->account.billing);
	json_put(body, "currency", "USD");
	json_put(body, "balance", NULL);
	return web_json_value(web, 200, body);
}

/* Which way the list goes, and from where. */
static enum rc
read_direction(struct web *web, struct event_filter *filter)
{
	const char *order = web_query(web, "order"), *after = web_query(web, "after");

	if (!text_empty(order) && !text_equal(order, "asc") && !text_equal(order, "desc"))
		return site_refuse_member(web, "order", "must be asc or desc");
	filter->forward = text_equal(order, "asc");
	if (text_empty(after))
		return RC_OK;
	if (text_equal(order, "desc") || filter->page.cursor != NULL)
		return site_refuse_member(web, "after",
					  "goes forward, without a cursor: leave the other out");
	if (!id_is(after, "evt"))
		return site_refuse_member(web, "after", "must be an event's id");
	filter->page.cursor = after;
	filter->forward = true;
	return RC_OK;
}

static enum rc
get_events(struct web *web)
{
	struct event_filter filter = {
		.event = web_query(web, "event"),
		.only_tests = api_key_is_sandbox(site_key(web)),
	};
	struct json_out body;
	const char *next;
	struct list events;

	TRY(site_instance_query(web, &filter.instance));
	TRY(site_page_query(web, &filter.page, "evt"));
	TRY(site_time_query(web, &filter.since, "since"));
	TRY(read_direction(web, &filter));
	TRY(gateway_list_events(web->op, &events, &next, &filter));
	json_out_init(&body, web->op->arena);
	json_out_open(&body, NULL);
	json_out_open_list(&body, "items");
	for (size_t i = 0; i < events.n; i++)
		json_out_json(&body, NULL, ((const char *const *)events.rows)[i]);
	json_out_close_list(&body);
	json_out_text(&body, "next_cursor", next);
	json_out_close(&body);
	return web_json_text(web, 200, json_out_end(&body));
}

static const struct route routes[] = {
	{ "GET", "/api/balance", GATE_KEY_READ, NULL, get_balance, 0 },
	{ "GET", "/api/events", GATE_KEY_READ, NULL, get_events, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv, &(struct program){ .name = "api-read", ROUTES(routes) }, NULL);
}
