/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate instance and wagate gateway: WhatsApp numbers, and the switches of one or of all.
 *
 * The operator's word stands for the provider's confirmation of a number.
 */
#include "cli.h"
#include "domain/instance.h"
#include "gateway/manage_instances.h"

enum { CHANGES_MAX = 120 };

static enum rc
show_instance(struct cli *cli, const char *ref)
{
	struct instance instance = { 0 };

	TRY(gateway_find_instance(cli->op, &instance, ref));
	return cli_show_shape(cli, instance_shape, &instance);
}

/* What is to be set: pairs, and the flags that carry secrets. */
static enum rc
read_changes(struct cli *cli, struct list *out)
{
	static const struct {
		const char *flag, *key;
	} secrets[] = {
		{ "access-token", "access_token" },
		{ "app-secret", "app_secret" },
		{ "verify-token", "verify_token" },
	};
	struct instance_change *changes =
		arena_array(cli->op->arena, CHANGES_MAX, sizeof(*changes));
	const struct pair *pair;
	struct list pairs;
	size_t n = 0;

	TRY(cli_pairs(cli, &pairs));
	pair = pairs.rows;
	for (; n < pairs.n; n++)
		changes[n] = (struct instance_change){ pair[n].key, pair[n].value };
	for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
		if (cli_has(cli, secrets[i].flag))
			changes[n++] = (struct instance_change){ secrets[i].key,
								 cli_value(cli, secrets[i].flag) };
	*out = (struct list){ n, changes };
	return RC_OK;
}

static enum rc
instance_create(struct cli *cli)
{
	struct instance instance = { 0 };
	struct list changes;
	enum rc rc;

	TRY(read_changes(cli, &changes));
	TRY(cli_account(cli));
	TRY(gateway_create_instance(cli->op, &instance, cli_value(cli, "name"),
				    cli_value(cli, "provider")));
	if (changes.n == 0)
		return show_instance(cli, instance.id);
	rc = gateway_set_instance(cli->op, instance.id, changes.rows, changes.n, true);
	if (rc != RC_OK && gateway_delete_instance(cli->op, instance.id) != RC_OK)
		fprintf(stderr, "wagate: %s was made but not set up\n", instance.id);
	TRY(rc);
	return show_instance(cli, instance.id);
}

static enum rc
instance_list(struct cli *cli)
{
	struct page_query page;
	struct list instances;
	const char *next;

	TRY(cli_page(cli, &page));
	TRY(cli_account(cli));
	TRY(gateway_list_instances(cli->op, &instances, &next, page));
	return cli_show_list(
		cli, json_of_list(cli->op, instance_shape, sizeof(struct instance), &instances),
		next, "id,slug,name,provider,state,phone_number_id,display_number,state_reason");
}

static enum rc
instance_show(struct cli *cli)
{
	TRY(cli_account_of_instance(cli, cli->object));
	return show_instance(cli, cli->object);
}

static enum rc
instance_set(struct cli *cli)
{
	struct instance instance = { 0 };
	struct list changes;

	TRY(read_changes(cli, &changes));
	if (changes.n == 0)
		return cli_usage(cli, "Say what to set: --set window=meta");
	TRY(cli_account_of_instance(cli, cli->object));
	TRY(gateway_find_instance(cli->op, &instance, cli->object));
	TRY(gateway_set_instance(cli->op, instance.id, changes.rows, changes.n, true));
	return show_instance(cli, instance.id);
}

static enum rc
instance_delete(struct cli *cli)
{
	TRY(cli_account_of_instance(cli, cli->object));
	TRY(gateway_delete_instance(cli->op, cli->object));
	return cli_done(cli, NULL, "Deleted, with its credentials; its messages stay.");
}

static enum rc
instance_check(struct cli *cli)
{
	struct number_check check;
	struct instance instance = { 0 };

	TRY(cli_account_of_instance(cli, cli->object));
	TRY(gateway_find_instance(cli->op, &instance, cli->object));
	TRY(gateway_check_instance(cli->op, &check, &instance));
	if (!check.ok)
		return op_fail(cli->op, RC_UPSTREAM, "%s", check.reason);
	return show_instance(cli, instance.id);
}

static enum rc
instance_switch(struct cli *cli, const char *what)
{
	TRY(cli_account_of_instance(cli, cli->object));
	TRY(gateway_switch_instance(cli->op, cli->object, what));
	return show_instance(cli, cli->object);
}

static enum rc
instance_pause(struct cli *cli)
{
	return instance_switch(cli, "pause");
}

static enum rc
instance_suspend(struct cli *cli)
{
	return instance_switch(cli, "suspend");
}

static enum rc
instance_isolate(struct cli *cli)
{
	return instance_switch(cli, "isolate");
}

static enum rc
instance_resume(struct cli *cli)
{
	return instance_switch(cli, "release");
}

static enum rc
gateway_set_switch(struct cli *cli)
{
	bool suspended, isolated;
	json_t *answer = json_new(cli->op);

	TRY(gateway_switch(cli->op, cli->command->verb));
	TRY(gateway_switches(cli->op, &suspended, &isolated));
	json_put_bool(answer, "suspended", suspended);
	json_put_bool(answer, "isolated", isolated);
	return cli_show(cli, answer);
}

#define CREDENTIAL_FLAGS                                                                      \
	{ "set", FLAG_MANY, "KEY=VALUE",                                                      \
	  "name, window (refuse or meta), phone_app (on or off), fetch_media (on or off), "   \
	  "phone_number_id, waba_id, "                                                        \
	  "display_number, "                                                                  \
	  "access_token, "                                                                    \
	  "app_secret, verify_token",                                                         \
	  false },                                                                            \
		{ "access-token", FLAG_SECRET, "TOKEN", "Meta's access token", false },       \
		{ "app-secret", FLAG_SECRET, "SECRET", "of the Meta app that signs webhooks", \
		  false },                                                                    \
	{                                                                                     \
		"verify-token", FLAG_SECRET, "TOKEN", "made up when not given", false         \
	}

static const struct flag create_flags[] = {
	{ "name", FLAG_VALUE, "NAME", "what people see; the slug is made from it", true },
	{ "provider", FLAG_VALUE, "PROVIDER", "cloud", false },
	CREDENTIAL_FLAGS,
	FLAGS_END,
};

static const struct flag set_flags[] = { CREDENTIAL_FLAGS, FLAGS_END };
static const struct flag list_flags[] = { LIST_FLAGS, FLAGS_END };

const struct command instance_commands[] = {
	{ "instance", "create", NULL, NEEDS_ENGINE, create_flags, instance_create,
	  "Add a WhatsApp number" },
	{ "instance", "list", NULL, NEEDS_ENGINE, list_flags, instance_list,
	  "An account's numbers" },
	{ "instance", "show", "INSTANCE", NEEDS_ENGINE, NULL, instance_show, "One number" },
	{ "instance", "set", "INSTANCE", NEEDS_ENGINE, set_flags, instance_set,
	  "Change its settings and credentials" },
	{ "instance", "check", "INSTANCE", NEEDS_NET, NULL, instance_check,
	  "Ask the provider whether its credentials are right" },
	{ "instance", "delete", "INSTANCE", NEEDS_ENGINE, NULL, instance_delete,
	  "Remove it and its credentials" },
	{ "instance", "pause", "INSTANCE", NEEDS_ENGINE, NULL, instance_pause,
	  "Refuse its sends until it is resumed, as the account's people can" },
	{ "instance", "suspend", "INSTANCE", NEEDS_ENGINE, NULL, instance_suspend,
	  "Nothing goes out" },
	{ "instance", "isolate", "INSTANCE", NEEDS_ENGINE, NULL, instance_isolate,
	  "Nothing comes in: 503 to the provider" },
	{ "instance", "resume", "INSTANCE", NEEDS_ENGINE, NULL, instance_resume,
	  "End suspension, isolation and pause" },
	{ "gateway", "suspend", NULL, NEEDS_ENGINE, NULL, gateway_set_switch,
	  "Nothing goes out, of any account" },
	{ "gateway", "isolate", NULL, NEEDS_ENGINE, NULL, gateway_set_switch,
	  "Nothing comes in, for any account" },
	{ "gateway", "resume", NULL, NEEDS_ENGINE, NULL, gateway_set_switch, "End both" },
	{ 0 },
};
