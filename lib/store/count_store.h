/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_COUNT_STORE_H
#define STORE_COUNT_STORE_H

#include "db/db.h"

/* Counters of an account's day ("2026-11-21" in its time zone). System scope. */
void count_store_add(struct batch *batch, const char *account_id, const char *day, const char *what,
		     int64_t n);

struct day_count {
	const char *day, *what;
	int64_t n;
};
/* The op's account, from a day on, oldest first, at most 10,000 rows. */
MUST_CHECK enum rc count_store_since(struct op *op, struct list *out, const char *day);

extern const struct stmt *const count_store_stmts[];

#endif
