/* SPDX-License-Identifier: Apache-2.0 */
/* Text: what is UTF-8 and what is not, decoders and their edges. */
#include "fixture.h"

#include "core/text.h"

static void
utf8_follows_rfc_3629(void **state)
{
	static const struct {
		const char *p;
		size_t n;
		bool valid;
	} cases[] = {
		{ "", 0, true },
		{ "a\x7f", 2, true },
		{ "\0", 1, false },               /* NUL */
		{ "\xc2\x80", 2, true },          /* U+0080, the first of two bytes */
		{ "\xdf\xbf", 2, true },          /* U+07FF */
		{ "\xc0\x80", 2, false },         /* overlong NUL */
		{ "\xc1\xbf", 2, false },         /* overlong U+007F */
		{ "\xe0\xa0\x80", 3, true },      /* U+0800 */
		{ "\xe0\x9f\xbf", 3, false },     /* overlong U+07FF */
		{ "\xed\x9f\xbf", 3, true },      /* U+D7FF */
		{ "\xed\xa0\x80", 3, false },     /* U+D800, a surrogate */
		{ "\xed\xbf\xbf", 3, false },     /* U+DFFF, a surrogate */
		{ "\xee\x80\x80", 3, true },      /* U+E000 */
		{ "\xef\xbf\xbf", 3, true },      /* U+FFFF */
		{ "\xf0\x90\x80\x80", 4, true },  /* U+10000 */
		{ "\xf0\x8f\xbf\xbf", 4, false }, /* overlong U+FFFF */
		{ "\xf4\x8f\xbf\xbf", 4, true },  /* U+10FFFF, the last */
		{ "\xf4\x90\x80\x80", 4, false }, /* U+110000 */
		{ "\xf5\x80\x80\x80", 4, false },
		{ "\xff", 1, false },
		{ "\x80", 1, false }, /* a continuation alone */
		{ "\xc2", 1, false }, /* cut */
		{ "\xe2\x82", 2, false },
		{ "\xf0\x9f\x91", 3, false },
		{ "\xe2\x28\xa1", 3, false }, /* no continuation */
		{ "a\xc2\xa0z\xf0\x9f\x91\x8d", 8, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (text_is_utf8(bytes_slice(cases[i].p, cases[i].n)) != cases[i].valid)
			fail_msg("case %zu", i);
	}
}

static void
points_are_counted(void **state)
{
	(void)state;
	assert_int_equal(text_points(""), 0);
	assert_int_equal(text_points("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x91\x8d"), 4);
}

static void
null_is_equal_to_null_only(void **state)
{
	(void)state;
	assert_true(text_equal(NULL, NULL));
	assert_false(text_equal(NULL, ""));
	assert_false(text_equal("", NULL));
	assert_true(text_equal("a", "a"));
	assert_true(text_equal_nocase("Content-TYPE", "content-type"));
	assert_false(text_equal_nocase("\xc3\xa4", "\xc3\x84"));
	assert_true(text_empty(NULL) && text_empty("") && !text_empty(" "));
	assert_int_equal(bytes_of(NULL).n, 0);
	assert_null(bytes_of(NULL).p);
	assert_true(bytes_equal(bytes_of(""), bytes_of(NULL)));
	assert_false(bytes_equal(bytes_of("a"), bytes_of("ab")));
}

static void
starts_and_ends(void **state)
{
	(void)state;
	assert_true(text_starts("pk_wg_x", "pk_"));
	assert_false(text_starts("pk", "pk_"));
	assert_true(text_starts("", ""));
	assert_true(text_ends("a.html", ".html"));
	assert_false(text_ends("html", ".html"));
}

static void
trimming_and_lowering(void **state)
{
	assert_string_equal(text_trim(*state, " \t\r\n a b \n"), "a b");
	assert_string_equal(text_trim(*state, "  "), "");
	assert_string_equal(text_trim(*state, "\xc2\xa0"), "\xc2\xa0");
	assert_string_equal(text_lower(*state, "AZ\xc3\x84z"), "az\xc3\x84z");
}

static void
numbers_are_whole(void **state)
{
	static const char *const wrong[] = { "",
					     " 1",
					     "1 ",
					     "+",
					     "-",
					     "0x10",
					     "1.0",
					     "1e3",
					     "11",
					     "-1",
					     "1a",
					     "9223372036854775808",
					     "99999999999999999999999" };
	int64_t n = 77;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		if (text_int(wrong[i], 0, 10, &n) || n != 77)
			fail_msg("\"%s\"", wrong[i]);
	}
	assert_false(text_int(NULL, 0, 10, &n));
	assert_true(text_int("10", 0, 10, &n));
	assert_int_equal(n, 10);
	assert_true(text_int("-9223372036854775808", INT64_MIN, INT64_MAX, &n));
	assert_true(n == INT64_MIN);
	assert_true(text_int("9223372036854775807", INT64_MIN, INT64_MAX, &n));
	assert_true(n == INT64_MAX);
}

static void
splitting_drops_what_is_empty(void **state)
{
	size_t n = 99;
	const char **items = text_split(*state, ",, a ,b,, ,c,", ',', &n);

	assert_int_equal(n, 3);
	assert_string_equal(items[0], "a");
	assert_string_equal(items[1], "b");
	assert_string_equal(items[2], "c");
	assert_null(items[3]);
	items = text_split(*state, "", ',', &n);
	assert_int_equal(n, 0);
	assert_null(items[0]);
}

static void
lists_hold_whole_words(void **state)
{
	(void)state;
	assert_true(text_list_has("message.received,message.sent", "message.sent"));
	assert_true(text_list_has("a, b ,c", "b"));
	assert_false(text_list_has("message.received", "message"));
	assert_false(text_list_has("message", "message.received"));
	assert_false(text_list_has("", "a"));
	assert_false(text_list_has(NULL, "a"));
	assert_false(text_list_has("a,,b", ""));
}

static void
hex_both_ways(void **state)
{
	unsigned char out[3] = { 9, 9, 9 };

	assert_string_equal(text_hex(*state, bytes_slice("\x00\x7f\xff", 3)), "007fff");
	assert_string_equal(text_hex(*state, bytes_of("")), "");
	assert_true(text_unhex("00Aaff", out, 3));
	assert_memory_equal(out, "\x00\xaa\xff", 3);
	assert_false(text_unhex("00aaf", out, 3));
	assert_false(text_unhex("00aaff0", out, 3));
	assert_false(text_unhex("00aafg", out, 3));
	assert_false(text_unhex("", out, 3));
	assert_false(text_unhex("+0aaff", out, 3));
}

/* RFC 4648 section 10. */
static void
base64_both_ways(void **state)
{
	static const char *const pairs[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
	};
	static const char *const wrong[] = {
		"Z",    "Zg",   "Zg=",      "Zg===", "Zm9v=",  "Zm9vYg",
		"Z!==", "=Zg=", "Zg==Zg==", "Zm 9v", "Zm9v\n", "_-8="
	};
	struct bytes out;

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		assert_string_equal(text_base64(*state, bytes_of(pairs[i][0])), pairs[i][1]);
		assert_true(text_unbase64(*state, pairs[i][1], &out));
		assert_true(bytes_equal(out, bytes_of(pairs[i][0])));
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		if (text_unbase64(*state, wrong[i], &out))
			fail_msg("\"%s\"", wrong[i]);
	}
	assert_string_equal(text_base64(*state, bytes_slice("\xfb\xff\xfe", 3)), "+//+");
}

static void
percent_decoding(void **state)
{
	static const char *const wrong[] = { "%",   "%4",   "%zz",       "%00",
					     "%c3", "a%ff", "%ed%a0%80", "%+1" };
	const char *out = "untouched";

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		if (text_urldecode(*state, bytes_of(wrong[i]), true, &out))
			fail_msg("\"%s\"", wrong[i]);
		assert_string_equal(out, "untouched");
	}
	assert_false(text_urldecode(*state, bytes_slice("a\0b", 3), true, &out));
	assert_true(text_urldecode(*state, bytes_of("a+b%2b%C3%a4"), true, &out));
	assert_string_equal(out, "a b+\xc3\xa4");
	assert_true(text_urldecode(*state, bytes_of("a+b"), false, &out));
	assert_string_equal(out, "a+b");
	assert_true(text_urldecode(*state, bytes_of(""), true, &out));
	assert_string_equal(out, "");
	assert_true(text_urldecode(*state, bytes_of("%41"), true, &out));
	assert_string_equal(out, "A");
}

static void
percent_encoding(void **state)
{
	const char *back;
	char *text = text_urlencode(*state, "aZ0-._~ /?&=+%\xc3\xa4");

	assert_string_equal(text, "aZ0-._~%20%2F%3F%26%3D%2B%25%C3%A4");
	assert_true(text_urldecode(*state, bytes_of(text), true, &back));
	assert_string_equal(back, "aZ0-._~ /?&=+%\xc3\xa4");
}

static void
masks_show_four_digits(void **state)
{
	assert_string_equal(text_mask(*state, "15551230100"), "\xe2\x80\xa6"
							      "0100");
	assert_null(strstr(text_mask(*state, "123"), "123"));
	assert_null(strstr(text_mask(*state, "1234"), "1234"));
	assert_non_null(text_mask(*state, NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_arena, teardown_arena)

static void
items_are_joined_and_versions_measured(void **state)
{
	static const char *const items[] = { "send", "", "read" };
	struct arena *arena = arena_new(0);

	(void)state;
	assert_string_equal(text_join(arena, items, 0, ","), "");
	assert_string_equal(text_join(arena, items, 1, ","), "send");
	assert_string_equal(text_join(arena, items, 3, ", "), "send, , read");
	assert_int_equal(text_version("v23.0/1065"), 5);
	assert_int_equal(text_version("v1.10"), 5);
	assert_int_equal(text_version("v23."), 0);
	assert_int_equal(text_version("v.1"), 0);
	assert_int_equal(text_version("23.0"), 0);
	assert_int_equal(text_version(""), 0);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_are_joined_and_versions_measured),
		TEST(utf8_follows_rfc_3629),
		TEST(points_are_counted),
		TEST(null_is_equal_to_null_only),
		TEST(starts_and_ends),
		TEST(trimming_and_lowering),
		TEST(numbers_are_whole),
		TEST(splitting_drops_what_is_empty),
		TEST(lists_hold_whole_words),
		TEST(hex_both_ways),
		TEST(base64_both_ways),
		TEST(percent_decoding),
		TEST(percent_encoding),
		TEST(masks_show_four_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
