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
key_create(struct cli *cli)
{
	const char *plain, *instance = cli_value(cli, "instance");
	struct api_key key = { 0 };
	struct instant expires;
	json_t *answer;

	TRY(cli_time(cli, "expires", &expires));
	TRY(cli_account_of_instance(cli, instance));
	TRY(gateway_create_key(cli->op, &key, &plain, cli_value(cli, "name"),
			       cli_value(cli, "environment"), instance, expires,
			       cli_value(cli, "scopes")));
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
		"id,name,environment,prefix,last4,instance_id,last_used_at,expires_at,"
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
