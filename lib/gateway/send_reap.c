/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_reap - what dead processes and lost answers leave behind
 *
 * A message still in `sending` after its time has lost its process: the provider may or may not
 * have it, so it becomes unknown. An unknown one for which no status came within a day is not
 * waited for any longer. Both are told to the customer; neither is ever sent again.
 */
#include "core/crash_point.h"
#include "gateway/events.h"
#include "gateway/read_overview.h"
#include "gateway/send_inside.h"
#include "store/message_store.h"

enum { REAP_AT_ONCE = 100 };

typedef void reap_change(struct op *op, struct batch *batch, struct message *message);

static void
lose(struct op *op, struct batch *batch, struct message *message)
{
	message->status = "unknown";
	message->error_title = "Outcome unknown";
	message->error_details = "The gateway's process ended before the provider's answer came";
	message->unknown_until = clock_after(op->now, UNKNOWN_WAIT_MS);
	message_store_settle(batch, message);
	count_add(op, batch, message->account_id, message->status, 1);
}

static void
finish(struct op *op, struct batch *batch, struct message *message)
{
	(void)op;
	message->error_title = "Outcome unknown";
	message->error_details = "No status came within 24 hours; the outcome stays unknown";
	message_store_give_up(batch, message);
}

static enum rc
build(struct op *op, struct batch **out, const struct message *before, reap_change *change)
{
	struct message message = *before;
	struct instance instance = { 0 };

	op->account_id = message.account_id;
	*out = batch_new(op);
	change(op, *out, &message);
	TRY(send_instance_of(op, &instance, &message));
	return event_record_message(op, *out, &instance, &message, NULL);
}

/* Each on its own: one that moved on meanwhile (RC_CONFLICT) is nobody's trouble. */
static enum rc
reap(struct op *op, const struct list *messages, reap_change *change, int64_t *n)
{
	struct batch *batches[REAP_AT_ONCE];
	enum rc rcs[REAP_AT_ONCE];
	const struct message *rows = messages->rows;

	expect(messages->n <= REAP_AT_ONCE);
	if (messages->n == 0)
		return RC_OK;
	for (size_t i = 0; i < messages->n; i++)
		TRY(build(op, &batches[i], &rows[i], change));
	CRASH_POINT("reap.decided");
	db_commit_all(op, batches, messages->n, rcs);
	CRASH_POINT("reap.settled");
	for (size_t i = 0; i < messages->n; i++) {
		if (rcs[i] == RC_OK)
			++*n;
		else if (rcs[i] != RC_CONFLICT)
			return op_fail(op, rcs[i], "%s", batch_why(batches[i]));
	}
	return RC_OK;
}

enum rc
gateway_reap_sends(struct op *op, int64_t *n)
{
	const char *account_id = op->account_id;
	struct list orphans = { 0 }, undecided = { 0 };
	int64_t reaped = 0;
	enum rc rc;

	TRY(message_store_orphans(op, &orphans, op->now, REAP_AT_ONCE));
	TRY(message_store_undecided(op, &undecided, op->now, REAP_AT_ONCE));
	rc = reap(op, &orphans, lose, &reaped);
	if (rc == RC_OK)
		rc = reap(op, &undecided, finish, &reaped);
	op->account_id = account_id;
	TRY(rc);
	*n = reaped;
	return RC_OK;
}
