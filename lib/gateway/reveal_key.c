/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reveal_key - an API key shown once more
 *
 * Off unless the operator turns it on, because a stolen database should hold no keys: then the key
 * is kept sealed under the master key and bound to its row. A session is not enough to see it, and
 * nobody sees it before the audit trail durably says so.
 */
#include "core/settings.h"
#include "db/db.h"
#include "gateway/credentials.h"
#include "gateway/keys.h"
#include "gateway/people.h"

bool
key_is_kept(const struct op *op, const struct api_key *key)
{
	bool expired = key->expires_at.ms != 0 && key->expires_at.ms <= op->now.ms;

	return settings()->keys_reveal && key->sealed != NULL && key->revoked_at.ms == 0 &&
	       !expired;
}

enum rc
gateway_reveal_key(struct op *op, struct api_key *out, const char **plain, const char *ref,
		   const char *email, const char *password, const char *client)
{
	struct batch *batch = batch_new(op);
	const char *opened = NULL;
	struct api_key key = { 0 };

	TRY(key_find(op, &key, ref));
	if (!key_is_kept(op, &key))
		return op_refuse(op, RC_CONFLICT, "key",
				 "The key \"%s\" cannot be shown again: it was not kept, or is not "
				 "in force",
				 key.name);
	TRY(gateway_confirm_password(op, email, password, client));
	TRY(credential_open(op, &opened, SEALED_KEY, key.id, key.sealed));
	audit_add(op, batch, "api_key.reveal", key.id, key.name);
	TRY(db_commit(op, batch));
	*out = key;
	*plain = opened;
	return RC_OK;
}
