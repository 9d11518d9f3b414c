/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_dispatch - a queued message's way through the pipeline, as far as it differs
 *
 * The steps that depend on the time are asked again, and leaving the queue is part of their batch:
 * a message that was cancelled meanwhile, or that somebody else has taken, is left alone. What is
 * too fast only waits. Any other refusal is the end: the customer was told that the message is
 * accepted, so it becomes failed, with the refusal's word, and that is told like any other failure.
 */
#include "core/crash_point.h"
#include "core/log.h"
#include "gateway/events.h"
#include "gateway/read_overview.h"
#include "gateway/send_inside.h"
#include "store/queue_store.h"

/* Our own trouble (credentials that do not open): somebody has to look after it first. */
#define TROUBLE_MS MINUTE_MS

/* Where a limit does not say when it is free again. */
#define LIMIT_MS SECOND_MS

/* ---- leaving the queue ---- */

static enum rc
leave_alone(struct send_work *work, const struct send_guard *guard)
{
	(void)guard;
	work->answered = true;
	return RC_OK;
}

void
send_dispatch_begin(struct send_work *work)
{
	struct send_guard guard = { .refusal = REFUSAL_NONE, .explain = leave_alone };

	work->stored = queue_store_begin(work->batch, &work->send->message);
	guard.index = work->stored;
	send_guard_add(work, &guard);
}

/* ---- refused for now ---- */

static enum send_next
noted(struct send_work *work, enum rc rc)
{
	CRASH_POINT("dispatch.refusal_noted");
	if (rc != RC_OK && rc != RC_CONFLICT)
		log_line(LOG_ERROR,
			 "event=message.unsettled request=%s message=%s rc=%s why=\"%s\"",
			 work->op->request_id, work->row->id, rc_text(rc), batch_why(work->batch));
	return NEXT_END;
}

/* A limit, or trouble of our own; the message ends by its validity, whatever comes first. */
static enum send_next
delay(struct send_work *work, int64_t ms)
{
	struct message later = *work->row;

	later.due_at = clock_after(work->op->now, ms);
	if (later.valid_until.ms != 0 && later.due_at.ms > later.valid_until.ms)
		later.due_at = later.valid_until;
	work->batch = batch_new(work->op);
	queue_store_put_off(work->batch, &later, work->row->status, 0);
	work->send->message = later;
	work->then = noted;
	return NEXT_COMMIT;
}

/* A key or the number is too fast: so are the next messages, most likely. */
static enum send_next
delay_by_limit(struct send_work *work)
{
	int64_t ms = work->send->retry_after_ms > 0 ? work->send->retry_after_ms : LIMIT_MS;

	if (work->send->refusal == REFUSAL_RATE && !work->send->simulated)
		work->rest_until = clock_after(work->op->now, ms < LIMIT_MS ? ms : LIMIT_MS);
	return delay(work, ms);
}

/* ---- refused for good ---- */

static enum rc
build_failure(struct send_work *work)
{
	struct send *send = work->send;
	struct message *message = &send->message;
	struct instance instance = { 0 };

	*message = *work->row;
	message->status = "failed";
	message->error_word = refusal_word(send->refusal);
	message->error_title = send->refusal == REFUSAL_EXPIRED ? "Expired before it was sent"
								: "Refused when it was due";
	message->error_details = arena_dup(work->op->arena, work->op->why);
	message->failed_at = work->op->now;
	message->due_at.ms = 0;
	queue_store_fail(work->batch, message);
	if (!message->simulated)
		count_add(work->op, work->batch, message->account_id, message->status, 1);
	TRY(send_instance_of(work->op, &instance, message));
	return event_record_message(work->op, work->batch, &instance, message, NULL);
}

static enum send_next
fail(struct send_work *work)
{
	if (send_policy_refused(work) != NEXT_COMMIT)
		work->batch = batch_new(work->op);
	if (build_failure(work) != RC_OK)
		return NEXT_END; /* it is due as before */
	work->then = noted;
	return NEXT_COMMIT;
}

/* The operator's hand was quicker than this turn: the message stays queued until it lets go. */
static bool
is_suspended(const struct send *send)
{
	return send->refusal == REFUSAL_GATEWAY_SUSPENDED ||
	       (send->refusal == REFUSAL_INSTANCE_PAUSED && send->instance.paused_at.ms == 0 &&
		send->instance.suspended_at.ms != 0);
}

enum send_next
send_dispatch_refused(struct send_work *work)
{
	if (is_suspended(work->send))
		return delay(work, LIMIT_MS);
	switch (work->send->refusal) {
	case REFUSAL_BUSY: /* nothing can be written: it is due as before */
		return NEXT_END;
	case REFUSAL_RATE:
	case REFUSAL_PAIR:
		return delay_by_limit(work);
	case REFUSAL_INTERNAL:
		log_op(work->op, "message.dispatch", RC_INTERNAL, 0);
		return delay(work, TROUBLE_MS);
	default:
		return fail(work);
	}
}
