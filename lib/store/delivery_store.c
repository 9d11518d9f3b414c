/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery_store - events on their way to endpoints, as the worker sees them
 *
 * Order within a conversation is kept by due times: a delivery that is recorded behind an open one
 * of its lane becomes due only when that one is ten minutes old, unless that one is done before and
 * passes the turn on. Where nothing could start for longer than that (no worker, a slow endpoint),
 * whoever has a predecessor that has not been tried is put behind it again. So a claim reads little
 * more than it takes, and a lane with a hundred thousand waiting costs nothing.
 */
#include "store/delivery_store.h"

#include "store/delivery_columns.h"
#include "store/delivery_walk.h"

/* $8 is the time for which a predecessor holds it back. One that has a predecessor is never due
 * at the very time of its recording, see BEHIND. */
static const struct stmt insert = {
	"delivery.insert",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO delivery (account_id, id, event_id, event, endpoint_id, lane, status, "
	      "created_at, instance_id, seq, due_at) "
	      "SELECT $1, $2, $3, $4, $5, $6, 'pending', $7, $10, COALESCE(p.seq, 0) + 1, "
	      "CASE WHEN p.created_at + $8 > $9 THEN p.created_at + $8 "
	      "WHEN p.seq IS NOT NULL THEN $9 + 1 ELSE $9 END "
	      "FROM (SELECT 1 AS one) AS only LEFT JOIN delivery p ON p.id = "
	      "(SELECT q.id FROM delivery q WHERE q.endpoint_id = $5 AND q.lane = $6 "
	      "AND q.status IN ('pending', 'sending') ORDER BY q.seq DESC LIMIT 1)",
};

/* Every step is a row, so that whoever reads on after the last one passes nobody over. */
static const struct stmt due = {
	"delivery.due",
	SCOPE_SYSTEM,
	BUSY "SELECT busy.id AS endpoint_id, " EARLIEST("0") " AS first_at, " EARLIEST(
		"1") " AS again_at, e.held_until "
		     "FROM busy JOIN endpoint e ON e.id = busy.id ORDER BY busy.n LIMIT $2",
};

/* Is one of its conversation before it that, like itself, has not had its first attempt (since the
 * last replay) to the end? One whose due time is that of its recording was the first. What is laid
 * aside holds nobody back. */
#define BEHIND                                                                           \
	"(w.due_at <> w.created_at AND w.attempts = w.replayed_after "                   \
	"AND EXISTS (SELECT 1 FROM delivery p WHERE "                                    \
	"p.endpoint_id = $1 AND p.lane = w.lane AND p.status IN ('pending', 'sending') " \
	"AND p.seq < w.seq AND p.queue < 2 AND p.attempts = p.replayed_after))"

/* It looks at a few more than it takes, and not at all those that stand behind others. */
static const struct stmt claim = {
	"delivery.claim",
	SCOPE_SYSTEM,
	QUIET "UPDATE delivery SET status = 'sending', lease_until = $4, lease_by = $5 "
	      "WHERE status = 'pending' AND id IN (SELECT w.id " WINDOW(
		      "$6 + 8") "WHERE NOT " BEHIND " AND ($7 = 0 OR NOT " SUSPENDED ") AND EXISTS "
				"(SELECT 1 FROM endpoint e WHERE e.id = $1 AND e.enabled = 1) "
				"ORDER BY w.due_at, w.id LIMIT $6) RETURNING " DELIVERY_COLUMNS,
};

static const struct stmt line_up = {
	"delivery.line_up",
	SCOPE_SYSTEM,
	QUIET "UPDATE delivery SET due_at = $3 + $5 WHERE status = 'pending' "
	      "AND id IN (SELECT w.id " WINDOW("$4") "WHERE " BEHIND ")",
};

static const struct stmt settle = {
	"delivery.settle",
	SCOPE_SYSTEM,
	QUIET "UPDATE delivery SET status = $3, attempts = $4, due_at = $5, done_at = $6, "
	      "last_status = $7, last_ms = $8, last_error = $9, replayed_after = $10, queue = $11, "
	      "lease_until = NULL, lease_by = NULL "
	      "WHERE id = $1 AND status = 'sending' AND lease_until = $2",
};

static const struct stmt attempt = {
	"delivery.attempt",
	SCOPE_SYSTEM,
	QUIET
	"INSERT INTO attempt (delivery_id, number, account_id, at, status, ms, excerpt, error, "
	"slow) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
};

/* One that was tried before keeps to its own schedule, which a replay begins anew. */
static const struct stmt promote = {
	"delivery.promote",
	SCOPE_SYSTEM,
	QUIET
	"UPDATE delivery SET due_at = $4 WHERE status = 'pending' AND attempts = replayed_after "
	"AND due_at > $4 AND id = (SELECT q.id FROM delivery q "
	"WHERE q.endpoint_id = $1 AND q.lane = $2 AND q.status IN ('pending', 'sending') "
	"AND q.seq > $3 ORDER BY q.seq LIMIT 1)",
};

static const struct stmt reap = {
	"delivery.reap",
	SCOPE_SYSTEM,
	QUIET
	"UPDATE delivery SET status = 'pending', due_at = $1, lease_until = NULL, lease_by = NULL "
	"WHERE status = 'sending' AND lease_until <= $1",
};

static const struct stmt recover = {
	"delivery.recover",
	SCOPE_SYSTEM,
	QUIET
	"UPDATE delivery SET status = 'pending', due_at = $2, lease_until = NULL, lease_by = NULL "
	"WHERE status = 'sending' AND lease_until IS NOT NULL AND lease_by = $1",
};

const struct stmt *const delivery_store_stmts[] = {
	&insert, &due, &claim, &line_up, &settle, &attempt, &promote, &reap, &recover, NULL,
};

static const struct shape due_shape[] = {
	SHAPE(struct due_endpoint, endpoint_id),
	SHAPE(struct due_endpoint, first_at),
	SHAPE(struct due_endpoint, again_at),
	SHAPE(struct due_endpoint, held_until),
	SHAPE_END,
};

void
delivery_store_insert(struct batch *batch, const struct delivery *d)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text(d->id), bind_text(d->event_id), bind_text(d->event),
			bind_text(d->endpoint_id), bind_text(d->lane), bind_time(d->created_at),
			bind_int(DELIVERY_HOLDS_MS), bind_time(d->due_at),
			bind_text(d->instance_id)));
}

enum rc
delivery_store_due(struct op *op, struct list *out, const char *after, int64_t limit)
{
	return db_all(op, out, sizeof(struct due_endpoint), due_shape, &due,
		      BINDS(bind_text(after), bind_int(limit)));
}

int
delivery_store_claim(struct batch *batch, const struct delivery_claim *c)
{
	return batch_add(batch, &claim, EXPECT_ANY, RC_OK,
			 BINDS(bind_text(c->endpoint_id), bind_int(c->queue), bind_time(c->now),
			       bind_time(c->lease_until), bind_text(c->by), bind_int(c->limit),
			       bind_bool(c->partly_suspended)));
}

void
delivery_store_line_up(struct batch *batch, const char *endpoint_id, enum delivery_queue queue,
		       struct instant now, int64_t limit)
{
	batch_add(batch, &line_up, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(endpoint_id), bind_int(queue), bind_time(now), bind_int(limit),
			bind_int(DELIVERY_HOLDS_MS)));
}

enum rc
delivery_store_claimed(struct op *op, const struct batch *batch, int index, struct list *out)
{
	return batch_rows(op, batch, index, out, sizeof(struct delivery), delivery_shape);
}

void
delivery_store_settle(struct batch *batch, const struct delivery *d)
{
	batch_add(batch, &settle, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(d->id), bind_time(d->lease_until), bind_text(d->status),
			bind_int(d->attempts), bind_int(d->due_at.ms), bind_time(d->done_at),
			d->last_status == 0 ? bind_null() : bind_int(d->last_status),
			bind_int(d->last_ms), bind_text(d->last_error), bind_int(d->replayed_after),
			bind_int(d->queue)));
}

void
delivery_store_attempt(struct batch *batch, const struct attempt *a)
{
	batch_add(batch, &attempt, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(a->delivery_id), bind_int(a->number), bind_text(a->account_id),
			bind_time(a->at), a->status == 0 ? bind_null() : bind_int(a->status),
			bind_int(a->ms), bind_text(a->excerpt), bind_text(a->error),
			bind_bool(a->slow)));
}

void
delivery_store_promote(struct batch *batch, const struct delivery *d, struct instant now)
{
	batch_add(batch, &promote, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(d->endpoint_id), bind_text(d->lane), bind_int(d->seq),
			bind_time(now)));
}

void
delivery_store_reap(struct batch *batch, struct instant now)
{
	batch_add(batch, &reap, EXPECT_ANY, RC_OK, BINDS(bind_time(now)));
}

void
delivery_store_recover(struct batch *batch, const char *by, struct instant now)
{
	batch_add(batch, &recover, EXPECT_ANY, RC_OK, BINDS(bind_text(by), bind_time(now)));
}
