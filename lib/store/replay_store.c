/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay_store - wishes to deliver again, and the deliveries that they are about
 *
 * A portion is so many rows along the index that fits the wish, wanted or not: so its cost is
 * known, and where it ended is a place to go on from.
 */
#include "store/replay_store.h"

#include "core/id_range.h"

#define COLUMNS                                                                        \
	"id, account_id, endpoint_id, instance_id, only_tests, status, since, until, " \
	"reached, state, found, found_more, replayed, created_by, created_at, done_at"

static const struct stmt insert = {
	"replay.insert",
	SCOPE_ACCOUNT,
	QUIET
	"INSERT INTO replay (account_id, id, endpoint_id, instance_id, only_tests, status, since, "
	"until, reached, state, found, found_more, created_by, created_at) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'running', $10, $11, $12, $13)",
};

static const struct stmt stop = {
	"replay.stop",
	SCOPE_ACCOUNT,
	QUIET "UPDATE replay SET state = 'stopped', done_at = $3 "
	      "WHERE account_id = $1 AND id = $2 AND state = 'running'",
};

static const struct stmt get = {
	"replay.get",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM replay WHERE account_id = $1 AND id = $2",
};

static const struct stmt recent = {
	"replay.recent",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM replay WHERE account_id = $1 AND id >= $2 "
	"ORDER BY id DESC LIMIT $3",
};

static const struct stmt next = {
	"replay.next",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM replay WHERE state = 'running' AND id > $1 ORDER BY id LIMIT 1",
};

static const struct stmt step = {
	"replay.step",
	SCOPE_SYSTEM,
	QUIET "UPDATE replay SET reached = $3, replayed = replayed + $4, state = $5, done_at = $6 "
	      "WHERE id = $1 AND reached = $2 AND state = 'running'",
};

#define UNDELIVERED "status IN ('failed', 'blocked') AND status = $5"

/* $2, $3: the ids between which they are, $4: how many, $5: the status, $6: the endpoint, $7, $8:
 * whose events. What is deleted is delivered to no more. */
#define ROWS(noun, lead)                                                                         \
	{                                                                                        \
		"replay." noun, SCOPE_ACCOUNT,                                                   \
			"SELECT d.id, d.status, d.seq, CASE WHEN ($5 = 'all' OR d.status = $5) " \
			"AND EXISTS (SELECT 1 FROM endpoint n WHERE n.id = d.endpoint_id "       \
			"AND n.deleted_at IS NULL AND (CAST($6 AS TEXT) IS NULL OR n.id = $6)) " \
			"AND (CAST($7 AS TEXT) IS NULL OR d.instance_id = $7) "                  \
			"AND ($8 = 0 OR EXISTS (SELECT 1 FROM event e "                          \
			"WHERE e.id = d.event_id AND e.test = 1)) THEN 1 ELSE 0 END AS wanted "  \
			"FROM delivery d WHERE d.account_id = $1 " lead                          \
			"AND d.id > $2 AND d.id < $3 ORDER BY d.id LIMIT $4"                     \
	}

static const struct stmt rows_of_all = ROWS("rows", "");
static const struct stmt rows_of_endpoint = ROWS("rows_of_endpoint", "AND d.endpoint_id = $6 ");
static const struct stmt rows_with_status = ROWS("rows_with_status", "AND d.status = $5 ");
static const struct stmt rows_undelivered =
	ROWS("rows_undelivered", "AND d.endpoint_id = $6 AND d.status IN ('failed', 'blocked') "
				 "AND d.status = $5 ");

static const struct stmt count = {
	"replay.count",
	SCOPE_ACCOUNT,
	"SELECT COUNT(*) FROM (SELECT 1 FROM delivery WHERE account_id = $1 "
	"AND endpoint_id = $6 AND " UNDELIVERED " AND id > $2 AND id < $3 LIMIT $4) AS some",
};

const struct stmt *const replay_store_stmts[] = {
	&insert,
	&stop,
	&get,
	&recent,
	&next,
	&step,
	&rows_of_all,
	&rows_of_endpoint,
	&rows_with_status,
	&rows_undelivered,
	&count,
	NULL,
};

static const struct shape row_shape[] = {
	SHAPE(struct replay_row, id),
	SHAPE(struct replay_row, status),
	SHAPE(struct replay_row, seq),
	SHAPE(struct replay_row, wanted),
	SHAPE_END,
};

void
replay_store_insert(struct batch *batch, const struct replay *r)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text(r->id), bind_text(r->endpoint_id), bind_text(r->instance_id),
			bind_bool(r->only_tests), bind_text(r->status), bind_time(r->since),
			bind_time(r->until), bind_text(r->reached), bind_int(r->found),
			bind_bool(r->found_more), bind_text(r->created_by),
			bind_time(r->created_at)));
	batch_wakes_worker(batch);
}

void
replay_store_stop(struct batch *batch, const char *id, struct instant now)
{
	batch_add(batch, &stop, EXPECT_ONE, RC_CONFLICT, BINDS(bind_text(id), bind_time(now)));
}

enum rc
replay_store_get(struct op *op, struct replay *out, const char *id)
{
	return db_one(op, out, replay_shape, &get, BINDS(bind_text(id)));
}

enum rc
replay_store_recent(struct op *op, struct list *out, struct instant since, int64_t limit)
{
	return db_all(op, out, sizeof(struct replay), replay_shape, &recent,
		      BINDS(bind_text(id_least(op, "rpl", since)), bind_int(limit)));
}

static bool
is_undelivered(const struct replay *r)
{
	return text_equal(r->status, "failed") || text_equal(r->status, "blocked");
}

/* The statement whose index fits. */
static const struct stmt *
narrowest(const struct replay *r)
{
	if (r->endpoint_id != NULL)
		return is_undelivered(r) ? &rows_undelivered : &rows_of_endpoint;
	return text_equal(r->status, "all") ? &rows_of_all : &rows_with_status;
}

enum rc
replay_store_rows(struct op *op, struct list *out, const struct replay *r, int64_t limit)
{
	return db_all(op, out, sizeof(struct replay_row), row_shape, narrowest(r),
		      BINDS(bind_text(r->reached), bind_text(id_least(op, "dlv", r->until)),
			    bind_int(limit), bind_text(r->status), bind_text(r->endpoint_id),
			    bind_text(r->instance_id), bind_bool(r->only_tests)));
}

enum rc
replay_store_count(struct op *op, int64_t *out, const struct replay *r, int64_t limit)
{
	return db_number(op, out, &count,
			 BINDS(bind_text(r->reached), bind_text(id_least(op, "dlv", r->until)),
			       bind_int(limit), bind_text(r->status), bind_text(r->endpoint_id)));
}

enum rc
replay_store_next(struct op *op, struct replay *out, const char *after)
{
	return db_one(op, out, replay_shape, &next, BINDS(bind_text(after)));
}

void
replay_store_step(struct batch *batch, const struct replay *r, const char *reached, int64_t n,
		  const char *state, struct instant now)
{
	bool runs = text_equal(state, "running");

	batch_add(batch, &step, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(r->id), bind_text(r->reached), bind_text(reached), bind_int(n),
			bind_text(state), runs ? bind_null() : bind_time(now)));
}
