/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance_store - WhatsApp numbers and what is known about them
 *
 * Deleting keeps the row, so that old messages still say where they came from; its slug and its
 * number are free again from then on. Credentials go through here sealed.
 */
#include "store/instance_store.h"

#define COLUMNS                                                                                   \
	"i.id, i.account_id, i.slug, i.name, i.provider, i.state, i.state_reason, "               \
	"i.window_policy, i.phone_number_id, i.waba_id, i.display_number, i.verified_name, "      \
	"i.quality, i.access_token, i.app_secret, i.previous_app_secret, "                        \
	"i.previous_app_secret_until, i.verify_token, "                                           \
	"i.check_result, i.phone_app, i.paused_at, i.suspended_at, i.isolated_at, i.checked_at, " \
	"i.created_at, i.state_cause, i.state_as_of, i.restricted_until, "                        \
	"i.deleted_at, i.confirms_choices, i.fetch_media"

/* A name counts only where it is the only one of its kind: two numbers may be called alike. */
static const struct stmt by_ref = {
	"instance.by_ref",
	SCOPE_ACCOUNT,
	KEPT
	"SELECT " COLUMNS " FROM instance i "
	"WHERE i.account_id = $1 AND i.deleted_at IS NULL AND (i.id = $2 OR i.slug = $2 "
	"OR (lower(i.name) = lower($2) AND (SELECT COUNT(*) FROM instance o "
	"WHERE o.account_id = $1 AND o.deleted_at IS NULL AND lower(o.name) = lower($2)) = 1)) "
	"ORDER BY CASE WHEN i.id = $2 THEN 0 WHEN i.slug = $2 THEN 1 ELSE 2 END LIMIT 1",
};

static const struct stmt only = {
	"instance.only",
	SCOPE_ACCOUNT,
	KEPT
	"SELECT " COLUMNS " FROM instance i "
	"WHERE i.account_id = $1 AND i.deleted_at IS NULL AND (SELECT COUNT(*) FROM instance o "
	"WHERE o.account_id = $1 AND o.deleted_at IS NULL) = 1",
};

static const struct stmt list = {
	"instance.list",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM instance i "
	"WHERE i.account_id = $1 AND i.deleted_at IS NULL "
	"AND (CAST($2 AS TEXT) IS NULL OR i.id < $2) ORDER BY i.id DESC LIMIT $3",
};

static const struct stmt of_endpoint = {
	"instance.of_endpoint",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM endpoint_instance b JOIN instance i ON i.id = b.instance_id "
	"WHERE i.account_id = $1 AND b.endpoint_id = $2 AND i.deleted_at IS NULL "
	"ORDER BY i.id LIMIT 200",
};

static const struct stmt by_id = {
	"instance.by_id",
	SCOPE_SYSTEM,
	KEPT "SELECT " COLUMNS " FROM instance i WHERE i.id = $1 AND i.deleted_at IS NULL",
};

static const struct stmt by_phone = {
	"instance.by_phone",
	SCOPE_SYSTEM,
	KEPT "SELECT " COLUMNS " FROM instance i "
	     "WHERE i.phone_number_id = $1 AND i.deleted_at IS NULL",
};

static const struct stmt by_waba = {
	"instance.by_waba",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM instance i "
	"WHERE i.waba_id = $1 AND i.deleted_at IS NULL ORDER BY i.id LIMIT 200",
};

static const struct stmt anywhere = {
	"instance.anywhere",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM instance i WHERE i.deleted_at IS NULL "
	"AND (i.id = $1 OR i.slug = $1 OR lower(i.name) = lower($1)) ORDER BY i.id LIMIT 2",
};

static const struct stmt insert = {
	"instance.insert",
	SCOPE_ACCOUNT,
	"INSERT INTO instance (account_id, id, slug, name, provider, state, window_policy, "
	"verify_token, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
	"ON CONFLICT DO NOTHING",
};

static const struct stmt phone_is_free = {
	"instance.phone_is_free",
	SCOPE_SYSTEM,
	"SELECT id FROM instance "
	"WHERE phone_number_id = $1 AND deleted_at IS NULL AND id <> $2",
};

static const struct stmt update = {
	"instance.update",
	SCOPE_ACCOUNT,
	"UPDATE instance SET name = $3, state = $4, state_reason = $5, window_policy = $6, "
	"phone_number_id = $7, waba_id = $8, display_number = $9, access_token = $10, "
	"app_secret = $11, previous_app_secret = $12, verify_token = $13, phone_app = $14, "
	"previous_app_secret_until = $15, fetch_media = $16 "
	"WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
};

static const struct stmt checked = {
	"instance.checked",
	SCOPE_ACCOUNT,
	"UPDATE instance SET state = $3, state_reason = $4, display_number = $5, "
	"verified_name = $6, quality = $7, check_result = $8, checked_at = $9 "
	"WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
};

#define SWITCH(noun, column)                                                       \
	{                                                                          \
		"instance." noun, SCOPE_ACCOUNT,                                   \
			"UPDATE instance SET " column " = $3 "                     \
			"WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL" \
	}

static const struct stmt pause_one = SWITCH("pause", "paused_at");
static const struct stmt suspend_one = SWITCH("suspend", "suspended_at");
static const struct stmt isolate_one = SWITCH("isolate", "isolated_at");

static const struct stmt delete_one = {
	"instance.delete",
	SCOPE_ACCOUNT,
	"UPDATE instance SET deleted_at = $3, access_token = NULL, app_secret = NULL, "
	"previous_app_secret = NULL, verify_token = NULL, state = 'closed', "
	"state_reason = 'deleted' WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
};

static const struct stmt close_one = {
	"instance.close",
	SCOPE_SYSTEM,
	"UPDATE instance SET state = 'closed', state_reason = $2 "
	"WHERE id = $1 AND deleted_at IS NULL AND state <> 'closed'",
};

const struct stmt *const instance_store_stmts[] = {
	&by_ref,    &only,     &list,      &of_endpoint,   &by_id,       &by_phone,
	&by_waba,   &anywhere, &insert,    &phone_is_free, &update,      &delete_one,
	&close_one, &checked,  &pause_one, &suspend_one,   &isolate_one, NULL,
};

enum rc
instance_store_by_ref(struct op *op, struct instance *out, const char *ref)
{
	return db_one(op, out, instance_shape, &by_ref, BINDS(bind_text(ref)));
}

enum rc
instance_store_only(struct op *op, struct instance *out)
{
	return db_one(op, out, instance_shape, &only, NO_BINDS);
}

enum rc
instance_store_list(struct op *op, struct list *out, const char *before, int64_t limit)
{
	return db_all(op, out, sizeof(struct instance), instance_shape, &list,
		      BINDS(bind_text(before), bind_int(limit)));
}

enum rc
instance_store_of_endpoint(struct op *op, struct list *out, const char *endpoint_id)
{
	return db_all(op, out, sizeof(struct instance), instance_shape, &of_endpoint,
		      BINDS(bind_text(endpoint_id)));
}

enum rc
instance_store_by_id(struct op *op, struct instance *out, const char *id)
{
	return db_one(op, out, instance_shape, &by_id, BINDS(bind_text(id)));
}

enum rc
instance_store_by_phone(struct op *op, struct instance *out, const char *phone_number_id)
{
	return db_one(op, out, instance_shape, &by_phone, BINDS(bind_text(phone_number_id)));
}

enum rc
instance_store_by_waba(struct op *op, struct list *out, const char *waba_id)
{
	return db_all(op, out, sizeof(struct instance), instance_shape, &by_waba,
		      BINDS(bind_text(waba_id)));
}

enum rc
instance_store_anywhere(struct op *op, struct list *out, const char *ref)
{
	return db_all(op, out, sizeof(struct instance), instance_shape, &anywhere,
		      BINDS(bind_text(ref)));
}

void
instance_store_insert(struct batch *batch, const struct instance *i)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(i->id), bind_text(i->slug), bind_text(i->name),
			bind_text(i->provider), bind_text(i->state), bind_text(i->window_policy),
			bind_text(i->verify_token), bind_time(i->created_at)));
}

void
instance_store_update(struct batch *batch, const struct instance *i)
{
	batch_add(batch, &phone_is_free, EXPECT_NONE, RC_CONFLICT,
		  BINDS(bind_text(i->phone_number_id), bind_text(i->id)));
	batch_add(batch, &update, EXPECT_ONE, RC_MISSING,
		  BINDS(bind_text(i->id), bind_text(i->name), bind_text(i->state),
			bind_text(i->state_reason), bind_text(i->window_policy),
			bind_text(i->phone_number_id), bind_text(i->waba_id),
			bind_text(i->display_number), bind_text(i->access_token),
			bind_text(i->app_secret), bind_text(i->previous_app_secret),
			bind_text(i->verify_token), bind_bool(i->phone_app),
			bind_time(i->previous_app_secret_until), bind_bool(i->fetch_media)));
}

void
instance_store_checked(struct batch *batch, const struct instance *i)
{
	batch_add(batch, &checked, EXPECT_ONE, RC_MISSING,
		  BINDS(bind_text(i->id), bind_text(i->state), bind_text(i->state_reason),
			bind_text(i->display_number), bind_text(i->verified_name),
			bind_text(i->quality), bind_text(i->check_result),
			bind_time(i->checked_at)));
}

static void
set_switch(struct batch *batch, const struct stmt *stmt, const char *id, struct instant at)
{
	batch_add(batch, stmt, EXPECT_ONE, RC_MISSING, BINDS(bind_text(id), bind_time(at)));
}

void
instance_store_pause(struct batch *batch, const char *id, struct instant at)
{
	set_switch(batch, &pause_one, id, at);
}

void
instance_store_suspend(struct batch *batch, const char *id, struct instant at)
{
	set_switch(batch, &suspend_one, id, at);
}

void
instance_store_isolate(struct batch *batch, const char *id, struct instant at)
{
	set_switch(batch, &isolate_one, id, at);
}

void
instance_store_delete(struct batch *batch, const char *id, struct instant at)
{
	batch_add(batch, &delete_one, EXPECT_ONE, RC_MISSING, BINDS(bind_text(id), bind_time(at)));
}

void
instance_store_close(struct batch *batch, const char *id, const char *reason)
{
	batch_add(batch, &close_one, EXPECT_ANY, RC_OK, BINDS(bind_text(id), bind_text(reason)));
}
