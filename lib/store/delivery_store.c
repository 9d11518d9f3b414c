/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery_store - events on their way to endpoints, as the worker sees them
 *
 * Order within a conversation is kept by due times: a delivery that is recorded behind an open one
 * of its lane becomes due only when that one is ten minutes old, unless that one is done before and
 * passes the turn on. So whatever is due may start, a claim reads only what it takes, and a lane
 * with a hundred thousand waiting costs nothing.
 */
#include "store/delivery_store.h"

#include "store/delivery_columns.h"

/* $8 is the time for which a predecessor holds it back. */
static const struct stmt insert = {
	"delivery.insert",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO delivery (account_id, id, event_id, event, endpoint_id, lane, status, "
	      "created_at, seq, due_at) "
	      "SELECT $1, $2, $3, $4, $5, $6, 'pending', $7, COALESCE(p.seq, 0) + 1, "
	      "CASE WHEN p.created_at + $8 > $9 THEN p.created_at + $8 ELSE $9 END "
	      "FROM (SELECT 1 AS one) AS only LEFT JOIN delivery p ON p.id = "
	      "(SELECT q.id FROM delivery q WHERE q.endpoint_id = $5 AND q.lane = $6 "
	      "AND q.status IN ('pending', 'sending') ORDER BY q.seq DESC LIMIT 1)",
};

/* Steps from endpoint to endpoint along the index, however many rows each has. */
#define BUSY                                                                   \
	"WITH RECURSIVE busy (id, n) AS ("                                     \
	"SELECT (SELECT MIN(d.endpoint_id) FROM delivery d "                   \
	"WHERE d.status = 'pending' AND d.endpoint_id > $1), 1 "               \
	"UNION ALL SELECT (SELECT MIN(d.endpoint_id) FROM delivery d "         \
	"WHERE d.status = 'pending' AND d.endpoint_id > busy.id), busy.n + 1 " \
	"FROM busy WHERE busy.id IS NOT NULL AND busy.n <= $2) "

#define FIRST_DUE                                      \
	"(SELECT MIN(d.due_at) FROM delivery d WHERE " \
	"d.status = 'pending' AND d.endpoint_id = busy.id)"

static const struct stmt due = {
	"delivery.due",
	SCOPE_SYSTEM,
	BUSY "SELECT busy.id AS endpoint_id, " FIRST_DUE " AS due_at "
	     "FROM busy JOIN endpoint e ON e.id = busy.id "
	     "WHERE e.enabled = 1 OR e.deleted_at IS NOT NULL ORDER BY busy.n LIMIT $2",
};

static const struct stmt oldest_due = {
	"delivery.oldest_due",
	SCOPE_SYSTEM,
	BUSY "SELECT MIN(" FIRST_DUE ") FROM busy JOIN endpoint e ON e.id = busy.id "
	     "WHERE e.enabled = 1",
};

static const struct stmt claim = {
	"delivery.claim",
	SCOPE_SYSTEM,
	QUIET "UPDATE delivery SET status = 'sending', lease_until = $3, lease_by = $4 "
	      "WHERE status = 'pending' AND id IN (SELECT d.id FROM delivery d "
	      "WHERE d.endpoint_id = $1 AND d.status = 'pending' AND d.due_at <= $2 AND EXISTS "
	      "(SELECT 1 FROM endpoint e WHERE e.id = $1 AND e.enabled = 1) "
	      "ORDER BY d.due_at, d.id LIMIT $5) RETURNING " DELIVERY_COLUMNS,
};

static const struct stmt settle = {
	"delivery.settle",
	SCOPE_SYSTEM,
	QUIET
	"UPDATE delivery SET status = $3, attempts = $4, due_at = $5, done_at = $6, "
	"last_status = $7, last_ms = $8, last_error = $9, lease_until = NULL, lease_by = NULL "
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

static const struct stmt abandon = {
	"delivery.abandon",
	SCOPE_SYSTEM,
	QUIET "UPDATE delivery SET status = 'failed', done_at = $2, last_error = $3 "
	      "WHERE status = 'pending' AND id IN (SELECT d.id FROM delivery d "
	      "WHERE d.endpoint_id = $1 AND d.status = 'pending' ORDER BY d.due_at LIMIT $4)",
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
	&insert,  &due,     &oldest_due, &claim,   &settle, &attempt,
	&promote, &abandon, &reap,       &recover, NULL,
};

static const struct shape due_shape[] = {
	SHAPE(struct due_endpoint, endpoint_id),
	SHAPE(struct due_endpoint, due_at),
	SHAPE_END,
};

void
delivery_store_insert(struct batch *batch, const struct delivery *d)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text(d->id), bind_text(d->event_id), bind_text(d->event),
			bind_text(d->endpoint_id), bind_text(d->lane), bind_time(d->created_at),
			bind_int(DELIVERY_HOLDS_MS), bind_time(d->due_at)));
}

enum rc
delivery_store_due(struct op *op, struct list *out, const char *after, int64_t limit)
{
	return db_all(op, out, sizeof(struct due_endpoint), due_shape, &due,
		      BINDS(bind_text(after), bind_int(limit)));
}

enum rc
delivery_store_oldest_due(struct op *op, struct instant *out, struct instant now)
{
	enum { ENDPOINTS = 10000 };
	int64_t ms;

	TRY(db_number(op, &ms, &oldest_due, BINDS(bind_text(""), bind_int(ENDPOINTS))));
	out->ms = ms <= now.ms ? ms : 0;
	return RC_OK;
}

int
delivery_store_claim(struct batch *batch, const char *endpoint_id, struct instant now,
		     struct instant lease_until, const char *by, int64_t limit)
{
	return batch_add(batch, &claim, EXPECT_ANY, RC_OK,
			 BINDS(bind_text(endpoint_id), bind_time(now), bind_time(lease_until),
			       bind_text(by), bind_int(limit)));
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
			bind_int(d->last_ms), bind_text(d->last_error)));
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
delivery_store_abandon(struct batch *batch, const char *endpoint_id, struct instant now,
		       const char *why, int64_t limit)
{
	batch_add(batch, &abandon, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(endpoint_id), bind_time(now), bind_text(why), bind_int(limit)));
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
