/* SPDX-License-Identifier: Apache-2.0 */
/* The folded form: what a reader takes for the same words is the same bytes. */
#include "domain/fold.h"
#include "fixture.h"

enum { MAX = 4096 };

static void
words_stand_between_single_blanks(void **state)
{
	static const struct {
		const char *text, *folded;
	} cases[] = {
		{ "", " " },
		{ " \t\n", " " },
		{ "STOP!", " stop " },
		{ "Don't  stop-now", " dont stop now " },
		{ "50% off", " 50 off " },
		{ "\xc3\x89t\xc3\xa9 \xf0\x9f\x98\x80 \xef\xbc\xa1\xef\xbc\xa2", " ete ab " },
		{ "\xc4\xb0ND\xc4\xb0R\xc4\xb0M", " indirim " },
		{ "\xd8\xae\xd9\x8e\xd8\xb5\xd9\x85", " \xd8\xae\xd8\xb5\xd9\x85 " },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(fold_words(*state, cases[i].text, MAX), cases[i].folded);
}

/* Every ASCII character, by the short way and, with a letter behind it that is none, the long one.
 */
static void
the_short_way_gives_what_the_long_way_gives(void **state)
{
	struct arena *arena = *state;

	for (char c = 1; c < 0x7f; c++) {
		const char *text = arena_printf(arena, "a%cB %c c", c, c);
		const char *longer = arena_printf(arena, "%s \xc3\xa4", text);

		assert_string_equal(arena_printf(arena, "%sa ", fold_words(arena, text, MAX)),
				    fold_words(arena, longer, MAX));
	}
}

static void
a_text_is_cut_between_characters(void **state)
{
	assert_string_equal(fold_words(*state, "ab\xc3\xa4", 3), " ab ");
	assert_string_equal(fold_words(*state, "ab\xc3\xa4", 4), " aba ");
	assert_string_equal(fold_words(*state, "abc", 2), " ab ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(words_stand_between_single_blanks, setup_arena,
						teardown_arena),
		cmocka_unit_test_setup_teardown(the_short_way_gives_what_the_long_way_gives,
						setup_arena, teardown_arena),
		cmocka_unit_test_setup_teardown(a_text_is_cut_between_characters, setup_arena,
						teardown_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
