/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate key: what customers' programs come in with.
 *
 * The key is printed by the verb that makes it and by no other.
 */
#include "cli.h"
#include "domain/api_key.h"
#include "gateway/keys.h"

static enum rc
read_limits(struct cli *cli, struct key_draft *draft)
{
	const struct {
		const char *flag;
		int64_t *out;
	} limits[] = {
		{ "per-second", &draft->per_second },
		{ "per-minute", &draft->per_minute },
		{ "per-day", &draft->per_day },
		{ "in-flight", &draft->in_flight },
	};

	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		const char *value = cli_value(cli, limits[i].flag);

		if (value != NULL && !text_int(value, 1, INT32_MAX, limits[i].out))
			return cli_usage(cli, "--%s is a whole number from 1", limits[i].flag);
	}
	return RC_OK;
}

/* --cidr may be repeated, and each may hold several. */
static const char *
read_cidrs(struct cli *cli)
{
	const char **values, *list = NULL;
	size_t n = cli_values(cli, "cidr", &values);

	for (size_t i = 0; i < n; i++)
		list = list == NULL ? values[i]
				    : arena_printf(cli->op->arena, "%s,%s", list, values[i]);
	return list;
}

static enum rc
key_create(struct cli *cli)
{
	struct key_draft draft = {
		.name = cli_value(cli, "name"),
		.environment = cli_value(cli, "environment"),
		.instance = cli_value(cli, "instance"),
		.scopes = cli_value(cli, "scopes"),
		.cidrs = read_cidrs(cli),
		.by_operator = true,
	};
	struct api_key key = { 0 };
	const char *plain;
	json_t *answer;

	TRY(cli_time(cli, "expires", &draft.expires));
	TRY(read_limits(cli, &draft));
	TRY(cli_account_of_instance(cli, draft.instance));
	TRY(gateway_create_key(cli->op, &key, &plain, &draft));
	answer = json_of(cli->op, api_key_shape, &key);
	json_put(answer, "key", plain);
	return cli_show(cli, answer);
}

static enum rc
key_list(struct cli *cli)
{
	struct page_query page;
	struct list keys;
	const char *next;

	TRY(cli_page(cli, &page));
	TRY(cli_account(cli));
	TRY(gateway_list_keys(cli->op, &keys, &next, page));
	return cli_show_list(
		cli, json_of_list(cli->op, api_key_shape, sizeof(struct api_key), &keys), next,
		"id,name,environment,prefix,last4,instance_id,scopes,last_used_at,expires_at,"
		"revoked_at");
}

static enum rc
key_revoke(struct cli *cli)
{
	TRY(cli_account(cli));
	TRY(gateway_revoke_key(cli->op, cli->object));
	return cli_done(cli, NULL, "Revoked: requests with this key are refused from now on.");
}

static const struct flag create_flags[] = {
	{ "name", FLAG_VALUE, "NAME", "what it is for", true },
	{ "environment", FLAG_VALUE, "ENV", "production, or sandbox: reaches no real phone", true },
	{ "instance", FLAG_VALUE, "INSTANCE", "only for this number", false },
	{ "expires", FLAG_VALUE, "DATE", "refused from then on", false },
	{ "scopes", FLAG_VALUE, "LIST", "of send,read,suppress,configure; send,read", false },
	{ "cidr", FLAG_MANY, "CIDRS", "only from these addresses: 10.0.0.0/8,2001:db8::/32",
	  false },
	{ "per-second", FLAG_VALUE, "N", "its own limit; [limits] per_second", false },
	{ "per-minute", FLAG_VALUE, "N", "its own limit; [limits] per_minute", false },
	{ "per-day", FLAG_VALUE, "N", "its own limit of the account's day; none", false },
	{ "in-flight", FLAG_VALUE, "N", "sends under way at once; none", false },
	FLAGS_END,
};

static const struct flag list_flags[] = { LIST_FLAGS, FLAGS_END };

const struct command key_commands[] = {
	{ "key", "create", NULL, NEEDS_ENGINE, create_flags, key_create,
	  "Make a key and show it, this once" },
	{ "key", "list", NULL, NEEDS_ENGINE, list_flags, key_list, "An account's keys" },
	{ "key", "revoke", "KEY", NEEDS_ENGINE, NULL, key_revoke, "Switch a key off for good" },
	{ 0 },
};
