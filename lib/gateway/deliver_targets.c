/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_targets - the endpoints that may have something started now
 *
 * A turn looks at a stretch of all endpoints that have something waiting, and at those whose
 * exchanges have just ended: their conversations may have got a turn. Left out are the disabled,
 * those that are slowed down, and those that listen to suspended instances alone.
 */
#include "core/log.h"
#include "gateway/deliver_inside.h"
#include "gateway/doorbell.h"
#include "store/delivery_store.h"
#include "store/endpoint_store.h"
#include "store/state_store.h"

enum { ABANDONED_MAX = 500, ID_ROOM = 64 };

/* Where the last turn's look along the endpoints ended. */
static char after[ID_ROOM];

bool
deliver_has_unseen(void)
{
	return after[0] != '\0';
}

/* Is it a target already? Then the next of its conversations may start all the same. */
static bool
is_target(struct turn *t, const struct due_endpoint *due)
{
	for (size_t i = 0; i < t->target_count; i++) {
		struct target *target = &t->targets[i];

		if (!text_equal(target->endpoint.id, due->endpoint_id))
			continue;
		if (target->due_at[DELIVERY_FIRST].ms == 0)
			target->due_at[DELIVERY_FIRST] = due->first_at;
		return true;
	}
	return false;
}

/* What its row says that memory does not know: it was changed by people, or this worker is new. */
static void
learn(struct holder *slots, const struct endpoint *e)
{
	slots->failing = slots->failing || e->failing_since.ms != 0;
	if (slots->updated_at.ms == e->updated_at.ms)
		return;
	slots->slowdown = (struct slowdown){ .until = e->held_until };
	slots->failing = e->failing_since.ms != 0;
	if (slots->failing)
		slots->slowdown.slots = 1;
	slots->updated_at = e->updated_at;
}

/* One that ends later than any can was noted before the clock was set back. */
static bool
is_held(struct turn *t, const struct target *target)
{
	struct instant until = target->slots->slowdown.until;
	int64_t left = until.ms - t->op->now.ms;

	if (left <= 0 || left > SLOWDOWN_ASKED_MAX_MS)
		return false;
	gateway_due(&t->next_due_ms, t->op->now, until);
	return true;
}

static enum rc
ask_suspension(struct turn *t, struct target *target, bool *silent)
{
	const struct waiting_id *accounts = t->suspended.rows;
	bool speaks;

	for (size_t i = 0; i < t->suspended.n; i++)
		target->partly_suspended = target->partly_suspended ||
					   text_equal(accounts[i].id, target->endpoint.account_id);
	if (!target->partly_suspended)
		return RC_OK;
	TRY(delivery_store_speaks(t->op, &speaks, target->endpoint.id));
	*silent = !speaks;
	return RC_OK;
}

static void
abandon(struct turn *t, const char *endpoint_id)
{
	delivery_store_abandon(t->batch, endpoint_id, t->op->now, "the endpoint was deleted",
			       ABANDONED_MAX);
	t->worth_it = true;
}

static bool
opens(struct turn *t, struct target *target)
{
	if (gateway_open_endpoint(t->op, &target->keys, &target->endpoint) == RC_OK)
		return true;
	log_line(LOG_ERROR, "event=delivery.no_secret endpoint=%s why=\"%s\"", target->endpoint.id,
		 t->op->why);
	op_forgive(t->op);
	return false;
}

static enum rc
add_target(struct turn *t, const struct due_endpoint *due)
{
	struct target *target = &t->targets[t->target_count];
	bool silent = false;
	enum rc rc;

	if (t->target_count == DELIVER_TARGETS || is_target(t, due))
		return RC_OK;
	*target = (struct target){ .due_at = { due->first_at, due->again_at } };
	rc = endpoint_store_by_id(t->op, &target->endpoint, due->endpoint_id);
	if (rc == RC_MISSING) {
		abandon(t, due->endpoint_id);
		return RC_OK;
	}
	TRY(rc);
	if (!target->endpoint.enabled)
		return RC_OK;
	target->slots = slots_holder(target->endpoint.id);
	target->account = slots_holder(target->endpoint.account_id);
	learn(target->slots, &target->endpoint);
	TRY(ask_suspension(t, target, &silent));
	if (!silent && !is_held(t, target) && opens(t, target))
		t->target_count++;
	return RC_OK;
}

/* Of one that is due; the other waits. */
static struct instant
only_due(struct turn *t, struct instant at)
{
	if (at.ms <= t->op->now.ms)
		return at;
	gateway_due(&t->next_due_ms, t->op->now, at);
	return (struct instant){ 0 };
}

static enum rc
look_along(struct turn *t)
{
	const struct due_endpoint *rows;
	struct list due;

	TRY(delivery_store_due(t->op, &due, after, DELIVER_TARGETS));
	rows = due.rows;
	for (size_t i = 0; i < due.n; i++) {
		struct due_endpoint row = rows[i];

		row.first_at = only_due(t, row.first_at);
		row.again_at = only_due(t, row.again_at);
		if (row.first_at.ms != 0 || row.again_at.ms != 0)
			TRY(add_target(t, &row));
	}
	after[0] = '\0';
	if (due.n == DELIVER_TARGETS)
		snprintf(after, sizeof(after), "%s", rows[due.n - 1].endpoint_id);
	return RC_OK;
}

enum rc
deliver_find_targets(struct turn *t)
{
	bool suspended;

	TRY(state_store_is_on(t->op, "suspended", &suspended));
	if (suspended)
		return RC_OK;
	TRY(delivery_store_suspended(t->op, &t->suspended));
	TRY(look_along(t));
	for (const struct flight *f = t->settled; f != NULL; f = f->next)
		TRY(add_target(t, &(struct due_endpoint){ .endpoint_id = f->delivery.endpoint_id,
							  .first_at = t->op->now }));
	return RC_OK;
}
