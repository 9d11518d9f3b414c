/* SPDX-License-Identifier: Apache-2.0 */
/* Suppressions: which reason keeps back which purpose. */
#include "unit.h"

#include "domain/message.h"

static void
what_people_decided_keeps_back_everything(void **state)
{
	static const char *const reasons[] = { "manual", "complaint", "blocked", "no such reason" };
	static const char *const purposes[] = { "transactional", "support", "authentication",
						"marketing" };

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(reasons); r++)
		for (size_t p = 0; p < ARRAY_LEN(purposes); p++)
			assert_true(suppression_blocks(reasons[r], purposes[p], "authentication"));
}

static void
an_opt_out_lets_essential_purposes_pass(void **state)
{
	(void)state;
	assert_true(suppression_blocks("opted_out", "transactional", "authentication"));
	assert_false(suppression_blocks("opted_out", "authentication", "authentication"));
	assert_false(suppression_blocks("opted_out", "support", "authentication,support"));
	assert_true(suppression_blocks("opted_out", "authentication", ""));
	assert_true(suppression_blocks("opted_out", "marketing", "authentication"));
}

static void
a_marketing_opt_out_keeps_back_marketing(void **state)
{
	(void)state;
	assert_true(suppression_blocks("marketing_opt_out", "marketing", "authentication"));
	assert_true(suppression_blocks("marketing_opt_out", "promotion", "authentication"));
	assert_false(suppression_blocks("marketing_opt_out", "transactional", "authentication"));
	assert_false(suppression_blocks("marketing_opt_out", "support", "authentication"));
}

static void
reasons_are_known_words(void **state)
{
	(void)state;
	for (const char *const *reason = suppression_reasons; *reason != NULL; reason++)
		assert_true(suppression_has_reason(*reason));
	assert_false(suppression_has_reason("because"));
	assert_false(suppression_has_reason(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_people_decided_keeps_back_everything),
		cmocka_unit_test(an_opt_out_lets_essential_purposes_pass),
		cmocka_unit_test(a_marketing_opt_out_keeps_back_marketing),
		cmocka_unit_test(reasons_are_known_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
