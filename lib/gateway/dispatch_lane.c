/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch_lane - whose turn it is in a number's queue
 *
 * Messages to one person through one number go out in the order in which they were accepted: one
 * is started when none before it is queued or under way. So a person with many waiting holds up
 * nobody but their own; when they fill what is looked at in a turn, those far behind are put off
 * for as long as their predecessors will need at least.
 */
#include "gateway/dispatch_inside.h"

enum {
	LOOK_MAX = 200, /* due messages of a lane that are looked at in a turn */
	RESTS = 64,     /* numbers that may rest at once; more are tried too often */
	ID_ROOM = 64
};

/* What a predecessor takes at the very least. */
#define STEP_MS INT64_C(250)

/* ---- rests ---- */

static struct {
	char instance_id[ID_ROOM];
	struct instant until;
} rests[RESTS];

void
dispatch_rest(const char *instance_id, struct instant until)
{
	size_t slot = 0;

	for (size_t i = 0; i < RESTS; i++) {
		if (text_equal(rests[i].instance_id, instance_id)) {
			slot = i;
			break;
		}
		if (rests[i].until.ms < rests[slot].until.ms)
			slot = i;
	}
	snprintf(rests[slot].instance_id, ID_ROOM, "%s", instance_id);
	rests[slot].until = until;
}

/* One that ends later than any can was noted before the clock was set back. */
struct instant
dispatch_rests_until(const char *instance_id, struct instant now)
{
	for (size_t i = 0; i < RESTS; i++) {
		int64_t left = rests[i].until.ms - now.ms;

		if (left > 0 && left <= SEND_REST_MAX_MS &&
		    text_equal(rests[i].instance_id, instance_id))
			return rests[i].until;
	}
	return (struct instant){ 0 };
}

/* ---- who may start ---- */

static bool
is_same(const struct queued *one, const char *account_id, const char *recipient)
{
	return text_equal(one->recipient, recipient) && text_equal(one->account_id, account_id);
}

/* Is something to the same person under way, or picked before it? */
static bool
has_company(const struct picked *picked, const struct queued *row, const struct lane *lane,
	    const struct dispatch *under_way)
{
	for (const struct dispatch *d = under_way; d != NULL; d = d->next)
		if (is_same(row, d->row.account_id, d->row.recipient) &&
		    text_equal(d->row.instance_id, lane->instance_id))
			return true;
	for (size_t i = 0; i < picked->n; i++)
		if (is_same(row, picked->rows[i]->account_id, picked->rows[i]->recipient))
			return true;
	return false;
}

static void
wait_for(struct picked *picked, struct instant at)
{
	if (picked->wait.ms == 0 || at.ms < picked->wait.ms)
		picked->wait = at;
}

static void
look(struct picked *out, const struct queued *row, const struct lane *lane,
     const struct dispatch *under_way, struct instant now)
{
	if (row->head_due_at.ms > now.ms)
		wait_for(out, row->head_due_at);
	if (row->head_due_at.ms != 0 || has_company(out, row, lane, under_way))
		return;
	if ((int64_t)out->n == lane->share)
		out->more = true;
	else
		out->rows[out->n++] = row;
}

/* ---- who stands in the way ---- */

/* How many of those in sight go to the same person before it. */
static int64_t
rank_of(const struct queued *rows, size_t n, size_t index)
{
	const struct queued *row = &rows[index];
	int64_t rank = 0;

	for (size_t i = 0; i < n; i++)
		rank += rows[i].log_id < row->log_id &&
			is_same(&rows[i], row->account_id, row->recipient);
	return rank;
}

/* Until the first of its conversation is due, or for as long as those before it will need. */
static struct batch *
put_off(struct op *op, const struct queued *row, int64_t rank)
{
	struct message later = { .id = row->id };
	struct batch *batch;

	op->account_id = row->account_id;
	batch = batch_new(op);
	later.due_at = clock_after(op->now, (rank + 1) * STEP_MS);
	if (later.due_at.ms < row->head_due_at.ms)
		later.due_at = row->head_due_at;
	queue_store_put_off(batch, &later, row->status, 0);
	return batch;
}

/* Whoever is behind another makes room. RC_CONFLICT: it has left the queue by itself. */
static enum rc
step_aside(struct op *op, const struct queued *rows, size_t n, bool *made_room)
{
	const char *account_id = op->account_id;
	struct batch *batches[LOOK_MAX];
	enum rc rcs[LOOK_MAX];
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (rows[i].head_due_at.ms != 0)
			batches[count++] = put_off(op, &rows[i], rank_of(rows, n, i));
	op->account_id = account_id;
	if (count > 0)
		db_commit_all(op, batches, count, rcs);
	for (size_t i = 0; i < count; i++)
		if (rcs[i] != RC_OK && rcs[i] != RC_CONFLICT)
			return op_fail(op, rcs[i], "%s", batch_why(batches[i]));
	*made_room = count > 0;
	return RC_OK;
}

enum rc
dispatch_pick(struct op *op, struct picked *out, const struct lane *lane,
	      const struct dispatch *under_way)
{
	const struct queued *rows;
	struct list due;

	*out = (struct picked){ .n = 0 };
	TRY(queue_store_due(op, &due, lane->instance_id, op->now, LOOK_MAX));
	rows = due.rows;
	for (size_t i = 0; i < due.n && !out->more; i++)
		look(out, &rows[i], lane, under_way, op->now);
	if (due.n < LOOK_MAX || (int64_t)out->n == lane->share)
		return RC_OK;
	return step_aside(op, rows, due.n, &out->more);
}
