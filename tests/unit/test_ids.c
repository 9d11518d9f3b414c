/* SPDX-License-Identifier: Apache-2.0 */
/* Ids: their form, their order, and that they do not repeat. */
#include "core/ids.h"

#include "clock_fixture.h"
#include "fixture.h"

static void
the_form(void **state)
{
	char *id = id_new(*state, "msg");

	assert_int_equal(strlen(id), 4 + 24);
	assert_true(id_is(id, "msg"));
	assert_false(id_is(id, "ms"));
	assert_false(id_is(id, "evt"));
	assert_false(id_is(NULL, "msg"));
	assert_false(id_is("", "msg"));
	assert_false(id_is("msg_", "msg"));
	assert_false(id_is("msg_00000000000000000000000", "msg"));
	assert_true(id_is("msg_000000000000000000000000", "msg"));
	assert_false(id_is("msg_0000000000000000000000000", "msg"));
	assert_false(id_is("msg_00000000000000000000000i", "msg"));
	assert_false(id_is("msg_00000000000000000000000A", "msg"));
	assert_false(id_is("msg_00000000000000000000000'", "msg"));
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
none_repeats(void **state)
{
	enum { IDS = 20000 };
	static char *ids[IDS];

	for (size_t i = 0; i < IDS; i++)
		ids[i] = id_new(*state, "evt");
	assert_true(memcmp(ids[0], ids[IDS - 1], 4 + 8) <= 0);
	qsort(ids, IDS, sizeof(ids[0]), by_text);
	for (size_t i = 1; i < IDS; i++)
		assert_string_not_equal(ids[i - 1], ids[i]);
}

static void
later_ones_sort_later(void **state)
{
	char *now = id_new(*state, "msg"), *later;

	set_clock(100);
	later = id_new(*state, "msg");
	assert_true(strcmp(now, later) < 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_form),
		TEST(none_repeats),
		TEST(later_ones_sort_later),
	};

	return cmocka_run_group_tests(tests, setup_clock, teardown_clock);
}
