/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pace_store - sliding windows over running totals
 *
 * A row says how many there had been at the end of its millisecond. Rows of a subject only grow, in
 * time and total, so a window (t - length, t] holds the newest total minus that of the newest row
 * at or before t - length, whatever lies between: each question is a look or two into the primary
 * key. Two statements take, one that finds a full window and one that counts: an INSERT that
 * selects from its own table would go through a temporary one. Batches run one after the other, so
 * what the first finds holds for the second. Every send does it for its key and for its number: no
 * text does more than it must.
 */
#include "store/pace_store.h"

/* Time that a row may be ahead of the clock and still count: a window's length. */
#define AHEAD "60000"
/* Time after which no send can be under way any more that began in a window with the row. */
#define FORGET_AFTER_MS (2 * MINUTE_MS)

static const struct shape count_shape[] = {
	SHAPE(struct pace_count, second),
	SHAPE(struct pace_count, minute),
	SHAPE_END,
};

static const struct shape look_shape[] = {
	SHAPE(struct pace_count, second),
	SHAPE(struct pace_count, minute),
	SHAPE(struct pace_count, second_frees),
	SHAPE(struct pace_count, minute_frees),
	SHAPE_END,
};

static const struct shape subject_shape[] = {
	SHAPE(struct pace_subject, subject),
	SHAPE_END,
};

/* The newest row of $1 at $2. */
#define NEWEST                               \
	"(SELECT p.at, p.total FROM pace p " \
	"WHERE p.subject = $1 AND p.at < $2 + " AHEAD " ORDER BY p.at DESC LIMIT 1) AS newest"
/* The total before the window of so many milliseconds that ends now. */
#define BEFORE(ms)                                                               \
	"COALESCE((SELECT p.total FROM pace p WHERE p.subject = $1 AND p.at <= " \
	"CASE WHEN newest.at > $2 THEN newest.at ELSE $2 END - " ms              \
	" ORDER BY p.at DESC LIMIT 1), 0)"
#define HELD(ms) "newest.total - " BEFORE(ms)
/* When the one leaves the window whose place the next one takes; $n: the limit. */
#define FREES(ms, n)                                                         \
	"(SELECT p.at + " ms " FROM pace p WHERE p.subject = $1 AND p.at > " \
	"CASE WHEN newest.at > $2 THEN newest.at ELSE $2 END - " ms          \
	" AND p.at <= newest.at AND p.total > newest.total - " n             \
	" AND " HELD(ms) " >= " n " ORDER BY p.at LIMIT 1)"

#define IN_SECOND HELD("1000")
#define IN_MINUTE HELD("60000")
#define SECOND_FREES FREES("1000", "$3")
#define MINUTE_FREES FREES("60000", "$4")

static const struct stmt full_second = {
	"pace.full_second",
	SCOPE_SYSTEM,
	QUIET "SELECT newest.at FROM " NEWEST " WHERE " IN_SECOND " >= $3",
};

static const struct stmt full = {
	"pace.full",
	SCOPE_SYSTEM,
	QUIET "SELECT newest.at FROM " NEWEST " WHERE " IN_SECOND " >= $3 OR " IN_MINUTE " >= $4",
};

static const struct stmt add = {
	"pace.add",
	SCOPE_SYSTEM,
	QUIET "INSERT INTO pace (subject, at, total) VALUES ($1, "
	      "COALESCE((SELECT MAX(p.at) FROM pace p "
	      "WHERE p.subject = $1 AND p.at > $2 AND p.at < $2 + " AHEAD "), $2), "
	      "COALESCE((SELECT p.total FROM pace p WHERE p.subject = $1 AND p.at < $2 + " AHEAD
	      " ORDER BY p.at DESC LIMIT 1), 0) + 1) "
	      "ON CONFLICT (subject, at) DO UPDATE SET total = pace.total + 1",
};

static const struct stmt count = {
	"pace.count",
	SCOPE_SYSTEM,
	QUIET "SELECT " IN_SECOND " AS second, " IN_MINUTE " AS minute FROM " NEWEST,
};

static const struct stmt look = {
	"pace.look",
	SCOPE_SYSTEM,
	"SELECT " IN_SECOND " AS second, " IN_MINUTE " AS minute, " SECOND_FREES
	" AS second_frees, " MINUTE_FREES " AS minute_frees FROM " NEWEST,
};

/* From one subject to the next one, past all rows between them. */
static const struct stmt subjects = {
	"pace.subjects",
	SCOPE_SYSTEM,
	"WITH RECURSIVE walk (subject) AS "
	"(SELECT MIN(p.subject) FROM pace p WHERE p.subject > $1 UNION ALL "
	"SELECT (SELECT MIN(p.subject) FROM pace p WHERE p.subject > w.subject) "
	"FROM walk w WHERE w.subject IS NOT NULL) "
	"SELECT walk.subject FROM walk WHERE walk.subject IS NOT NULL LIMIT $2",
};

/* $2: before any window. The newest row before it stays, as the rows in the windows are counted
 * from it; where there are none it goes too, and the subject starts again from nothing. */
#define NEEDED_FROM                                                        \
	"CASE WHEN EXISTS "                                                \
	"(SELECT 1 FROM pace q WHERE q.subject = $1 AND q.at >= $2) THEN " \
	"(SELECT MAX(q.at) FROM pace q WHERE q.subject = $1 AND q.at < $2) ELSE $2 END"

/* One stretch of the primary key, by one bound: with two SQLite would go to the further one. */
static const struct stmt forget_old = {
	"pace.forget_old",
	SCOPE_SYSTEM,
	QUIET "DELETE FROM pace WHERE subject = $1 AND at < COALESCE("
	      "(SELECT q.at FROM pace q WHERE q.subject = $1 AND q.at < " NEEDED_FROM
	      " ORDER BY q.at LIMIT 1 OFFSET $3), " NEEDED_FROM ")",
};

static const struct stmt forget_ahead = {
	"pace.forget_ahead",
	SCOPE_SYSTEM,
	QUIET "DELETE FROM pace WHERE subject = $1 AND at >= $2 + " AHEAD,
};

const struct stmt *const pace_store_stmts[] = {
	&full_second, &full, &add, &count, &look, &subjects, &forget_old, &forget_ahead, NULL,
};

/* A window that nobody limits is never full. */
static struct bind
bind_limit(int64_t limit)
{
	return bind_int(limit > 0 ? limit : INT64_MAX);
}

/* Does the limit per second alone keep the one per minute? */
static bool
second_decides(const struct pace_limit *limit)
{
	return limit->per_minute == 0 ||
	       (limit->per_second > 0 && limit->per_second <= limit->per_minute / 60);
}

int
pace_store_take(struct batch *batch, const struct pace_limit *limit)
{
	bool short_way = second_decides(limit);
	const struct bind binds[] = {
		bind_text(limit->subject),
		bind_time(limit->now),
		bind_limit(limit->per_second),
		bind_limit(limit->per_minute),
	};
	int index = batch_add(batch, short_way ? &full_second : &full, EXPECT_NONE, RC_LIMIT, binds,
			      ARRAY_LEN(binds) - short_way);

	batch_add(batch, &add, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text(limit->subject), bind_time(limit->now)));
	return index;
}

int
pace_store_count(struct batch *batch, const char *subject, struct instant now)
{
	return batch_add(batch, &count, EXPECT_ONE, RC_INTERNAL,
			 BINDS(bind_text(subject), bind_time(now)));
}

enum rc
pace_store_counted(struct op *op, const struct batch *batch, int index, struct pace_count *out)
{
	return batch_row(op, batch, index, out, count_shape);
}

enum rc
pace_store_look(struct op *op, struct pace_count *out, const struct pace_limit *limit)
{
	struct pace_count found = { 0 };
	enum rc rc = db_one(op, &found, look_shape, &look,
			    BINDS(bind_text(limit->subject), bind_time(limit->now),
				  bind_limit(limit->per_second), bind_limit(limit->per_minute)));

	if (rc != RC_OK && rc != RC_MISSING)
		return rc;
	*out = found;
	return RC_OK;
}

enum rc
pace_store_subjects(struct op *op, struct list *out, const char *after, int64_t limit)
{
	return db_all(op, out, sizeof(struct pace_subject), subject_shape, &subjects,
		      BINDS(bind_text(after), bind_int(limit)));
}

int
pace_store_forget(struct batch *batch, const char *subject, struct instant now, int64_t limit)
{
	batch_add(batch, &forget_ahead, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(subject), bind_time(now)));
	return batch_add(batch, &forget_old, EXPECT_ANY, RC_OK,
			 BINDS(bind_text(subject), bind_time(clock_after(now, -FORGET_AFTER_MS)),
			       bind_int(limit)));
}
