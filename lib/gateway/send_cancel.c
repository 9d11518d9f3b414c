/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_cancel - a message is taken back before it is sent
 *
 * Only what still waits in the queue can be: the statement that cancels and the one that begins to
 * send name the same states, so exactly one of them happens.
 */
#include "gateway/events.h"
#include "gateway/send_inside.h"
#include "store/queue_store.h"

static enum rc
refuse(struct op *op, const struct message *message)
{
	return op_refuse(op, RC_CONFLICT, refusal_word(REFUSAL_NOT_CANCELLABLE),
			 "Only a queued or scheduled message can be cancelled; this one is %s",
			 message->status);
}

static bool
is_waiting(const struct message *message)
{
	return text_equal(message->status, "queued") || text_equal(message->status, "scheduled");
}

/* It was there a moment ago: say what it is by now. */
static enum rc
refuse_late(struct op *op, const char *id)
{
	struct message now = { 0 };

	op_forgive(op);
	TRY(gateway_find_message(op, &now, id));
	return refuse(op, &now);
}

enum rc
send_cancel_add(struct op *op, struct batch *batch, struct message *message, enum rc miss)
{
	struct instance instance = { 0 };

	message->status = "cancelled";
	message->cancelled_at = op->now;
	message->due_at.ms = 0;
	queue_store_cancel(batch, message, miss);
	TRY(send_instance_of(op, &instance, message));
	return event_record_message(op, batch, &instance, message, NULL);
}

enum rc
gateway_cancel_message(struct op *op, struct message *out, const char *ref)
{
	struct batch *batch = batch_new(op);
	struct message message = { 0 };
	enum rc rc;

	TRY(gateway_find_message(op, &message, ref));
	if (!is_waiting(&message))
		return refuse(op, &message);
	TRY(send_cancel_add(op, batch, &message, RC_CONFLICT));
	rc = db_commit(op, batch);
	if (rc == RC_CONFLICT)
		return refuse_late(op, message.id);
	TRY(rc);
	*out = message;
	return RC_OK;
}
