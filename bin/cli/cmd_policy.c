/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate policy: what the guard decided about sends.
 *
 * Events are refusals, and sends that passed with a risk score above 0; a plain send carries its
 * decision in its own row.
 */
#include "cli.h"
#include "gateway/policy_log.h"

static enum rc
policy_list(struct cli *cli)
{
	struct policy_filter filter = {
		.action = cli_value(cli, "action"),
		.code = cli_value(cli, "code"),
	};
	struct list found;
	const char *next;

	TRY(cli_page(cli, &filter.page));
	TRY(cli_time(cli, "since", &filter.since));
	TRY(cli_account_by(cli, NULL));
	TRY(gateway_list_policy(cli->op, &found, &next, &filter));
	return cli_show_list(
		cli, json_of_list(cli->op, policy_event_shape, sizeof(struct policy_event), &found),
		next, "id,created_at,code,action,risk_score,recipient,count");
}

static enum rc
policy_show(struct cli *cli)
{
	struct policy_event event = { 0 };

	TRY(cli_account(cli));
	TRY(gateway_find_policy(cli->op, &event, cli->object));
	return cli_show_shape(cli, policy_event_shape, &event);
}

static enum rc
policy_counts(struct cli *cli)
{
	enum { DAYS = 7, DAYS_MAX = 90 };
	const char *text = cli_value(cli, "days");
	struct list counts;
	int64_t days = DAYS;

	if (text != NULL && !text_int(text, 1, DAYS_MAX, &days))
		return cli_usage(cli, "--days is a number from 1 to %d", DAYS_MAX);
	TRY(cli_account_by(cli, NULL));
	TRY(gateway_count_refusals(cli->op, &counts, days));
	return cli_show_list(
		cli,
		json_of_list(cli->op, refusal_count_shape, sizeof(struct refusal_count), &counts),
		NULL, "day,code,n");
}

static const struct flag list_flags[] = {
	{ "action", FLAG_VALUE, "ACTION", "allow, review or block", false },
	{ "code", FLAG_VALUE, "CODE", "recipient_suppressed, rate_limited, risk, ...", false },
	{ "since", FLAG_VALUE, "TIME", "not older: a time, or 2h, 7d", false },
	LIST_FLAGS,
	FLAGS_END,
};

static const struct flag counts_flags[] = {
	{ "days", FLAG_VALUE, "N", "1 to 90, today included; 7", false },
	FLAGS_END,
};

const struct command policy_commands[] = {
	{ "policy", "list", NULL, NEEDS_ENGINE, list_flags, policy_list,
	  "What the guard refused, and what it let pass with a risk" },
	{ "policy", "show", "EVENT", NEEDS_ENGINE, NULL, policy_show, "One of them" },
	{ "policy", "counts", NULL, NEEDS_ENGINE, counts_flags, policy_counts,
	  "Refusals of keys, pauses and bodies, which are counted alone" },
	{ 0 },
};
