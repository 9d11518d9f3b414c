/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a message is for: what people write becomes one spelling, or nothing. */
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

/* What somebody means, of any kind. */
static void
test_read(void **state)
{
	static const char letters[] =
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct arena *arena = arena_new(0);
	const struct {
		const char *written, *out; /* NULL: none of them */
		enum recipient_kind kind;
	} meant[] = {
		{ "+966 50 000-0001", "966500000001", RECIPIENT_PHONE },
		{ "US.13491208655302741918", "US.13491208655302741918", RECIPIENT_USER_ID },
		{ "US.ENT.11815799212886844830", "US.ENT.11815799212886844830", RECIPIENT_USER_ID },
		{ arena_printf(arena, "DE.%s", letters), arena_printf(arena, "DE.%s", letters),
		  RECIPIENT_USER_ID },
		{ arena_printf(arena, "DE.ENT.%s", letters),
		  arena_printf(arena, "DE.ENT.%s", letters), RECIPIENT_USER_ID },
		{ arena_printf(arena, "DE.%sa", letters), NULL, RECIPIENT_GROUP }, /* 132 long */
		{ letters, letters, RECIPIENT_GROUP },
		{ arena_printf(arena, "%sa", letters), NULL, RECIPIENT_GROUP },
		{ "us.13491208655302741918", "us.13491208655302741918", RECIPIENT_GROUP },
		{ "US.ENT.", "US.ENT.", RECIPIENT_GROUP },
		{ "US.", "US.", RECIPIENT_GROUP },
		{ "USA.1", "USA.1", RECIPIENT_GROUP },
		{ "US.1-2", "US.1-2", RECIPIENT_GROUP },
		{ "Y2FwaV9ncm91cDox", "Y2FwaV9ncm91cDox", RECIPIENT_GROUP },
		{ "120363025@g.us", "120363025@g.us", RECIPIENT_GROUP },
		{ "Familie M\xc3\xbcller", "Familie M\xc3\xbcller", RECIPIENT_GROUP },
		{ "0500000001", NULL, RECIPIENT_PHONE },
		{ "+44 (0)20 7946 0018", NULL, RECIPIENT_PHONE },
		{ "++966500000001", NULL, RECIPIENT_PHONE },
		{ " - ", NULL, RECIPIENT_PHONE },
		{ "", NULL, RECIPIENT_PHONE },
		{ "a\nb", NULL, RECIPIENT_GROUP },
		{ "a\x7f", NULL, RECIPIENT_GROUP },
		{ "a\xc2\x85", NULL, RECIPIENT_GROUP },
		{ NULL, NULL, RECIPIENT_GROUP },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(meant); i++) {
		enum recipient_kind kind = RECIPIENT_PHONE;
		const char *out = NULL;
		bool good = recipient_read(arena, &out, &kind, meant[i].written);

		if (good != (meant[i].out != NULL) || !text_equal(out, meant[i].out))
			fail_msg("[%s]: %s", meant[i].written, out);
		if (good && kind != meant[i].kind)
			fail_msg("[%s] is of kind %d", meant[i].written, (int)kind);
	}
	arena_free(arena);
}

static void
test_spellings_of_the_dialects(void **state)
{
	(void)state;
	assert_true(recipient_is_bare("966500000001"));
	assert_true(recipient_is_bare("+966500000001"));
	assert_false(recipient_is_bare("+966 500000001"));
	assert_false(recipient_is_bare("+"));
	assert_false(recipient_is_bare(""));
	assert_true(recipient_is_metas("+1 (650) 555-1234"));
	assert_false(recipient_is_metas("+1.650.555.1234"));
	assert_false(recipient_is_metas("+1\xc2\xa0"
					"650 555 1234"));
	assert_false(recipient_is_metas(""));
}

static void
test_written(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	assert_string_equal(recipient_written(arena, "966500000001"), "+966500000001");
	assert_string_equal(recipient_written(arena, "US.13491208655302741918"),
			    "US.13491208655302741918");
	/* A group's. */
	assert_string_equal(recipient_written(arena, "120363025246125486"), "120363025246125486");
	assert_string_equal(recipient_written(arena, ""), "");
	assert_null(recipient_written(arena, NULL));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normalize), cmocka_unit_test(test_canonical_stays),
		cmocka_unit_test(test_read),      cmocka_unit_test(test_spellings_of_the_dialects),
		cmocka_unit_test(test_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
