/* SPDX-License-Identifier: Apache-2.0 */
/* Phone numbers as people write them become one spelling, or nothing. */
#include "domain/message.h"
#include "unit.h"

static const struct {
	const char *written, *digits;
} cases[] = {
	{ "+966500000001", "966500000001" },
	{ "966500000001", "966500000001" },
	{ "+966 50 000-0001", "966500000001" },
	{ "  +1 (415) 555.2671\t", "14155552671" },
	{ "[+49] 151 23456789", "4915123456789" },
	{ "+90\xc2\xa0"
	  "532\xe2\x80\x91"
	  "123 45 67",
	  "905321234567" },
	{ "\xe2\x80\xaa+905321234567\xe2\x80\xac", "905321234567" },
	{ "1234567", "1234567" },
	{ "123456789012345", "123456789012345" },
	{ "123456", NULL },           /* too short */
	{ "1234567890123456", NULL }, /* longer than E.164 allows */
	{ "0500000001", NULL },       /* national */
	{ "00966500000001", NULL },
	{ "+44 (0)20 7946 0018", NULL },
	{ "++966500000001", NULL },
	{ "966+500000001", NULL },
	{ "966500000001 ext 5", NULL },
	{ "\xd9\xa9\xd9\xa6\xd9\xa6 500000001", NULL },
	{ "966500000001\xe2\x82\xac", NULL },
	{ "120363025@g.us", NULL },
	{ "", NULL },
	{ "+", NULL },
	{ "\x01", NULL },
	{ NULL, NULL },
};

static void
test_normalize(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *digits = recipient_normalize(arena, cases[i].written);

		if (!text_equal(digits, cases[i].digits))
			fail_msg("[%s]: %s", cases[i].written, digits == NULL ? "-" : digits);
	}
	arena_free(arena);
}

static void
test_canonical_stays(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (cases[i].digits != NULL)
			assert_string_equal(recipient_normalize(arena, cases[i].digits),
					    cases[i].digits);
	arena_free(arena);
}

static void
test_bare_and_written(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	assert_true(recipient_is_bare("966500000001"));
	assert_true(recipient_is_bare("+966500000001"));
	assert_false(recipient_is_bare("+966 500000001"));
	assert_false(recipient_is_bare("+"));
	assert_false(recipient_is_bare(""));
	assert_string_equal(recipient_written(arena, "966500000001"), "+966500000001");
	assert_string_equal(recipient_written(arena, "US.13491208655302741918"),
			    "US.13491208655302741918");
	assert_null(recipient_written(arena, NULL));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normalize),
		cmocka_unit_test(test_canonical_stays),
		cmocka_unit_test(test_bare_and_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
