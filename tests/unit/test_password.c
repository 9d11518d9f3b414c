/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords, e-mail addresses, roles and plans: what people may type. */
#include "unit.h"

#include "domain/account.h"

static void
good_passwords_pass(void **state)
{
	static const char *const good[] = {
		"correct horse battery",    "x7#kQ2!p",          "şifreçokgüzel",
		"passwordpasswordpassword", "12345678 and more",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_null(password_problem(good[i], "a@example.com"));
}

static void
length_is_counted_in_characters(void **state)
{
	char longest[201], longer[202];

	(void)state;
	memset(longest, 'k', 200);
	longest[200] = '\0';
	memset(longer, 'k', 201);
	longer[201] = '\0';
	assert_non_null(password_problem("short77", "a@example.com"));
	assert_non_null(password_problem("", "a@example.com"));
	assert_non_null(password_problem("ğğğğğğğ", "a@example.com"));
	assert_null(password_problem("ğğğğğğğü", "a@example.com"));
	assert_null(password_problem(longest, "a@example.com"));
	assert_non_null(password_problem(longer, "a@example.com"));
}

static void
common_passwords_are_refused_in_any_case(void **state)
{
	static const char *const common[] = {
		"password", "PassWord", "12345678",   "qwertyuiop",
		"iloveyou", "P@ssw0rd", "Welcome123", "20262026",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(common); i++)
		assert_non_null(password_problem(common[i], "a@example.com"));
}

static void
the_address_is_no_password(void **state)
{
	(void)state;
	assert_non_null(password_problem("Somebody@Example.com", "somebody@example.com"));
	assert_non_null(password_problem("somebody", "somebody@example.com"));
	assert_null(password_problem("somebody else", "somebody@example.com"));
	assert_null(password_problem("somebody else", NULL));
}

static void
addresses_have_one_at_and_a_dot(void **state)
{
	static const char *const wrong[] = {
		"",     "a",       "a@",      "@b.c",    "a@b",     "a@b.",
		"a@.b", "a b@c.d", "a@b@c.d", "a,b@c.d", "<a@b.c>", "a@b.c\n",
	};

	(void)state;
	assert_true(email_is_plausible("a@b.c"));
	assert_true(email_is_plausible("first.last+tag@sub.example.com"));
	assert_true(email_is_plausible("用户@例子.cn"));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(email_is_plausible(wrong[i]));
	assert_false(email_is_plausible(NULL));
}

static void
roles_are_a_ladder(void **state)
{
	(void)state;
	assert_true(role_read("owner") > role_read("admin"));
	assert_true(role_read("admin") > role_read("developer"));
	assert_true(role_read("developer") > role_read("viewer"));
	assert_true(role_read("operator") > role_read("owner"));
	assert_int_equal(role_read("none"), ROLE_NONE);
	assert_int_equal(role_read("Owner"), ROLE_NONE);
	assert_int_equal(role_read(NULL), ROLE_NONE);
	for (enum role role = ROLE_VIEWER; role <= ROLE_OPERATOR; role++)
		assert_int_equal(role_read(role_text(role)), role);
}

static void
marketing_settings_are_known_words(void **state)
{
	(void)state;
	assert_true(account_has_marketing("templates") && account_has_marketing("refuse"));
	assert_false(account_has_marketing("allow"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_passwords_pass),
		cmocka_unit_test(length_is_counted_in_characters),
		cmocka_unit_test(common_passwords_are_refused_in_any_case),
		cmocka_unit_test(the_address_is_no_password),
		cmocka_unit_test(addresses_have_one_at_and_a_dot),
		cmocka_unit_test(roles_are_a_ladder),
		cmocka_unit_test(marketing_settings_are_known_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
