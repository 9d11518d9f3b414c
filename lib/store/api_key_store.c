/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api_key_store - keys that customers' programs come in with
 *
 * Finding a key by its hash is the first read of every API request and the one that is not bound
 * to an account, because it is what names the account. Revoking keeps the row.
 */
#include "store/api_key_store.h"

#define COLUMNS                                                                         \
	"id, account_id, instance_id, name, environment, hash, prefix, last4, scopes, " \
	"created_by, cidrs, per_second, per_minute, per_day, in_flight, created_at, "   \
	"expires_at, revoked_at, last_used_at, sealed"

static const struct shape entry_shape[] = {
	SHAPE(struct key_entry, key.id),
	SHAPE(struct key_entry, key.account_id),
	SHAPE(struct key_entry, key.instance_id),
	SHAPE(struct key_entry, key.name),
	SHAPE(struct key_entry, key.environment),
	SHAPE(struct key_entry, key.hash),
	SHAPE(struct key_entry, key.prefix),
	SHAPE(struct key_entry, key.last4),
	SHAPE(struct key_entry, key.scopes),
	SHAPE(struct key_entry, key.created_by),
	SHAPE(struct key_entry, key.cidrs),
	SHAPE(struct key_entry, key.per_second),
	SHAPE(struct key_entry, key.per_minute),
	SHAPE(struct key_entry, key.per_day),
	SHAPE(struct key_entry, key.in_flight),
	SHAPE(struct key_entry, key.created_at),
	SHAPE(struct key_entry, key.expires_at),
	SHAPE(struct key_entry, key.revoked_at),
	SHAPE(struct key_entry, key.last_used_at),
	SHAPE(struct key_entry, account.id),
	SHAPE(struct key_entry, account.name),
	SHAPE(struct key_entry, account.plan),
	SHAPE(struct key_entry, account.time_zone),
	SHAPE(struct key_entry, account.marketing),
	SHAPE(struct key_entry, account.essential_purposes),
	SHAPE(struct key_entry, account.send_module),
	SHAPE(struct key_entry, account.billing),
	SHAPE(struct key_entry, account.paused_at),
	SHAPE(struct key_entry, account.pause_reason),
	SHAPE(struct key_entry, account.last_log_id),
	SHAPE(struct key_entry, account.day_limit),
	SHAPE(struct key_entry, account.month_limit),
	SHAPE(struct key_entry, account.review_score),
	SHAPE(struct key_entry, account.block_score),
	SHAPE(struct key_entry, account.reply_after_opt_out),
	SHAPE(struct key_entry, account.created_at),
	SHAPE(struct key_entry, suspended),
	SHAPE_END,
};

static const struct stmt for_send = {
	"api_key.for_send",
	SCOPE_SYSTEM,
	KEPT "SELECT k.id AS \"key.id\", k.account_id AS \"key.account_id\", "
	     "k.instance_id AS \"key.instance_id\", k.name AS \"key.name\", "
	     "k.environment AS \"key.environment\", k.hash AS \"key.hash\", "
	     "k.prefix AS \"key.prefix\", k.last4 AS \"key.last4\", k.scopes AS \"key.scopes\", "
	     "k.created_by AS \"key.created_by\", k.cidrs AS \"key.cidrs\", "
	     "k.per_second AS \"key.per_second\", k.per_minute AS \"key.per_minute\", "
	     "k.per_day AS \"key.per_day\", k.in_flight AS \"key.in_flight\", k.created_at AS "
	     "\"key.created_at\", "
	     "k.expires_at AS \"key.expires_at\", k.revoked_at AS \"key.revoked_at\", "
	     "k.last_used_at AS \"key.last_used_at\", a.id AS \"account.id\", "
	     "a.name AS \"account.name\", a.plan AS \"account.plan\", "
	     "a.time_zone AS \"account.time_zone\", a.marketing AS \"account.marketing\", "
	     "a.essential_purposes AS \"account.essential_purposes\", "
	     "a.send_module AS \"account.send_module\", a.billing AS \"account.billing\", "
	     "a.paused_at AS \"account.paused_at\", a.pause_reason AS \"account.pause_reason\", "
	     "a.day_limit AS \"account.day_limit\", a.month_limit AS \"account.month_limit\", "
	     "a.review_score AS \"account.review_score\", "
	     "a.block_score AS \"account.block_score\", "
	     "a.reply_after_opt_out AS \"account.reply_after_opt_out\", "
	     "a.last_log_id AS \"account.last_log_id\", a.created_at AS \"account.created_at\", "
	     "(SELECT COUNT(*) FROM gateway_state g WHERE g.name = 'suspended') AS suspended "
	     "FROM api_key k JOIN account a ON a.id = k.account_id WHERE k.hash = $1",
};

static const struct stmt touch = {
	"api_key.touch",
	SCOPE_SYSTEM,
	"UPDATE api_key SET last_used_at = $2 "
	"WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2 - 60000)",
};

static const struct stmt by_ref = {
	"api_key.by_ref",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM api_key "
	"WHERE account_id = $1 AND (id = $2 OR (lower(name) = lower($2) AND revoked_at IS NULL "
	"AND (SELECT COUNT(*) FROM api_key o WHERE o.account_id = $1 AND o.revoked_at IS NULL "
	"AND lower(o.name) = lower($2)) = 1)) "
	"ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END LIMIT 1",
};

static const struct stmt list = {
	"api_key.list",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM api_key "
	"WHERE account_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2) "
	"ORDER BY id DESC LIMIT $3",
};

static const struct stmt insert = {
	"api_key.insert",
	SCOPE_ACCOUNT,
	"INSERT INTO api_key (account_id, id, instance_id, name, environment, hash, prefix, "
	"last4, scopes, created_by, cidrs, per_second, per_minute, per_day, in_flight, "
	"created_at, expires_at, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
	"NULLIF($12, 0), NULLIF($13, 0), NULLIF($14, 0), NULLIF($15, 0), $16, $17, $18)",
};

static const struct stmt revoke = {
	"api_key.revoke",
	SCOPE_ACCOUNT,
	"UPDATE api_key SET revoked_at = $3 "
	"WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL",
};

const struct stmt *const api_key_store_stmts[] = {
	&for_send, &touch, &by_ref, &list, &insert, &revoke, NULL,
};

enum rc
api_key_store_for_send(struct op *op, struct key_entry *out, const char *hash)
{
	return db_one(op, out, entry_shape, &for_send, BINDS(bind_text(hash)));
}

void
api_key_store_touch(struct batch *batch, const char *id, struct instant at)
{
	batch_add(batch, &touch, EXPECT_ANY, RC_OK, BINDS(bind_text(id), bind_time(at)));
}

enum rc
api_key_store_by_ref(struct op *op, struct api_key *out, const char *ref)
{
	return db_one(op, out, api_key_shape, &by_ref, BINDS(bind_text(ref)));
}

enum rc
api_key_store_list(struct op *op, struct list *out, const char *before, int64_t limit)
{
	return db_all(op, out, sizeof(struct api_key), api_key_shape, &list,
		      BINDS(bind_text(before), bind_int(limit)));
}

void
api_key_store_insert(struct batch *batch, const struct api_key *k)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text(k->id), bind_text(k->instance_id), bind_text(k->name),
			bind_text(k->environment), bind_text(k->hash), bind_text(k->prefix),
			bind_text(k->last4), bind_text(k->scopes), bind_text(k->created_by),
			bind_text(k->cidrs), bind_int(k->per_second), bind_int(k->per_minute),
			bind_int(k->per_day), bind_int(k->in_flight), bind_time(k->created_at),
			bind_time(k->expires_at), bind_text(k->sealed)));
}

void
api_key_store_revoke(struct batch *batch, const char *id, struct instant at)
{
	batch_add(batch, &revoke, EXPECT_ONE, RC_CONFLICT, BINDS(bind_text(id), bind_time(at)));
}
