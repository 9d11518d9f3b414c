/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_outcome - what becomes of a send after the steps: stored, handed over, settled
 *
 * The honest outcome: sent when the provider gave an id; failed when it certainly does not have
 * the message; unknown when nobody can tell, and then it is never sent again by itself. What the
 * provider said is answered to the caller even when it cannot be recorded: the row then stays
 * behind in `sending`, is reaped as unknown, and a status webhook resolves it.
 */
#include "core/crash_point.h"
#include "core/log.h"
#include "gateway/events.h"
#include "gateway/instance_state.h"
#include "gateway/read_overview.h"
#include "gateway/send_inside.h"
#include "store/instance_state_store.h"
#include "store/instance_store.h"
#include "store/message_store.h"
#include "store/recipient_store.h"
#include "store/status_store.h"

/* ---- after the batch of the steps ---- */

static enum rc
refuse_by_guard(struct send_work *work, int missed)
{
	for (size_t i = 0; i < work->guard_count; i++) {
		const struct send_guard *guard = &work->guards[i];

		if (guard->index != missed)
			continue;
		op_forgive(work->op);
		if (guard->explain != NULL)
			TRY(guard->explain(work, guard));
		if (work->answered)
			return RC_OK;
		return send_refuse(work, guard->refusal, "%s", guard->sentence);
	}
	return op_fail(work->op, RC_INTERNAL, "statement %d of a send found nothing", missed);
}

static enum send_next
not_reserved(struct send_work *work, enum rc rc)
{
	int missed = batch_missed(work->batch);

	work->send->message = (struct message){ 0 };
	if (missed >= 0) {
		rc = refuse_by_guard(work, missed);
		return work->answered ? NEXT_END : send_give_up(work, rc);
	}
	return send_give_up(work, op_fail(work->op, rc, "%s", batch_why(work->batch)));
}

enum send_next
send_reserved(struct send_work *work, enum rc rc)
{
	struct message *message = &work->send->message;

	if (rc == RC_OK)
		send_rate_read(work);
	if (rc == RC_OK && work->mode == SEND_RECEIPT)
		return send_receipt_passed(work);
	if (rc == RC_OK)
		rc = batch_number(work->batch, work->stored, &message->log_id);
	if (rc != RC_OK)
		return not_reserved(work, rc);
	CRASH_POINT("send.reserved");
	if (message->simulated || work->mode == SEND_ACCEPT)
		return NEXT_END;
	work->then = send_answered;
	return NEXT_CALL;
}

/* ---- after the call ---- */

static void
put_code(json_t *object, const char *name, int64_t code)
{
	if (code == 0)
		json_put(object, name, NULL);
	else
		json_put_int(object, name, code);
}

json_t *
send_error_details(struct op *op, const struct send_result *result)
{
	const struct provider_error *error = &result->error;
	json_t *details = json_new(op);

	put_code(details, "code", error->code);
	put_code(details, "error_subcode", error->subcode);
	json_put(details, "message", error->message != NULL ? error->message : result->words);
	json_put(details, "details", error->details);
	json_put(details, "fbtrace_id", error->trace);
	json_put_bool(details, "retryable", error->retryable);
	return details;
}

static void
note_error(struct send_work *work, const char *status, const char *title)
{
	struct message *message = &work->send->message;
	const struct provider_error *error = &work->result.error;

	message->status = status;
	message->error_code = error->code;
	message->error_title = title;
	message->error_details = error->details != NULL ? error->details : work->result.words;
	if (text_equal(message->error_details, title))
		message->error_details = NULL;
	message->error_retryable = error->retryable;
}

static enum rc
note_accepted(struct send_work *work)
{
	struct message *message = &work->send->message;

	message->status = "sent";
	message->provider_id = arena_dup(work->op->arena, work->result.provider_id);
	message->wa_id = arena_dup(work->op->arena, work->result.wa_id);
	message->user_id = arena_dup(work->op->arena, work->result.user_id);
	message->sent_at = clock_now();
	return RC_OK;
}

static enum rc
note_refused(struct send_work *work)
{
	const struct provider_error *error = &work->result.error;
	const char *title = error->title != NULL ? error->title : error->message;

	if (title == NULL)
		title = work->result.outcome == SEND_NOT_SENT ? "Provider not reached"
							      : "Refused by the provider";
	note_error(work, "failed", title);
	work->send->message.failed_at = clock_now();
	work->send->details = send_error_details(work->op, &work->result);
	/* Asked again, the Graph dialect names the request that was refused. */
	if (work->send->dialect == DIALECT_GRAPH && error->trace == NULL)
		json_put(work->send->details, "fbtrace_id", work->op->request_id);
	return send_refuse(work, REFUSAL_PROVIDER, "%s", work->result.words);
}

static enum rc
note_unknown(struct send_work *work)
{
	note_error(work, "unknown", "Outcome unknown");
	work->send->message.error_retryable = false;
	work->send->message.unknown_until = clock_after(clock_now(), UNKNOWN_WAIT_MS);
	return send_refuse(work, REFUSAL_UNKNOWN_OUTCOME,
			   "The provider may or may not have message %s: %s", work->id,
			   work->result.words);
}

/* Whether the caller is told of a success, remembered in the send. */
static void
note_outcome(struct send_work *work)
{
	enum rc told = RC_OK;

	switch (work->result.outcome) {
	case SEND_ACCEPTED:
		told = note_accepted(work);
		break;
	case SEND_REFUSED:
	case SEND_NOT_SENT:
		told = note_refused(work);
		break;
	case SEND_UNKNOWN:
		told = note_unknown(work);
		break;
	}
	expect((told == RC_OK) == (work->send->refusal == REFUSAL_NONE));
}

/* What the answer alone tells: the provider's id, for which statuses may be waiting already, and
 * spellings of the person who was asked for. */
static void
note_names(struct batch *batch, const struct message *message)
{
	if (message->provider_id != NULL)
		status_store_adopt(batch, message->instance_id, message->provider_id, message->id);
	if (message->wa_id != NULL && !text_equal(message->wa_id, message->recipient))
		recipient_store_join(batch, message->recipient, message->wa_id);
	if (message->user_id != NULL)
		recipient_store_join(batch, message->recipient, message->user_id);
}

/* The provider refuses the token or its permissions: no further send can pass. */
static enum rc
close_instance(struct send_work *work)
{
	struct instance now = { 0 };
	const char *was;
	const char *reason = arena_printf(work->op->arena,
					  "The provider refuses the access token (code %lld): %s",
					  (long long)work->result.error.code, work->result.words);

	TRY(instance_store_by_id(work->op, &now, work->send->instance.id));
	if (text_equal(now.state, "closed"))
		return RC_OK;
	instance_store_close(work->batch, now.id, reason);
	instance_state_store_own(work->batch, now.id);
	was = now.state;
	now.state = "closed";
	return instance_announce(work->op, work->batch, &now, was, reason);
}

static enum rc
build_settlement(struct send_work *work)
{
	const struct message *message = &work->send->message;

	work->batch = batch_new(work->op);
	message_store_settle(work->batch, message);
	note_names(work->batch, message);
	send_idempotency_keep(work, work->batch);
	if (work->result.error.stops_instance)
		TRY(close_instance(work));
	count_add(work->op, work->batch, message->account_id, message->status, 1);
	return event_record_message(work->op, work->batch, &work->send->instance, message, NULL);
}

/* The provider has it, and we cannot write that down: the row will be reaped as unknown until a
 * status webhook proves it, so nothing better may be promised to the caller. */
static void
doubt(struct send_work *work)
{
	work->send->message.status = "unknown";
	work->send->message.provider_id = NULL;
	work->send->message.sent_at = (struct instant){ 0 };
	(void)!send_refuse(work, REFUSAL_UNKNOWN_OUTCOME,
			   "The provider took this message, but it could not be recorded; its "
			   "status follows by webhook");
}

static enum send_next
unrecorded(struct send_work *work, enum rc rc, const char *why)
{
	log_line(LOG_ERROR,
		 "event=message.unsettled request=%s message=%s status=%s rc=%s why=\"%s\"",
		 work->op->request_id, work->id, work->send->message.status, rc_text(rc), why);
	if (work->send->refusal == REFUSAL_NONE)
		doubt(work);
	return NEXT_END;
}

/* A status webhook was quicker: the row tells what is true by now. */
static enum send_next
completed(struct send_work *work, enum rc rc)
{
	struct send *send = work->send;
	struct message row = { 0 };

	if (rc == RC_OK)
		rc = batch_row(work->op, work->batch, work->completed, &row, message_shape);
	if (rc != RC_OK)
		return unrecorded(work, rc, batch_why(work->batch));
	CRASH_POINT("send.completed");
	send->message = row;
	if (!text_equal(send->message.status, "failed") &&
	    !text_equal(send->message.status, "unknown")) {
		/* What the provider said, if anything, was no answer to the message. */
		if (send->refusal != REFUSAL_NONE)
			send->provider_answer = (struct bytes){ NULL, 0 };
		send->refusal = REFUSAL_NONE;
		op_forgive(work->op);
	}
	return NEXT_END;
}

static enum send_next
settled(struct send_work *work, enum rc rc)
{
	CRASH_POINT("send.settled");
	if (rc == RC_OK)
		return NEXT_END;
	if (rc != RC_CONFLICT)
		return unrecorded(work, rc, batch_why(work->batch));
	work->batch = batch_new(work->op);
	CRASH_POINT("send.overtaken");
	work->completed = message_store_complete(work->batch, &work->send->message);
	note_names(work->batch, &work->send->message);
	if (work->result.outcome == SEND_ACCEPTED)
		send_idempotency_keep(work, work->batch);
	work->then = completed;
	return NEXT_COMMIT;
}

enum send_next
send_answered(struct send_work *work, enum rc rc)
{
	struct send *send = work->send;
	const void *mark = arena_mark(work->op->arena);

	CRASH_POINT("send.answered");
	work->provider->send_read(work->op, &work->result, &work->call);
	if (work->mode == SEND_DISPATCH && send_dispatch_again(work))
		return NEXT_COMMIT;
	send->provider_status = work->result.http_status;
	send->provider_answer = work->result.answer;
	note_outcome(work);
	rc = build_settlement(work);
	if (rc != RC_OK)
		return unrecorded(work, rc, work->op->why);
	/* What was accepted is told by the row; a refusal is told from the provider's tree. */
	if (work->result.outcome == SEND_ACCEPTED)
		arena_release(work->op->arena, mark);
	CRASH_POINT("send.judged");
	work->then = settled;
	return NEXT_COMMIT;
}
