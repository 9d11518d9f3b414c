/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate message: what went out.
 *
 * A message shows its row and, beside it, the members that the HTTP API has for it.
 */
#include "cli.h"
#include "domain/message.h"
#include "gateway/send_message.h"

/* The row, and its members as the API calls them. */
static json_t *
message_json(struct cli *cli, const struct message *m)
{
	json_t *object = json_of(cli->op, message_shape, m);
	json_t *error = NULL;

	json_put(object, "message_id", m->provider_id);
	json_put(object, "to", m->recipient);
	json_put(object, "message_purpose", m->purpose);
	if (m->error_code != 0 || m->error_title != NULL) {
		error = json_new(cli->op);
		if (m->error_code == 0 && m->error_word != NULL)
			json_put(error, "code", m->error_word);
		else
			json_put_int(error, "code", m->error_code);
		json_put(error, "title", m->error_title);
		json_put(error, "details", m->error_details);
		json_put_bool(error, "retryable", m->error_retryable);
	}
	json_object_set_new(object, "error", error == NULL ? json_null() : json_incref(error));
	return object;
}

static enum rc
message_list(struct cli *cli)
{
	struct message_filter filter = {
		.status = cli_value(cli, "status"),
		.to = cli_value(cli, "to"),
		.instance = cli_value(cli, "instance"),
	};
	const struct message *rows;
	json_t *items = json_new_array(cli->op);
	struct list messages;
	const char *next;

	TRY(cli_page(cli, &filter.page));
	TRY(cli_time(cli, "since", &filter.since));
	TRY(cli_account_of_instance(cli, filter.instance));
	TRY(gateway_list_messages(cli->op, &messages, &next, &filter));
	rows = messages.rows;
	for (size_t i = 0; i < messages.n; i++)
		json_array_append(items, message_json(cli, &rows[i]));
	return cli_show_list(cli, items, next,
			     "id,log_id,to,type,purpose,status,source,created_at,error_title");
}

static enum rc
message_show(struct cli *cli)
{
	struct message message = { 0 };

	TRY(cli_account(cli));
	TRY(gateway_find_message(cli->op, &message, cli->object));
	return cli_show(cli, message_json(cli, &message));
}

static enum rc
message_cancel(struct cli *cli)
{
	struct message message = { 0 };

	TRY(cli_account(cli));
	TRY(gateway_cancel_message(cli->op, &message, cli->object));
	return cli_show(cli, message_json(cli, &message));
}

static const struct flag message_flags[] = {
	{ "status", FLAG_VALUE, "STATUS", "sent, delivered, read, failed, unknown, ...", false },
	{ "to", FLAG_VALUE, "PHONE", "to this recipient", false },
	{ "instance", FLAG_VALUE, "INSTANCE", "from this number", false },
	{ "since", FLAG_VALUE, "TIME", "not older: a time, or 2h, 7d", false },
	LIST_FLAGS,
	FLAGS_END,
};

const struct command message_commands[] = {
	{ "message", "list", NULL, NEEDS_ENGINE, message_flags, message_list, "What went out" },
	{ "message", "show", "MESSAGE", NEEDS_ENGINE, NULL, message_show,
	  "One of them, by msg_ id, wamid or log id" },
	{ "message", "cancel", "MESSAGE", NEEDS_ENGINE, NULL, message_cancel,
	  "Take one back that is queued or scheduled" },
	{ 0 },
};
