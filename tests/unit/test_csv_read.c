/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_csv_read - files that spreadsheets and people write
 */
#include "unit.h"

#include "core/csv_read.h"
#include "core/text.h"

static struct arena *arena;

/* All rows as "1[a|b] 2[c]". */
static const char *
told(const char *text)
{
	const char *cells[CSV_CELLS_MAX], *out = "";
	struct csv_read csv;
	size_t n;

	csv_read_begin(&csv, text);
	while ((n = csv_read_row(&csv, arena, cells)) > 0) {
		out = arena_printf(arena, "%s%s%lld[", out, *out == '\0' ? "" : " ",
				   (long long)csv.line);
		for (size_t i = 0; i < n; i++)
			out = arena_printf(arena, "%s%s%s", out, i == 0 ? "" : "|", cells[i]);
		out = arena_printf(arena, "%s]", out);
	}
	return out;
}

static void
rows_are_read_however_they_end(void **state)
{
	(void)state;
	assert_string_equal(told(""), "");
	assert_string_equal(told("\n\r\n \n,,\n"), "");
	assert_string_equal(told("a,b\r\nc,d"), "1[a|b] 2[c|d]");
	assert_string_equal(told("a\n\n b \rc"), "1[a] 3[b] 4[c]");
	assert_string_equal(told("\xEF\xBB\xBF"
				 "a,,b,"),
			    "1[a||b|]");
}

static void
quotes_keep_what_they_hold(void **state)
{
	(void)state;
	assert_string_equal(told("\"a,\"\"b\"\"\nc\",d\ne"), "1[a,\"b\"\nc|d] 3[e]");
	assert_string_equal(told("\"never closed, \n"), "1[never closed,]");
	assert_string_equal(told("\"\",x"), "1[|x]");
}

static void
semicolons_part_where_no_comma_does(void **state)
{
	(void)state;
	assert_string_equal(told("a;b\nc;d,e"), "1[a|b] 2[c|d,e]");
	assert_string_equal(told("a;b,c\nd;e"), "1[a;b|c] 2[d;e]");
}

static void
too_much_of_a_row_is_dropped(void **state)
{
	char text[20000];
	const char *cells[CSV_CELLS_MAX];
	struct csv_read csv;

	(void)state;
	memset(text, ',', 100);
	memcpy(text, "x", 1);
	text[100] = '\0';
	csv_read_begin(&csv, text);
	assert_int_equal(csv_read_row(&csv, arena, cells), CSV_CELLS_MAX);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	csv_read_begin(&csv, text);
	assert_int_equal(csv_read_row(&csv, arena, cells), 1);
	assert_true(strlen(cells[0]) < 10000);
	assert_int_equal(csv_read_row(&csv, arena, cells), 0);
}

static int
setup(void **state)
{
	(void)state;
	arena = arena_new(0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read_however_they_end),
		cmocka_unit_test(quotes_keep_what_they_hold),
		cmocka_unit_test(semicolons_part_where_no_comma_does),
		cmocka_unit_test(too_much_of_a_row_is_dropped),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
