/* SPDX-License-Identifier: Apache-2.0 */
/*
 * users - the people who sign in for an account
 *
 * An e-mail address is one person over all accounts. A new password and a disabled person end
 * every session of theirs in the same transaction. Operators are made at the command line only.
 */
#include "core/ids.h"
#include "core/secret.h"
#include "gateway/people.h"
#include "store/session_store.h"
#include "store/user_store.h"

static enum rc
check_password(struct op *op, const char *password, const char *email)
{
	const char *problem = password_problem(password, email);

	if (problem != NULL)
		return op_refuse(op, RC_INPUT, "password", "%s", problem);
	return RC_OK;
}

static enum rc
check_role(struct op *op, const char *role)
{
	enum role wanted = role_read(role);

	if (wanted == ROLE_NONE)
		return op_refuse(op, RC_INPUT, "role",
				 "There is no role \"%s\": owner, admin, developer or viewer",
				 role);
	if (wanted == ROLE_OPERATOR && !text_equal(op->actor, "cli"))
		return op_refuse(op, RC_DENIED, "role",
				 "Operators are made at the command line: wagate operator create");
	return RC_OK;
}

enum rc
gateway_create_user(struct op *op, struct user *out, const char *account_ref, const char *email,
		    const char *name, const char *role, const char *password)
{
	struct batch *batch = batch_new(op);
	struct user user = { .id = id_new(op, "usr"), .role = role, .created_at = op->now };
	struct account account = { 0 };
	enum rc rc;

	user.email = text_lower(op->arena, text_trim(op->arena, email));
	user.name = text_trim(op->arena, name == NULL ? "" : name);
	if (!email_is_plausible(user.email))
		return op_refuse(op, RC_INPUT, "email", "\"%s\" is no e-mail address", user.email);
	TRY(check_role(op, role));
	TRY(check_password(op, password, user.email));
	TRY(gateway_find_account(op, &account, account_ref));
	op->account_id = user.account_id = account.id;
	user.password_hash = secret_password_hash(op->arena, password);
	user_store_insert(batch, &user);
	audit_add(op, batch, "user.create", user.id,
		  arena_printf(op->arena, "%s as %s", user.email, role));
	rc = db_commit(op, batch);
	if (rc == RC_CONFLICT) {
		op_forgive(op);
		return op_refuse(op, rc, "email", "There is already a user with %s", user.email);
	}
	TRY(rc);
	*out = user;
	return RC_OK;
}

enum rc
gateway_list_users(struct op *op, struct list *out, const char *account_ref)
{
	struct account account = { 0 };

	TRY(gateway_find_account(op, &account, account_ref));
	op->account_id = account.id;
	return user_store_list(op, out);
}

static enum rc
find_user(struct op *op, struct user *out, const char *ref)
{
	enum rc rc = user_store_by_ref(op, out, ref);

	if (rc == RC_MISSING)
		return op_refuse(op, rc, "user", "There is no user \"%s\"", ref);
	TRY(rc);
	op->account_id = out->account_id;
	return RC_OK;
}

enum rc
gateway_set_password(struct op *op, const char *email, const char *password)
{
	struct batch *batch = batch_new(op);
	struct user user = { 0 };

	TRY(find_user(op, &user, email));
	TRY(check_password(op, password, user.email));
	db_rest(op);
	user_store_set_password(batch, user.id, secret_password_hash(op->arena, password));
	session_store_delete_of_user(batch, user.id);
	audit_add(op, batch, "user.set_password", user.id, NULL);
	return db_commit(op, batch);
}

enum rc
gateway_disable_user(struct op *op, const char *email)
{
	struct batch *batch = batch_new(op);
	struct user user = { 0 };
	enum rc rc;

	TRY(find_user(op, &user, email));
	user_store_disable(batch, user.id, op->now);
	session_store_delete_of_user(batch, user.id);
	audit_add(op, batch, "user.disable", user.id, user.email);
	rc = db_commit(op, batch);
	if (rc != RC_CONFLICT)
		return rc;
	op_forgive(op);
	return op_refuse(op, rc, "user", "%s is disabled already", user.email);
}
