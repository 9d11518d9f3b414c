/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, people and signing in: who gets in, who is slowed down, and when a session ends. */
#include "clock_fixture.h"
#include "store_fixture.h"

#include "gateway/people.h"
#include "store/session_store.h"

static const char password[] = "correct horse battery";
static const char email[] = "owner@example.com";
static const char home[] = "192.0.2.1";

static struct op *
cli_op(void)
{
	return op_begin("cli");
}

static void
make_user(const char *address, const char *role)
{
	struct op *op = cli_op();
	struct user user;

	must(op, gateway_create_user(op, &user, "Fixture", address, "Somebody", role, password));
	assert_string_equal(user.account_id, fixture_instance.account_id);
	op_end(op);
}

static int
begin(void **state)
{
	(void)state;
	set_clock(0);
	store_begin("");
	make_user(email, "owner");
	return 0;
}

/* Sign in once; *token lives in the caller's op, which may be NULL when it is not wanted. */
static enum rc
sign_in(struct op *keep, const char **token, const char *address, const char *word,
	const char *client)
{
	struct op *op = op_begin("web");
	struct session session = { 0 };
	const char *plain = NULL;
	enum rc rc = gateway_sign_in(op, &plain, &session, address, word, client, "test");

	if (rc == RC_OK) {
		assert_string_equal(session.email, email);
		assert_string_equal(session.account_name, "Fixture");
		assert_non_null(session.csrf_token);
		assert_string_not_equal(session.csrf_token, plain);
	}
	if (keep != NULL)
		*token = arena_dup(keep->arena, plain);
	op_end(op);
	return rc;
}

static enum rc
find(const char *token)
{
	struct op *op = op_begin("web");
	struct session session = { 0 };
	enum rc rc = gateway_find_session(op, &session, token);

	op_end(op);
	return rc;
}

static void
the_right_password_opens_a_session(void **state)
{
	struct op *op = cli_op();
	const char *token, *second;

	(void)state;
	assert_int_equal(sign_in(op, &token, " Owner@Example.com ", password, home), RC_OK);
	assert_int_equal(strlen(token), 43);
	assert_int_equal(find(token), RC_OK);
	assert_int_equal(sign_in(op, &second, email, password, home), RC_OK);
	assert_string_not_equal(token, second);
	assert_int_equal(find(token), RC_OK);
	assert_int_equal(find("no such token"), RC_AUTH);
	assert_int_equal(find(""), RC_AUTH);
	assert_int_equal(find(NULL), RC_AUTH);
	op_end(op);
}

/* What was wrong shows nowhere. */
static void
every_refusal_says_the_same(void **state)
{
	static const struct {
		const char *email, *password;
	} cases[] = {
		{ "owner@example.com", "wrong" },
		{ "nobody@example.com", "correct horse battery" },
		{ "gone@example.com", "correct horse battery" },
		{ "usr_", "" },
		{ "", "" },
	};
	struct op *op = cli_op();

	(void)state;
	make_user("gone@example.com", "viewer");
	must(op, gateway_disable_user(op, "gone@example.com"));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct op *web = op_begin("web");
		struct session session;
		const char *token;

		assert_int_equal(gateway_sign_in(web, &token, &session, cases[i].email,
						 cases[i].password, home, "test"),
				 RC_AUTH);
		assert_string_equal(web->why, "E-mail address or password is wrong");
		op_end(web);
	}
	op_end(op);
}

static void
a_guesser_is_stopped_and_the_owner_elsewhere_is_not(void **state)
{
	struct op *op;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_int_equal(sign_in(NULL, NULL, email, "guess", "198.51.100.7"), RC_AUTH);
	assert_int_equal(sign_in(NULL, NULL, email, "guess", "198.51.100.7"), RC_LIMIT);
	assert_int_equal(sign_in(NULL, NULL, email, password, "198.51.100.7"), RC_LIMIT);
	assert_int_equal(sign_in(NULL, NULL, email, password, home), RC_OK);
	op = cli_op();
	set_clock(16 * MINUTE_MS);
	assert_int_equal(sign_in(NULL, NULL, email, password, "198.51.100.7"), RC_OK);
	op_end(op);
}

static void
one_client_may_not_try_many_addresses(void **state)
{
	char address[40];
	enum rc rc = RC_AUTH;
	int tries = 0;

	(void)state;
	for (; rc == RC_AUTH && tries < 100; tries++) {
		snprintf(address, sizeof(address), "user%d@example.com", tries);
		rc = sign_in(NULL, NULL, address, "guess", "2001:db8:1:2::5");
	}
	assert_int_equal(rc, RC_LIMIT);
	assert_int_equal(tries, 61);
	/* The same /64 is the same client, the next one is not. */
	assert_int_equal(sign_in(NULL, NULL, email, password, "2001:db8:1:2:aaaa::1"), RC_LIMIT);
	assert_int_equal(sign_in(NULL, NULL, email, password, "2001:db8:1:3::5"), RC_OK);
}

static void
success_is_not_counted_as_an_attempt(void **state)
{
	(void)state;
	for (int i = 0; i < 70; i++)
		assert_int_equal(sign_in(NULL, NULL, email, password, home), RC_OK);
}

static void
sessions_end_idle_and_after_their_time(void **state)
{
	struct op *op = cli_op();
	const char *token;

	(void)state;
	assert_int_equal(sign_in(op, &token, email, password, home), RC_OK);
	set_clock(SESSION_IDLE_MS - MINUTE_MS);
	assert_int_equal(find(token), RC_OK);
	set_clock(2 * SESSION_IDLE_MS - 2 * MINUTE_MS);
	assert_int_equal(find(token), RC_OK);
	set_clock(3 * SESSION_IDLE_MS);
	assert_int_equal(find(token), RC_AUTH);
	set_clock(0);
	assert_int_equal(sign_in(op, &token, email, password, home), RC_OK);
	for (int64_t t = 0; t < SESSION_MS; t += SESSION_IDLE_MS / 2) {
		set_clock(t);
		assert_int_equal(find(token), RC_OK);
	}
	set_clock(SESSION_MS + SECOND_MS);
	assert_int_equal(find(token), RC_AUTH);
	op_end(op);
}

static void
signing_out_a_new_password_and_disabling_end_sessions(void **state)
{
	struct op *op = cli_op();
	const char *token, *other;

	(void)state;
	assert_int_equal(sign_in(op, &token, email, password, home), RC_OK);
	assert_int_equal(sign_in(op, &other, email, password, home), RC_OK);
	must(op, gateway_sign_out(op, token));
	assert_int_equal(find(token), RC_AUTH);
	assert_int_equal(find(other), RC_OK);
	must(op, gateway_set_password(op, email, "another good password"));
	assert_int_equal(find(other), RC_AUTH);
	assert_int_equal(sign_in(op, &token, email, password, home), RC_AUTH);
	assert_int_equal(sign_in(op, &token, email, "another good password", home), RC_OK);
	must(op, gateway_disable_user(op, email));
	assert_int_equal(find(token), RC_AUTH);
	assert_int_equal(sign_in(op, &token, email, "another good password", home), RC_AUTH);
	op_end(op);
}

/* A verb in an op of its own: a failure's sentence stays with its op. */
static enum rc
create_user(const char *actor, const char *address, const char *role, const char *word)
{
	struct op *op = op_begin(actor);
	struct user user;
	enum rc rc = gateway_create_user(op, &user, "Fixture", address, NULL, role, word);

	op_end(op);
	return rc;
}

static void
people_are_checked_before_they_are_made(void **state)
{
	(void)state;
	assert_int_equal(create_user("cli", "x", "viewer", password), RC_INPUT);
	assert_int_equal(create_user("cli", "a@b.example", "king", password), RC_INPUT);
	assert_int_equal(create_user("cli", "a@b.example", "viewer", "password1"), RC_INPUT);
	assert_int_equal(create_user("cli", "OWNER@example.com", "viewer", password), RC_CONFLICT);
	assert_int_equal(create_user("user:usr_1", "a@b.example", "operator", password), RC_DENIED);
	assert_int_equal(create_user("cli", "a@b.example", "operator", password), RC_OK);
}

static void
a_plan_is_changed_with_its_limits(void **state)
{
	struct op *op = cli_op();
	struct account account = { 0 };

	(void)state;
	must(op, gateway_create_account(op, &account, "Planned",
					&(struct plan_choice){ "custom", { 50, 0 } }));
	must(op, gateway_find_account(op, &account, "planned"));
	assert_string_equal(account.plan, "custom");
	assert_int_equal(account.day_limit, 50);
	assert_int_equal(account.month_limit, 0);
	must(op, gateway_set_plan(op, "planned", &(struct plan_choice){ "custom", { 7, 70 } }));
	must(op, gateway_find_account(op, &account, "planned"));
	assert_int_equal(account.day_limit, 7);
	assert_int_equal(account.month_limit, 70);
	assert_int_equal(
		gateway_set_plan(op, "planned", &(struct plan_choice){ "scale", { 7, 0 } }),
		RC_INPUT);
	op_forgive(op);
	must(op, gateway_set_plan(op, "planned", &(struct plan_choice){ .name = "scale" }));
	must(op, gateway_find_account(op, &account, "planned"));
	assert_string_equal(account.plan, "scale");
	assert_int_equal(account.day_limit, 0);
	op_end(op);
}

static void
accounts_have_unique_names_and_known_settings(void **state)
{
	struct op *op = cli_op();
	struct account account = { 0 };

	(void)state;
	must(op, gateway_create_account(op, &account, " Second ",
					&(struct plan_choice){ .name = "growth" }));
	assert_string_equal(account.name, "Second");
	assert_string_equal(account.marketing, "refuse");
	assert_true(account.send_module);
	assert_int_equal(gateway_create_account(op, &account, "SECOND", NULL), RC_CONFLICT);
	op_forgive(op);
	assert_int_equal(gateway_set_account(op, "Fixture", "name", "second"), RC_CONFLICT);
	op_forgive(op);
	assert_int_equal(gateway_set_account(op, "second", "colour", "red"), RC_INPUT);
	op_forgive(op);
	must(op,
	     gateway_set_account(op, "second", "essential_purposes", "authentication, support"));
	must(op, gateway_set_module(op, "second", "send", false));
	must(op, gateway_pause_account(op, "second", "unpaid"));
	must(op, gateway_find_account(op, &account, "second"));
	assert_string_equal(account.essential_purposes, "authentication,support");
	assert_string_equal(account.pause_reason, "unpaid");
	assert_false(account.send_module);
	must(op, gateway_resume_account(op, account.id));
	must(op, gateway_find_account(op, &account, "second"));
	assert_int_equal(account.paused_at.ms, 0);
	op_end(op);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, teardown_store)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_right_password_opens_a_session),
		TEST(every_refusal_says_the_same),
		TEST(a_guesser_is_stopped_and_the_owner_elsewhere_is_not),
		TEST(one_client_may_not_try_many_addresses),
		TEST(success_is_not_counted_as_an_attempt),
		TEST(sessions_end_idle_and_after_their_time),
		TEST(signing_out_a_new_password_and_disabling_end_sessions),
		TEST(people_are_checked_before_they_are_made),
		TEST(a_plan_is_changed_with_its_limits),
		TEST(accounts_have_unique_names_and_known_settings),
	};

	return cmocka_run_group_tests(tests, setup_clock, teardown_clock);
}
