/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_replay - the first answer to an idempotency key once more
 *
 * An answer is kept as what it was rendered from, not as bytes of a dialect: the message as it
 * stood, the refusal by the provider, and the provider's own status and body, which may be any
 * bytes. Where none was kept, because nobody knew the outcome or the process died before it
 * could, the message's row tells what is true by now.
 */
#include "gateway/send_inside.h"

/* ---- keeping ---- */

static void
put_text(struct json_out *out, const char *name, const char *text)
{
	if (text != NULL)
		json_out_text(out, name, text);
}

const char *
send_replay_text(struct send_work *work)
{
	const struct send *send = work->send;
	const struct message *message = &send->message;
	struct json_out out;

	json_out_init(&out, work->op->arena);
	json_out_open(&out, NULL);
	put_text(&out, "status", message->status);
	put_text(&out, "provider_id", message->provider_id);
	put_text(&out, "wa_id", message->wa_id);
	put_text(&out, "user_id", message->user_id);
	if (send->refusal != REFUSAL_NONE) {
		json_out_text(&out, "refused", work->op->why);
		json_out_value(&out, "details", send->details);
	}
	if (send->provider_status != 0)
		json_out_int(&out, "http", send->provider_status);
	if (send->provider_answer.n > 0)
		json_out_text(&out, "body", text_base64(work->op->arena, send->provider_answer));
	json_out_close(&out);
	return json_out_end(&out);
}

/* ---- telling ---- */

static enum rc
tell_first(struct send_work *work, const char *answer)
{
	struct op *op = work->op;
	struct send *send = work->send;
	const char *refused, *body;
	json_t *kept;

	TRY(json_read(op, &kept, bytes_of(answer)));
	refused = json_str(kept, "refused");
	body = json_str(kept, "body");
	send->message.status = json_str(kept, "status");
	send->message.provider_id = json_str(kept, "provider_id");
	send->message.wa_id = json_str(kept, "wa_id");
	send->message.user_id = json_str(kept, "user_id");
	send->provider_status = (int)json_int(kept, "http", 0);
	if (body != NULL && !text_unbase64(op->arena, body, &send->provider_answer))
		return op_fail(op, RC_INTERNAL, "the kept answer of message %s is damaged",
			       send->message.id);
	if (refused == NULL)
		return RC_OK;
	send->details = json_object_get(kept, "details");
	return send_refuse(work, REFUSAL_PROVIDER, "%s", refused);
}

static enum rc
tell_failed(struct send_work *work)
{
	const struct message *message = &work->send->message;
	struct send_result result = {
		.error = {
			.code = message->error_code,
			.message = message->error_title,
			.details = message->error_details,
			.retryable = message->error_retryable,
		},
		.words = message->error_title,
	};

	work->send->details = send_error_details(work->op, &result);
	return send_refuse(work, REFUSAL_PROVIDER, "%s",
			   message->error_details != NULL ? message->error_details
							  : message->error_title);
}

static enum rc
tell_truth(struct send_work *work)
{
	const char *status = work->send->message.status;

	if (text_equal(status, "failed"))
		return tell_failed(work);
	if (text_equal(status, "unknown") || text_equal(status, "sending"))
		return send_refuse(work, REFUSAL_UNKNOWN_OUTCOME,
				   "The provider may or may not have message %s; it is not sent "
				   "again",
				   work->send->message.id);
	return RC_OK;
}

enum rc
send_replay(struct send_work *work, const struct message *message, const char *answer)
{
	struct send *send = work->send;
	enum rc rc;

	send->message = *message;
	send_rate_look(work);
	rc = answer != NULL ? tell_first(work, answer) : tell_truth(work);
	if (rc != RC_OK && send->refusal == REFUSAL_NONE)
		return rc;
	send->replayed = work->answered = true;
	return RC_OK;
}
