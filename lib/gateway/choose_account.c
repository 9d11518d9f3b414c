/* SPDX-License-Identifier: Apache-2.0 */
/*
 * choose_account - which account an operator's command works in
 *
 * Named outright, or told by the object it is about; where there is only one, nobody has to say.
 * Only the operator's own doors may call this: everybody else's account comes from a gate.
 */
#include "gateway/people.h"
#include "store/account_store.h"
#include "store/instance_store.h"

static enum rc
choose_only(struct op *op)
{
	const struct account *first;
	struct list found;

	TRY(account_store_first(op, &found));
	first = found.rows;
	if (found.n == 0)
		return op_refuse(op, RC_MISSING, "account",
				 "There is no account yet: wagate account create --name NAME");
	if (found.n > 1)
		return op_refuse(op, RC_INPUT, "account",
				 "There are several accounts: say which one with --account");
	op->account_id = first->id;
	return RC_OK;
}

static enum rc
choose_named(struct op *op, const char *ref)
{
	struct account account = { 0 };

	TRY(gateway_find_account(op, &account, ref));
	op->account_id = account.id;
	return RC_OK;
}

enum rc
gateway_choose_account(struct op *op, const char *ref, const char *object)
{
	enum rc rc = RC_MISSING;

	if (!text_empty(ref))
		return choose_named(op, ref);
	if (!text_empty(object))
		rc = account_store_owner(op, &op->account_id, object);
	return rc == RC_MISSING ? choose_only(op) : rc;
}

enum rc
gateway_choose_account_of(struct op *op, const char *ref, const char *instance)
{
	const struct instance *rows;
	struct list found = { 0 };

	if (text_empty(ref) && !text_empty(instance))
		TRY(instance_store_anywhere(op, &found, instance));
	rows = found.rows;
	if (found.n != 1)
		return gateway_choose_account(op, ref, instance);
	op->account_id = rows[0].account_id;
	return RC_OK;
}
