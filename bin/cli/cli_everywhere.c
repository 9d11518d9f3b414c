/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists for an operator who named no account: the same command in every account, its rows
 * together, newest first. Ids sort by age, so one cursor serves all accounts.
 */
#include "cli.h"
#include "gateway/people.h"

/* What the commands' cli_show_list calls bring together. */
struct everywhere {
	json_t *items;
	const char *columns;
	bool more; /* some account has another page */
};

enum rc
cli_gather(struct cli *cli, json_t *items, const char *next_cursor, const char *columns)
{
	struct everywhere *all = cli->everywhere;
	json_t *item;
	size_t i;

	json_array_foreach(items, i, item) json_put(item, "account_id", cli->op->account_id);
	json_array_extend(all->items, items);
	all->columns = columns;
	all->more |= next_cursor != NULL;
	return RC_OK;
}

static int
newest_first(const void *a, const void *b)
{
	const char *x = json_str(*(json_t *const *)a, "id");
	const char *y = json_str(*(json_t *const *)b, "id");

	return x == NULL || y == NULL ? 0 : strcmp(y, x);
}

/* The first `limit` of all rows; *next is the last one's id when there are more. */
static json_t *
merge(struct cli *cli, const struct everywhere *all, size_t limit, const char **next)
{
	const json_t *items = all->items;
	size_t n = json_array_size(items), shown = n < limit ? n : limit;
	json_t **rows = arena_array(cli->op->arena, n + 1, sizeof(json_t *));
	json_t *merged = json_new_array(cli->op);

	for (size_t i = 0; i < n; i++)
		rows[i] = json_array_get(items, i);
	qsort(rows, n, sizeof(json_t *), newest_first);
	for (size_t i = 0; i < shown; i++)
		json_array_append(merged, rows[i]);
	*next = n > limit || (all->more && n > 0) ? json_str(rows[shown - 1], "id") : NULL;
	return merged;
}

static enum rc
gather_all(struct cli *cli, struct everywhere *all)
{
	struct page_query page = { .limit = PAGE_LIMIT_MAX };
	const struct account *accounts;
	struct list found;

	cli->everywhere = all;
	do {
		TRY(gateway_list_accounts(cli->op, &found, &page.cursor, page));
		accounts = found.rows;
		for (size_t i = 0; i < found.n; i++) {
			cli->op->account_id = accounts[i].id;
			TRY(cli->command->run(cli));
		}
	} while (page.cursor != NULL);
	cli->everywhere = NULL;
	return RC_OK;
}

static enum rc
list_everywhere(struct cli *cli)
{
	struct everywhere all = { json_new_array(cli->op), "id", false };
	bool paged = cli_value(cli, "limit") != NULL;
	struct page_query page = { .limit = PAGE_LIMIT_MAX };
	const char *next;
	json_t *items;

	TRY(gather_all(cli, &all));
	if (paged)
		TRY(cli_page(cli, &page));
	else
		page.limit = PAGE_LIMIT;
	items = merge(cli, &all, (size_t)page.limit, &next);
	return cli_show_list(cli, items, next, all.columns);
}

enum rc
cli_run(struct cli *cli)
{
	enum rc rc = cli->command->run(cli);

	if (rc != RC_INPUT || !text_equal(cli->op->code, "account") ||
	    !text_equal(cli->verb, "list") || cli->account != NULL)
		return rc;
	op_forgive(cli->op);
	return list_everywhere(cli);
}
