/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retention - letting old records go, a little at a time
 *
 * Each turn removes one portion of each kind and measures what that cost: the next portion is
 * larger or smaller, so that nobody who sends or receives notices. A sweep remembers where it is,
 * so that what must stay is looked at once; after it the kind rests for a minute.
 */
#include "gateway/retention.h"

#include "core/settings.h"
#include "store/retention_store.h"

enum { PORTION_MIN = 5, PORTION_FIRST = 50, PORTION_MAX = 200, ID_ROOM = 64 };

#define WRITER_US INT64_C(20000)
#define REST_MS MINUTE_MS
/* A provider may send a webhook again for 7 days (Meta's documentation of webhooks), and it is the
 * event that knows it. */
#define EVENTS_MIN_DAYS 8

/* What is removed: the rows of a portion, and each one's removal. */
struct kind {
	enum rc (*find)(struct op *op, struct list *out, const struct retention_query *query);
	void (*remove)(struct batch *batch, const struct old_row *row);
	int64_t min_days;
	char account[ID_ROOM], after[ID_ROOM]; /* where the sweep is */
	int64_t portion;
	struct instant rests_until;
};

static struct kind inbox = { .find = retention_store_inbox, .remove = retention_store_drop_inbox };
static struct kind events = { .find = retention_store_events,
			      .remove = retention_store_drop_event,
			      .min_days = EVENTS_MIN_DAYS };
static struct kind policy = { .find = retention_store_policy,
			      .remove = retention_store_drop_policy };

static bool
rests(const struct kind *kind, struct instant now)
{
	int64_t left = kind->rests_until.ms - now.ms;

	return left > 0 && left <= REST_MS;
}

/* Half as many next time when it took too long, twice as many when there was time to spare. */
static void
tune(struct kind *kind, int64_t us)
{
	int64_t n = kind->portion;

	if (us > WRITER_US)
		n /= 2;
	else if (us < WRITER_US / 4)
		n *= 2;
	kind->portion = n < PORTION_MIN ? PORTION_MIN : n > PORTION_MAX ? PORTION_MAX : n;
}

/* Each on its own: one that has changed meanwhile (RC_CONFLICT) stays. */
static enum rc
remove_all(struct op *op, struct kind *kind, const struct list *found, int64_t *n)
{
	struct batch *batches[PORTION_MAX];
	enum rc rcs[PORTION_MAX];
	const struct old_row *rows = found->rows;
	int64_t started_us = clock_elapsed_us(), us;

	for (size_t i = 0; i < found->n; i++) {
		batches[i] = batch_new(op);
		kind->remove(batches[i], &rows[i]);
	}
	db_commit_all(op, batches, found->n, rcs);
	us = clock_elapsed_us() - started_us;
	for (size_t i = 0; i < found->n; i++) {
		if (rcs[i] == RC_OK)
			++*n;
		else if (rcs[i] != RC_CONFLICT)
			return op_fail(op, rcs[i], "%s", batch_why(batches[i]));
	}
	tune(kind, us);
	return RC_OK;
}

static enum rc
sweep(struct op *op, struct kind *kind, int64_t days, int64_t *n)
{
	const struct old_row *rows;
	struct list found;
	int64_t kept;

	if (days == 0 || rests(kind, op->now))
		return RC_OK;
	if (kind->portion == 0)
		kind->portion = PORTION_FIRST;
	kept = days > kind->min_days ? days : kind->min_days;
	TRY(kind->find(op, &found,
		       &(struct retention_query){ .account = kind->account,
						  .after = kind->after,
						  .before = clock_after(op->now, -kept * DAY_MS),
						  .limit = kind->portion }));
	rows = found.rows;
	if (found.n == 0) {
		kind->account[0] = kind->after[0] = '\0';
		kind->rests_until = clock_after(op->now, REST_MS);
		return RC_OK;
	}
	snprintf(kind->after, ID_ROOM, "%s", rows[found.n - 1].id);
	snprintf(kind->account, ID_ROOM, "%s", rows[found.n - 1].account_id);
	return remove_all(op, kind, &found, n);
}

enum rc
gateway_retention_turn(struct op *op, int64_t *n)
{
	int64_t removed = 0;

	TRY(sweep(op, &inbox, settings()->retention_inbox_days, &removed));
	TRY(sweep(op, &events, settings()->retention_event_days, &removed));
	TRY(sweep(op, &policy, settings()->retention_policy_days, &removed));
	*n = removed;
	return RC_OK;
}
