/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_USE_STORE_H
#define STORE_USE_STORE_H

#include "db/db.h"

/*
 * How many messages somebody has sent in a day and a month of the account, and at once. Counting
 * and refusing is one statement, so that no number of parallel sends passes a limit. A limit of 0
 * is none; what is not limited is counted all the same, as a limit may come in the middle of a day.
 */

/* The account's day, "YYYY-MM-DD". A count of the next day is taken for today's: somebody else's
 * clock was quicker. A later one is nobody's: a clock was wrong. */
struct use_day {
	const char *today, *tomorrow;
};

struct account_use {
	const char *day, *month; /* "YYYY-MM-DD", "YYYY-MM" of the last message */
	int64_t day_used, month_used;
};

/* One more of the op's account. Returns the index of the statement that misses with RC_LIMIT when
 * the day or the month is full. */
int use_store_take(struct batch *batch, struct use_day day, bool simulated, int64_t per_day,
		   int64_t per_month);
/* What was used of that day and its month; zeroes when nothing was. */
MUST_CHECK enum rc
use_store_get(struct op *op, struct account_use *out, struct use_day day, bool simulated);

/* The same for a key ("key_...", "fake:key_..."), which has a limit per day alone. */
int
use_store_take_key(struct batch *batch, struct use_day day, const char *subject, int64_t per_day);
MUST_CHECK enum rc
use_store_get_key(struct op *op, int64_t *used, struct use_day day, const char *subject);

/* Misses with RC_LIMIT when so many messages of the key wait for the provider's answer already, in
 * whatever process; those of one that died count until they are reaped. Returns the index. */
int use_store_in_flight(struct batch *batch, const char *api_key_id, int64_t limit);

extern const struct stmt *const use_store_stmts[];

#endif
