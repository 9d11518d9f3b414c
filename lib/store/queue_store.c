/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue_store - messages that wait for the worker
 *
 * Each number is a lane of its own, so that one with a million waiting costs the others nothing. A
 * claim is the change of the status itself: it names the states it may come from, so that of two
 * who want a message (a worker and a cancel, two workers) one gets it. The index of what is due
 * holds what is queued and nothing else: a message that is sent at once never enters it.
 */
#include "store/queue_store.h"

#define WAITING "m.due_at IS NOT NULL AND m.status IN ('queued', 'scheduled')"

/* Steps from lane to lane along the index, however many rows each has. */
static const struct stmt lanes = {
	"queue.lanes",
	SCOPE_SYSTEM,
	"WITH RECURSIVE lane (id, n) AS ("
	"SELECT (SELECT MIN(m.instance_id) FROM message m "
	"WHERE " WAITING " AND m.instance_id > $1), 1 "
	"UNION ALL SELECT (SELECT MIN(m.instance_id) FROM message m "
	"WHERE " WAITING " AND m.instance_id > lane.id), lane.n + 1 "
	"FROM lane WHERE lane.id IS NOT NULL AND lane.n <= $2) "
	"SELECT lane.id AS instance_id, (SELECT MIN(m.due_at) FROM message m "
	"WHERE " WAITING " AND m.instance_id = lane.id) AS due_at, "
	"CASE WHEN i.suspended_at IS NOT NULL THEN 1 ELSE 0 END AS suspended "
	"FROM lane LEFT JOIN instance i ON i.id = lane.id "
	"WHERE lane.id IS NOT NULL ORDER BY lane.n LIMIT $2",
};

static const struct stmt due = {
	"queue.due",
	SCOPE_SYSTEM,
	"SELECT m.id, m.log_id, m.account_id, m.recipient, m.status, m.due_at, "
	"(SELECT h.due_at FROM message h WHERE h.account_id = m.account_id "
	"AND h.instance_id = m.instance_id AND h.recipient = m.recipient "
	"AND h.status = 'queued' AND h.log_id < m.log_id ORDER BY h.log_id LIMIT 1) AS head_due_at "
	"FROM message m WHERE " WAITING " AND m.instance_id = $1 AND m.due_at <= $2 "
	"ORDER BY m.due_at, m.log_id LIMIT $3",
};

static const struct stmt pretending = {
	"queue.pretending",
	SCOPE_SYSTEM,
	"SELECT m.id, m.log_id, m.account_id, m.recipient, m.status, m.due_at, NULL AS head_due_at "
	"FROM message m WHERE m.due_at IS NOT NULL AND m.status IN ('sent', 'delivered') "
	"ORDER BY m.due_at LIMIT $1",
};

static const struct stmt begin = {
	"queue.begin",
	SCOPE_ACCOUNT,
	QUIET "UPDATE message SET status = $3, sending_until = $4, provider_id = $5, sent_at = $6, "
	      "due_at = $7 WHERE account_id = $1 AND id = $2 AND status IN ('queued', 'scheduled') "
	      "RETURNING log_id",
};

static const struct stmt put_off = {
	"queue.put_off",
	SCOPE_ACCOUNT,
	QUIET "UPDATE message SET status = 'queued', due_at = $4, sending_until = NULL, "
	      "attempts = attempts + $5 WHERE account_id = $1 AND id = $2 AND status = $3",
};

static const struct stmt fail = {
	"queue.fail",
	SCOPE_ACCOUNT,
	QUIET "UPDATE message SET status = 'failed', error_word = $3, error_title = $4, "
	      "error_details = $5, error_retryable = $6, failed_at = $7, due_at = NULL "
	      "WHERE account_id = $1 AND id = $2 AND status IN ('queued', 'scheduled')",
};

static const struct stmt cancel = {
	"queue.cancel",
	SCOPE_ACCOUNT,
	QUIET "UPDATE message SET status = 'cancelled', cancelled_at = $3, due_at = NULL "
	      "WHERE account_id = $1 AND id = $2 AND status IN ('queued', 'scheduled')",
};

static const struct stmt pretend = {
	"queue.pretend",
	SCOPE_ACCOUNT,
	QUIET "UPDATE message SET status = $4, delivered_at = $5, read_at = $6, due_at = $7 "
	      "WHERE account_id = $1 AND id = $2 AND status = $3 AND simulated = 1",
};

const struct stmt *const queue_store_stmts[] = {
	&lanes, &due, &pretending, &begin, &put_off, &fail, &cancel, &pretend, NULL,
};

static const struct shape lane_shape[] = {
	SHAPE(struct queue_lane, instance_id),
	SHAPE(struct queue_lane, due_at),
	SHAPE(struct queue_lane, suspended),
	SHAPE_END,
};

static const struct shape queued_shape[] = {
	SHAPE(struct queued, id),          SHAPE(struct queued, log_id),
	SHAPE(struct queued, account_id),  SHAPE(struct queued, recipient),
	SHAPE(struct queued, status),      SHAPE(struct queued, due_at),
	SHAPE(struct queued, head_due_at), SHAPE_END,
};

enum rc
queue_store_lanes(struct op *op, struct list *out, const char *after, int64_t limit)
{
	return db_all(op, out, sizeof(struct queue_lane), lane_shape, &lanes,
		      BINDS(bind_text(after), bind_int(limit)));
}

enum rc
queue_store_due(struct op *op, struct list *out, const char *instance_id, struct instant now,
		int64_t limit)
{
	return db_all(op, out, sizeof(struct queued), queued_shape, &due,
		      BINDS(bind_text(instance_id), bind_time(now), bind_int(limit)));
}

enum rc
queue_store_pretending(struct op *op, struct list *out, int64_t limit)
{
	return db_all(op, out, sizeof(struct queued), queued_shape, &pretending,
		      BINDS(bind_int(limit)));
}

int
queue_store_begin(struct batch *batch, const struct message *m)
{
	return batch_add(batch, &begin, EXPECT_ONE, RC_CONFLICT,
			 BINDS(bind_text(m->id), bind_text(m->status), bind_time(m->sending_until),
			       bind_text(m->provider_id), bind_time(m->sent_at),
			       bind_time(m->due_at)));
}

void
queue_store_put_off(struct batch *batch, const struct message *m, const char *from,
		    int64_t refusals)
{
	batch_add(
		batch, &put_off, EXPECT_ONE, RC_CONFLICT,
		BINDS(bind_text(m->id), bind_text(from), bind_time(m->due_at), bind_int(refusals)));
}

void
queue_store_fail(struct batch *batch, const struct message *m)
{
	batch_add(batch, &fail, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(m->id), bind_text(m->error_word), bind_text(m->error_title),
			bind_text(m->error_details), bind_bool(m->error_retryable),
			bind_time(m->failed_at)));
}

void
queue_store_cancel(struct batch *batch, const struct message *m, enum rc miss)
{
	batch_add(batch, &cancel, EXPECT_ONE, miss,
		  BINDS(bind_text(m->id), bind_time(m->cancelled_at)));
}

void
queue_store_pretend(struct batch *batch, const struct message *m, const char *from)
{
	batch_add(batch, &pretend, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(m->id), bind_text(from), bind_text(m->status),
			bind_time(m->delivered_at), bind_time(m->read_at), bind_time(m->due_at)));
}
