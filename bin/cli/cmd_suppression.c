/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate suppression and wagate stats: who may not be messaged, and how an account is doing.
 *
 * Removing lifts: the row stays as evidence.
 */
#include "cli.h"
#include "domain/message.h"
#include "gateway/import_suppressions.h"
#include "gateway/read_overview.h"
#include "gateway/suppressions.h"

#include <errno.h>

enum { FILE_MAX = 4 << 20 };

static enum rc
suppression_add(struct cli *cli)
{
	struct suppression added = { 0 };

	TRY(cli_account_by(cli, NULL));
	TRY(gateway_add_suppression(cli->op, &added, cli->object, cli_value(cli, "reason"), "cli",
				    cli_value(cli, "note")));
	return cli_show_shape(cli, suppression_shape, &added);
}

static enum rc
suppression_remove(struct cli *cli)
{
	const char *why = cli_value(cli, "why");

	TRY(cli_account(cli));
	TRY(gateway_lift_suppression(cli->op, cli->object,
				     why == NULL ? "removed at the command line" : why));
	return cli_done(cli, NULL, "Lifted: may be messaged again.");
}

static enum rc
suppression_list(struct cli *cli)
{
	struct suppression_filter filter = {
		.recipient = cli_value(cli, "phone"),
		.reason = cli_value(cli, "reason"),
		.lifted = cli_has(cli, "lifted"),
	};
	struct list found;
	const char *next;

	TRY(cli_page(cli, &filter.page));
	TRY(cli_account_by(cli, NULL));
	TRY(gateway_list_suppressions(cli->op, &found, &next, &filter));
	return cli_show_list(
		cli, json_of_list(cli->op, suppression_shape, sizeof(struct suppression), &found),
		next, "id,recipient,reason,source,actor,since,note,lifted_at");
}

/* ---- files ---- */

static enum rc
read_whole(struct cli *cli, const char **out, const char *path)
{
	FILE *file = text_equal(path, "-") ? stdin : fopen(path, "re");
	struct buf all;
	char piece[4096];
	size_t n;

	if (file == NULL)
		return op_fail(cli->op, RC_INPUT, "%s cannot be read: %s", path, strerror(errno));
	buf_init(&all, cli->op->arena, FILE_MAX);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(&all, piece, n);
	if (file != stdin)
		fclose(file);
	if (!buf_ok(&all))
		return op_fail(cli->op, RC_INPUT, "%s is larger than %d MiB", path, FILE_MAX >> 20);
	*out = buf_str(&all);
	return RC_OK;
}

/* What is wrong goes to the error output, one line each. */
static enum rc
refuse_rows(struct cli *cli, const struct list *rows, size_t errors)
{
	const struct import_row *row = rows->rows;

	for (size_t i = 0; i < rows->n; i++)
		if (row[i].error != NULL)
			fprintf(stderr, "line %lld: %s\n", (long long)row[i].line, row[i].error);
	return op_fail(cli->op, RC_INPUT,
		       "Nothing is written: %zu of %zu rows cannot be taken (--skip leaves them "
		       "out)",
		       errors, rows->n);
}

static enum rc
suppression_import(struct cli *cli)
{
	struct list rows = { 0, NULL };
	const char *csv = "";
	int64_t added = 0;
	size_t errors = 0;

	TRY(cli_account_by(cli, NULL));
	TRY(read_whole(cli, &csv, cli->object));
	TRY(gateway_read_import(cli->op, &rows, &errors, csv));
	if (errors > 0 && !cli_has(cli, "skip"))
		return refuse_rows(cli, &rows, errors);
	if (!cli_has(cli, "check"))
		TRY(gateway_import_suppressions(cli->op, &rows, &added));
	return cli_done(cli, NULL,
			arena_printf(cli->op->arena, "%zu rows, %zu left out, %lld added.", rows.n,
				     errors, (long long)added));
}

static void
print_cell(const char *text, const char *end)
{
	putchar('"');
	for (; text != NULL && *text != '\0'; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	printf("\"%s", end);
}

static enum rc
suppression_export(struct cli *cli)
{
	struct suppression_filter filter = { .lifted = cli_has(cli, "lifted"),
					     .page = { .limit = PAGE_LIMIT_MAX } };
	const struct suppression *s;
	struct list found;

	TRY(cli_account_by(cli, NULL));
	printf("phone,reason,note,since,source,text,keyword,language,lifted_at\r\n");
	do {
		TRY(gateway_list_suppressions(cli->op, &found, &filter.page.cursor, &filter));
		s = found.rows;
		for (size_t i = 0; i < found.n; i++) {
			print_cell(recipient_written(cli->op->arena, s[i].recipient), ",");
			print_cell(s[i].reason, ",");
			print_cell(s[i].note, ",");
			print_cell(clock_rfc3339(cli->op->arena, s[i].since), ",");
			print_cell(s[i].source, ",");
			print_cell(s[i].text, ",");
			print_cell(s[i].keyword, ",");
			print_cell(s[i].language, ",");
			print_cell(clock_rfc3339(cli->op->arena, s[i].lifted_at), "\r\n");
		}
	} while (filter.page.cursor != NULL);
	return RC_OK;
}

/* For people: the days as a table, what needs attention as lines, the rest as members. */
static enum rc
print_stats(struct cli *cli, const struct overview *overview)
{
	json_t *object = json_of(cli->op, overview_shape, overview);
	json_t *days = json_incref(json_object_get(object, "days"));
	const struct attention *line = overview->attentions.rows;

	json_own(cli->op, days);
	json_object_del(object, "days");
	json_object_del(object, "instances");
	json_object_del(object, "attentions");
	if (overview->delivery_success_percent < 0)
		json_object_del(object, "delivery_success_percent");
	TRY(cli_show(cli, object));
	printf("\n");
	TRY(cli_show_list(cli, days, NULL, "day,sent,delivered,read,failed,received,unknown"));
	for (size_t i = 0; i < overview->attentions.n; i++)
		printf("%s%s: %s\n", i == 0 ? "\n" : "", line[i].level, line[i].text);
	return RC_OK;
}

static enum rc
stats(struct cli *cli)
{
	enum { DAYS = 7, DAYS_MAX = 90 };
	const char *text = cli_value(cli, "days");
	struct overview overview = { 0 };
	int64_t days = DAYS;

	if (text != NULL && !text_int(text, 1, DAYS_MAX, &days))
		return cli_usage(cli, "--days is a number from 1 to %d", DAYS_MAX);
	TRY(cli_account_by(cli, NULL));
	TRY(gateway_overview(cli->op, &overview, days));
	if (cli->json)
		return cli_show_shape(cli, overview_shape, &overview);
	return print_stats(cli, &overview);
}

static const struct flag add_flags[] = {
	{ "reason", FLAG_VALUE, "REASON",
	  "manual, opted_out, complaint, blocked or marketing_opt_out; manual", false },
	{ "note", FLAG_VALUE, "TEXT", "kept with it", false },
	FLAGS_END,
};

static const struct flag remove_flags[] = {
	{ "why", FLAG_VALUE, "TEXT", "kept with it", false },
	FLAGS_END,
};

static const struct flag list_flags[] = {
	{ "phone", FLAG_VALUE, "PHONE", "of this number or user id", false },
	{ "reason", FLAG_VALUE, "REASON", "for this reason", false },
	{ "lifted", FLAG_SWITCH, NULL, "also those that were lifted", false },
	LIST_FLAGS,
	FLAGS_END,
};

static const struct flag import_flags[] = {
	{ "check", FLAG_SWITCH, NULL, "look through the file and write nothing", false },
	{ "skip", FLAG_SWITCH, NULL, "leave out rows that cannot be taken", false },
	FLAGS_END,
};

static const struct flag export_flags[] = {
	{ "lifted", FLAG_SWITCH, NULL, "also those that were lifted", false },
	FLAGS_END,
};

static const struct flag stats_flags[] = {
	{ "days", FLAG_VALUE, "N", "1 to 90, today included; 7", false },
	FLAGS_END,
};

const struct command suppression_commands[] = {
	{ "suppression", "add", "PHONE", NEEDS_ENGINE, add_flags, suppression_add,
	  "Let nobody message this number or user id" },
	{ "suppression", "remove", "PHONE", NEEDS_ENGINE, remove_flags, suppression_remove,
	  "Lift what is in force for a number or user id, or one entry by its id" },
	{ "suppression", "list", NULL, NEEDS_ENGINE, list_flags, suppression_list,
	  "Who may not be messaged" },
	{ "suppression", "import", "FILE", NEEDS_ENGINE, import_flags, suppression_import,
	  "Suppress the numbers of a CSV file (phone, reason, note); -: standard input" },
	{ "suppression", "export", NULL, NEEDS_ENGINE, export_flags, suppression_export,
	  "Print who may not be messaged as CSV" },
	{ "stats", NULL, NULL, NEEDS_ENGINE, stats_flags, stats, "How an account is doing" },
	{ 0 },
};
