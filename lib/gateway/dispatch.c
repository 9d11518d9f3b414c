/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch - the worker's turns at the queue of messages
 *
 * A turn takes what the provider has answered, then what is due, and commits for all of them
 * together, phase by phase, until each waits for the provider or has ended. Slots are shared out
 * evenly among the numbers that have something due, and one number gets a quarter of them at most,
 * so that nobody waits for somebody else's trouble. A worker that dies leaves what it had begun in
 * `sending`: the provider may have it, so it becomes unknown and is never sent again.
 */
#include "core/crash_point.h"
#include "core/settings.h"
#include "gateway/dispatch_inside.h"
#include "gateway/doorbell.h"
#include "store/state_store.h"

enum {
	HANDS_MAX = 128, /* messages in hand in a turn */
	LANES_MAX = 256, /* numbers in one turn; the others have theirs in the next */
	LANE_PART = 4,   /* one number has at most this part of all slots */
	ID_ROOM = 64
};

/* Under way in this process; the worker's thread alone touches them. */
static struct {
	struct dispatch *first;
	int64_t count, over;
	char after[ID_ROOM]; /* where the last turn's look along the lanes ended */
	size_t rotation;     /* who comes first when slots are short */
} air;

struct turn {
	struct op *op;
	struct dispatch *hands[HANDS_MAX];
	size_t n;
	int64_t started, settled, next_due_ms;
	enum rc rc; /* the first trouble of our own */
};

int64_t
gateway_dispatch_pending(void)
{
	return air.count;
}

/* ---- in hand ----------------------------------------------------------------------------- */

static void
call_over(struct net_call *call, void *arg)
{
	struct dispatch *d = arg;

	(void)call;
	d->over = true;
	air.over++;
	gateway_rouse();
}

static void
go_on(struct dispatch *d, enum rc rc)
{
	d->wants = d->work->then(d->work, rc);
	db_rest(d->op);
}

static void
end(struct turn *t, struct dispatch *d)
{
	CRASH_POINT("dispatch.ended");
	if (d->work->rest_until.ms != 0)
		dispatch_rest(d->row.instance_id, d->work->rest_until);
	if (d->send.refusal == REFUSAL_BUSY && t->rc == RC_OK)
		t->rc = op_fail(t->op, RC_BUSY, "%s", d->op->why);
	op_end(d->op);
}

static void
submit(struct dispatch *d)
{
	CRASH_POINT("dispatch.claimed");
	d->next = air.first;
	air.first = d;
	air.count++;
	net_submit(&d->work->call, call_over, d);
}

/* Those that want no commit leave the turn's hands. */
static void
sort_out(struct turn *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n; i++) {
		struct dispatch *d = t->hands[i];

		if (d->wants == NEXT_COMMIT)
			t->hands[kept++] = d;
		else if (d->wants == NEXT_CALL)
			submit(d);
		else
			end(t, d);
	}
	t->n = kept;
}

/* Each on its own, all in one commit, until everybody waits for the provider or has ended. */
static void
commit_all(struct turn *t)
{
	struct batch *batches[HANDS_MAX];
	enum rc rcs[HANDS_MAX];

	for (sort_out(t); t->n > 0; sort_out(t)) {
		for (size_t i = 0; i < t->n; i++)
			batches[i] = t->hands[i]->work->batch;
		CRASH_POINT("dispatch.decided");
		db_commit_all(t->op, batches, t->n, rcs);
		CRASH_POINT("dispatch.committed");
		for (size_t i = 0; i < t->n; i++)
			go_on(t->hands[i], rcs[i]);
	}
}

/* ---- answered ---------------------------------------------------------------------------- */

static void
take_answered(struct turn *t)
{
	struct dispatch **at = &air.first, *d;

	while ((d = *at) != NULL && air.over > 0 && t->n < HANDS_MAX) {
		if (!d->over) {
			at = &d->next;
			continue;
		}
		*at = d->next;
		air.count--;
		air.over--;
		CRASH_POINT("dispatch.answered");
		go_on(d, RC_OK);
		t->hands[t->n++] = d;
		t->settled++;
	}
}

/* ---- due --------------------------------------------------------------------------------- */

static int64_t
under_way_of(const char *instance_id)
{
	int64_t n = 0;

	for (const struct dispatch *d = air.first; d != NULL; d = d->next)
		n += text_equal(d->row.instance_id, instance_id);
	return n;
}

/* The lanes that may start something now, in *out. */
static enum rc
find_lanes(struct turn *t, struct lane *out, size_t *n)
{
	int64_t most = settings()->send_in_flight / LANE_PART;
	const struct queue_lane *rows;
	struct list found;

	TRY(queue_store_lanes(t->op, &found, air.after, LANES_MAX));
	rows = found.rows;
	*n = 0;
	for (size_t i = 0; i < found.n; i++) {
		struct instant rests = dispatch_rests_until(rows[i].instance_id, t->op->now);
		struct lane lane = { .instance_id = rows[i].instance_id };

		if (rows[i].suspended)
			continue;
		lane.room = most - under_way_of(lane.instance_id);
		if (rests.ms != 0 || rows[i].due_at.ms > t->op->now.ms)
			gateway_due(&t->next_due_ms, t->op->now,
				    rests.ms != 0 ? rests : rows[i].due_at);
		else if (lane.room > 0)
			out[(*n)++] = lane;
	}
	air.after[0] = '\0';
	if (found.n == LANES_MAX)
		snprintf(air.after, sizeof(air.after), "%s", rows[found.n - 1].instance_id);
	return RC_OK;
}

static enum rc
start(struct turn *t, const struct picked *picked)
{
	for (size_t i = 0; i < picked->n; i++) {
		struct dispatch *d;

		TRY(dispatch_new(t->op, &d, picked->rows[i]));
		if (d == NULL)
			continue;
		t->hands[t->n++] = d;
		t->started++;
	}
	return RC_OK;
}

/* Its part of the free slots, which so many lanes still wait for. */
static int64_t
share_of(const struct lane *lane, int64_t slots, size_t waiting)
{
	int64_t share = slots / (int64_t)waiting;

	if (share == 0 && slots > 0)
		share = 1;
	return share < lane->room ? share : lane->room;
}

static enum rc
start_lanes(struct turn *t, struct lane *lanes, size_t n)
{
	int64_t free = settings()->send_in_flight - air.count;
	int64_t slots = free < HANDS_MAX ? free : HANDS_MAX;
	struct picked picked;

	air.rotation++;
	for (size_t i = 0; i < n && slots > 0; i++) {
		struct lane *lane = &lanes[(air.rotation + i) % n];

		lane->share = share_of(lane, slots, n - i);
		TRY(dispatch_pick(t->op, &picked, lane, air.first));
		TRY(start(t, &picked));
		slots -= (int64_t)picked.n;
		if (picked.wait.ms != 0)
			gateway_due(&t->next_due_ms, t->op->now, picked.wait);
		if (picked.more && (int64_t)picked.n < lane->room)
			gateway_due(&t->next_due_ms, t->op->now, t->op->now);
	}
	return RC_OK;
}

static enum rc
take_due(struct turn *t)
{
	struct lane lanes[LANES_MAX];
	bool suspended;
	size_t n;

	if (air.count >= settings()->send_in_flight)
		return RC_OK;
	TRY(state_store_is_on(t->op, "suspended", &suspended));
	if (suspended)
		return RC_OK;
	TRY(find_lanes(t, lanes, &n));
	return start_lanes(t, lanes, n);
}

/* ---- turns ------------------------------------------------------------------------------- */

static struct turn *
turn_new(struct op *op)
{
	struct turn *t = arena_alloc(op->arena, sizeof(*t));

	t->op = op;
	t->next_due_ms = -1;
	return t;
}

enum rc
gateway_dispatch_turn(struct op *op, int64_t *started, int64_t *settled, int64_t *next_due_ms)
{
	struct turn *t = turn_new(op);
	enum rc rc;

	take_answered(t);
	commit_all(t); /* before the next of a conversation is looked for */
	rc = take_due(t);
	db_rest(op);
	commit_all(t);
	TRY(rc);
	TRY(t->rc);
	*started = t->started;
	*settled = t->settled;
	*next_due_ms = air.over > 0 || air.after[0] != '\0' ? 0 : t->next_due_ms;
	return RC_OK;
}

enum rc
gateway_dispatch_finish(struct op *op, int64_t *settled)
{
	struct turn *t = turn_new(op);

	take_answered(t);
	commit_all(t);
	*settled = t->settled;
	return t->rc;
}
