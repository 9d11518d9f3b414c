/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_key - step 1: is this a key of ours, in force, and may it do this from there?
 *
 * Asked by the gate before anything of the body is looked at. The check sum refuses what cannot
 * be a key without reading the database; the database knows keys by their SHA-256 alone. What a
 * key may do is told only to who has the key.
 */
#include "core/secret.h"
#include "gateway/refused_count.h"
#include "gateway/send_inside.h"
#include "store/api_key_store.h"

static const char scheme[] = "Bearer ";

/* account_id: whose key it was; NULL: nobody's. */
static enum rc
refuse(struct op *op, const char *account_id, enum refusal *out, enum refusal refusal,
       const char *sentence)
{
	*out = refusal;
	refused_count(account_id, refusal);
	return op_refuse(op, refusal_rc(refusal), refusal_word(refusal), "%s", sentence);
}

static enum rc
refuse_unknown(struct op *op, enum refusal *refusal)
{
	return refuse(op, NULL, refusal, REFUSAL_KEY_UNKNOWN,
		      "There is no such API key; check that it was copied whole");
}

/* The token behind "Bearer" and exactly one space, or NULL. */
static const char *
token_of(const char *header)
{
	const char *token = header + sizeof(scheme) - 1;

	if (!text_starts(header, scheme))
		return NULL;
	return *token == '\0' || strpbrk(token, " \t,") != NULL ? NULL : token;
}

static enum rc
check_in_force(struct op *op, const struct api_key *key, enum refusal *refusal)
{
	if (key->revoked_at.ms != 0)
		return refuse(op, key->account_id, refusal, REFUSAL_KEY_REVOKED,
			      arena_printf(op->arena, "This API key was revoked at %s",
					   clock_rfc3339(op->arena, key->revoked_at)));
	if (key->expires_at.ms != 0 && key->expires_at.ms <= op->now.ms)
		return refuse(op, key->account_id, refusal, REFUSAL_KEY_EXPIRED,
			      arena_printf(op->arena, "This API key is expired since %s",
					   clock_rfc3339(op->arena, key->expires_at)));
	return RC_OK;
}

static enum rc
check_allowed(struct op *op, const struct api_key *key, enum refusal *refusal,
	      const struct approach *by)
{
	if (!api_key_may_come_from(op->arena, key, by->client))
		return refuse(op, key->account_id, refusal, REFUSAL_ADDRESS,
			      arena_printf(op->arena,
					   "This API key may not be used from %s, only from: %s",
					   by->client, key->cidrs));
	if (!api_key_has_scope(key, by->scope))
		return refuse(
			op, key->account_id, refusal, REFUSAL_SCOPE,
			arena_printf(op->arena,
				     "This API key lacks the scope \"%s\"; it has: %s. Use one "
				     "that has it",
				     by->scope, key->scopes));
	return RC_OK;
}

enum rc
gateway_identify(struct op *op, struct caller *out, enum refusal *refusal,
		 const struct approach *by)
{
	const char *token, *header = by->authorization;
	struct key_entry entry = { 0 };
	enum rc rc;

	if (text_empty(header))
		return refuse(op, NULL, refusal, REFUSAL_KEY_MISSING,
			      "The Authorization header is missing; send Authorization: Bearer "
			      "<API key>");
	token = token_of(header);
	if (token == NULL)
		return refuse(op, NULL, refusal, REFUSAL_KEY_FORM,
			      "The Authorization header must be \"Bearer\", one space and the "
			      "API key");
	if (!api_key_is_wellformed(token))
		return refuse_unknown(op, refusal);
	rc = api_key_store_for_send(op, &entry, secret_sha256_hex(op->arena, bytes_of(token)));
	if (rc == RC_MISSING)
		return refuse_unknown(op, refusal);
	if (rc != RC_OK)
		*refusal = rc == RC_BUSY ? REFUSAL_BUSY : REFUSAL_INTERNAL;
	TRY(rc);
	TRY(check_in_force(op, &entry.key, refusal));
	TRY(check_allowed(op, &entry.key, refusal, by));
	*refusal = REFUSAL_NONE;
	*out = (struct caller){ entry.key, entry.account, entry.suspended };
	return RC_OK;
}

enum rc
send_step_key(struct send_work *work)
{
	struct send *send = work->send;

	/* Pages and commands have passed a gate of their own. */
	send->simulated = send->fake || (send->key != NULL && api_key_is_sandbox(send->key));
	return RC_OK;
}
