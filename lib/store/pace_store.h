/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PACE_STORE_H
#define STORE_PACE_STORE_H

#include "db/db.h"

/*
 * True sliding windows: how often a subject ("key:key_...", "number:inst_...", "media:key_...")
 * did something in the last second and in the last minute, exact to the millisecond, whoever
 * counts and in however many processes. A running total per subject and millisecond; the count of
 * a window is a difference of two totals.
 *
 * Whoever comes with an older time than the newest counted is counted with the newest. A clock that
 * is set back keeps nobody waiting for longer than a minute: what is counted further ahead is
 * as good as not counted, and forgotten by the next sweep.
 */
struct pace_limit {
	const char *subject;
	int64_t per_second, per_minute; /* 0: no such window */
	struct instant now;
};

/* How many fell into the two windows, and from when on each has room for one more (0: it has).
 * A limit that was lowered meanwhile may be exceeded. */
struct pace_count {
	int64_t second, minute;
	struct instant second_frees, minute_frees;
};

/* One more, unless a window is full: then the batch fails with RC_LIMIT. Returns the index. */
int pace_store_take(struct batch *batch, const struct pace_limit *limit);

/* What the windows hold at that place of the batch, where the subject was just counted. Returns
 * the index for pace_store_counted, which leaves the times 0. */
int pace_store_count(struct batch *batch, const char *subject, struct instant now);
MUST_CHECK enum rc
pace_store_counted(struct op *op, const struct batch *batch, int index, struct pace_count *out);
/* The same by reading, after a refusal; zeroes when the windows are empty. */
MUST_CHECK enum rc
pace_store_look(struct op *op, struct pace_count *out, const struct pace_limit *limit);

/* Who was counted, in order: those after that subject ("" at first), at most limit. */
struct pace_subject {
	const char *subject;
};
MUST_CHECK enum rc
pace_store_subjects(struct op *op, struct list *out, const char *after, int64_t limit);
/* Forget what no window of a subject can need any more, the oldest rows first and about limit of
 * them. Returns the index: batch_count tells how many. */
int pace_store_forget(struct batch *batch, const char *subject, struct instant now, int64_t limit);

extern const struct stmt *const pace_store_stmts[];

#endif
