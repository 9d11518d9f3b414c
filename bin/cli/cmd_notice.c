/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate notice: what was the matter with whom, and whether mail about it leaves.
 *
 * The test goes past the outbox, so that the mail server's own answer is seen at once.
 */
#include "cli.h"
#include "gateway/notices.h"

static enum rc
notice_list(struct cli *cli)
{
	struct page_query page;
	struct list found;
	const char *next;

	TRY(cli_page(cli, &page));
	TRY(cli_account_by(cli, NULL));
	TRY(gateway_list_incidents(cli->op, &found, &next, cli_has(cli, "open"), page));
	return cli_show_list(cli,
			     json_of_list(cli->op, incident_shape, sizeof(struct incident), &found),
			     next, "id,kind,state,since,ended_at,text,outcome");
}

static enum rc
notice_test(struct cli *cli)
{
	json_t *answer = json_new(cli->op);
	const char *words;

	TRY(gateway_test_mail(cli->op, &words, cli_value(cli, "to")));
	json_put(answer, "to", cli_value(cli, "to"));
	json_put(answer, "answer", words);
	return cli_show(cli, answer);
}

static const struct flag list_flags[] = {
	{ "open", FLAG_SWITCH, NULL, "only what is not over", false },
	LIST_FLAGS,
	FLAGS_END,
};

static const struct flag test_flags[] = {
	{ "to", FLAG_VALUE, "ADDRESS", "whom to send it to", true },
	FLAGS_END,
};

const struct command notice_commands[] = {
	{ "notice", "list", NULL, NEEDS_ENGINE, list_flags, notice_list,
	  "What was the matter: numbers, webhooks, templates, limits, keys" },
	{ "notice", "test", NULL, NEEDS_NET, test_flags, notice_test,
	  "Send a letter now and show the mail server's answer" },
	{ 0 },
};
