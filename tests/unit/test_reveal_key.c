/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that are shown again: only where the operator wants it, to whom has the password, and never
 * without a trace. */
#include "clock_fixture.h"
#include "store_fixture.h"

#include <sqlite3.h>

#include "gateway/keys.h"
#include "gateway/people.h"
#include "store/api_key_store.h"

static const char password[] = "correct horse battery";
static const char email[] = "owner@example.com";
static const char home[] = "192.0.2.1";

static const char *made; /* the key "CRM" as its maker saw it */
static struct op *kept;

static void
begin_with(const char *settings_text)
{
	struct op *cli = op_begin("cli");
	struct api_key key;
	struct user user;

	set_clock(0);
	store_begin(settings_text);
	must(cli, gateway_create_user(cli, &user, "Fixture", email, "Somebody", "owner", password));
	op_end(cli);
	kept = fixture_op();
	must(kept,
	     gateway_create_key(kept, &key, &made,
				&(struct key_draft){ .name = "CRM", .environment = "production" }));
}

static int
begin(void **state)
{
	(void)state;
	begin_with("[keys]\nreveal = on\n");
	return 0;
}

static int
begin_off(void **state)
{
	(void)state;
	begin_with("");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	op_end(kept);
	store_end();
	return 0;
}

static int
take_number(void *out, int columns, char **values, char **names)
{
	(void)columns;
	(void)names;
	return text_int(values[0], 0, INT32_MAX, out) ? 0 : 1;
}

static int64_t
count_reveals(void)
{
	char path[100];
	sqlite3 *db;
	int64_t n = -1;

	snprintf(path, sizeof(path), "%s/wagate.db", store_dir);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "SELECT COUNT(*) FROM audit "
				      "WHERE verb = 'api_key.reveal' AND actor = 'test'",
				      take_number, &n, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	return n;
}

static enum rc
reveal(const char *ref, const char *word)
{
	struct op *op = fixture_op();
	struct api_key key = { 0 };
	const char *plain = NULL;
	enum rc rc = gateway_reveal_key(op, &key, &plain, ref, email, word, home);

	if (rc == RC_OK)
		assert_string_equal(plain, made);
	else
		assert_null(plain);
	op_end(op);
	return rc;
}

static void
the_password_shows_a_key_again_and_leaves_a_trace(void **state)
{
	(void)state;
	assert_int_equal(reveal("CRM", "wrong horse battery"), RC_AUTH);
	assert_int_equal(count_reveals(), 0);
	assert_int_equal(reveal("CRM", password), RC_OK);
	assert_int_equal(count_reveals(), 1);
	assert_int_equal(reveal("nothing", password), RC_MISSING);
}

static void
guessing_is_slowed_down(void **state)
{
	int tries = 0;

	(void)state;
	while (reveal("CRM", "wrong horse battery") == RC_AUTH && tries < 100)
		tries++;
	assert_int_equal(tries, 10);
	assert_int_equal(reveal("CRM", password), RC_LIMIT);
	assert_int_equal(count_reveals(), 0);
}

static void
a_key_that_is_not_in_force_stays_hidden(void **state)
{
	(void)state;
	must(kept, gateway_revoke_key(kept, "CRM"));
	assert_int_equal(reveal("CRM", password), RC_MISSING);
}

static void
the_row_holds_no_key(void **state)
{
	struct api_key key = { 0 };

	(void)state;
	must(kept, api_key_store_by_ref(kept, &key, "CRM"));
	assert_non_null(key.sealed);
	assert_null(strstr(key.sealed, made + 6));
}

static void
another_account_finds_nothing(void **state)
{
	struct op *op = fixture_op();
	struct api_key key;
	const char *plain;

	(void)state;
	op->account_id = "acc_other";
	assert_int_equal(gateway_reveal_key(op, &key, &plain, "CRM", email, password, home),
			 RC_MISSING);
	op_end(op);
}

static void
where_nobody_wants_it_nothing_is_kept(void **state)
{
	struct api_key key = { 0 };

	(void)state;
	must(kept, api_key_store_by_ref(kept, &key, "CRM"));
	assert_null(key.sealed);
	assert_int_equal(reveal("CRM", password), RC_CONFLICT);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(the_password_shows_a_key_again_and_leaves_a_trace),
		TEST(guessing_is_slowed_down),
		TEST(a_key_that_is_not_in_force_stays_hidden),
		TEST(the_row_holds_no_key),
		TEST(another_account_finds_nothing),
		cmocka_unit_test_setup_teardown(where_nobody_wants_it_nothing_is_kept, begin_off,
						end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
