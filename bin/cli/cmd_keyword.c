/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate keyword and wagate confirmation: which words opt out and in, and what is answered.
 *
 * Without --language a word is removed or switched in every language that has it.
 */
#include "cli.h"
#include "gateway/keywords.h"
#include "gateway/manage_instances.h"

/* ---- keywords ---- */

static enum rc
keyword_list(struct cli *cli)
{
	struct list found;

	TRY(cli_account_by(cli, NULL));
	TRY(gateway_list_keywords(cli->op, &found, cli_value(cli, "language"),
				  cli_has(cli, "own")));
	return cli_show_list(
		cli, json_of_list(cli->op, keyword_line_shape, sizeof(struct keyword_line), &found),
		NULL, "language,kind,rule,text,builtin,answer,off");
}

static enum rc
keyword_add(struct cli *cli)
{
	const struct keyword_draft draft = {
		.language = cli_value(cli, "language"),
		.kind = cli_value(cli, "kind"),
		.rule = cli_value(cli, "rule"),
		.text = cli->object,
	};
	struct keyword added = { 0 };

	TRY(cli_account_by(cli, NULL));
	TRY(gateway_add_keyword(cli->op, &added, &draft));
	return cli_show_shape(cli, keyword_shape, &added);
}

static enum rc
keyword_remove(struct cli *cli)
{
	TRY(cli_account_by(cli, NULL));
	TRY(gateway_remove_keyword(cli->op, cli_value(cli, "language"), cli->object));
	return cli_done(cli, NULL, "Removed: it does not count any more.");
}

static enum rc
keyword_off(struct cli *cli)
{
	TRY(cli_account_by(cli, NULL));
	TRY(gateway_switch_keyword(cli->op, cli_value(cli, "language"), cli->object, false));
	return cli_done(cli, NULL, "Off: it does not count for this account.");
}

static enum rc
keyword_on(struct cli *cli)
{
	TRY(cli_account_by(cli, NULL));
	TRY(gateway_switch_keyword(cli->op, cli_value(cli, "language"), cli->object, true));
	return cli_done(cli, NULL, "On: it counts again.");
}

/* ---- what is answered ---- */

static enum rc
confirmation_list(struct cli *cli)
{
	struct instance instance = { 0 };
	struct list found;

	TRY(cli_account_of_instance(cli, cli->object));
	TRY(gateway_find_instance(cli->op, &instance, cli->object));
	TRY(gateway_list_confirmations(cli->op, &found, &instance));
	return cli_show_list(cli,
			     json_of_list(cli->op, confirmation_view_shape,
					  sizeof(struct confirmation_view), &found),
			     NULL, "language,stop,start");
}

static enum rc
confirmation_set(struct cli *cli)
{
	const struct confirmation_change change = {
		.language = cli_value(cli, "language"),
		.stop = cli_value(cli, "stop"),
		.start = cli_value(cli, "start"),
	};
	struct instance instance = { 0 };

	TRY(cli_account_of_instance(cli, cli->object));
	TRY(gateway_find_instance(cli->op, &instance, cli->object));
	TRY(gateway_set_confirmation(cli->op, &instance, &change));
	return cli_done(cli, instance.id, "Set.");
}

static enum rc
answer(struct cli *cli, bool on)
{
	struct instance instance = { 0 };

	TRY(cli_account_of_instance(cli, cli->object));
	TRY(gateway_find_instance(cli->op, &instance, cli->object));
	TRY(gateway_switch_confirmations(cli->op, &instance, on));
	return cli_done(cli, instance.id,
			on ? "On: a stop and a start are answered." : "Off: nobody is answered.");
}

static enum rc
confirmation_on(struct cli *cli)
{
	return answer(cli, true);
}

static enum rc
confirmation_off(struct cli *cli)
{
	return answer(cli, false);
}

/* ---- commands ---- */

static const char language_help[] = "en, ar, tr, es, fr, de, pt, it, nl, id, hi, ur or ru";

static const struct flag list_flags[] = {
	{ "language", FLAG_VALUE, "CODE", language_help, false },
	{ "own", FLAG_SWITCH, NULL, "only what this account has added or switched off", false },
	FLAGS_END,
};

static const struct flag add_flags[] = {
	{ "language", FLAG_VALUE, "CODE", language_help, true },
	{ "kind", FLAG_VALUE, "KIND", "stop or start; stop", false },
	{ "rule", FLAG_VALUE, "RULE", "word (the whole message) or phrase (anywhere in it); word",
	  false },
	FLAGS_END,
};

static const struct flag one_flags[] = {
	{ "language", FLAG_VALUE, "CODE", "in this language only", false },
	FLAGS_END,
};

static const struct flag text_flags[] = {
	{ "language", FLAG_VALUE, "CODE", language_help, true },
	{ "stop", FLAG_VALUE, "TEXT", "the answer to a stop; \"\": the built-in one", false },
	{ "start", FLAG_VALUE, "TEXT", "the answer to a start; \"\": the built-in one", false },
	FLAGS_END,
};

const struct command keyword_commands[] = {
	{ "keyword", "list", NULL, NEEDS_ENGINE, list_flags, keyword_list,
	  "Words that opt out and in, built in and added" },
	{ "keyword", "add", "TEXT", NEEDS_ENGINE, add_flags, keyword_add,
	  "Let one more word or phrase count" },
	{ "keyword", "remove", "TEXT", NEEDS_ENGINE, one_flags, keyword_remove,
	  "Take back what was added" },
	{ "keyword", "off", "TEXT", NEEDS_ENGINE, one_flags, keyword_off,
	  "Let a built-in word that is an ordinary answer not count" },
	{ "keyword", "on", "TEXT", NEEDS_ENGINE, one_flags, keyword_on, "Let it count again" },
	{ "confirmation", "list", "INSTANCE", NEEDS_ENGINE, NULL, confirmation_list,
	  "What is answered to a stop and a start" },
	{ "confirmation", "set", "INSTANCE", NEEDS_ENGINE, text_flags, confirmation_set,
	  "Answer with a text of your own" },
	{ "confirmation", "on", "INSTANCE", NEEDS_ENGINE, NULL, confirmation_on,
	  "Answer a stop and a start" },
	{ "confirmation", "off", "INSTANCE", NEEDS_ENGINE, NULL, confirmation_off,
	  "Answer neither" },
	{ 0 },
};
