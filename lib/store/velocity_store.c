/* SPDX-License-Identifier: Apache-2.0 */
/*
 * velocity_store - how many new people an account writes to
 *
 * A count per hour and subject, of a handful of rows per question: the people themselves stand in
 * conversation. A text is known by its hash alone.
 */
#include "store/velocity_store.h"

/* What velocity_store_sum may reach back to, and the hour that is not over. */
enum { KEPT_HOURS = 7 * 24 + 1 };

static const struct shape velocity_shape[] = {
	SHAPE(struct velocity, this_hour),
	SHAPE(struct velocity, hour_before),
	SHAPE(struct velocity, same_text),
	SHAPE_END,
};

static const struct stmt get = {
	"velocity.get",
	SCOPE_ACCOUNT,
	"SELECT COALESCE((SELECT n FROM velocity "
	"WHERE account_id = $1 AND what = 'new' AND hour = $2), 0) AS this_hour, "
	"COALESCE((SELECT n FROM velocity "
	"WHERE account_id = $1 AND what = 'new' AND hour = $3), 0) AS hour_before, "
	"COALESCE((SELECT CAST(SUM(n) AS BIGINT) FROM velocity "
	"WHERE account_id = $1 AND what = $4 AND hour > $5), 0) AS same_text",
};

static const struct stmt sum = {
	"velocity.sum",
	SCOPE_ACCOUNT,
	"SELECT COALESCE(CAST(SUM(n) AS BIGINT), 0) FROM velocity "
	"WHERE account_id = $1 AND what = 'new' AND hour < $2 AND hour >= $3",
};

static const struct stmt add = {
	"velocity.add",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO velocity (account_id, what, hour, n) VALUES ($1, $2, $3, 1) "
	      "ON CONFLICT (account_id, what, hour) DO UPDATE SET n = velocity.n + 1",
};

static const struct stmt forget = {
	"velocity.forget",
	SCOPE_SYSTEM,
	QUIET "DELETE FROM velocity WHERE (account_id, what, hour) IN "
	      "(SELECT o.account_id, o.what, o.hour FROM velocity o WHERE o.hour < $1 "
	      "ORDER BY o.hour LIMIT $2)",
};

const struct stmt *const velocity_store_stmts[] = { &get, &sum, &add, &forget, NULL };

static int64_t
hour_of(struct instant t)
{
	return t.ms / HOUR_MS;
}

enum rc
velocity_store_get(struct op *op, struct velocity *out, const char *text)
{
	int64_t hour = hour_of(op->now);

	return db_one(
		op, out, velocity_shape, &get,
		BINDS(bind_int(hour), bind_int(hour - 1), bind_text(text), bind_int(hour - 24)));
}

enum rc
velocity_store_sum(struct op *op, int64_t *out, int64_t hours)
{
	int64_t hour = hour_of(op->now);

	return db_number(op, out, &sum, BINDS(bind_int(hour), bind_int(hour - hours)));
}

static void
add_one(struct batch *batch, const char *what, struct instant now)
{
	batch_add(batch, &add, EXPECT_ANY, RC_OK, BINDS(bind_text(what), bind_int(hour_of(now))));
}

void
velocity_store_add(struct batch *batch, const char *text, struct instant now)
{
	add_one(batch, "new", now);
	if (text != NULL)
		add_one(batch, text, now);
}

int
velocity_store_forget(struct batch *batch, struct instant now, int64_t limit)
{
	return batch_add(batch, &forget, EXPECT_ANY, RC_OK,
			 BINDS(bind_int(hour_of(now) - KEPT_HOURS), bind_int(limit)));
}
