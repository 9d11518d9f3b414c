/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver - the worker's turns at customers' endpoints
 *
 * A turn is one commit: the outcomes of all exchanges that have ended, and claims for the slots
 * that are free; then what was claimed is started. Slots are shared out evenly among the endpoints
 * that have something due, each has its own limit, and one that fails gets two until it succeeds,
 * so that nobody waits for somebody else's receiver. A worker that dies loses the outcomes of what
 * was under way and nothing else: those deliveries go out again.
 */
#include "gateway/deliver.h"

#include "core/log.h"
#include "core/settings.h"
#include "gateway/deliver_flight.h"
#include "gateway/doorbell.h"
#include "store/delivery_store.h"
#include "store/endpoint_store.h"

enum {
	SETTLED_MAX = 500, /* outcomes in one commit; more gains nothing */
	TARGETS_MAX = 256, /* endpoints in one turn; the others have theirs in the next */
	FAILING_SLOTS = 2, /* of an endpoint that has not succeeded since it failed */
	ABANDONED_MAX = 500,
	ID_ROOM = 64
};

#define LEASE_EXTRA_MS (20 * SECOND_MS)
#define REAP_EVERY_MS (5 * SECOND_MS)

/* Deliveries under way in this process; the worker's thread alone touches them. */
static struct {
	struct flight *first;
	int64_t count, over;
	char after[ID_ROOM]; /* where the last turn's look along the endpoints ended */
	size_t rotation;     /* who comes first when slots are short */
	struct instant reaped_at;
} air;

struct turn {
	struct op *op;
	struct batch *batch;
	struct target targets[TARGETS_MAX];
	size_t target_count;
	struct flight *settled;
	int64_t settled_count, started, slots;
	int64_t next_due_ms;
	bool worth_it; /* the batch has something in it */
	bool more;     /* somebody had more to claim than the slots that were its share */
};

int64_t
gateway_deliver_pending(void)
{
	return air.count;
}

/* ---- settling ---------------------------------------------------------------------------- */

/* Move those that have ended over to the turn, with their outcomes in its batch. */
static void
settle_ended(struct turn *t)
{
	struct flight **at = &air.first, *f;

	while ((f = *at) != NULL && air.over > 0 && t->settled_count < SETTLED_MAX) {
		if (!f->over) {
			at = &f->next;
			continue;
		}
		*at = f->next;
		f->next = t->settled;
		t->settled = f;
		t->settled_count++;
		air.over--;
		deliver_settle(t->batch, f, t->op->now);
		if (text_equal(f->delivery.status, "pending"))
			gateway_due(&t->next_due_ms, t->op->now, f->delivery.due_at);
	}
	deliver_tally(t->batch, t->settled, t->op->now);
	t->worth_it = t->worth_it || t->settled_count > 0;
}

/* After the commit they are gone; without it they are judged again in the next turn. */
static void
end_settled(struct turn *t, bool committed)
{
	struct flight *next;

	for (struct flight *f = t->settled; f != NULL; f = next) {
		next = f->next;
		if (committed) {
			air.count--;
			op_end(f->op);
			continue;
		}
		f->delivery.attempts--;
		f->delivery.done_at.ms = 0;
		f->next = air.first;
		air.first = f;
		air.over++;
	}
	t->settled = NULL;
}

/* ---- whom to claim for ------------------------------------------------------------------- */

static bool
is_target(const struct turn *t, const char *endpoint_id)
{
	for (size_t i = 0; i < t->target_count; i++)
		if (text_equal(t->targets[i].endpoint.id, endpoint_id))
			return true;
	return false;
}

static enum rc
add_target(struct turn *t, const char *endpoint_id)
{
	struct target *target = &t->targets[t->target_count];
	enum rc rc;

	if (t->target_count == TARGETS_MAX || is_target(t, endpoint_id))
		return RC_OK;
	*target = (struct target){ .claim = -1 };
	rc = endpoint_store_by_id(t->op, &target->endpoint, endpoint_id);
	if (rc == RC_MISSING) {
		delivery_store_abandon(t->batch, endpoint_id, t->op->now,
				       "the endpoint was deleted", ABANDONED_MAX);
		t->worth_it = true;
		return RC_OK;
	}
	TRY(rc);
	if (!target->endpoint.enabled)
		return RC_OK;
	if (gateway_open_endpoint(t->op, &target->keys, &target->endpoint) != RC_OK) {
		log_line(LOG_ERROR, "event=delivery.no_secret endpoint=%s why=\"%s\"", endpoint_id,
			 t->op->why);
		op_forgive(t->op);
		return RC_OK;
	}
	t->target_count++;
	return RC_OK;
}

/* Endpoints with something due, and those whose lanes may have got their turn just now. */
static enum rc
find_targets(struct turn *t)
{
	const struct due_endpoint *rows;
	struct list due;

	TRY(delivery_store_due(t->op, &due, air.after, TARGETS_MAX));
	rows = due.rows;
	for (size_t i = 0; i < due.n; i++) {
		if (rows[i].due_at.ms <= t->op->now.ms)
			TRY(add_target(t, rows[i].endpoint_id));
		else
			gateway_due(&t->next_due_ms, t->op->now, rows[i].due_at);
	}
	for (const struct flight *f = t->settled; f != NULL; f = f->next)
		TRY(add_target(t, f->delivery.endpoint_id));
	air.after[0] = '\0';
	if (due.n == TARGETS_MAX)
		snprintf(air.after, sizeof(air.after), "%s", rows[due.n - 1].endpoint_id);
	return RC_OK;
}

static int64_t
in_flight_of(const char *endpoint_id)
{
	int64_t n = 0;

	for (const struct flight *f = air.first; f != NULL; f = f->next)
		n += text_equal(f->delivery.endpoint_id, endpoint_id);
	return n;
}

static int64_t
room_of(const struct target *target)
{
	int64_t limit = settings()->deliver_endpoint_in_flight;

	if (target->endpoint.failing_since.ms != 0 && limit > FAILING_SLOTS)
		limit = FAILING_SLOTS;
	return limit - in_flight_of(target->endpoint.id);
}

/* Its part of the free slots, which so many targets still wait for. */
static int64_t
share_of(const struct turn *t, const struct target *target, size_t waiting)
{
	int64_t share = t->slots / (int64_t)waiting;

	if (share == 0 && t->slots > 0)
		share = 1;
	return share < target->room ? share : target->room;
}

static void
claim_all(struct turn *t)
{
	int64_t lease_ms = settings()->deliver_timeout * SECOND_MS + LEASE_EXTRA_MS;
	struct instant lease = clock_after(t->op->now, lease_ms);
	size_t n = t->target_count;

	t->slots = settings()->deliver_in_flight - (air.count - t->settled_count);
	air.rotation++;
	for (size_t i = 0; i < n; i++) {
		struct target *target = &t->targets[(air.rotation + i) % n];

		target->room = room_of(target);
		target->share = share_of(t, target, n - i);
		if (target->share <= 0)
			continue;
		target->claim = delivery_store_claim(t->batch, target->endpoint.id, t->op->now,
						     lease, gateway_machine(), target->share);
		t->slots -= target->share;
		t->worth_it = true;
	}
}

static void
reap_sometimes(struct turn *t)
{
	int64_t since = t->op->now.ms - air.reaped_at.ms;

	if (since >= 0 && since < REAP_EVERY_MS)
		return;
	delivery_store_reap(t->batch, t->op->now);
	air.reaped_at = t->op->now;
	t->worth_it = true;
}

/* ---- starting ---------------------------------------------------------------------------- */

static void
flight_over(struct net_call *call, void *arg)
{
	struct flight *f = arg;

	(void)call;
	f->over = true;
	air.over++;
	gateway_rouse();
}

static void
start_one(struct op *turn, const struct target *target, const struct delivery *d)
{
	struct flight *f = delivery_flight(turn, target, d);

	f->next = air.first;
	air.first = f;
	air.count++;
	if (f->unsendable == NULL)
		net_submit(&f->call, flight_over, f);
	else
		flight_over(&f->call, f);
}

static enum rc
start_claimed(struct turn *t)
{
	for (size_t i = 0; i < t->target_count; i++) {
		const struct target *target = &t->targets[i];
		const struct delivery *rows;
		struct list claimed;

		if (target->claim < 0)
			continue;
		TRY(delivery_store_claimed(t->op, t->batch, target->claim, &claimed));
		rows = claimed.rows;
		for (size_t j = 0; j < claimed.n; j++)
			start_one(t->op, target, &rows[j]);
		t->started += (int64_t)claimed.n;
		t->more = t->more ||
			  ((int64_t)claimed.n == target->share && target->share < target->room);
	}
	return RC_OK;
}

/* ---- turns ------------------------------------------------------------------------------- */

static struct turn *
turn_new(struct op *op)
{
	struct turn *t = arena_alloc(op->arena, sizeof(*t));

	t->op = op;
	t->batch = batch_new(op);
	t->next_due_ms = -1;
	return t;
}

static enum rc
turn_commit(struct turn *t)
{
	enum rc rc = t->worth_it ? gateway_commit(t->op, t->batch) : RC_OK;

	end_settled(t, rc == RC_OK);
	return rc;
}

/* Is there something to do that no exchange has to end for? */
static bool
again_at_once(const struct turn *t)
{
	return air.over > 0 || air.after[0] != '\0' ||
	       (t->more && air.count < settings()->deliver_in_flight);
}

enum rc
gateway_deliver_turn(struct op *op, int64_t *started, int64_t *settled, int64_t *next_due_ms)
{
	struct turn *t = turn_new(op);
	enum rc rc;

	settle_ended(t);
	rc = find_targets(t);
	if (rc != RC_OK) {
		end_settled(t, false);
		return rc;
	}
	claim_all(t);
	reap_sometimes(t);
	TRY(turn_commit(t));
	TRY(start_claimed(t));
	*started = t->started;
	*settled = t->settled_count;
	*next_due_ms = again_at_once(t) ? 0 : t->next_due_ms;
	return RC_OK;
}

enum rc
gateway_deliver_finish(struct op *op, int64_t *settled)
{
	struct turn *t = turn_new(op);

	settle_ended(t);
	TRY(turn_commit(t));
	*settled = t->settled_count;
	return RC_OK;
}
