/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account_store - accounts in their table, and which account a row of any table belongs to
 *
 * The operator's command line names objects by id alone; the owner lookup finds the account that
 * the rest of the command then works in. It and trouble_store are the only places that read other
 * nouns' tables.
 */
#include "store/account_store.h"

#define COLUMNS                                                                                   \
	"id, name, plan, time_zone, marketing, essential_purposes, send_module, billing, "        \
	"paused_at, pause_reason, paused_by, last_log_id, day_limit, month_limit, review_score, " \
	"block_score, reply_after_opt_out, created_at, notices_off"

static const struct stmt get = {
	"account.get",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM account WHERE id = $1",
};

static const struct stmt time_zone = {
	"account.time_zone",
	SCOPE_SYSTEM,
	"SELECT time_zone FROM account WHERE id = $1",
};

static const struct stmt by_ref = {
	"account.by_ref",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM account WHERE id = $1 OR lower(name) = lower($1) "
	"ORDER BY CASE WHEN id = $1 THEN 0 ELSE 1 END LIMIT 1",
};

static const struct stmt first = {
	"account.first",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM account ORDER BY id LIMIT 2",
};

static const struct stmt list = {
	"account.list",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM account "
	"WHERE (CAST($1 AS TEXT) IS NULL OR id < $1) ORDER BY id DESC LIMIT $2",
};

static const struct stmt insert = {
	"account.insert",
	SCOPE_SYSTEM,
	"INSERT INTO account (id, name, plan, time_zone, marketing, essential_purposes, "
	"send_module, billing, created_at, day_limit, month_limit) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
};

static const struct stmt name_is_free = {
	"account.name_is_free",
	SCOPE_SYSTEM,
	"SELECT id FROM account WHERE lower(name) = lower($1) AND id <> $2",
};

static const struct stmt update = {
	"account.update",
	SCOPE_SYSTEM,
	"UPDATE account SET name = $2, plan = $3, time_zone = $4, marketing = $5, "
	"essential_purposes = $6, send_module = $7, billing = $8, day_limit = $9, "
	"month_limit = $10, review_score = $11, block_score = $12, reply_after_opt_out = $13, "
	"notices_off = $14 "
	"WHERE id = $1",
};

static const struct stmt pause_one = {
	"account.pause",
	SCOPE_SYSTEM,
	"UPDATE account SET paused_at = $2, pause_reason = $3, paused_by = $4 WHERE id = $1",
};

static const struct stmt pause_own = {
	"account.pause_own",
	SCOPE_ACCOUNT,
	"UPDATE account SET paused_at = $2, pause_reason = $3, paused_by = $4 "
	"WHERE id = $1 AND paused_at IS NULL",
};

static const struct stmt resume_own = {
	"account.resume_own",
	SCOPE_ACCOUNT,
	"UPDATE account SET paused_at = NULL, pause_reason = NULL, paused_by = NULL "
	"WHERE id = $1 AND substr(paused_by, 1, 5) = 'user:'",
};

static const struct stmt set_own = {
	"account.set_own",
	SCOPE_ACCOUNT,
	"UPDATE account SET time_zone = $2, notices_off = $3 WHERE id = $1",
};

static const struct stmt never = {
	"account.never",
	SCOPE_ACCOUNT,
	QUIET "SELECT id FROM account WHERE id = $1 AND 1 = 0",
};

struct owner {
	const char *account_id;
};

struct zone {
	const char *time_zone;
};

static const struct shape zone_shape[] = {
	SHAPE(struct zone, time_zone),
	SHAPE_END,
};

static const struct shape owner_shape[] = {
	SHAPE(struct owner, account_id),
	SHAPE_END,
};

#define OWNER_OF(noun, table)                                            \
	{                                                                \
		"account.owner_of_" noun, SCOPE_SYSTEM,                  \
			"SELECT account_id FROM " table " WHERE id = $1" \
	}

static const struct stmt owner_of_user = OWNER_OF("user", "users");
static const struct stmt owner_of_instance = OWNER_OF("instance", "instance");
static const struct stmt owner_of_key = OWNER_OF("key", "api_key");
static const struct stmt owner_of_endpoint = OWNER_OF("endpoint", "endpoint");
static const struct stmt owner_of_message = {
	"account.owner_of_message",
	SCOPE_SYSTEM,
	"SELECT a.id AS account_id FROM account a WHERE EXISTS "
	"(SELECT 1 FROM message m WHERE m.account_id = a.id AND m.id = $1) LIMIT 1",
};
static const struct stmt owner_of_policy_event = {
	"account.owner_of_policy_event",
	SCOPE_SYSTEM,
	"SELECT a.id AS account_id FROM account a WHERE EXISTS "
	"(SELECT 1 FROM policy_event p WHERE p.account_id = a.id AND p.id = $1) LIMIT 1",
};
static const struct stmt owner_of_inbound = OWNER_OF("inbound", "inbound");
static const struct stmt owner_of_event = OWNER_OF("event", "event");
static const struct stmt owner_of_delivery = OWNER_OF("delivery", "delivery");
static const struct stmt owner_of_replay = OWNER_OF("replay", "replay");
static const struct stmt owner_of_suppression = OWNER_OF("suppression", "suppression");

static const struct {
	const char *prefix;
	const struct stmt *stmt;
} owners[] = {
	{ "usr_", &owner_of_user },        { "inst_", &owner_of_instance },
	{ "key_", &owner_of_key },         { "ep_", &owner_of_endpoint },
	{ "msg_", &owner_of_message },     { "in_", &owner_of_inbound },
	{ "evt_", &owner_of_event },       { "dlv_", &owner_of_delivery },
	{ "sup_", &owner_of_suppression }, { "pol_", &owner_of_policy_event },
	{ "rpl_", &owner_of_replay },
};

const struct stmt *const account_store_stmts[] = {
	&get,
	&by_ref,
	&time_zone,
	&first,
	&list,
	&insert,
	&name_is_free,
	&update,
	&pause_one,
	&pause_own,
	&resume_own,
	&set_own,
	&never,
	&owner_of_user,
	&owner_of_instance,
	&owner_of_key,
	&owner_of_endpoint,
	&owner_of_message,
	&owner_of_inbound,
	&owner_of_event,
	&owner_of_delivery,
	&owner_of_replay,
	&owner_of_suppression,
	&owner_of_policy_event,
	NULL,
};

enum rc
account_store_get(struct op *op, struct account *out)
{
	return db_one(op, out, account_shape, &get, NO_BINDS);
}

enum rc
account_store_time_zone(struct op *op, const char **zone, const char *id)
{
	struct zone found = { 0 };

	TRY(db_one(op, &found, zone_shape, &time_zone, BINDS(bind_text(id))));
	*zone = found.time_zone;
	return RC_OK;
}

enum rc
account_store_by_ref(struct op *op, struct account *out, const char *ref)
{
	return db_one(op, out, account_shape, &by_ref, BINDS(bind_text(ref)));
}

enum rc
account_store_first(struct op *op, struct list *out)
{
	return db_all(op, out, sizeof(struct account), account_shape, &first, NO_BINDS);
}

enum rc
account_store_list(struct op *op, struct list *out, const char *before, int64_t limit)
{
	return db_all(op, out, sizeof(struct account), account_shape, &list,
		      BINDS(bind_text(before), bind_int(limit)));
}

/* 0 is none, and null in the table. */
static struct bind
bind_limit(int64_t limit)
{
	return limit == 0 ? bind_null() : bind_int(limit);
}

void
account_store_insert(struct batch *batch, const struct account *a)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(a->id), bind_text(a->name), bind_text(a->plan),
			bind_text(a->time_zone), bind_text(a->marketing),
			bind_text(a->essential_purposes), bind_bool(a->send_module),
			bind_bool(a->billing), bind_time(a->created_at), bind_limit(a->day_limit),
			bind_limit(a->month_limit)));
}

void
account_store_update(struct batch *batch, const struct account *a)
{
	batch_add(batch, &name_is_free, EXPECT_NONE, RC_CONFLICT,
		  BINDS(bind_text(a->name), bind_text(a->id)));
	batch_add(batch, &update, EXPECT_ONE, RC_MISSING,
		  BINDS(bind_text(a->id), bind_text(a->name), bind_text(a->plan),
			bind_text(a->time_zone), bind_text(a->marketing),
			bind_text(a->essential_purposes), bind_bool(a->send_module),
			bind_bool(a->billing), bind_limit(a->day_limit), bind_limit(a->month_limit),
			bind_limit(a->review_score), bind_limit(a->block_score),
			bind_bool(a->reply_after_opt_out),
			bind_text(a->notices_off == NULL ? "" : a->notices_off)));
}

void
account_store_pause(struct batch *batch, const char *id, struct instant at, const char *reason,
		    const char *by)
{
	batch_add(batch, &pause_one, EXPECT_ONE, RC_MISSING,
		  BINDS(bind_text(id), bind_time(at), bind_text(reason), bind_text(by)));
}

void
account_store_pause_own(struct batch *batch, struct instant at, const char *reason, const char *by)
{
	batch_add(batch, &pause_own, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_time(at), bind_text(reason), bind_text(by)));
}

void
account_store_resume_own(struct batch *batch)
{
	batch_add(batch, &resume_own, EXPECT_ONE, RC_CONFLICT, NO_BINDS);
}

void
account_store_set_own(struct batch *batch, const char *zone, const char *notices_off)
{
	batch_add(batch, &set_own, EXPECT_ONE, RC_MISSING,
		  BINDS(bind_text(zone), bind_text(notices_off)));
}

enum rc
account_store_owner(struct op *op, const char **account_id, const char *id)
{
	struct owner owner = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(owners); i++) {
		if (!text_starts(id, owners[i].prefix))
			continue;
		TRY(db_one(op, &owner, owner_shape, owners[i].stmt, BINDS(bind_text(id))));
		*account_id = owner.account_id;
		return RC_OK;
	}
	return RC_MISSING;
}

int
account_store_never(struct batch *batch)
{
	return batch_add(batch, &never, EXPECT_ONE, RC_DENIED, NO_BINDS);
}
