/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate template: the message templates of a number's WhatsApp Business Account.
 *
 * Lists come from the store, which the worker keeps like Meta's; `sync` reads Meta's list now.
 */
#include "cli.h"
#include "gateway/manage_instances.h"
#include "gateway/templates.h"

enum { LANGUAGES_MAX = 200 };

static const char columns[] = "name,language,category,status,quality,rejected_reason,id";

/* The instance of --instance, or the account's only one. */
static enum rc
choose(struct cli *cli, struct instance *out)
{
	const char *ref = cli_value(cli, "instance");

	TRY(cli_account_of_instance(cli, ref));
	if (ref != NULL)
		return gateway_find_instance(cli->op, out, ref);
	return gateway_instance_for(cli->op, out, NULL, NULL);
}

static enum rc
show(struct cli *cli, const struct template_filter *filter, const char **next, struct list *out)
{
	struct instance instance = { 0 };

	TRY(choose(cli, &instance));
	return gateway_list_templates(cli->op, out, next, &instance, filter);
}

static enum rc
template_list(struct cli *cli)
{
	struct template_filter filter = {
		.status = cli_value(cli, "status"),
		.category = cli_value(cli, "category"),
		.language = cli_value(cli, "language"),
	};
	struct page_query page;
	struct list found;
	const char *next;

	TRY(cli_page(cli, &page));
	filter.after = page.cursor;
	filter.limit = page.limit == 0 ? PAGE_LIMIT : page.limit;
	TRY(show(cli, &filter, &next, &found));
	return cli_show_list(
		cli, json_of_list(cli->op, wa_template_shape, sizeof(struct wa_template), &found),
		next, columns);
}

static enum rc
template_show(struct cli *cli)
{
	struct template_filter filter = {
		.name = cli->object,
		.language = cli_value(cli, "language"),
		.limit = LANGUAGES_MAX,
	};
	struct list found;
	const char *next;

	TRY(show(cli, &filter, &next, &found));
	if (found.n == 0)
		return op_fail(cli->op, RC_MISSING, "There is no template %s", cli->object);
	if (found.n == 1)
		return cli_show_shape(cli, wa_template_shape, found.rows);
	return cli_show_list(
		cli, json_of_list(cli->op, wa_template_shape, sizeof(struct wa_template), &found),
		next, columns);
}

static enum rc
template_sync(struct cli *cli)
{
	struct instance instance = { 0 };
	struct template_summary summary;
	json_t *answer = json_new(cli->op);

	TRY(choose(cli, &instance));
	TRY(gateway_sync_templates(cli->op, &summary, &instance));
	json_put(answer, "waba_id", instance.waba_id);
	json_put_int(answer, "templates", summary.templates);
	json_put_int(answer, "changed", summary.changed);
	json_put_int(answer, "gone", summary.gone);
	return cli_show(cli, answer);
}

static const struct flag instance_flag[] = {
	{ "instance", FLAG_VALUE, "INSTANCE", "needed where the account has several", false },
	FLAGS_END,
};

static const struct flag show_flags[] = {
	{ "instance", FLAG_VALUE, "INSTANCE", "needed where the account has several", false },
	{ "language", FLAG_VALUE, "LANGUAGE", "only this one: en_US", false },
	FLAGS_END,
};

static const struct flag list_flags[] = {
	{ "instance", FLAG_VALUE, "INSTANCE", "needed where the account has several", false },
	{ "status", FLAG_VALUE, "STATUS", "only these: APPROVED, PENDING, REJECTED, ...", false },
	{ "category", FLAG_VALUE, "CATEGORY", "only these: MARKETING, UTILITY, ...", false },
	{ "language", FLAG_VALUE, "LANGUAGE", "only these: en_US", false },
	LIST_FLAGS,
	FLAGS_END,
};

const struct command template_commands[] = {
	{ "template", "list", NULL, NEEDS_NET, list_flags, template_list,
	  "Message templates, by name" },
	{ "template", "show", "NAME", NEEDS_NET, show_flags, template_show,
	  "One of them, or its languages" },
	{ "template", "sync", NULL, NEEDS_NET, instance_flag, template_sync,
	  "Read Meta's list now" },
	{ 0 },
};
