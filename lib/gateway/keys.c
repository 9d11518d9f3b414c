/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys - what customers' programs come in with
 *
 * A key is shown once, by the call that makes it; the table holds its SHA-256, beginning and end.
 */
#include "gateway/keys.h"

#include "core/ids.h"
#include "core/secret.h"
#include "gateway/manage_instances.h"
#include "gateway/people.h"
#include "store/api_key_store.h"

enum { NAME_MAX_POINTS = 100, RANDOM_CHARACTERS = 30, PREFIX_SHOWN = 10, END_SHOWN = 4 };

static enum rc
check_scopes(struct op *op, const char *scopes)
{
	size_t n;
	const char **words = text_split(op->arena, scopes, ',', &n);

	for (size_t i = 0; i < n; i++)
		if (!text_list_has("send,read,suppress,configure", words[i]))
			return op_refuse(op, RC_INPUT, "scopes",
					 "There is no scope \"%s\": send, read, suppress, "
					 "configure",
					 words[i]);
	if (n == 0)
		return op_refuse(op, RC_INPUT, "scopes", "A key needs at least one scope");
	return RC_OK;
}

static enum rc
check_draft(struct op *op, const struct api_key *key)
{
	size_t points = text_points(key->name);

	if (points < 1 || points > NAME_MAX_POINTS)
		return op_refuse(op, RC_INPUT, "name", "A key's name has 1 to %d characters",
				 NAME_MAX_POINTS);
	if (!text_equal(key->environment, "production") && !text_equal(key->environment, "sandbox"))
		return op_refuse(op, RC_INPUT, "environment",
				 "The environment is production or sandbox");
	if (key->expires_at.ms != 0 && key->expires_at.ms <= op->now.ms)
		return op_refuse(op, RC_INPUT, "expires", "The key would have expired already");
	return check_scopes(op, key->scopes);
}

/* The list of words as it is stored, without blanks. */
static const char *
tidy_list(struct op *op, const char *list)
{
	size_t n;
	const char **words = text_split(op->arena, list, ',', &n);
	const char *out = "";

	for (size_t i = 0; i < n; i++)
		out = arena_printf(op->arena, "%s%s%s", out, i == 0 ? "" : ",", words[i]);
	return out;
}

/* The key itself, and what of it is kept. */
static const char *
make_plain(struct op *op, struct api_key *key)
{
	const char *plain = api_key_make(op->arena, key->environment,
					 secret_base62(op->arena, RANDOM_CHARACTERS));

	key->hash = secret_sha256_hex(op->arena, bytes_of(plain));
	key->prefix = arena_dupn(op->arena, plain, PREFIX_SHOWN);
	key->last4 = arena_dup(op->arena, plain + API_KEY_LENGTH - END_SHOWN);
	return plain;
}

enum rc
gateway_create_key(struct op *op, struct api_key *out, const char **plain, const char *name,
		   const char *environment, const char *instance, struct instant expires,
		   const char *scopes)
{
	struct batch *batch = batch_new(op);
	struct instance bound = { 0 };
	struct api_key key = {
		.id = id_new(op, "key"),
		.account_id = op->account_id,
		.name = text_trim(op->arena, name == NULL ? "" : name),
		.environment = environment,
		.scopes = tidy_list(op, scopes == NULL ? "send,read" : scopes),
		.created_by = op->actor,
		.created_at = op->now,
		.expires_at = expires,
	};
	const char *made;

	TRY(check_draft(op, &key));
	if (!text_empty(instance)) {
		TRY(gateway_find_instance(op, &bound, instance));
		key.instance_id = bound.id;
	}
	made = make_plain(op, &key);
	api_key_store_insert(batch, &key);
	audit_add(op, batch, "api_key.create", key.id, key.name);
	TRY(db_commit(op, batch));
	*plain = made;
	*out = key;
	return RC_OK;
}

enum rc
gateway_list_keys(struct op *op, struct list *out, const char **next_cursor, struct page_query page)
{
	TRY(api_key_store_list(op, out, page.cursor, page_rows(page)));
	*next_cursor = page_cut(out, sizeof(struct api_key), page);
	return RC_OK;
}

enum rc
gateway_revoke_key(struct op *op, const char *ref)
{
	struct batch *batch = batch_new(op);
	struct api_key key = { 0 };
	enum rc rc = api_key_store_by_ref(op, &key, ref);

	if (rc == RC_MISSING)
		return op_refuse(
			op, rc, "key",
			"There is no key \"%s\" in force in this account, or several of that "
			"name: say its id",
			ref);
	TRY(rc);
	api_key_store_revoke(batch, key.id, op->now);
	audit_add(op, batch, "api_key.revoke", key.id, key.name);
	rc = db_commit(op, batch);
	if (rc != RC_CONFLICT)
		return rc;
	op_forgive(op);
	return op_refuse(op, rc, "key", "The key \"%s\" is revoked already", key.name);
}
