/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_answer - what the caller of a send is told
 *
 * The proxy and Graph dialects give Meta's own answer, byte by byte; where there is none (a
 * simulated send, an answer that was lost but whose message is known to have arrived) they give
 * one of the same shape. An unknown outcome is never told in a way that makes a client library
 * send the message again.
 */
#include "site/send_answer.h"

enum { ENVELOPE = 64 };

/* Meta's answer to a send, made from what the row knows. */
static const char *
meta_shape(struct op *op, const struct message *message)
{
	struct json_out answer;

	json_out_init(&answer, op->arena);
	json_out_open(&answer, NULL);
	json_out_text(&answer, "messaging_product", "whatsapp");
	if (!message->simulated) {
		json_out_open_list(&answer, "contacts");
		json_out_open(&answer, NULL);
		json_out_text(&answer, "input", message->recipient);
		json_out_text(&answer, "wa_id",
			      message->wa_id != NULL ? message->wa_id : message->recipient);
		json_out_close(&answer);
		json_out_close_list(&answer);
	}
	json_out_open_list(&answer, "messages");
	json_out_open(&answer, NULL);
	json_out_text(&answer, "id", message->provider_id);
	json_out_close(&answer);
	json_out_close_list(&answer);
	json_out_close(&answer);
	return json_out_end(&answer);
}

static struct bytes
meta_answer(struct op *op, const struct send *send)
{
	if (send->provider_answer.n > 0 && send->provider_status == 200)
		return send->provider_answer;
	return bytes_of(meta_shape(op, &send->message));
}

static enum rc
answer_guarded(struct web *web, const struct send *send, int status, const char *word)
{
	struct json_out body;

	json_out_init(&body, web->op->arena);
	json_out_open(&body, NULL);
	json_out_bool(&body, "success", true);
	json_out_text(&body, "status", word);
	json_out_text(&body, "message_id", send->message.provider_id);
	json_out_int(&body, "log_id", send->message.log_id);
	json_out_text(&body, "id", send->message.id);
	json_out_close(&body);
	return web_json_text(web, status, json_out_end(&body));
}

static enum rc
answer_proxy(struct web *web, const struct send *send)
{
	struct bytes meta = meta_answer(web->op, send);
	struct buf body;

	buf_init(&body, web->op->arena, meta.n + ENVELOPE);
	buf_text(&body, "{\"isSuccess\":true,\"data\":");
	buf_add(&body, meta.p, meta.n);
	buf_char(&body, '}');
	return web_reply(web, 200, "application/json", buf_bytes(&body));
}

static enum rc
answer_sent(struct web *web, const struct send *send)
{
	switch (send->dialect) {
	case DIALECT_GUARDED:
		return answer_guarded(web, send, 200, "sent");
	case DIALECT_PROXY:
		return answer_proxy(web, send);
	case DIALECT_GRAPH:
		return web_reply(web, 200, "application/json", meta_answer(web->op, send));
	}
	bug("no dialect %d", (int)send->dialect);
}

/* Which message it is whose outcome nobody knows. */
static json_t *
unknown_details(struct op *op, const struct send *send)
{
	json_t *details = json_new(op);

	json_put(details, "outcome", "unknown");
	json_put(details, "id", send->message.id);
	json_put_int(details, "log_id", send->message.log_id);
	json_put_bool(details, "retryable", false);
	return details;
}

enum rc
send_answer(struct web *web, const struct send *send)
{
	const json_t *details = send->details;

	if (send->refusal == REFUSAL_NONE)
		return answer_sent(web, send);
	/* Our own trouble: what is known of it is for the log. */
	if (send->refusal == REFUSAL_BUSY || send->refusal == REFUSAL_INTERNAL)
		return refusal_rc(send->refusal);
	if (send->refusal == REFUSAL_UNKNOWN_OUTCOME) {
		if (send->dialect == DIALECT_GUARDED)
			return answer_guarded(web, send, 202, "unknown");
		details = unknown_details(web->op, send);
	}
	if (send->refusal == REFUSAL_PROVIDER && send->dialect == DIALECT_GRAPH &&
	    send->provider_answer.n > 0)
		return web_reply(web, send->provider_status, "application/json",
				 send->provider_answer);
	return site_refuse(web, send->dialect, send->refusal, web->op->why, send->field,
			   send->field_reason, details);
}
