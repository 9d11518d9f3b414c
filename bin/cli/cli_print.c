/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers on standard output: one JSON object, or lines and tables for people. Both are made from
 * the same JSON, so that they cannot say different things.
 */
#include "cli.h"

enum { COLUMN_MAX = 60, COLUMNS_MAX = 12 };

static void
print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_COMPACT);
	fputc('\n', stdout);
}

/* A value as people read it. Control characters never reach the terminal. */
static const char *
as_text(struct op *op, const json_t *value)
{
	char *text;

	if (value == NULL || json_is_null(value))
		return "";
	if (json_is_string(value))
		text = arena_dup(op->arena, json_string_value(value));
	else if (json_is_boolean(value))
		text = arena_dup(op->arena, json_is_true(value) ? "yes" : "no");
	else
		text = arena_dup(op->arena, json_text(op, value));
	for (char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return text;
}

enum rc
cli_show(struct cli *cli, const json_t *object)
{
	const char *name;
	const json_t *value;
	int width = 0;

	if (cli->json) {
		print_json(object);
		return RC_OK;
	}
	json_object_foreach((json_t *)object, name, value) width =
		(int)strlen(name) > width ? (int)strlen(name) : width;
	json_object_foreach((json_t *)object, name, value)
	{
		const char *text = as_text(cli->op, value);

		if (*text != '\0')
			printf("%-*s  %s\n", width, name, text);
	}
	return RC_OK;
}

enum rc
cli_show_shape(struct cli *cli, const struct shape *shape, const void *object)
{
	return cli_show(cli, json_of(cli->op, shape, object));
}

struct table {
	const char **columns;
	size_t n;
	size_t widths[COLUMNS_MAX];
};

/* What of a text goes into a cell. */
static size_t
cell_points(const char *text)
{
	size_t points = text_points(text);

	return points > COLUMN_MAX ? COLUMN_MAX : points;
}

static void
print_cell(const char *text, size_t width, bool last)
{
	size_t points = 0;

	for (const char *c = text; *c != '\0'; c++) {
		points += ((unsigned char)*c & 0xc0) != 0x80;
		if (points > COLUMN_MAX)
			break;
		fputc(*c, stdout);
	}
	for (size_t n = cell_points(text); !last && n < width + 2; n++)
		fputc(' ', stdout);
}

static void
measure(struct cli *cli, struct table *t, const json_t *items)
{
	size_t i;
	const json_t *item;

	for (size_t c = 0; c < t->n; c++)
		t->widths[c] = cell_points(t->columns[c]);
	json_array_foreach((json_t *)items, i, item) for (size_t c = 0; c < t->n; c++)
	{
		const json_t *value = json_object_get(item, t->columns[c]);
		size_t width = cell_points(as_text(cli->op, value));

		t->widths[c] = width > t->widths[c] ? width : t->widths[c];
	}
}

static void
print_table(struct cli *cli, const json_t *items, const char *columns)
{
	struct table t;
	const json_t *item;
	size_t i;

	t.columns = text_split(cli->op->arena, columns, ',', &t.n);
	expect(t.n <= COLUMNS_MAX);
	measure(cli, &t, items);
	for (size_t c = 0; c < t.n; c++)
		print_cell(t.columns[c], t.widths[c], c + 1 == t.n);
	fputc('\n', stdout);
	json_array_foreach((json_t *)items, i, item)
	{
		for (size_t c = 0; c < t.n; c++)
			print_cell(as_text(cli->op, json_object_get(item, t.columns[c])),
				   t.widths[c], c + 1 == t.n);
		fputc('\n', stdout);
	}
}

enum rc
cli_show_list(struct cli *cli, json_t *items, const char *next_cursor, const char *columns)
{
	json_t *answer;

	if (cli->everywhere != NULL)
		return cli_gather(cli, items, next_cursor, columns);
	if (cli->json) {
		answer = json_new(cli->op);
		json_object_set(answer, "items", items);
		json_put(answer, "next_cursor", next_cursor);
		print_json(answer);
		return RC_OK;
	}
	if (json_array_size(items) == 0)
		printf("Nothing to show.\n");
	else
		print_table(cli, items, columns);
	if (next_cursor != NULL)
		printf("There is more: --cursor %s\n", next_cursor);
	return RC_OK;
}

enum rc
cli_done(struct cli *cli, const char *id, const char *sentence)
{
	json_t *answer;

	if (!cli->json) {
		printf("%s\n", sentence);
		return RC_OK;
	}
	answer = json_new(cli->op);
	json_put_bool(answer, "ok", true);
	if (id != NULL)
		json_put(answer, "id", id);
	print_json(answer);
	return RC_OK;
}
