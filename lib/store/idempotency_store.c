/* SPDX-License-Identifier: Apache-2.0 */
/*
 * idempotency_store - the customers' own keys of their requests, and the first answers to them
 *
 * created_at is since when a key stands untouched: the sweep moves it on to what it finds to be
 * the message's last change, so that it meets each key a few times and never walks past those
 * that have to stay.
 */
#include "store/idempotency_store.h"

struct any {
	int64_t n;
};

static const struct shape idempotency_shape[] = {
	SHAPE(struct idempotency, api_key_id),
	SHAPE(struct idempotency, route),
	SHAPE(struct idempotency, key),
	SHAPE(struct idempotency, hash),
	SHAPE(struct idempotency, message_id),
	SHAPE(struct idempotency, answer),
	SHAPE_END,
};

static const struct shape twin_shape[] = {
	SHAPE(struct twin, id),
	SHAPE(struct twin, log_id),
	SHAPE_END,
};

static const struct shape any_shape[] = {
	SHAPE(struct any, n),
	SHAPE_END,
};

static const struct stmt find = {
	"idempotency.find",
	SCOPE_ACCOUNT,
	"SELECT api_key_id, route, key, hash, message_id, answer FROM idempotency "
	"WHERE account_id = $1 AND api_key_id = $2 AND route = $3 AND key = $4",
};

/* By the index of unknown messages, of which there are few. */
static const struct stmt twin = {
	"idempotency.twin",
	SCOPE_ACCOUNT,
	"SELECT id, log_id FROM message WHERE account_id = $1 AND body_hash = $2 "
	"AND status = 'unknown' AND api_key_id = $3 AND created_at > $4 "
	"LIMIT 1",
};

/* Asked by every send without a key; what makes a message unknown is not QUIET, what ends it is. */
static const struct stmt any_unknown = {
	"idempotency.any_unknown",
	SCOPE_ACCOUNT,
	KEPT "SELECT COUNT(*) AS n FROM (SELECT 1 FROM message "
	     "WHERE account_id = $1 AND status = 'unknown' LIMIT 1) AS found",
};

static const struct stmt take = {
	"idempotency.take",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO idempotency (account_id, api_key_id, route, key, hash, message_id, "
	      "created_at) "
	      "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
};

static const struct stmt keep = {
	"idempotency.keep",
	SCOPE_ACCOUNT,
	QUIET "UPDATE idempotency SET answer = $6 WHERE account_id = $1 AND api_key_id = $2 "
	      "AND route = $3 AND key = $4 AND message_id = $5",
};

static const struct stmt release = {
	"idempotency.release",
	SCOPE_ACCOUNT,
	QUIET "DELETE FROM idempotency WHERE account_id = $1 AND api_key_id = $2 "
	      "AND route = $3 AND key = $4 AND message_id = $5",
};

/* The keys that have stood the longest, to be looked at: $1 before, $2 how many. */
#define ELDEST                                                                   \
	"(account_id, api_key_id, route, key) IN "                               \
	"(SELECT i.account_id, i.api_key_id, i.route, i.key FROM idempotency i " \
	"WHERE i.created_at < $1 ORDER BY i.created_at LIMIT $2)"

#define THEIR_MESSAGE                                                 \
	"FROM message m WHERE m.account_id = idempotency.account_id " \
	"AND m.id = idempotency.message_id"

/* When the message last changed: now, where it may yet do so. */
#define CHANGED(now)                                                              \
	"CASE WHEN m.status IN ('scheduled', 'queued', 'sending') "               \
	"OR (m.status = 'unknown' AND m.unknown_until IS NOT NULL) THEN " now " " \
	"ELSE COALESCE(m.cancelled_at, m.played_at, m.read_at, m.failed_at, "     \
	"m.delivered_at, m.sent_at, m.created_at) END"

static const struct stmt forget = {
	"idempotency.forget",
	SCOPE_SYSTEM,
	QUIET "DELETE FROM idempotency WHERE " ELDEST " AND NOT EXISTS (SELECT 1 " THEIR_MESSAGE
	      " AND " CHANGED("$1") " >= $1)",
};

static const struct stmt move_on = {
	"idempotency.move_on",
	SCOPE_SYSTEM,
	QUIET "UPDATE idempotency SET created_at = (SELECT " CHANGED(
		"$3") " " THEIR_MESSAGE ") "
		      "WHERE " ELDEST " AND EXISTS (SELECT 1 " THEIR_MESSAGE
		      " AND " CHANGED("$1") " >= $1)",
};

const struct stmt *const idempotency_store_stmts[] = {
	&find, &twin, &any_unknown, &take, &keep, &release, &forget, &move_on, NULL,
};

enum rc
idempotency_store_find(struct op *op, struct idempotency *out, const struct idempotency *asked)
{
	return db_one(op, out, idempotency_shape, &find,
		      BINDS(bind_text(asked->api_key_id), bind_text(asked->route),
			    bind_text(asked->key)));
}

enum rc
idempotency_store_twin(struct op *op, struct twin *out, const char *api_key_id, const char *hash,
		       struct instant after)
{
	struct any any = { 0 };

	TRY(db_one(op, &any, any_shape, &any_unknown, NO_BINDS));
	if (any.n == 0)
		return RC_MISSING;
	return db_one(op, out, twin_shape, &twin,
		      BINDS(bind_text(hash), bind_text(api_key_id), bind_time(after)));
}

int
idempotency_store_take(struct batch *batch, const struct idempotency *taken, struct instant at)
{
	return batch_add(batch, &take, EXPECT_ONE, RC_CONFLICT,
			 BINDS(bind_text(taken->api_key_id), bind_text(taken->route),
			       bind_text(taken->key), bind_text(taken->hash),
			       bind_text(taken->message_id), bind_time(at)));
}

void
idempotency_store_keep(struct batch *batch, const struct idempotency *answered)
{
	batch_add(batch, &keep, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(answered->api_key_id), bind_text(answered->route),
			bind_text(answered->key), bind_text(answered->message_id),
			bind_text(answered->answer)));
}

void
idempotency_store_release(struct batch *batch, const struct idempotency *taken)
{
	batch_add(batch, &release, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(taken->api_key_id), bind_text(taken->route),
			bind_text(taken->key), bind_text(taken->message_id)));
}

int
idempotency_store_forget(struct batch *batch, struct instant before, int64_t limit)
{
	return batch_add(batch, &forget, EXPECT_ANY, RC_OK,
			 BINDS(bind_time(before), bind_int(limit)));
}

int
idempotency_store_move_on(struct batch *batch, struct instant before, struct instant now,
			  int64_t limit)
{
	return batch_add(batch, &move_on, EXPECT_ANY, RC_OK,
			 BINDS(bind_time(before), bind_int(limit), bind_time(now)));
}
