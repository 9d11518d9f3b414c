/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply - the worker's side of receiving: inbox rows become what they mean
 *
 * Each item of a row is its own transaction, many of them ride in one commit, and a row is done
 * when all its items are in. Everything is known again when it comes again, so a row that was
 * applied in part, by a worker that died or before a database that was away, is simply applied
 * anew. Items of one conversation never share a commit: each sees what the one before it did.
 */
#include "core/log.h"
#include "gateway/apply_group.h"
#include "gateway/apply_owner.h"
#include "gateway/apply_size.h"
#include "gateway/doorbell.h"
#include "gateway/receive.h"
#include "store/inbox_store.h"
#include "store/instance_store.h"

enum {
	TRIES_MAX = 10,      /* of a row that the database refuses */
	BEGUN_MAX = 40,      /* of a row that no worker has come to the end of */
	ADOPTED_MAX = 100,   /* waiting statuses in one turn */
	FORGOTTEN_MAX = 1000 /* in one sweep */
};

#define LEASE_MS (2 * MINUTE_MS)

/* After that the rest of the rows wait for the next turn, so that deliveries go on meanwhile. */
#define TURN_MS INT64_C(15)

/* A row that takes longer waits for the next turn half-way: thousands of items of one person, each
 * with a commit of its own, must not keep everybody's deliveries. */
#define SLICE_MS INT64_C(200)

/* As many rows as fit into a turn, by the turns before. */
static int64_t portion = 1;

/* An inbox row in hand. */
struct row {
	struct inbox in;
	struct op *op; /* of its document; gone when its items are committed */
	struct owner_rule rule;
	int64_t items, unclaimed;
	int64_t until_us; /* it is broken off after that, and goes on in another turn */
	bool broken_off;
	struct outcome outcome; /* the first that kept an item out */
	const char *unclear;    /* what is in it that cannot be understood */
};

struct run {
	struct op *op;
	struct row *rows;
	size_t row_count;
	size_t taken; /* so many rows have had their turn */
	size_t ended; /* so many have given their documents back */
	struct apply_group group;
};

/* ---- items of a row ---------------------------------------------------------------------- */

static void
apply_for(struct run *run, struct row *row, const struct happening *h, const struct owner *owner)
{
	struct item *item = apply_group_item(&run->group, owner->instance->account_id,
					     apply_keys(row->op, h), cloud_document_raw(h));

	item->happening = h;
	item->instance = owner->instance;
	item->also = owner->also;
	item->received_at = row->in.received_at;
	item->outcome = &row->outcome;
	apply_group_add(&run->group, apply_item(item));
}

static void
nobodys(struct row *row, const struct happening *h)
{
	row->unclaimed++;
	log_line(LOG_WARN, "event=inbox.unclaimed row=%s field=%s phone_number_id=%s waba=%s",
		 row->in.id, h->field, h->phone_number_id == NULL ? "" : h->phone_number_id,
		 h->entry_id == NULL ? "" : h->entry_id);
}

static enum rc
apply_happening(struct run *run, struct row *row, const struct happening *h)
{
	struct list owners;
	const struct owner *rows;

	row->items++;
	if (apply_item_is_too_large(h)) {
		row->unclear = "one item of the webhook is larger than 4 MiB";
		return RC_OK;
	}
	TRY(owner_find(row->op, &owners, &row->rule, h));
	rows = owners.rows;
	for (size_t i = 0; i < owners.n; i++)
		apply_for(run, row, h, &rows[i]);
	if (owners.n == 0)
		nobodys(row, h);
	return RC_OK;
}

static enum rc
read_body(struct row *row, struct bytes *out)
{
	const char *raw, *encoding;

	TRY(inbox_store_body(row->op, &raw, &encoding, row->in.id));
	if (text_equal(encoding, "utf8"))
		*out = bytes_of(raw);
	else if (!text_unbase64(row->op->arena, raw, out))
		return op_fail(row->op, RC_INPUT, "the stored body is not base64");
	return RC_OK;
}

/* All that it has had so far is committed then. One that has trouble is gone through in one go,
 * because it begins anew anyway. */
static bool
is_broken_off(struct run *run, struct row *row)
{
	if (clock_elapsed_us() < row->until_us)
		return false;
	apply_group_commit(&run->group);
	row->broken_off = row->outcome.rc == RC_OK && row->unclear == NULL;
	if (!row->broken_off)
		row->until_us = INT64_MAX;
	return row->broken_off;
}

static enum rc
apply_items(struct run *run, struct row *row)
{
	struct happenings happenings;
	struct bytes raw;

	TRY(read_body(row, &raw));
	TRY(apply_check_body(row->op, raw));
	TRY(cloud_read(row->op, &happenings, raw));
	TRY(owner_rule_of(row->op, &row->rule, row->in.instance_id));
	row->items = row->in.items;
	row->unclaimed = row->in.unclaimed;
	row->until_us = clock_elapsed_us() + SLICE_MS * 1000;
	while ((size_t)row->items < happenings.n && !is_broken_off(run, row))
		TRY(apply_happening(run, row, &happenings.items[row->items]));
	return RC_OK;
}

/* ---- rows -------------------------------------------------------------------------------- */

/* Documents are kept until the items cut from them are committed. */
static void
end_documents(struct run *run, size_t up_to)
{
	for (; run->ended < up_to; run->ended++) {
		op_end(run->rows[run->ended].op);
		run->rows[run->ended].op = NULL;
	}
}

static void
apply_row(struct run *run, size_t index)
{
	struct row *row = &run->rows[index];
	enum rc rc;

	row->op = op_begin("worker");
	if (row->in.tries > BEGUN_MAX)
		rc = op_fail(row->op, RC_INPUT, "it was begun %d times and never came to an end",
			     BEGUN_MAX);
	else
		rc = apply_items(run, row);
	db_rest(row->op);
	if (rc == RC_INPUT)
		row->unclear = arena_dup(run->op->arena, row->op->why);
	else if (rc != RC_OK)
		apply_note(run->op, &row->outcome, rc, row->op->why);
	if (apply_group_is_large(&run->group))
		apply_group_commit(&run->group);
	if (run->group.n == 0)
		end_documents(run, index + 1);
}

/* At once the first times, because a message that moved meanwhile is all there was; then later
 * and later, so that a row that cannot be applied does not keep the worker busy. */
static struct instant
try_again_at(const struct run *run, const struct row *row)
{
	int64_t delay = row->in.tries < 3 ? 0 : row->in.tries * 5 * SECOND_MS;

	return clock_after(run->op->now, delay < 5 * MINUTE_MS ? delay : 5 * MINUTE_MS);
}

static void
note_row(const struct run *run, struct batch *batch, const struct row *row)
{
	bool hopeless = row->outcome.rc != RC_OK && row->outcome.rc != RC_BUSY &&
			row->in.tries >= TRIES_MAX;
	const char *unclear = hopeless ? row->outcome.why : row->unclear;

	if (row->outcome.rc != RC_OK && !hopeless) {
		log_line(LOG_WARN, "event=inbox.put_off row=%s rc=%s tries=%lld why=\"%s\"",
			 row->in.id, rc_text(row->outcome.rc), (long long)row->in.tries,
			 row->outcome.why);
		inbox_store_release(batch, row->in.id, try_again_at(run, row));
	} else if (unclear != NULL) {
		log_line(LOG_WARN, "event=inbox.unclear row=%s why=\"%s\"", row->in.id, unclear);
		inbox_store_unclear(batch, row->in.id, run->op->now, unclear);
	} else if (row->broken_off) {
		inbox_store_break_off(batch, row->in.id, row->items, row->unclaimed);
	} else {
		inbox_store_applied(batch, row->in.id, run->op->now, row->items, row->unclaimed);
	}
}

static enum rc
note_rows(struct run *run)
{
	struct batch *batch = batch_new(run->op);

	for (size_t i = 0; i < run->taken; i++)
		note_row(run, batch, &run->rows[i]);
	for (size_t i = run->taken; i < run->row_count; i++)
		inbox_store_unclaim(batch, run->rows[i].in.id);
	return db_commit(run->op, batch);
}

static int
older_first(const void *a, const void *b)
{
	const struct row *one = a, *other = b;

	return strcmp(one->in.id, other->in.id);
}

/* The turn before could not record what it did (full disk, writer away): its rows are still
 * leased to this machine, and nobody works on them. */
static bool rows_left_behind;

static enum rc
claim_rows(struct run *run, int64_t max)
{
	struct batch *batch = batch_new(run->op);
	struct instant lease = clock_after(run->op->now, LEASE_MS);
	struct list claimed;
	const struct inbox *rows;
	int index;

	if (rows_left_behind)
		inbox_store_recover(batch, gateway_machine());
	index = inbox_store_claim(batch, run->op->now, lease, gateway_machine(),
				  portion < max ? portion : max);
	TRY(db_commit(run->op, batch));
	TRY(inbox_store_claimed(run->op, batch, index, &claimed));
	rows = claimed.rows;
	run->rows = arena_array(run->op->arena, claimed.n + 1, sizeof(*run->rows));
	run->row_count = claimed.n;
	for (size_t i = 0; i < claimed.n; i++)
		run->rows[i].in = rows[i];
	qsort(run->rows, run->row_count, sizeof(*run->rows), older_first);
	return RC_OK;
}

/* ---- statuses whose message has appeared ------------------------------------------------- */

static void
apply_one_waiting(struct run *run, const struct status *status, struct outcome *outcome)
{
	struct item *item = apply_group_item(&run->group, status->account_id,
					     (struct apply_keys){ status->provider_id, NULL },
					     strlen(status->payload));
	struct instance *instance = arena_alloc(item->op->arena, sizeof(*instance));
	enum rc rc = instance_store_by_id(item->op, instance, status->instance_id);

	item->instance = rc == RC_OK ? instance : NULL;
	item->outcome = outcome;
	if (rc == RC_OK || rc == RC_MISSING)
		rc = apply_adopted(item, status);
	apply_group_add(&run->group, rc);
}

static enum rc
apply_waiting(struct run *run, int64_t *n)
{
	struct outcome outcome = { RC_OK, NULL };
	struct list waiting;
	const struct status *rows;

	TRY(status_store_adopted(run->op, &waiting, ADOPTED_MAX));
	rows = waiting.rows;
	for (size_t i = 0; i < waiting.n; i++)
		apply_one_waiting(run, &rows[i], &outcome);
	apply_group_commit(&run->group);
	if (outcome.rc != RC_OK)
		return op_fail(run->op, outcome.rc, "A waiting status cannot be applied: %s",
			       outcome.why);
	*n += (int64_t)waiting.n;
	return RC_OK;
}

/* Twice as many as the last time, or as many as were done when not all were; never none. */
static void
note_portion(const struct run *run, int64_t max)
{
	if (run->taken < run->row_count)
		portion = run->taken > 0 ? (int64_t)run->taken : 1;
	else if ((int64_t)run->row_count == portion && portion < max)
		portion *= 2;
}

static enum rc
apply_rows(struct run *run, int64_t max, int64_t *n)
{
	int64_t until_us;

	TRY(claim_rows(run, max));
	until_us = clock_elapsed_us() + TURN_MS * 1000;
	while (run->taken < run->row_count && clock_elapsed_us() < until_us)
		apply_row(run, run->taken++);
	note_portion(run, max);
	apply_group_commit(&run->group);
	end_documents(run, run->taken);
	*n += (int64_t)run->taken;
	return note_rows(run);
}

static enum rc
apply_unread(struct run *run, int64_t max, int64_t *n)
{
	bool due = rows_left_behind;
	enum rc rc;

	/* A look costs no write. */
	if (!due)
		TRY(inbox_store_is_due(run->op, &due, run->op->now));
	if (!due)
		return RC_OK;
	rc = apply_rows(run, max, n);
	rows_left_behind = rc != RC_OK;
	return rc;
}

enum rc
gateway_apply_inbox(struct op *op, int64_t max, int64_t *n)
{
	struct run *run = arena_alloc(op->arena, sizeof(*run));
	int64_t done = 0;

	run->op = run->group.op = op;
	TRY(apply_unread(run, max, &done));
	TRY(apply_waiting(run, &done));
	*n = done;
	return RC_OK;
}

enum rc
gateway_forget_statuses(struct op *op, int64_t *n)
{
	struct batch *batch = batch_new(op);
	int index =
		status_store_give_up(batch, clock_after(op->now, -DAY_MS), op->now, FORGOTTEN_MAX);

	TRY(db_commit(op, batch));
	*n = (int64_t)batch_count(batch, index);
	return RC_OK;
}
