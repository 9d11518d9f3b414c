/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send-message - messages out, and what became of them
 *
 *	POST /api/send-message    send key    send, guarded dialect
 *	POST /v1/wa/message       send key    send, proxy dialect: Meta's own body
 *	POST /vN.M/:phone_number_id/messages, /marketing_messages
 *	                          send key    send, Graph dialect
 *	GET  /api/messages        read key    the account's messages, newest first
 *	GET  /api/messages/:id    read key    one of them by msg_ id, wamid or log id
 *	POST /api/messages/:id/cancel
 *	                          send key    take one back that is not sent yet
 *
 * A send is parked while it waits for the database and the provider: no thread is kept, so one
 * process serves thousands of callers. All rules of a send are in gateway/send_message.c.
 */
#include "core/settings.h"
#include "gateway/send_message.h"
#include "site/send_answer.h"
#include "site/send_query.h"

static enum rc
answer(struct web *web)
{
	return send_answer(web, web->input);
}

static void
ended(struct op *op, struct send *send, void *arg)
{
	(void)op;
	(void)send;
	web_unpark(arg, answer);
}

static enum rc
post_send(struct web *web)
{
	struct send *send = arena_alloc(web->op->arena, sizeof(*send));

	TRY(send_query(web, send));
	web->input = send;
	if (web_is_cgi()) {
		gateway_send_wait(web->op, send);
		return answer(web);
	}
	if (web_parked() >= settings()->web_max_waiting)
		return op_fail(web->op, RC_BUSY, "%lld sends are waiting for the provider already",
			       (long long)web_parked());
	web_park(web);
	gateway_send(web->op, send, ended, web);
	return RC_OK;
}

static enum rc
get_message(struct web *web)
{
	struct message message;
	struct json_out body;

	TRY(send_find(web, &message, web_param(web, "id")));
	json_out_init(&body, web->op->arena);
	message_write(&body, NULL, &message);
	return web_json_text(web, 200, json_out_end(&body));
}

static const struct route routes[] = {
	{ "POST", "/api/send-message", GATE_KEY_SEND, NULL, post_send, 0 },
	{ "POST", "/v1/wa/message", GATE_KEY_SEND, NULL, post_send, 0 },
	{ "POST", "/vN.M/:phone_number_id/messages", GATE_KEY_SEND, NULL, post_send, 0 },
	{ "POST", "/vN.M/:phone_number_id/marketing_messages", GATE_KEY_SEND, NULL, post_send, 0 },
	{ "GET", "/api/messages", GATE_KEY_READ, NULL, send_list, 0 },
	{ "GET", "/api/messages/:id", GATE_KEY_READ, NULL, get_message, 0 },
	{ "POST", "/api/messages/:id/cancel", GATE_KEY_SEND, NULL, send_cancel, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv, &(struct program){ .name = "send-message", ROUTES(routes) },
			 &gateway_outward);
}
