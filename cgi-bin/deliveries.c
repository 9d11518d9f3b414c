/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliveries - events on their way to customers' endpoints: seen and sent again
 *
 *	GET  /deliveries                   user         the list; ?endpoint=, instance=, event=,
 *	                                                status=, since=, until=
 *	GET  /deliveries/export.csv        user         the same as a file
 *	GET  /deliveries/replay            developer    how many would be replayed, to be confirmed
 *	POST /deliveries/replay            developer    replay them, in the background
 *	POST /deliveries/replays/:id/stop  developer    no further
 *	GET  /deliveries/:id               user         one, with its attempts and its body
 *	POST /deliveries/:id/replay        developer    replay it
 *	GET  /api/deliveries               read key     the list; the filters, cursor=, limit=
 *	POST /api/deliveries/replay        configure key   {"endpoint","status","since","until"}
 *	GET  /api/deliveries/:id           read key     one with its attempts
 *	POST /api/deliveries/:id/replay    configure key   replay it
 *	GET  /api/replays/:id              read key     how far a replay has come
 */
#include "site/view_deliveries_page.h"

static const struct page pages[] = {
	{ "deliveries.html", deliveries_page_shape, sizeof(struct deliveries_page) },
	{ "delivery.html", delivery_page_shape, sizeof(struct delivery_page) },
	REPLAY_PAGE,
};

static enum rc
get_list(struct web *web)
{
	struct deliveries_page page = { 0 };

	TRY(view_deliveries_page(web, &page));
	return web_page(web, 200, &pages[0], &page);
}

static enum rc
get_one(struct web *web)
{
	struct delivery_page page = { 0 };

	TRY(view_delivery_page(web, &page, web_param(web, "id")));
	return web_page(web, 200, &pages[1], &page);
}

static enum rc
show_plan(struct web *web)
{
	struct replay_page page = { 0 };

	TRY(view_replay_page(web, &page, web->input));
	return web_page(web, 200, &pages[2], &page);
}

static enum rc
post_many(struct web *web)
{
	struct replay replay;
	enum rc rc = begin_replay(web, &replay, web->input);

	if (rc != RC_OK)
		return site_again(web, rc, show_plan);
	return site_done(web, "/deliveries", "good", "The replay has begun.");
}

static enum rc
post_stop(struct web *web)
{
	TRY(gateway_stop_replay(web->op, web_param(web, "id")));
	return site_done(web, "/deliveries", "good",
			 "The replay is stopped. What was due by then is still sent.");
}

static enum rc
post_one(struct web *web)
{
	const char *id = web_param(web, "id");

	TRY(gateway_replay_delivery(web->op, id));
	return site_done(web, arena_printf(web->op->arena, "/deliveries/%s", id), "good",
			 "It is sent again now, with the same event id.");
}

static const struct form replay_form = { sizeof(struct replay_input), replay_fields, show_plan };
static const struct form api_form = { sizeof(struct replay_input), replay_fields, NULL };

static const struct route routes[] = {
	{ "GET", "/deliveries", GATE_USER, NULL, get_list, 0 },
	{ "GET", "/deliveries/export.csv", GATE_USER, NULL, export_deliveries, 0 },
	{ "GET", "/deliveries/replay", GATE_DEVELOPER, &replay_form, show_plan, 0 },
	{ "POST", "/deliveries/replay", GATE_DEVELOPER, &replay_form, post_many, 0 },
	{ "POST", "/deliveries/replays/:id/stop", GATE_DEVELOPER, NULL, post_stop, 0 },
	{ "GET", "/deliveries/:id", GATE_USER, NULL, get_one, 0 },
	{ "POST", "/deliveries/:id/replay", GATE_DEVELOPER, NULL, post_one, 0 },
	{ "GET", "/api/deliveries", GATE_KEY_READ, NULL, api_list_deliveries, 0 },
	{ "POST", "/api/deliveries/replay", GATE_KEY_CONFIGURE, &api_form, api_replay_deliveries,
	  0 },
	{ "GET", "/api/deliveries/:id", GATE_KEY_READ, NULL, api_get_delivery, 0 },
	{ "POST", "/api/deliveries/:id/replay", GATE_KEY_CONFIGURE, NULL, api_replay_delivery, 0 },
	{ "GET", "/api/replays/:id", GATE_KEY_READ, NULL, api_get_replay, 0 },
};

int
main(int argc, char **argv)
{
	static const struct program program = {
		.name = "deliveries",
		ROUTES(routes),
		PAGES(pages),
		.streams = true,
	};

	return site_main(argc, argv, &program, NULL);
}
