/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate inbound: what came in.
 *
 * A message belongs to an account. A raw webhook may speak of several, so it is the operator's: it
 * is listed, shown and applied again whatever the account.
 */
#include "cli.h"
#include "domain/message.h"
#include "gateway/inbox.h"
#include "gateway/receive.h"

static enum rc
inbound_list(struct cli *cli)
{
	struct inbound_filter filter = {
		.instance = cli_value(cli, "instance"),
		.from = cli_value(cli, "from"),
		.text = cli_value(cli, "text"),
		.type = cli_value(cli, "type"),
		.only_opt_outs = cli_has(cli, "opt-outs"),
		.only_possible_opt_outs = cli_has(cli, "possible-opt-outs"),
	};
	struct list found;
	const char *next;

	TRY(cli_page(cli, &filter.page));
	TRY(cli_time(cli, "since", &filter.since));
	TRY(cli_time(cli, "until", &filter.until));
	TRY(cli_account_of_instance(cli, filter.instance));
	TRY(gateway_list_inbound(cli->op, &found, &next, &filter));
	return cli_show_list(cli,
			     json_of_list(cli->op, inbound_shape, sizeof(struct inbound), &found),
			     next, "id,sender,sender_name,type,text,opted_out,received_at");
}

static enum rc
inbound_show(struct cli *cli)
{
	struct inbound inbound = { 0 };

	TRY(cli_account(cli));
	TRY(gateway_find_inbound(cli->op, &inbound, cli->object));
	return cli_show_shape(cli, inbound_shape, &inbound);
}

/* ---- raw webhooks ------------------------------------------------------------------------ */

static enum rc
raw_kind(struct cli *cli, enum inbox_kind *out, enum inbox_kind otherwise)
{
	if (cli_has(cli, "unclear") && cli_has(cli, "unclaimed"))
		return cli_usage(cli, "Say --unclear or --unclaimed, not both");
	*out = otherwise;
	if (cli_has(cli, "unclear"))
		*out = INBOX_UNCLEAR;
	if (cli_has(cli, "unclaimed"))
		*out = INBOX_UNCLAIMED;
	return RC_OK;
}

static enum rc
raw_list(struct cli *cli)
{
	struct inbox_filter filter = { 0 };
	struct list found;
	const char *next;

	TRY(cli_page(cli, &filter.page));
	TRY(raw_kind(cli, &filter.kind, INBOX_ANY));
	TRY(gateway_list_inbox(cli->op, &found, &next, &filter));
	return cli_show_list(
		cli, json_of_list(cli->op, inbox_entry_shape, sizeof(struct inbox_entry), &found),
		next, "id,state,items,unclaimed,tries,received_at,note");
}

static enum rc
inbound_raw(struct cli *cli)
{
	struct inbox_entry entry = { 0 };
	const char *body;
	json_t *object;

	if (cli->object == NULL)
		return raw_list(cli);
	TRY(gateway_find_inbox(cli->op, &entry, &body, cli->object));
	object = json_of(cli->op, inbox_entry_shape, &entry);
	json_put(object, "body", body);
	return cli_show(cli, object);
}

static enum rc
replay_range(struct cli *cli)
{
	struct instant since = { 0 }, until = { 0 };
	enum inbox_kind kind = INBOX_ANY;
	json_t *answer;
	int64_t n;

	TRY(cli_time(cli, "since", &since));
	TRY(cli_time(cli, "until", &until));
	TRY(raw_kind(cli, &kind, INBOX_ANY));
	if (kind == INBOX_ANY && since.ms == 0)
		return cli_usage(cli, "Say which webhooks: an id, --unclear, --unclaimed, or all "
				      "of a time with --since and --until");
	TRY(gateway_replay_inbox_range(cli->op, kind, since, until, &n));
	answer = json_new(cli->op);
	json_put_int(answer, "replayed", n);
	return cli_show(cli, answer);
}

static enum rc
inbound_replay(struct cli *cli)
{
	if (cli->object == NULL)
		return replay_range(cli);
	TRY(gateway_replay_inbox(cli->op, cli->object));
	return cli_done(cli, cli->object, "will be applied again");
}

static const struct flag inbound_flags[] = {
	{ "instance", FLAG_VALUE, "INSTANCE", "to this number", false },
	{ "from", FLAG_VALUE, "PHONE", "from this person", false },
	{ "text", FLAG_VALUE, "TEXT", "containing this", false },
	{ "type", FLAG_VALUE, "TYPE", "text, image, button, ...", false },
	{ "since", FLAG_VALUE, "TIME", "not older: a time, or 2h, 7d", false },
	{ "until", FLAG_VALUE, "TIME", "older than this", false },
	{ "opt-outs", FLAG_SWITCH, NULL, "only those that asked to stop", false },
	{ "possible-opt-outs", FLAG_SWITCH, NULL, "only those that may have, for somebody to read",
	  false },
	LIST_FLAGS,
	FLAGS_END,
};

#define KIND_FLAGS                                                                              \
	{ "unclear", FLAG_SWITCH, NULL, "those that could not be understood", false },          \
	{                                                                                       \
		"unclaimed", FLAG_SWITCH, NULL, "those with items of a number that is unknown", \
			false                                                                   \
	}

static const struct flag raw_flags[] = { KIND_FLAGS, LIST_FLAGS, FLAGS_END };

static const struct flag replay_flags[] = {
	KIND_FLAGS,
	{ "since", FLAG_VALUE, "TIME", "not older: a time, or 2h, 7d", false },
	{ "until", FLAG_VALUE, "TIME", "not younger", false },
	FLAGS_END,
};

const struct command inbound_commands[] = {
	{ "inbound", "list", NULL, NEEDS_ENGINE, inbound_flags, inbound_list, "What came in" },
	{ "inbound", "show", "INBOUND", NEEDS_ENGINE, NULL, inbound_show, "One of them" },
	{ "inbound", "raw", "[WEBHOOK]", NEEDS_ENGINE, raw_flags, inbound_raw,
	  "Webhooks as the provider sent them; one with its body" },
	{ "inbound", "replay", "[WEBHOOK]", NEEDS_ENGINE, replay_flags, inbound_replay,
	  "Apply webhooks again; nothing that is known is told twice" },
	{ 0 },
};
