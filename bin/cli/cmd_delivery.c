/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate delivery: which event went to which endpoint, and what came of it.
 *
 * A replay keeps the event's id, so that a receiver can tell it from news.
 */
#include "cli.h"
#include "domain/event.h"
#include "gateway/deliver.h"

static enum rc
delivery_list(struct cli *cli)
{
	struct delivery_filter filter = {
		.endpoint = cli_value(cli, "endpoint"),
		.status = cli_value(cli, "status"),
		.event = cli_value(cli, "event"),
	};
	struct list found;
	const char *next;

	TRY(cli_page(cli, &filter.page));
	TRY(cli_time(cli, "since", &filter.since));
	TRY(cli_account_by(cli, filter.endpoint));
	TRY(gateway_list_deliveries(cli->op, &found, &next, &filter));
	return cli_show_list(
		cli, json_of_list(cli->op, delivery_shape, sizeof(struct delivery), &found), next,
		"id,event,endpoint_id,status,attempts,last_status,next_attempt_at,last_error");
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

static enum rc
delivery_replay(struct cli *cli)
{
	TRY(cli_account(cli));
	TRY(gateway_replay_delivery(cli->op, cli->object));
	return show_delivery(cli);
}

static const struct flag list_flags[] = {
	{ "endpoint", FLAG_VALUE, "ENDPOINT", "to this destination", false },
	{ "status", FLAG_VALUE, "STATUS", "pending, sending, delivered, failed or blocked", false },
	{ "event", FLAG_VALUE, "EVENT", "of this name: message.received, ...", false },
	{ "since", FLAG_VALUE, "TIME", "not older: a time, or 2h, 7d", false },
	LIST_FLAGS,
	FLAGS_END,
};

const struct command delivery_commands[] = {
	{ "delivery", "list", NULL, NEEDS_ENGINE, list_flags, delivery_list, "Webhook deliveries" },
	{ "delivery", "show", "DELIVERY", NEEDS_ENGINE, NULL, delivery_show,
	  "One of them with its attempts" },
	{ "delivery", "replay", "DELIVERY", NEEDS_ENGINE, NULL, delivery_replay,
	  "Send it again now, with the same event id" },
	{ 0 },
};
