/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys - what customers' programs come in with
 *
 * A key is shown once, by the call that makes it; the table holds its SHA-256, beginning and end,
 * and where the operator wants it ([keys] reveal) the key itself, sealed, for reveal_key.c.
 */
#include "gateway/keys.h"

#include "core/address.h"
#include "core/ids.h"
#include "core/secret.h"
#include "core/settings.h"
#include "gateway/credentials.h"
#include "gateway/manage_instances.h"
#include "gateway/people.h"
#include "store/api_key_store.h"

enum {
	NAME_MAX_POINTS = 100,
	RANDOM_CHARACTERS = 30,
	PREFIX_SHOWN = 10,
	END_SHOWN = 4,
	CIDRS_MAX = 50
};

/* Limits nobody can mean. */
enum { LIMIT_MAX = 1000000000, AT_ONCE_MAX = 20000 };

static enum rc
check_scopes(struct op *op, const char *scopes)
{
	size_t n, known = 0;
	const char **words = text_split(op->arena, scopes == NULL ? "" : scopes, ',', &n);

	while (api_key_scopes[known] != NULL)
		known++;
	for (size_t i = 0; i < n; i++)
		if (!text_is_one_of(words[i], api_key_scopes, known))
			return op_refuse(op, RC_INPUT, "scopes",
					 "There is no scope \"%s\": send, read, suppress, "
					 "configure",
					 words[i]);
	if (n == 0)
		return op_refuse(op, RC_INPUT, "scopes", "A key needs at least one scope");
	return RC_OK;
}

static enum rc
check_cidrs(struct op *op, const char *cidrs)
{
	struct address_range range;
	size_t n;
	const char **items = text_split(op->arena, cidrs == NULL ? "" : cidrs, ',', &n);

	if (n > CIDRS_MAX)
		return op_refuse(op, RC_INPUT, "cidrs", "A key may have at most %d addresses",
				 CIDRS_MAX);
	for (size_t i = 0; i < n; i++)
		if (!address_read_range(op->arena, &range, items[i]))
			return op_refuse(op, RC_INPUT, "cidrs",
					 "\"%s\" is no address or range like 203.0.113.7, "
					 "10.0.0.0/8 or 2001:db8::/32",
					 items[i]);
	return RC_OK;
}

static enum rc
check_limits(struct op *op, const struct api_key *key, bool by_operator)
{
	const struct settings *s = settings();
	const struct {
		const char *name, *words;
		int64_t value, most;
	} limits[] = {
		{ "per_second", "sends per second", key->per_second,
		  by_operator ? LIMIT_MAX : s->limits_per_second },
		{ "per_minute", "sends per minute", key->per_minute,
		  by_operator ? LIMIT_MAX : s->limits_per_minute },
		{ "per_day", "sends per day", key->per_day, LIMIT_MAX },
		{ "in_flight", "sends at once", key->in_flight, AT_ONCE_MAX },
	};

	for (size_t i = 0; i < ARRAY_LEN(limits); i++)
		if (limits[i].value < 0 || limits[i].value > limits[i].most)
			return op_refuse(op, RC_INPUT, limits[i].name,
					 "A key's limit of %s is from 1 to %lld", limits[i].words,
					 (long long)limits[i].most);
	return RC_OK;
}

static enum rc
check_draft(struct op *op, const struct api_key *key, bool by_operator)
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
	TRY(check_scopes(op, key->scopes));
	TRY(check_cidrs(op, key->cidrs));
	return check_limits(op, key, by_operator);
}

/* The list of words as it is stored, without blanks; NULL for none. */
static const char *
tidy_list(struct op *op, const char *list)
{
	size_t n;
	const char **words = text_split(op->arena, list == NULL ? "" : list, ',', &n);

	return n == 0 ? NULL : text_join(op->arena, words, n, ",");
}

/* The key itself, and what of it is kept. */
static const char *
make_plain(struct op *op, struct api_key *key)
{
	const char *plain = api_key_make(op->arena, key->environment,
					 secret_base62(op->arena, RANDOM_CHARACTERS));

	key->hash = secret_sha256_hex(op->arena, bytes_of(plain));
	if (settings()->keys_reveal)
		key->sealed = credential_seal(op, SEALED_KEY, key->id, plain);
	key->prefix = arena_dupn(op->arena, plain, PREFIX_SHOWN);
	key->last4 = arena_dup(op->arena, plain + API_KEY_LENGTH - END_SHOWN);
	return plain;
}

static struct api_key
key_of(struct op *op, const struct key_draft *draft)
{
	return (struct api_key){
		.id = id_new(op, "key"),
		.account_id = op->account_id,
		.name = text_trim(op->arena, draft->name == NULL ? "" : draft->name),
		.environment = draft->environment,
		.scopes = tidy_list(op, draft->scopes == NULL ? "send,read" : draft->scopes),
		.cidrs = tidy_list(op, draft->cidrs),
		.per_second = draft->per_second,
		.per_minute = draft->per_minute,
		.per_day = draft->per_day,
		.in_flight = draft->in_flight,
		.created_by = op->actor,
		.created_at = op->now,
		.expires_at = draft->expires,
	};
}

enum rc
gateway_create_key(struct op *op, struct api_key *out, const char **plain,
		   const struct key_draft *draft)
{
	struct batch *batch = batch_new(op);
	struct instance bound = { 0 };
	struct api_key key = key_of(op, draft);
	const char *made;

	TRY(check_draft(op, &key, draft->by_operator));
	if (!text_empty(draft->instance)) {
		TRY(gateway_find_instance(op, &bound, draft->instance));
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
key_find(struct op *op, struct api_key *out, const char *ref)
{
	struct api_key key = { 0 };
	enum rc rc = api_key_store_by_ref(op, &key, ref);

	if (rc == RC_MISSING)
		return op_refuse(
			op, rc, "key",
			"There is no key \"%s\" in force in this account, or several of that "
			"name: say its id",
			ref);
	TRY(rc);
	*out = key;
	return RC_OK;
}

enum rc
gateway_revoke_key(struct op *op, const char *ref)
{
	struct batch *batch = batch_new(op);
	struct api_key key = { 0 };
	enum rc rc;

	TRY(key_find(op, &key, ref));
	api_key_store_revoke(batch, key.id, op->now);
	audit_add(op, batch, "api_key.revoke", key.id, key.name);
	rc = db_commit(op, batch);
	if (rc != RC_CONFLICT)
		return rc;
	op_forgive(op);
	return op_refuse(op, rc, "key", "The key \"%s\" is revoked already", key.name);
}
