/* SPDX-License-Identifier: Apache-2.0 */
/*
 * use_store - what was used of the limits of plans and keys
 *
 * A row has the count of the running day and month alone; the first message of another day starts
 * it again. Who comes late over midnight is counted into the new day, as the old one is gone.
 */
#include "store/use_store.h"

/* Is the row of the day $3, and of its month $5? */
#define SAME_DAY(use) use ".day >= $3 AND " use ".day <= $4"
#define SAME_MONTH "account_use.month >= $5 AND account_use.day <= $4"
#define ACCOUNT_DAY SAME_DAY("account_use")

static const struct shape account_use_shape[] = {
	SHAPE(struct account_use, day),
	SHAPE(struct account_use, day_used),
	SHAPE(struct account_use, month),
	SHAPE(struct account_use, month_used),
	SHAPE_END,
};

static const struct stmt take = {
	"use.take",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO account_use (account_id, simulated, day, day_used, month, month_used) "
	      "VALUES ($1, $2, $3, 1, $5, 1) ON CONFLICT (account_id, simulated) DO UPDATE SET "
	      "day = CASE WHEN " ACCOUNT_DAY " THEN account_use.day ELSE $3 END, "
	      "day_used = CASE WHEN " ACCOUNT_DAY " THEN account_use.day_used + 1 ELSE 1 END, "
	      "month = CASE WHEN " SAME_MONTH " THEN account_use.month ELSE $5 END, "
	      "month_used = CASE WHEN " SAME_MONTH " THEN account_use.month_used + 1 ELSE 1 END "
	      "WHERE (account_use.day_used < $6 OR NOT (" ACCOUNT_DAY ")) "
	      "AND (account_use.month_used < $7 OR NOT (" SAME_MONTH "))",
};

static const struct stmt get = {
	"use.get",
	SCOPE_ACCOUNT,
	"SELECT day, month, CASE WHEN " ACCOUNT_DAY " THEN day_used ELSE 0 END AS day_used, "
	"CASE WHEN " SAME_MONTH " THEN month_used ELSE 0 END AS month_used "
	"FROM account_use WHERE account_id = $1 AND simulated = $2",
};

#define KEY_DAY "key_use.day >= $2 AND key_use.day <= $3"

static const struct stmt take_key = {
	"use.take_key",
	SCOPE_SYSTEM,
	QUIET "INSERT INTO key_use (api_key_id, day, used) VALUES ($1, $2, 1) "
	      "ON CONFLICT (api_key_id) DO UPDATE SET "
	      "day = CASE WHEN " KEY_DAY " THEN key_use.day ELSE $2 END, "
	      "used = CASE WHEN " KEY_DAY " THEN key_use.used + 1 ELSE 1 END "
	      "WHERE key_use.used < $4 OR NOT (" KEY_DAY ")",
};

static const struct stmt get_key = {
	"use.get_key",
	SCOPE_SYSTEM,
	"SELECT COALESCE(MAX(used), 0) FROM key_use WHERE api_key_id = $1 AND " KEY_DAY,
};

/* Along the index of what is sending, which holds what waits for the provider alone. */
static const struct stmt in_flight = {
	"use.in_flight",
	SCOPE_ACCOUNT,
	QUIET "SELECT id FROM message WHERE account_id = $1 AND status = 'sending' "
	      "AND api_key_id = $2 LIMIT 1 OFFSET $3",
};

const struct stmt *const use_store_stmts[] = {
	&take, &get, &take_key, &get_key, &in_flight, NULL,
};

/* The month of a day, without the rest. */
enum { MONTH_LENGTH = 7 };
struct month {
	char text[MONTH_LENGTH + 1];
};

static struct month
month_of(const char *day)
{
	struct month month = { 0 };

	expect(strlen(day) > MONTH_LENGTH);
	memcpy(month.text, day, MONTH_LENGTH);
	return month;
}

static struct bind
bind_limit(int64_t limit)
{
	return bind_int(limit > 0 ? limit : INT64_MAX);
}

int
use_store_take(struct batch *batch, struct use_day day, bool simulated, int64_t per_day,
	       int64_t per_month)
{
	struct month month = month_of(day.today);

	return batch_add(batch, &take, EXPECT_ONE, RC_LIMIT,
			 BINDS(bind_bool(simulated), bind_text(day.today), bind_text(day.tomorrow),
			       bind_text(month.text), bind_limit(per_day), bind_limit(per_month)));
}

enum rc
use_store_get(struct op *op, struct account_use *out, struct use_day day, bool simulated)
{
	struct account_use found = { 0 };
	struct month month = month_of(day.today);
	enum rc rc = db_one(op, &found, account_use_shape, &get,
			    BINDS(bind_bool(simulated), bind_text(day.today),
				  bind_text(day.tomorrow), bind_text(month.text)));

	if (rc != RC_OK && rc != RC_MISSING)
		return rc;
	*out = found;
	return RC_OK;
}

int
use_store_take_key(struct batch *batch, struct use_day day, const char *subject, int64_t per_day)
{
	return batch_add(batch, &take_key, EXPECT_ONE, RC_LIMIT,
			 BINDS(bind_text(subject), bind_text(day.today), bind_text(day.tomorrow),
			       bind_limit(per_day)));
}

enum rc
use_store_get_key(struct op *op, int64_t *used, struct use_day day, const char *subject)
{
	return db_number(op, used, &get_key,
			 BINDS(bind_text(subject), bind_text(day.today), bind_text(day.tomorrow)));
}

int
use_store_in_flight(struct batch *batch, const char *api_key_id, int64_t limit)
{
	expect(limit > 0);
	return batch_add(batch, &in_flight, EXPECT_NONE, RC_LIMIT,
			 BINDS(bind_text(api_key_id), bind_int(limit - 1)));
}
