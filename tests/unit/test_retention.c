/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_retention - old records go, and nothing that is still wanted
 */
#include <sqlite3.h>

#include "deliver_fixture.h"

#include "gateway/retention.h"

static void
ask(const char *sql, int64_t expected)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(settings()->database_path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	if (sqlite3_column_int64(stmt, 0) != expected)
		fail_msg("%s: %lld, not %lld", sql, (long long)sqlite3_column_int64(stmt, 0),
			 (long long)expected);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static void
change(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(settings()->database_path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
add_inbox(struct op *op, const char *state)
{
	change(arena_printf(op->arena,
			    "INSERT INTO inbox (id, provider, raw, encoding, received_at, state) "
			    "VALUES ('%s', 'cloud', '{}', 'utf8', 1, '%s')",
			    id_new(op, "box"), state));
}

static void
add_policy(struct op *op, const char *account)
{
	change(arena_printf(op->arena,
			    "INSERT INTO policy_event (account_id, id, source, code, action, "
			    "created_at, last_at) VALUES ('%s', '%s', 'guarded', 'risk', 'review', "
			    "1, 1)",
			    account, id_new(op, "pol")));
}

/* Turns until a whole sweep has found nothing more. Returns how much was removed. */
static int64_t
retain(void)
{
	int64_t all = 0, n;

	do {
		struct op *op = op_begin("test");

		must(op, gateway_retention_turn(op, &n));
		op_end(op);
		all += n;
	} while (n > 0);
	return all;
}

static void
record(struct op *op)
{
	const char *secret;

	op->now = clock_now();
	add_endpoint(op, "/ok", "normalized", &secret);
	happen("1", "a");
	assert_int_equal(work(), 1);
	happen("1", "b");
	add_inbox(op, "applied");
	add_inbox(op, "new");
	add_inbox(op, "unclear");
	add_policy(op, "acc_fixture");
	add_policy(op, "acc_fixture");
}

static void
old_records_go_and_what_waits_stays(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	record(op);
	set_clock(clock_ms + 29 * DAY_MS);
	assert_int_equal(retain(), 0);
	set_clock(clock_ms + 2 * DAY_MS);
	assert_int_equal(retain(), 1);
	ask("SELECT count(*) FROM inbox WHERE state = 'applied'", 0);
	ask("SELECT count(*) FROM inbox", 2);
	set_clock(clock_ms + 58 * DAY_MS);
	assert_int_equal(retain(), 0);
	set_clock(clock_ms + 2 * DAY_MS);
	assert_int_equal(retain(), 3); /* an event and two policy events */
	ask("SELECT count(*) FROM policy_event", 0);
	ask("SELECT count(*) FROM attempt", 0);
	ask("SELECT count(*) FROM event", 1);
	ask("SELECT count(*) FROM delivery WHERE status = 'pending'", 1);
	ask("SELECT count(*) FROM inbox", 2);
	op_end(op);
}

static void
what_was_replayed_stays_as_long_again(void **state)
{
	struct op *op = fixture_op();
	struct list attempts;
	const char *secret;

	(void)state;
	add_endpoint(op, "/ok", "normalized", &secret);
	happen("1", "a");
	assert_int_equal(work(), 1);
	set_clock(clock_ms + 89 * DAY_MS);
	op->now = clock_now();
	must(op, gateway_replay_delivery(op, the_delivery(op, &attempts).id));
	assert_int_equal(work(), 1);
	set_clock(clock_ms + 5 * DAY_MS);
	assert_int_equal(retain(), 0);
	set_clock(clock_ms + 86 * DAY_MS);
	assert_int_equal(retain(), 1);
	ask("SELECT count(*) FROM event", 0);
	op_end(op);
}

static int
setup_for_ever(void **state)
{
	(void)state;
	begin("loopback\n[retention]\ninbox_days = 0\nevent_days = 0\npolicy_days = 0");
	return 0;
}

static void
zero_keeps_everything(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	record(op);
	set_clock(clock_ms + 3000 * DAY_MS);
	assert_int_equal(retain(), 0);
	op_end(op);
}

static int
setup_short(void **state)
{
	(void)state;
	begin("loopback\n[retention]\nevent_days = 1");
	return 0;
}

/* The provider may send again for a week, and the event is what tells. */
static void
events_outlive_the_providers_repetitions(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	add_endpoint(op, "/ok", "normalized", &secret);
	happen("1", "a");
	assert_int_equal(work(), 1);
	set_clock(clock_ms + 7 * DAY_MS);
	assert_int_equal(retain(), 0);
	set_clock(clock_ms + 2 * DAY_MS);
	assert_int_equal(retain(), 1);
	op_end(op);
}

enum { MANY = 1200 };

static void
many_go_in_small_portions(void **state)
{
	struct op *op = fixture_op(), *turn;
	int64_t n, most = 0, all = 0;

	(void)state;
	happen("1", "a"); /* there is no endpoint: the event is over at once */
	change(arena_printf(op->arena,
			    "WITH RECURSIVE k (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k "
			    "WHERE n < %d) INSERT INTO event (id, account_id, instance_id, name, "
			    "lane, created_at) SELECT e.id || printf('%%06d', k.n), e.account_id, "
			    "e.instance_id, e.name, e.lane, e.created_at FROM event e, k",
			    MANY));
	set_clock(clock_ms + 100 * DAY_MS);
	do {
		turn = op_begin("test");
		must(turn, gateway_retention_turn(turn, &n));
		op_end(turn);
		all += n;
		most = n > most ? n : most;
	} while (n > 0);
	assert_int_equal(all, MANY + 1);
	assert_true(most <= 200);
	ask("SELECT count(*) FROM event", 0);
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(old_records_go_and_what_waits_stays),
		TEST(what_was_replayed_stays_as_long_again),
		cmocka_unit_test_setup_teardown(zero_keeps_everything, setup_for_ever, teardown),
		cmocka_unit_test_setup_teardown(events_outlive_the_providers_repetitions,
						setup_short, teardown),
		TEST(many_go_in_small_portions),
	};

	return RUN_DELIVER_TESTS(tests);
}
