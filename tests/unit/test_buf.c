/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers: growth, the maximum, and an overflow that sticks. */
#include "fixture.h"

#include "core/buf.h"

static void
text_grows(void **state)
{
	struct buf b;

	buf_init(&b, *state, 1 << 20);
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(buf_bytes(&b).n, 0);
	for (int i = 0; i < 10000; i++)
		buf_printf(&b, "%04d,", i);
	assert_true(buf_ok(&b));
	assert_int_equal(buf_bytes(&b).n, 50000);
	assert_memory_equal(buf_str(&b) + 49995, "9999,", 6);
}

static void
every_way_of_appending(void **state)
{
	struct buf b;

	buf_init(&b, *state, 100);
	buf_text(&b, "a");
	buf_char(&b, 'b');
	buf_add(&b, "cX", 1);
	buf_add(&b, NULL, 0);
	buf_printf(&b, "%c%s", 'd', "");
	assert_string_equal(buf_str(&b), "abcd");
}

static void
numbers(void **state)
{
	struct buf b;

	buf_init(&b, *state, 100);
	buf_int(&b, 0);
	buf_char(&b, ' ');
	buf_int(&b, -7);
	buf_char(&b, ' ');
	buf_int(&b, INT64_MAX);
	buf_char(&b, ' ');
	buf_int(&b, INT64_MIN);
	assert_string_equal(buf_str(&b), "0 -7 9223372036854775807 -9223372036854775808");
}

static void
formatted_text_of_any_length(void **state)
{
	for (int n = 250; n < 260; n++) {
		struct buf b;

		buf_init(&b, *state, 300);
		buf_printf(&b, "<%*d>", n, 1);
		assert_int_equal(buf_bytes(&b).n, n + 2);
		assert_string_equal(buf_str(&b) + n, "1>");
		assert_string_equal(arena_printf(*state, "<%*d>", n, 1), buf_str(&b));
	}
}

static void
places_to_fill(void **state)
{
	struct buf b;

	buf_init(&b, *state, 8);
	memcpy(buf_extend(&b, 3), "abc", 3);
	memcpy(buf_extend(&b, 5), "defgh", 5);
	assert_string_equal(buf_str(&b), "abcdefgh");
	assert_null(buf_extend(&b, 1));
	assert_false(buf_ok(&b));
	assert_null(buf_extend(&b, 0));
	assert_string_equal(buf_str(&b), "abcdefgh");
}

static void
exactly_the_maximum_fits(void **state)
{
	struct buf b;

	buf_init(&b, *state, 8);
	buf_text(&b, "12345678");
	assert_true(buf_ok(&b));
	assert_string_equal(buf_str(&b), "12345678");
	buf_text(&b, "");
	assert_true(buf_ok(&b));
	buf_char(&b, '9');
	assert_false(buf_ok(&b));
}

static void
an_overflow_sticks(void **state)
{
	struct buf b;

	buf_init(&b, *state, 8);
	buf_text(&b, "1234");
	buf_text(&b, "too long");
	assert_false(buf_ok(&b));
	buf_text(&b, "5");
	buf_printf(&b, "%d", 6);
	assert_false(buf_ok(&b));
	assert_memory_equal(buf_str(&b), "1234", 4);
	assert_true(strlen(buf_str(&b)) <= 8);
	assert_null(strstr(buf_str(&b), "5"));
}

static void
an_overflow_by_printf_sticks(void **state)
{
	struct buf b;

	buf_init(&b, *state, 8);
	buf_printf(&b, "%020d", 1);
	assert_false(buf_ok(&b));
	buf_char(&b, 'x');
	assert_false(buf_ok(&b));
	assert_true(strlen(buf_str(&b)) <= 8);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_arena, teardown_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_grows),
		TEST(every_way_of_appending),
		TEST(numbers),
		TEST(formatted_text_of_any_length),
		TEST(places_to_fill),
		TEST(exactly_the_maximum_fits),
		TEST(an_overflow_sticks),
		TEST(an_overflow_by_printf_sticks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
