/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate delivery: which event went to which endpoint, and what came of it.
 *
 * A replay keeps the event's id, so that a receiver can tell it from news.
 */
#include "cli.h"
#include "domain/event.h"
#include "gateway/deliver.h"
#include "gateway/replay_deliveries.h"

static enum rc
delivery_list(struct cli *cli)
{
	struct delivery_filter filter = {
		.endpoint = cli_value(cli, "endpoint"),
		.status = cli_value(cli, "status"),
		.event = cli_value(cli, "event"),
		.instance = cli_value(cli, "instance"),
	};
	struct list found;
	const char *next;

	TRY(cli_page(cli, &filter.page));
	TRY(cli_time(cli, "since", &filter.since));
	TRY(cli_time(cli, "until", &filter.until));
	TRY(cli_account_by(cli, filter.endpoint));
	TRY(gateway_list_deliveries(cli->op, &found, &next, &filter));
	return cli_show_list(
		cli, json_of_list(cli->op, delivery_shape, sizeof(struct delivery), &found), next,
		"id,event_id,event,endpoint_id,status,attempts,next_attempt_at,last_status,last_"
		"error");
}

static enum rc
show_delivery(struct cli *cli)
{
	struct delivery delivery = { 0 };
	struct list attempts;
	json_t *answer;

	TRY(gateway_find_delivery(cli->op, &delivery, &attempts, cli->object));
	answer = json_of(cli->op, delivery_shape, &delivery);
	json_object_set(answer, "attempt_log",
			json_of_list(cli->op, attempt_shape, sizeof(struct attempt), &attempts));
	return cli_show(cli, answer);
}

static enum rc
delivery_show(struct cli *cli)
{
	TRY(cli_account(cli));
	return show_delivery(cli);
}

/* Which ones: --failed is --status failed. */
static enum rc
read_wish(struct cli *cli, struct replay_wish *wish)
{
	const char *status = cli_value(cli, "status");

	if (cli_has(cli, "failed") && status != NULL && !text_equal(status, "failed"))
		return cli_usage(cli, "--failed and --status %s contradict each other", status);
	wish->endpoint = cli_value(cli, "endpoint");
	wish->status = status;
	TRY(cli_time(cli, "since", &wish->since));
	TRY(cli_time(cli, "until", &wish->until));
	if (!cli_has(cli, "failed") && status == NULL && wish->since.ms == 0)
		return cli_usage(cli, "delivery replay takes a delivery, or --endpoint E --failed, "
				      "or --since TIME: see wagate help delivery replay");
	return RC_OK;
}

static enum rc
replay_many(struct cli *cli)
{
	struct replay_wish wish = { 0 };
	struct replay replay = { 0 };

	TRY(read_wish(cli, &wish));
	TRY(cli_account_by(cli, wish.endpoint));
	TRY(gateway_begin_replay(cli->op, &replay, &wish));
	return cli_show_shape(cli, replay_shape, &replay);
}

static bool
says_which(const struct cli *cli)
{
	static const char *const flags[] = { "endpoint", "failed", "status", "since", "until" };

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (cli_has(cli, flags[i]))
			return true;
	return false;
}

static enum rc
delivery_replay(struct cli *cli)
{
	if (cli->object == NULL)
		return replay_many(cli);
	if (says_which(cli))
		return cli_usage(cli, "Name one delivery, or say which of them by flags");
	TRY(cli_account(cli));
	TRY(gateway_replay_delivery(cli->op, cli->object));
	return show_delivery(cli);
}

static const struct flag list_flags[] = {
	{ "endpoint", FLAG_VALUE, "ENDPOINT", "to this destination", false },
	{ "status", FLAG_VALUE, "STATUS", "pending, sending, delivered, failed or blocked", false },
	{ "event", FLAG_VALUE, "EVENT", "of this name: message.received, ...", false },
	{ "instance", FLAG_VALUE, "INSTANCE", "of this number's events", false },
	{ "since", FLAG_VALUE, "TIME", "not older: a time, or 2h, 7d", false },
	{ "until", FLAG_VALUE, "TIME", "older than this", false },
	LIST_FLAGS,
	FLAGS_END,
};

static const struct flag replay_flags[] = {
	{ "endpoint", FLAG_VALUE, "ENDPOINT", "all that went to this destination", false },
	{ "failed", FLAG_SWITCH, NULL, "those that have failed", false },
	{ "status", FLAG_VALUE, "STATUS", "failed (when not given), blocked, delivered or all",
	  false },
	{ "since", FLAG_VALUE, "TIME", "recorded then or later: a time, or 2h, 7d", false },
	{ "until", FLAG_VALUE, "TIME", "recorded before", false },
	FLAGS_END,
};

const struct command delivery_commands[] = {
	{ "delivery", "list", NULL, NEEDS_ENGINE, list_flags, delivery_list, "Webhook deliveries" },
	{ "delivery", "show", "DELIVERY", NEEDS_ENGINE, NULL, delivery_show,
	  "One of them with its attempts" },
	{ "delivery", "replay", "[DELIVERY]", NEEDS_ENGINE, replay_flags, delivery_replay,
	  "Send one again now, or many in the background; events keep their ids" },
	{ 0 },
};
