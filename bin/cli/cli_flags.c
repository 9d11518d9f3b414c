/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the flags of a command say, in the kinds that many commands share: pages, times, pairs,
 * and the account a command works in.
 */
#include "cli.h"

#include <unistd.h>

#include "gateway/people.h"

static const char usual_config[] = "./var/wagate.conf";

enum rc
cli_choose_config(struct cli *cli)
{
	if (cli->config == NULL && !text_empty(getenv("WAGATE_CONFIG")))
		cli->config = getenv("WAGATE_CONFIG");
	if (cli->config == NULL && access(usual_config, R_OK) == 0)
		cli->config = usual_config;
	if (cli->config == NULL)
		return cli_usage(cli, "No configuration: say --config FILE or set WAGATE_CONFIG; "
				      "wagate init makes one");
	return RC_OK;
}

const char *
cli_value(const struct cli *cli, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < cli->given_count; i++)
		if (text_equal(cli->given[i].flag->name, name))
			value = cli->given[i].value;
	return value;
}

bool
cli_has(const struct cli *cli, const char *name)
{
	for (size_t i = 0; i < cli->given_count; i++)
		if (text_equal(cli->given[i].flag->name, name))
			return true;
	return false;
}

size_t
cli_values(const struct cli *cli, const char *name, const char ***values)
{
	const char **found = arena_array(cli->op->arena, GIVEN_MAX, sizeof(*found));
	size_t n = 0;

	for (size_t i = 0; i < cli->given_count; i++)
		if (text_equal(cli->given[i].flag->name, name))
			found[n++] = cli->given[i].value;
	*values = found;
	return n;
}

enum rc
cli_page(struct cli *cli, struct page_query *out)
{
	const char *limit = cli_value(cli, "limit");
	struct page_query page = { .cursor = cli_value(cli, "cursor") };

	if (limit != NULL && !text_int(limit, 1, PAGE_LIMIT_MAX, &page.limit))
		return cli_usage(cli, "--limit is a number from 1 to %d", PAGE_LIMIT_MAX);
	*out = page;
	return RC_OK;
}

/* "90s", "30m", "2h", "7d" before now. */
static bool
read_ago(const struct op *op, const char *text, struct instant *out)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = { { 's', SECOND_MS }, { 'm', MINUTE_MS }, { 'h', HOUR_MS }, { 'd', DAY_MS } };
	size_t n = strlen(text);
	int64_t count;

	for (size_t i = 0; i < ARRAY_LEN(units) && n > 1; i++) {
		if (text[n - 1] != units[i].unit ||
		    !text_int(arena_dupn(op->arena, text, n - 1), 0, 100000, &count))
			continue;
		*out = clock_after(op->now, -count * units[i].ms);
		return true;
	}
	return false;
}

enum rc
cli_time(struct cli *cli, const char *name, struct instant *out)
{
	const char *text = cli_value(cli, name);
	struct instant t = { 0 };

	if (text != NULL && !clock_parse(text, &t) && !read_ago(cli->op, text, &t))
		return cli_usage(cli,
				 "--%s is a date, a time like 2026-11-21T10:00:00Z, or 30m, "
				 "2h, 7d",
				 name);
	*out = t;
	return RC_OK;
}

static enum rc
read_pair(struct cli *cli, const char *text, struct pair *out)
{
	const char *equals = strchr(text, '=');

	if (equals == NULL || equals == text)
		return cli_usage(cli, "\"%s\" is no key=value", text);
	out->key = arena_dupn(cli->op->arena, text, (size_t)(equals - text));
	out->value = equals + 1;
	return RC_OK;
}

enum rc
cli_pairs(struct cli *cli, struct list *out)
{
	struct pair *pairs = arena_array(cli->op->arena, GIVEN_MAX + WORDS_MAX, sizeof(*pairs));
	const char **values;
	size_t n = cli_values(cli, "set", &values);

	for (size_t i = 0; i < n; i++)
		TRY(read_pair(cli, values[i], &pairs[i]));
	for (size_t i = 0; i < cli->word_count; i++)
		TRY(read_pair(cli, cli->words[i], &pairs[n++]));
	*out = (struct list){ n, pairs };
	return RC_OK;
}

enum rc
cli_account_by(struct cli *cli, const char *id)
{
	return cli->everywhere != NULL ? RC_OK : gateway_choose_account(cli->op, cli->account, id);
}

enum rc
cli_account(struct cli *cli)
{
	return cli_account_by(cli, cli->object);
}

enum rc
cli_account_of_instance(struct cli *cli, const char *ref)
{
	return cli->everywhere != NULL ? RC_OK
				       : gateway_choose_account_of(cli->op, cli->account, ref);
}
