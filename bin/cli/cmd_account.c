/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate account: tenants, their plans, modules and settings.
 *
 * Every verb that changes one shows it as it is afterwards.
 */
#include "cli.h"
#include "core/settings.h"
#include "gateway/people.h"

static enum rc
show_account(struct cli *cli, const char *ref)
{
	struct account account = { 0 };

	TRY(gateway_find_account(cli->op, &account, ref));
	return cli_show_shape(cli, account_shape, &account);
}

/* The plan called name, with the limits that --day and --month say. */
static enum rc
read_plan(struct cli *cli, struct plan_choice *out, const char *name)
{
	const char *day = cli_value(cli, "day"), *month = cli_value(cli, "month");

	out->name = name;
	if (day != NULL && !text_int(day, 1, INT32_MAX, &out->limits.day))
		return cli_usage(cli, "--day is a whole number from 1");
	if (month != NULL && !text_int(month, 1, INT32_MAX, &out->limits.month))
		return cli_usage(cli, "--month is a whole number from 1");
	return RC_OK;
}

static enum rc
account_create(struct cli *cli)
{
	const char *name = cli_value(cli, "plan");
	struct plan_choice plan = { 0 };
	struct account account = { 0 };

	TRY(read_plan(cli, &plan, name != NULL ? name : settings()->accounts_plan));
	TRY(gateway_create_account(cli->op, &account, cli_value(cli, "name"), &plan));
	return cli_show_shape(cli, account_shape, &account);
}

static enum rc
account_list(struct cli *cli)
{
	struct page_query page;
	struct list accounts;
	const char *next;

	TRY(cli_page(cli, &page));
	TRY(gateway_list_accounts(cli->op, &accounts, &next, page));
	return cli_show_list(
		cli, json_of_list(cli->op, account_shape, sizeof(struct account), &accounts), next,
		"id,name,plan,marketing,send_module,paused_at,created_at");
}

static enum rc
account_show(struct cli *cli)
{
	return show_account(cli, cli->object);
}

static enum rc
account_pause(struct cli *cli)
{
	const char *reason = cli_value(cli, "reason");

	TRY(gateway_pause_account(cli->op, cli->object,
				  reason == NULL ? "by the operator" : reason));
	return show_account(cli, cli->object);
}

static enum rc
account_resume(struct cli *cli)
{
	TRY(gateway_resume_account(cli->op, cli->object));
	return show_account(cli, cli->object);
}

static enum rc
account_set_plan(struct cli *cli)
{
	const char *name = cli_value(cli, "plan");
	struct plan_choice plan = { 0 };

	if (name == NULL && cli->word_count == 1)
		name = cli->words[0];
	if (name == NULL)
		return cli_usage(cli, "Say which plan: wagate account set-plan ACCOUNT PLAN");
	TRY(read_plan(cli, &plan, name));
	TRY(gateway_set_plan(cli->op, cli->object, &plan));
	return show_account(cli, cli->object);
}

static enum rc
account_set_module(struct cli *cli)
{
	const char *word = cli->word_count == 2 ? cli->words[1] : "";

	if (!text_equal(word, "on") && !text_equal(word, "off"))
		return cli_usage(cli, "Say which module and how: wagate account set-module ACCOUNT "
				      "MODULE on|off");
	TRY(gateway_set_module(cli->op, cli->object, cli->words[0], text_equal(word, "on")));
	return show_account(cli, cli->object);
}

static enum rc
account_set(struct cli *cli)
{
	const struct pair *pairs;
	struct list list;

	TRY(cli_pairs(cli, &list));
	if (list.n == 0)
		return cli_usage(cli, "Say what to set: --set marketing=templates");
	pairs = list.rows;
	for (size_t i = 0; i < list.n; i++)
		TRY(gateway_set_account(cli->op, cli->object, pairs[i].key, pairs[i].value));
	return show_account(cli, cli->op->account_id);
}

#define PLAN_LIMIT_FLAGS                                                              \
	{ "day", FLAG_VALUE, "N", "messages a day, of a custom plan", false },        \
	{                                                                             \
		"month", FLAG_VALUE, "N", "messages a month, of a custom plan", false \
	}

static const struct flag create_flags[] = {
	{ "name", FLAG_VALUE, "NAME", "what it is called, unique", true },
	{ "plan", FLAG_VALUE, "PLAN", "starter, growth, scale, unlimited or custom", false },
	PLAN_LIMIT_FLAGS,
	FLAGS_END,
};

static const struct flag list_flags[] = { LIST_FLAGS, FLAGS_END };

static const struct flag pause_flags[] = {
	{ "reason", FLAG_VALUE, "TEXT", "shown to the account's people", false },
	FLAGS_END,
};

static const struct flag plan_flags[] = {
	{ "plan", FLAG_VALUE, "PLAN", "instead of the word behind the account", false },
	PLAN_LIMIT_FLAGS,
	FLAGS_END,
};

static const struct flag set_flags[] = {
	{ "set", FLAG_MANY, "KEY=VALUE",
	  "name, time_zone, marketing, essential_purposes, reply_after_opt_out (on or off), "
	  "review_score, block_score, notices.KIND (on or off: instance, quality, template, "
	  "endpoint, limit, key)",
	  false },
	FLAGS_END,
};

const struct command account_commands[] = {
	{ "account", "create", NULL, NEEDS_ENGINE, create_flags, account_create,
	  "Make an account" },
	{ "account", "list", NULL, NEEDS_ENGINE, list_flags, account_list, "All accounts" },
	{ "account", "show", "ACCOUNT", NEEDS_ENGINE, NULL, account_show, "One account" },
	{ "account", "pause", "ACCOUNT", NEEDS_ENGINE, pause_flags, account_pause,
	  "Refuse its sends until it is resumed" },
	{ "account", "resume", "ACCOUNT", NEEDS_ENGINE, NULL, account_resume, "End the pause" },
	{ "account", "set-plan", "ACCOUNT", NEEDS_ENGINE, plan_flags, account_set_plan,
	  "Change its plan: set-plan ACCOUNT PLAN [--day N --month N]" },
	{ "account", "set-module", "ACCOUNT", NEEDS_ENGINE, NULL, account_set_module,
	  "Switch send or billing: set-module ACCOUNT MODULE on|off" },
	{ "account", "set", "ACCOUNT", NEEDS_ENGINE, set_flags, account_set,
	  "Change its settings: set ACCOUNT KEY=VALUE ..." },
	{ 0 },
};
