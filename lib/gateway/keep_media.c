/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep_media - the worker's turns at files that people sent
 *
 * A turn is one commit: the outcomes of all that has ended, and claims for the slots that are free;
 * then what was claimed is started. A free slot goes to the account that has the fewest in hand,
 * and none has more than half of all, so that a number flooded with videos delays nobody else's
 * picture.
 */
#include "gateway/keep_inside.h"

#include "core/log.h"
#include "core/settings.h"
#include "gateway/doorbell.h"
#include "gateway/keep_fetch.h"
#include "gateway/keep_settle.h"
#include "store/inbound_media_store.h"
#include "store/instance_store.h"
#include "store/state_store.h"

enum { TARGETS_MAX = 64, ID_ROOM = 64 };

/* Longer than a file may take on its way, so that nobody else begins with it. */
#define LEASE_MS (20 * MINUTE_MS)
#define LOOK_MS SECOND_MS
#define REAP_EVERY_MS MINUTE_MS

/* Files under way in this process; the worker's thread alone touches them. */
static struct {
	struct fetch *first;
	int64_t count;
	bool wanted; /* there may be something that no look has found yet */
	bool is_short;
	struct instant looked_at, reaped_at, room_at;
	char after[ID_ROOM]; /* where the last look along the instances ended */
} air;

/* An instance that something may be claimed for. */
struct target {
	const char *instance_id, *account_id;
	int64_t share;
	int claim; /* index in the batch; -1: none */
};

struct turn {
	struct op *op;
	struct batch *batch;
	struct target targets[TARGETS_MAX];
	size_t target_count;
	int64_t settled, started, next_due_ms;
	bool worth_it; /* the batch has something in it */
	bool more;     /* somebody had as much to claim as was its share */
};

int64_t
gateway_keep_pending(void)
{
	return air.count;
}

bool
keep_is_coming(const char *hash)
{
	for (const struct fetch *f = air.first; f != NULL; f = f->next)
		if (text_equal(f->row.hash, hash))
			return true;
	return false;
}

void
keep_note_wanted(void)
{
	air.wanted = true;
}

void
gateway_keep_stop(void)
{
	for (struct fetch *f = air.first; f != NULL; f = f->next)
		fetch_stop(f);
}

/* ---- settling ---------------------------------------------------------------------------- */

static void
settle_one(struct turn *t, const struct fetch *f)
{
	struct inbound_media row = keep_outcome(f, t->op->now);

	inbound_media_store_settle(t->batch, &row);
	if (f->end != FETCH_KEPT)
		log_line(LOG_WARN,
			 "event=media.not_kept id=%s instance=%s media=%s state=%s tries=%lld "
			 "why=\"%s\"",
			 row.id, row.instance_id, row.media_id, row.state, (long long)row.tries,
			 f->words);
	if (f->end == FETCH_ROOM)
		air.room_at = clock_after(t->op->now, KEEP_ROOM_AGAIN_MS);
	t->settled++;
	t->worth_it = true;
}

static void
go_on_all(struct turn *t)
{
	for (struct fetch *f = air.first; f != NULL; f = f->next) {
		if (f->moved)
			fetch_go_on(f);
		if (f->stage == FETCH_OVER)
			settle_one(t, f);
	}
}

/* After the commit they are gone; without it they are settled in the next turn. */
static void
end_settled(void)
{
	struct fetch **at = &air.first, *f;

	while ((f = *at) != NULL) {
		if (f->stage != FETCH_OVER) {
			at = &f->next;
			continue;
		}
		*at = f->next;
		air.count--;
		fetch_end(f);
	}
}

/* ---- whom to claim for ------------------------------------------------------------------- */

static void
add_target(struct turn *t, const struct due_media *due)
{
	struct instant at = due->due_at, until = keep_rests_until(due->instance_id);

	if (due->rests)
		return;
	if (until.ms > at.ms)
		at = until;
	if (at.ms > t->op->now.ms) {
		gateway_due(&t->next_due_ms, t->op->now, at);
		return;
	}
	t->targets[t->target_count++] = (struct target){ due->instance_id, due->account_id, 0, -1 };
}

static enum rc
find_targets(struct turn *t)
{
	const struct due_media *rows;
	struct list due;

	TRY(inbound_media_store_due(t->op, &due, air.after, TARGETS_MAX));
	rows = due.rows;
	for (size_t i = 0; i < due.n; i++)
		add_target(t, &rows[i]);
	air.after[0] = '\0';
	if (due.n == TARGETS_MAX)
		snprintf(air.after, sizeof(air.after), "%s", rows[due.n - 1].instance_id);
	return RC_OK;
}

/* What the account has in hand, with what it gets in this turn. */
static int64_t
load_of(const struct turn *t, const char *account_id)
{
	int64_t n = 0;

	for (const struct fetch *f = air.first; f != NULL; f = f->next)
		n += f->stage != FETCH_OVER && text_equal(f->row.account_id, account_id);
	for (size_t i = 0; i < t->target_count; i++)
		if (text_equal(t->targets[i].account_id, account_id))
			n += t->targets[i].share;
	return n;
}

/* The one whose account has the least, then which itself gets the least; NULL: nobody may have
 * more. */
static struct target *
next_target(struct turn *t)
{
	int64_t most = (settings()->media_fetch_in_flight + 1) / 2, least = most;
	struct target *next = NULL;

	for (size_t i = 0; i < t->target_count; i++) {
		struct target *target = &t->targets[i];
		int64_t load = load_of(t, target->account_id);

		if (load >= most || load > least ||
		    (next != NULL && load == least && target->share >= next->share))
			continue;
		next = target;
		least = load;
	}
	return next;
}

/* Is there room on the disk? Said once when it ends, and once when it is back. */
static bool
has_room(struct turn *t)
{
	int64_t mib;
	bool is_short = keep_folder_is_short(t->op, &mib);

	if (is_short != air.is_short)
		log_line(is_short ? LOG_WARN : LOG_INFO,
			 "event=media.%s free_mib=%lld min_free_mib=%lld",
			 is_short ? "stopped" : "resumed", (long long)mib,
			 (long long)settings()->media_min_free_mib);
	air.is_short = is_short;
	if (is_short)
		air.room_at = clock_after(t->op->now, KEEP_ROOM_AGAIN_MS);
	return !is_short;
}

static int64_t
free_slots(void)
{
	int64_t n = settings()->media_fetch_in_flight;

	for (const struct fetch *f = air.first; f != NULL; f = f->next)
		n -= f->stage != FETCH_OVER;
	return n;
}

static void
claim_all(struct turn *t)
{
	int64_t slots = free_slots();
	struct instant lease = clock_after(t->op->now, LEASE_MS);
	struct target *target;

	if (t->target_count == 0 || !has_room(t))
		return;
	for (; slots > 0 && (target = next_target(t)) != NULL; slots--)
		target->share++;
	for (size_t i = 0; i < t->target_count; i++) {
		target = &t->targets[i];
		if (target->share == 0)
			continue;
		target->claim = inbound_media_store_claim(t->batch, target->instance_id, t->op->now,
							  lease, gateway_machine(), target->share);
		t->worth_it = true;
	}
}

/* Is it time to look for work? After a file has ended there may be more for its slot. */
static bool
may_look(const struct turn *t)
{
	int64_t since = t->op->now.ms - air.looked_at.ms;

	if (t->op->now.ms < air.room_at.ms || free_slots() <= 0)
		return false;
	return air.wanted || t->settled > 0 || since < 0 || since >= LOOK_MS;
}

static enum rc
look(struct turn *t)
{
	int64_t since = t->op->now.ms - air.reaped_at.ms;
	bool suspended;

	if (!may_look(t))
		return RC_OK;
	air.looked_at = t->op->now;
	air.wanted = false;
	TRY(state_store_is_on(t->op, "suspended", &suspended));
	if (suspended)
		return RC_OK;
	do
		TRY(find_targets(t));
	while (t->target_count == 0 && air.after[0] != '\0');
	t->more = air.after[0] != '\0';
	claim_all(t);
	if (since < 0 || since >= REAP_EVERY_MS) {
		inbound_media_store_reap(t->batch, t->op->now);
		air.reaped_at = t->op->now;
		t->worth_it = true;
	}
	return RC_OK;
}

/* ---- starting ---------------------------------------------------------------------------- */

static enum rc
start_one(struct turn *t, const struct inbound_media *row)
{
	struct instance instance = { 0 };
	enum rc rc = instance_store_by_id(t->op, &instance, row->instance_id);
	struct fetch *f;

	if (rc != RC_OK && rc != RC_MISSING)
		return rc;
	f = fetch_begin(row, rc == RC_OK ? &instance : NULL);
	f->next = air.first;
	air.first = f;
	air.count++;
	t->started++;
	return RC_OK;
}

static enum rc
start_claimed(struct turn *t)
{
	for (size_t i = 0; i < t->target_count; i++) {
		const struct target *target = &t->targets[i];
		const struct inbound_media *rows;
		struct list claimed;

		if (target->claim < 0)
			continue;
		TRY(inbound_media_store_claimed(t->op, t->batch, target->claim, &claimed));
		rows = claimed.rows;
		for (size_t j = 0; j < claimed.n; j++)
			TRY(start_one(t, &rows[j]));
		t->more = t->more || (int64_t)claimed.n == target->share;
	}
	return RC_OK;
}

static bool
is_any_over(void)
{
	for (const struct fetch *f = air.first; f != NULL; f = f->next)
		if (f->moved || f->stage == FETCH_OVER)
			return true;
	return false;
}

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
	if (t->worth_it)
		TRY(gateway_commit(t->op, t->batch));
	end_settled();
	return RC_OK;
}

enum rc
gateway_keep_turn(struct op *op, int64_t *done, int64_t *next_due_ms)
{
	struct turn *t = turn_new(op);

	go_on_all(t);
	TRY(look(t));
	TRY(turn_commit(t));
	TRY(start_claimed(t));
	air.wanted = air.wanted || t->more;
	*done = t->settled + t->started;
	*next_due_ms = is_any_over() || (air.wanted && may_look(t)) ? 0 : t->next_due_ms;
	return RC_OK;
}

enum rc
gateway_keep_finish(struct op *op, int64_t *settled)
{
	struct turn *t = turn_new(op);

	go_on_all(t);
	TRY(turn_commit(t));
	*settled = t->settled;
	return RC_OK;
}
