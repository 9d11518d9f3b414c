/* SPDX-License-Identifier: Apache-2.0 */
/* Five purposes may be stated, five are forbidden, everything else is none. */
#include "domain/message.h"
#include "unit.h"

static void
test_classes(void **state)
{
	static const char *const forbidden[] = { "marketing", "promotion", "cold_outreach",
						 "bulk_campaign", "political" };
	struct arena *arena = arena_new(0);
	size_t n;
	const char **allowed = text_split(arena, purpose_allowed_list(), ',', &n);

	(void)state;
	assert_int_equal(n, 5);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(purpose_class(allowed[i]), PURPOSE_ALLOWED);
	for (size_t i = 0; i < ARRAY_LEN(forbidden); i++)
		assert_int_equal(purpose_class(forbidden[i]), PURPOSE_FORBIDDEN);
	arena_free(arena);
}

static void
test_anything_else(void **state)
{
	(void)state;
	assert_int_equal(purpose_class("Support"), PURPOSE_UNKNOWN);
	assert_int_equal(purpose_class("support "), PURPOSE_UNKNOWN);
	assert_int_equal(purpose_class(""), PURPOSE_UNKNOWN);
	assert_int_equal(purpose_class(NULL), PURPOSE_UNKNOWN);
}

static void
test_categories_of_templates(void **state)
{
	(void)state;
	assert_string_equal(purpose_of_category("MARKETING"), "marketing");
	assert_string_equal(purpose_of_category("UTILITY"), "transactional");
	assert_string_equal(purpose_of_category("AUTHENTICATION"), "authentication");
	assert_null(purpose_of_category("utility"));
	assert_null(purpose_of_category(NULL));
	assert_string_equal(purpose_fitting_list("MARKETING"), "");
	assert_true(text_list_has(purpose_fitting_list("UTILITY"), "internal_team"));
	assert_false(text_list_has(purpose_fitting_list("UTILITY"), "authentication"));
	assert_string_equal(purpose_fitting_list("AUTHENTICATION"), "authentication");
	assert_string_equal(purpose_fitting_list(NULL), purpose_allowed_list());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_anything_else),
		cmocka_unit_test(test_categories_of_templates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
