/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver - the worker's turns at customers' endpoints
 *
 * A turn is one commit: the outcomes of all exchanges that have ended, and claims for the slots
 * that are free; then what was claimed is started. A worker that dies loses the outcomes of what
 * was under way and nothing else: those deliveries go out again.
 */
#include "gateway/deliver.h"

#include "core/settings.h"
#include "gateway/deliver_inside.h"
#include "gateway/doorbell.h"
#include "store/delivery_store.h"

enum {
	SETTLED_MAX = 500, /* outcomes in one commit; more gains nothing */
	CLEARED_MAX = 500  /* laid aside or lined up at once, for one endpoint */
};

#define LEASE_EXTRA_MS (20 * SECOND_MS)
#define REAP_EVERY_MS (5 * SECOND_MS)
/* What has been due for so long and is not claimed may stand behind others of its conversation. */
#define STALE_MS MINUTE_MS

/* Deliveries under way in this process; the worker's thread alone touches them. */
static struct {
	struct flight *first;
	int64_t count, over;
	struct instant reaped_at;
} air;

int64_t
gateway_deliver_pending(void)
{
	return air.count;
}

/* ---- settling ---------------------------------------------------------------------------- */

/* Move those that have ended over to the turn, with their outcomes in its batch. Their slots are
 * dealt out again in the same turn: both stand in one commit. */
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
		slots_give(f->endpoint, f->account, f->pool);
		deliver_settle(t->batch, f, t->op->now);
		if (text_equal(f->outcome.status, "pending"))
			gateway_due(&t->next_due_ms, t->op->now, f->outcome.due_at);
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
		slots_take(f->endpoint, f->account, f->pool);
		f->next = air.first;
		air.first = f;
		air.over++;
	}
	t->settled = NULL;
}

/* ---- claiming ---------------------------------------------------------------------------- */

/* What may not go out now makes room for what may. */
static void
clear_the_way(struct turn *t, struct wish *w)
{
	const struct target *target = w->target;
	struct instant stale = clock_after(t->op->now, -STALE_MS);

	if (target->partly_suspended)
		w->held = delivery_store_hold(t->batch, target->endpoint.id, w->queue, t->op->now,
					      CLEARED_MAX);
	if (target->slots->fell_short[w->queue] && target->due_at[w->queue].ms < stale.ms)
		delivery_store_line_up(t->batch, target->endpoint.id, w->queue, t->op->now,
				       CLEARED_MAX);
}

static void
claim_all(struct turn *t)
{
	int64_t lease_ms = settings()->deliver_timeout * SECOND_MS + LEASE_EXTRA_MS;

	for (size_t i = 0; i < t->wish_count; i++) {
		struct wish *w = &t->wishes[i];

		if (w->share == 0)
			continue;
		clear_the_way(t, w);
		w->claim = delivery_store_claim(
			t->batch, &(struct delivery_claim){
					  .endpoint_id = w->target->endpoint.id,
					  .by = gateway_machine(),
					  .queue = w->queue,
					  .now = t->op->now,
					  .lease_until = clock_after(t->op->now, lease_ms),
					  .limit = w->share,
					  .partly_suspended = w->target->partly_suspended,
				  });
		t->worth_it = true;
	}
}

/* What was laid aside while its instance was suspended. */
static enum rc
release_some(struct turn *t)
{
	const char *instance_id = NULL;

	TRY(delivery_store_releasable(t->op, &instance_id));
	if (instance_id == NULL)
		return RC_OK;
	delivery_store_release(t->batch, instance_id, CLEARED_MAX);
	t->worth_it = t->more = true;
	return RC_OK;
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
start_one(struct op *turn, const struct wish *w, const struct delivery *d)
{
	struct flight *f = delivery_flight(turn, w->target, d);

	f->pool = w->pool;
	f->next = air.first;
	air.first = f;
	air.count++;
	slots_take(f->endpoint, f->account, f->pool);
	if (f->unsendable == NULL && !f->unread)
		net_submit(&f->call, flight_over, f);
	else
		flight_over(&f->call, f);
}

static enum rc
start_claimed(struct turn *t)
{
	for (size_t i = 0; i < t->wish_count; i++) {
		struct wish *w = &t->wishes[i];
		const struct delivery *rows;
		struct list claimed;

		if (w->claim < 0)
			continue;
		TRY(delivery_store_claimed(t->op, t->batch, w->claim, &claimed));
		rows = claimed.rows;
		for (size_t j = 0; j < claimed.n; j++)
			start_one(t->op, w, &rows[j]);
		t->started += (int64_t)claimed.n;
		t->more = t->more || ((int64_t)claimed.n == w->share && w->cut) ||
			  (w->held >= 0 && batch_count(t->batch, w->held) > 0);
		w->target->slots->fell_short[w->queue] = (int64_t)claimed.n < w->share;
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
	return air.over > 0 || deliver_has_unseen() ||
	       (t->more && (slots_free(SLOTS_FIRST) > 0 || slots_free(SLOTS_LATE) > 0));
}

enum rc
gateway_deliver_turn(struct op *op, int64_t *started, int64_t *settled, int64_t *next_due_ms)
{
	struct turn *t = turn_new(op);
	enum rc rc;

	settle_ended(t);
	rc = deliver_find_targets(t);
	if (rc == RC_OK)
		rc = release_some(t);
	if (rc != RC_OK) {
		end_settled(t, false);
		return rc;
	}
	deliver_share(t);
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
