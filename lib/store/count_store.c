/* SPDX-License-Identifier: Apache-2.0 */
/*
 * count_store - counters of an account's days
 *
 * Changed by the transactions that change what is counted, so that an overview of a busy account
 * reads some dozens of rows and counts none.
 */
#include "store/count_store.h"

static const struct shape day_count_shape[] = {
	SHAPE(struct day_count, day),
	SHAPE(struct day_count, what),
	SHAPE(struct day_count, n),
	SHAPE_END,
};

static const struct stmt add = {
	"count.add",
	SCOPE_SYSTEM,
	QUIET "INSERT INTO daily_count (account_id, day, what, n) VALUES ($1, $2, $3, $4) "
	      "ON CONFLICT (account_id, day, what) DO UPDATE SET n = daily_count.n + $4",
};

static const struct stmt since = {
	"count.since",
	SCOPE_ACCOUNT,
	"SELECT day, what, n FROM daily_count "
	"WHERE account_id = $1 AND day >= $2 ORDER BY day, what LIMIT 10000",
};

const struct stmt *const count_store_stmts[] = { &add, &since, NULL };

void
count_store_add(struct batch *batch, const char *account_id, const char *day, const char *what,
		int64_t n)
{
	batch_add(batch, &add, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(account_id), bind_text(day), bind_text(what), bind_int(n)));
}

enum rc
count_store_since(struct op *op, struct list *out, const char *day)
{
	return db_all(op, out, sizeof(struct day_count), day_count_shape, &since,
		      BINDS(bind_text(day)));
}
