/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user_store - the people who sign in
 *
 * An e-mail address belongs to one person over all accounts, because sign-in asks for nothing
 * else; so finding one is not bound to an account.
 */
#include "store/user_store.h"

#define COLUMNS \
	"id, account_id, email, name, role, password_hash, disabled_at, created_at, signed_in_at"

static const struct stmt list = {
	"user.list",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM users WHERE account_id = $1 ORDER BY id DESC LIMIT 200",
};

static const struct stmt operators = {
	"user.operators",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM users WHERE role = 'operator' AND disabled_at IS NULL "
	"ORDER BY id LIMIT 50",
};

static const struct stmt by_ref = {
	"user.by_ref",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM users WHERE id = $1 OR lower(email) = lower($1) LIMIT 1",
};

static const struct stmt insert = {
	"user.insert",
	SCOPE_SYSTEM,
	"INSERT INTO users (id, account_id, email, name, role, password_hash, created_at) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
};

static const struct stmt set_password = {
	"user.set_password",
	SCOPE_SYSTEM,
	"UPDATE users SET password_hash = $2 WHERE id = $1",
};

static const struct stmt disable = {
	"user.disable",
	SCOPE_SYSTEM,
	"UPDATE users SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL",
};

static const struct stmt signed_in = {
	"user.signed_in",
	SCOPE_SYSTEM,
	"UPDATE users SET signed_in_at = $2 WHERE id = $1",
};

const struct stmt *const user_store_stmts[] = {
	&list, &by_ref, &insert, &set_password, &disable, &signed_in, &operators, NULL,
};

enum rc
user_store_list(struct op *op, struct list *out)
{
	return db_all(op, out, sizeof(struct user), user_shape, &list, NO_BINDS);
}

enum rc
user_store_operators(struct op *op, struct list *out)
{
	return db_all(op, out, sizeof(struct user), user_shape, &operators, NO_BINDS);
}

enum rc
user_store_by_ref(struct op *op, struct user *out, const char *ref)
{
	return db_one(op, out, user_shape, &by_ref, BINDS(bind_text(ref)));
}

void
user_store_insert(struct batch *batch, const struct user *u)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(u->id), bind_text(u->account_id), bind_text(u->email),
			bind_text(u->name), bind_text(u->role), bind_text(u->password_hash),
			bind_time(u->created_at)));
}

void
user_store_set_password(struct batch *batch, const char *id, const char *password_hash)
{
	batch_add(batch, &set_password, EXPECT_ONE, RC_MISSING,
		  BINDS(bind_text(id), bind_text(password_hash)));
}

void
user_store_disable(struct batch *batch, const char *id, struct instant at)
{
	batch_add(batch, &disable, EXPECT_ONE, RC_CONFLICT, BINDS(bind_text(id), bind_time(at)));
}

void
user_store_signed_in(struct batch *batch, const char *id, struct instant at)
{
	batch_add(batch, &signed_in, EXPECT_ONE, RC_MISSING, BINDS(bind_text(id), bind_time(at)));
}
