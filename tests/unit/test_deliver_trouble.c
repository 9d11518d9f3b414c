/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_deliver_trouble - what goes wrong on our own side, and what that must not cost a delivery
 */
#include <sqlite3.h>

#include "deliver_fixture.h"

static void
change_database(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(settings()->database_path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
a_body_that_cannot_be_read_now_is_no_attempt(void **state)
{
	struct op *op = fixture_op();
	const char *secret;
	struct list attempts;
	struct delivery d;

	(void)state;
	add_endpoint(op, "/ok", "normalized", &secret);
	happen("1", "a");
	db_rest(op);
	change_database("ALTER TABLE event RENAME TO event_away");
	work();
	change_database("ALTER TABLE event_away RENAME TO event");
	d = the_delivery(op, &attempts);
	assert_string_equal(d.status, "pending");
	assert_int_equal(d.attempts, 0);
	assert_int_equal(attempts.n, 0);
	set_clock(clock_ms + 2 * SECOND_MS);
	assert_int_equal(work(), 1);
	d = the_delivery(op, &attempts);
	assert_string_equal(d.status, "delivered");
	assert_int_equal(d.attempts, 1);
	op_end(op);
}

enum { CROWD = 300, FAILING = 280, SILENT = 10 };

/* Many endpoints have something waiting, and the first of them are disabled. */
static void
disabled_endpoints_do_not_hide_those_behind_them(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	const char *url = arena_printf(op->arena, "http://127.0.0.1:%d", peer.port);
	char id[16];

	(void)state;
	for (int i = 0; i < CROWD; i++) {
		struct endpoint endpoint = {
			.id = (snprintf(id, sizeof(id), "ep_%03d", i), id),
			.url = arena_printf(op->arena, i < FAILING ? "%s/down" : "%s/ok", url),
			.format = "normalized",
			.events = "*",
			.enabled = true,
			.updated_by = "test",
			.created_at = op->now,
		};

		endpoint_store_insert(batch, &endpoint);
	}
	must(op, db_commit(op, batch));
	change_database("UPDATE endpoint SET all_instances = 1");
	happen("1", "a");
	db_rest(op);
	change_database("UPDATE endpoint SET enabled = 0 WHERE id < 'ep_010'");
	assert_int_equal(work(), CROWD - SILENT);
	happen("2", "b"); /* behind all that wait for their next attempt */
	assert_int_equal(work(), CROWD - SILENT);
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(a_body_that_cannot_be_read_now_is_no_attempt),
		TEST(disabled_endpoints_do_not_hide_those_behind_them),
	};

	return RUN_DELIVER_TESTS(tests);
}
