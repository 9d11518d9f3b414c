/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graph-sim - a WhatsApp Cloud API to try everything without Meta
 *
 *	GET  /_sim/            simulator   the chat page: you are the WhatsApp user
 *	POST /_sim/say         simulator   a text by that user, from the page without script
 *	GET  /_sim/chat        simulator   what the page shows, as JSON
 *	GET  /_sim/messages    simulator   what was accepted, newest first (?to=&limit=)
 *	POST /_sim/inbound     simulator   a person writes: {"from","text"} or {"from","message"}
 *	POST /_sim/webhook     simulator   any change: {"field","value"}
 *	POST /_sim/subscribe   simulator   make a number known
 *	POST /_sim/settle      simulator   answers when nothing is under way
 *	POST /_sim/reset       simulator   forget what was accepted
 *	POST /_sim/.../media   simulator   an upload
 *	GET  /_sim/whatsapp_business/attachments
 *	                       simulator   the bytes behind a media object's url
 *	*    /_sim/...         simulator   the Graph API, with or without a version
 */
#include "gateway/simulator.h"
#include "site/media_form.h"
#include "site/sim_door.h"
#include "site/site.h"

typedef void control(struct op *op, struct sim_answer *out, struct bytes body);

static enum rc
post_control(struct web *web, control *act)
{
	struct sim_answer *answer = arena_alloc(web->op->arena, sizeof(*answer));
	struct bytes body;

	TRY(web_body(web, &body, SIM_DOOR_BODY_MAX));
	act(web->op, answer, body);
	return sim_door_answer(web, answer);
}

static enum rc
post_inbound(struct web *web)
{
	return post_control(web, simulator_inbound);
}

static enum rc
post_webhook(struct web *web)
{
	return post_control(web, simulator_webhook);
}

static enum rc
post_subscribe(struct web *web)
{
	return post_control(web, simulator_subscribe);
}

static enum rc
post_settle(struct web *web)
{
	return post_control(web, simulator_settle);
}

static enum rc
post_reset(struct web *web)
{
	return post_control(web, simulator_reset);
}

static enum rc
get_messages(struct web *web)
{
	struct sim_answer *answer = arena_alloc(web->op->arena, sizeof(*answer));
	int64_t limit = 0;

	(void)text_int(web_query(web, "limit"), 1, INT32_MAX, &limit);
	simulator_messages(web->op, answer, web_query(web, "to"), limit);
	return sim_door_answer(web, answer);
}

static const struct route routes[] = {
	{ "GET", "/_sim/", GATE_SIMULATOR, NULL, sim_door_page, 0 },
	{ "POST", "/_sim/say", GATE_SIMULATOR, &sim_door_say_form, sim_door_say, 0 },
	{ "GET", "/_sim/chat", GATE_SIMULATOR, NULL, sim_door_chat, 0 },
	{ "GET", "/_sim/messages", GATE_SIMULATOR, NULL, get_messages, 0 },
	{ "POST", "/_sim/inbound", GATE_SIMULATOR, NULL, post_inbound, 0 },
	{ "POST", "/_sim/webhook", GATE_SIMULATOR, NULL, post_webhook, 0 },
	{ "POST", "/_sim/subscribe", GATE_SIMULATOR, NULL, post_subscribe, 0 },
	{ "POST", "/_sim/settle", GATE_SIMULATOR, NULL, post_settle, 0 },
	{ "POST", "/_sim/reset", GATE_SIMULATOR, NULL, post_reset, 0 },
	{ "POST", "/_sim/:id/media", GATE_SIMULATOR, NULL, sim_door_upload, MEDIA_BODY_MAX },
	{ "POST", "/_sim/vN.M/:id/media", GATE_SIMULATOR, NULL, sim_door_upload, MEDIA_BODY_MAX },
	{ "GET", "/_sim/whatsapp_business/attachments", GATE_SIMULATOR, NULL, sim_door_download,
	  0 },
	{ "GET", "/_sim/*path", GATE_SIMULATOR, NULL, sim_door_graph, 0 },
	{ "POST", "/_sim/*path", GATE_SIMULATOR, NULL, sim_door_graph, SIM_DOOR_BODY_MAX },
	{ "DELETE", "/_sim/*path", GATE_SIMULATOR, NULL, sim_door_graph, 0 },
};

int
main(int argc, char **argv)
{
	static const struct program program = {
		.name = "graph-sim",
		ROUTES(routes),
		.pages = sim_door_pages,
		.page_count = 1,
		.streams = true,
		.start = simulator_start,
	};

	return site_main(argc, argv, &program, &gateway_outward);
}
