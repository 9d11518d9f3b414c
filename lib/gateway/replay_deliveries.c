/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay_deliveries - deliver again what has ended, many at once
 *
 * Counting and repeating both go along an index in steps of known cost, so that a hundred thousand
 * failed deliveries hold up neither a page nor the writer. How far a wish has come is part of the
 * batch that makes its deliveries due: a worker that dies in between has done a portion or not.
 */
#include "gateway/replay_deliveries.h"

#include "core/id_range.h"
#include "core/ids.h"
#include "gateway/endpoints.h"
#include "gateway/people.h"
#include "store/delivery_store.h"
#include "store/replay_store.h"

enum {
	PORTION = 200,       /* deliveries that a turn comes past */
	COUNT_MAX = 1000000, /* counted in the index alone */
	LOOK_MAX = 10000,    /* looked at one by one */
	RECENT_MAX = 5,
	ID_ROOM = 64
};

/* How long the worker takes it that none is running. */
#define IDLE_US (SECOND_MS * 1000)

/* ---- what is wished for ------------------------------------------------------------------ */

static enum rc
check_wish(struct op *op, struct replay *r, const struct replay_wish *wish)
{
	struct endpoint endpoint = { 0 };

	if (!replay_has_status(r->status))
		return op_refuse(op, RC_INPUT, "status",
				 "status is failed, blocked, delivered or all");
	if (r->until.ms <= r->since.ms)
		return op_refuse(op, RC_INPUT, "until", "until must be later than since");
	if (r->endpoint_id != NULL)
		TRY(gateway_find_endpoint(op, &endpoint, r->endpoint_id));
	return gateway_filter_instance(op, &r->instance_id, wish->instance);
}

enum rc
gateway_count_undelivered(struct op *op, int64_t *out, const char *endpoint_id, const char *status,
			  int64_t limit)
{
	const struct replay all = {
		.endpoint_id = endpoint_id,
		.status = status,
		.until = clock_after(op->now, MINUTE_MS),
		.reached = id_least(op, "dlv", (struct instant){ 0 }),
	};

	return replay_store_count(op, out, &all, limit);
}

/* Without a look at the deliveries themselves. */
static enum rc
count_in_index(struct op *op, struct replay *r)
{
	struct replay one = *r;
	const struct endpoint *rows;
	struct list endpoints;
	int64_t n;

	TRY(gateway_list_endpoints(op, &endpoints, NULL));
	rows = endpoints.rows;
	for (size_t i = 0; i < endpoints.n; i++) {
		if (r->endpoint_id != NULL && !text_equal(r->endpoint_id, rows[i].id))
			continue;
		one.endpoint_id = rows[i].id;
		TRY(replay_store_count(op, &n, &one, COUNT_MAX));
		r->found += n;
		r->found_more = r->found_more || n == COUNT_MAX;
	}
	return RC_OK;
}

static enum rc
count_by_looking(struct op *op, struct replay *r)
{
	const struct replay_row *rows;
	struct list list;

	TRY(replay_store_rows(op, &list, r, LOOK_MAX));
	rows = list.rows;
	for (size_t i = 0; i < list.n; i++)
		r->found += rows[i].wanted && replay_takes(r->status, rows[i].status);
	r->found_more = list.n == LOOK_MAX;
	return RC_OK;
}

static bool
is_in_index(const struct replay *r)
{
	return (text_equal(r->status, "failed") || text_equal(r->status, "blocked")) &&
	       r->instance_id == NULL && !r->only_tests;
}

enum rc
gateway_plan_replay(struct op *op, struct replay *out, const struct replay_wish *wish)
{
	struct replay plan = {
		.account_id = op->account_id,
		.endpoint_id = text_empty(wish->endpoint) ? NULL : wish->endpoint,
		.status = text_empty(wish->status) ? "failed" : wish->status,
		.state = "running",
		.only_tests = wish->only_tests,
		.since = wish->since,
		.until = wish->until.ms != 0 && wish->until.ms < op->now.ms ? wish->until : op->now,
		.created_by = op->actor,
		.created_at = op->now,
	};

	TRY(check_wish(op, &plan, wish));
	plan.reached = id_least(op, "dlv", plan.since);
	TRY(is_in_index(&plan) ? count_in_index(op, &plan) : count_by_looking(op, &plan));
	*out = plan;
	return RC_OK;
}

enum rc
gateway_begin_replay(struct op *op, struct replay *out, const struct replay_wish *wish)
{
	struct batch *batch = batch_new(op);
	struct replay replay;
	enum rc rc;

	TRY(gateway_plan_replay(op, &replay, wish));
	replay.id = id_new(op, "rpl");
	replay_store_insert(batch, &replay);
	audit_add(op, batch, "delivery.replay_many", replay.id,
		  arena_printf(op->arena, "%s of %s", replay.status,
			       replay.endpoint_id != NULL ? replay.endpoint_id : "all endpoints"));
	rc = db_commit(op, batch);
	if (rc == RC_CONFLICT) {
		op_forgive(op);
		return op_refuse(op, rc, "replay",
				 "A replay of these is running already: wait for its end or stop "
				 "it");
	}
	TRY(rc);
	*out = replay;
	return RC_OK;
}

enum rc
gateway_find_replay(struct op *op, struct replay *out, const char *id)
{
	enum rc rc = replay_store_get(op, out, id);

	return rc == RC_MISSING ? op_fail(op, rc, "There is no replay %s", id) : rc;
}

enum rc
gateway_stop_replay(struct op *op, const char *id)
{
	struct batch *batch = batch_new(op);
	struct replay replay = { 0 };
	enum rc rc;

	TRY(gateway_find_replay(op, &replay, id));
	replay_store_stop(batch, id, op->now);
	audit_add(op, batch, "delivery.replay_stop", id, NULL);
	rc = db_commit(op, batch);
	return rc == RC_CONFLICT ? op_fail(op, rc, "%s is over already", id) : rc;
}

enum rc
gateway_recent_replays(struct op *op, struct list *out)
{
	return replay_store_recent(op, out, clock_after(op->now, -DAY_MS), RECENT_MAX);
}

/* ---- what is done ------------------------------------------------------------------------ */

/* The worker's thread alone touches it: whose turn it was, and until when nobody wants one. */
static struct {
	char after[ID_ROOM];
	int64_t idle_until_us;
} circle;

/* Ids of one millisecond are in no order; the places in their lanes are. */
static int
by_record(const void *a, const void *b)
{
	const struct replay_row *one = a, *other = b;
	struct instant at = id_time(one->id), then = id_time(other->id);

	if (at.ms != then.ms)
		return at.ms < then.ms ? -1 : 1;
	return one->seq < other->seq ? -1 : one->seq > other->seq;
}

/* A full portion ends between two milliseconds, where there are two in it. */
static size_t
whole_of(const struct replay_row *rows, size_t n)
{
	size_t whole = n;

	while (whole > 0 && id_time(rows[whole - 1].id).ms == id_time(rows[n - 1].id).ms)
		whole--;
	return n < PORTION || whole == 0 ? n : whole;
}

/* Make due what is wanted of them; how many. */
static int64_t
make_due(struct op *op, struct batch *batch, const struct replay *r, struct replay_row *rows,
	 size_t n)
{
	int64_t due = 0;

	qsort(rows, n, sizeof(*rows), by_record);
	for (size_t i = 0; i < n; i++) {
		if (!rows[i].wanted || !replay_takes(r->status, rows[i].status))
			continue;
		delivery_store_replay(batch, rows[i].id, rows[i].status, op->now,
				      DELIVERY_HOLDS_MS);
		due++;
	}
	return due;
}

static enum rc
advance(struct op *op, const struct replay *r, int64_t *n)
{
	struct batch *batch = batch_new(op);
	struct replay_row *rows;
	const char *reached = r->reached;
	struct list list;
	size_t whole;
	int64_t due;
	enum rc rc;

	op->account_id = r->account_id;
	TRY(replay_store_rows(op, &list, r, PORTION));
	rows = arena_array(op->arena, list.n + 1, sizeof(*rows));
	memcpy(rows, list.rows, list.n * sizeof(*rows));
	whole = whole_of(rows, list.n);
	if (whole > 0)
		reached = rows[whole - 1].id;
	due = make_due(op, batch, r, rows, whole);
	replay_store_step(batch, r, reached, due, list.n < PORTION ? "done" : "running", op->now);
	rc = db_commit(op, batch);
	/* It was stopped meanwhile. */
	if (rc == RC_CONFLICT) {
		op_forgive(op);
		return RC_OK;
	}
	TRY(rc);
	*n = (int64_t)whole;
	return RC_OK;
}

/* The next whose turn it is; RC_MISSING: none is running. */
static enum rc
find_next(struct op *op, struct replay *out)
{
	enum rc rc = replay_store_next(op, out, circle.after);

	if (rc == RC_MISSING && circle.after[0] != '\0') {
		op_forgive(op);
		rc = replay_store_next(op, out, "");
	}
	return rc;
}

enum rc
gateway_replay_turn(struct op *op, int64_t *n, int64_t *next_ms)
{
	struct replay replay = { 0 };
	enum rc rc;

	if (clock_elapsed_us() < circle.idle_until_us)
		return RC_OK;
	rc = find_next(op, &replay);
	if (rc == RC_MISSING) {
		op_forgive(op);
		circle.idle_until_us = clock_elapsed_us() + IDLE_US;
		return RC_OK;
	}
	TRY(rc);
	snprintf(circle.after, sizeof(circle.after), "%s", replay.id);
	*next_ms = 0;
	return advance(op, &replay, n);
}
