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

/* Accepted for later: the worker sends it. */
static bool
is_waiting(const struct message *message)
{
	return text_equal(message->status, "queued") || text_equal(message->status, "scheduled");
}

/* Who it is for, as far as Meta's answer would tell: a person who is asked for by user id has no
 * number there. */
static void
write_contact(struct json_out *out, const struct message *message)
{
	const char *wa_id = message->wa_id;

	if (wa_id == NULL && recipient_is_bare(message->recipient))
		wa_id = message->recipient;
	json_out_open_list(out, "contacts");
	json_out_open(out, NULL);
	json_out_text(out, "input", message->recipient);
	if (wa_id != NULL)
		json_out_text(out, "wa_id", wa_id);
	if (message->user_id != NULL)
		json_out_text(out, "user_id", message->user_id);
	json_out_close(out);
	json_out_close_list(out);
}

/* Meta's answer to a send, made from what the row knows. */
static const char *
meta_shape(struct op *op, const struct message *message)
{
	struct json_out answer;

	json_out_init(&answer, op->arena);
	json_out_open(&answer, NULL);
	json_out_text(&answer, "messaging_product", "whatsapp");
	if (!message->simulated)
		write_contact(&answer, message);
	json_out_open_list(&answer, "messages");
	json_out_open(&answer, NULL);
	json_out_text(&answer, "id", is_waiting(message) ? message->id : message->provider_id);
	if (is_waiting(message))
		json_out_text(&answer, "message_status", "queued");
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

enum rc
send_answer_meta(struct web *web, const struct send *send, int status, struct bytes meta)
{
	if (send->dialect == DIALECT_PROXY)
		return site_proxy_data(web, status, meta);
	return web_reply(web, status, "application/json", meta);
}

static enum rc
answer_accepted(struct web *web, const struct send *send)
{
	bool waits = is_waiting(&send->message);

	if (send->receipt)
		return send_answer_meta(web, send, 200, bytes_of("{\"success\":true}"));
	if (send->respond_async && waits)
		web_set(web, "Preference-Applied", "respond-async");
	if (send->dialect != DIALECT_GUARDED)
		return send_answer_meta(web, send, waits ? 202 : 200, meta_answer(web->op, send));
	if (waits)
		return answer_guarded(web, send, 202, send->message.status);
	return answer_guarded(web, send, 200, "sent");
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

/* "X-RateLimit-sec-Remaining: 62" and the like. */
static void
set_number(struct web *web, const char *name, int64_t value)
{
	web_set(web, name, arena_printf(web->op->arena, "%lld", (long long)value));
}

static void
set_headers(struct web *web, const struct send *send)
{
	const struct pace_state *pace = &send->pace;

	if (pace->second_limit > 0) {
		set_number(web, "X-RateLimit-sec-Limit", pace->second_limit);
		set_number(web, "X-RateLimit-sec-Remaining", pace->second_left);
		set_number(web, "X-RateLimit-min-Limit", pace->minute_limit);
		set_number(web, "X-RateLimit-min-Remaining", pace->minute_left);
	}
	if (send->retry_after_ms > 0)
		set_number(web, "Retry-After", (send->retry_after_ms + SECOND_MS - 1) / SECOND_MS);
	if (send->replayed)
		web_set(web, "Idempotency-Replayed", "true");
}

/* Meta's own words; whether they make a client repeat the request is not left to the status. */
static enum rc
answer_as_meta(struct web *web, const struct send *send)
{
	if (!json_flag(send->details, "retryable", true))
		web_set(web, "X-Should-Retry", "false");
	return web_reply(web, send->provider_status, "application/json", send->provider_answer);
}

enum rc
send_answer(struct web *web, const struct send *send)
{
	const json_t *details = send->details;

	set_headers(web, send);
	if (send->refusal == REFUSAL_NONE)
		return answer_accepted(web, send);
	/* Our own trouble: what is known of it is for the log. */
	if (send->refusal == REFUSAL_BUSY || send->refusal == REFUSAL_INTERNAL)
		return refusal_rc(send->refusal);
	if (send->refusal == REFUSAL_UNKNOWN_OUTCOME) {
		if (send->dialect == DIALECT_GUARDED)
			return answer_guarded(web, send, 202, "unknown");
		if (send->message.id != NULL)
			details = unknown_details(web->op, send);
	}
	if (send->refusal == REFUSAL_PROVIDER && send->dialect == DIALECT_GRAPH &&
	    send->provider_answer.n > 0)
		return answer_as_meta(web, send);
	return site_refuse(web, send->dialect, send->refusal, web->op->why, send->field,
			   send->field_reason, details);
}
