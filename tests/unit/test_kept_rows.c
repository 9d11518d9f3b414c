/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers kept in memory: they are there, every change but a quiet one ends them at once, and so
 * does a change by another process.
 */
#include <sys/wait.h>

#include "db_fixture.h"

/* clang-format off */
static const struct stmt kept_get = { "kept.get", SCOPE_ACCOUNT,
	KEPT "SELECT id, note, extra, n, \"on\", at FROM thing WHERE account_id = $1 AND id = $2" };
static const struct stmt kept_list = { "kept.list", SCOPE_ACCOUNT,
	KEPT "SELECT id, note, extra, n, \"on\", at FROM thing WHERE account_id = $1 AND n >= $2"
	" ORDER BY id LIMIT 10" };
static const struct stmt kept_quiet = { "kept.quiet", SCOPE_ACCOUNT,
	QUIET "UPDATE thing SET n = n + 1 WHERE account_id = $1 AND id = $2" };
/* clang-format on */

static const struct stmt *const kept_stmts[] = { &kept_get, &kept_list, &kept_quiet, NULL };
static const struct stmt *const *const kept_lists[] = { thing_stmts, kept_stmts, NULL };
static const struct catalog kept_catalog = { kept_lists, thing_migrations };

static int
set_up(void **state)
{
	struct op *op = account_op();
	struct batch *batch;

	(void)state;
	fixture_settings("inline");
	fixture_migrate();
	assert_int_equal(db_open(op, &kept_catalog, false), RC_OK);
	batch = batch_new(op);
	add_thing(batch, "thg_1", "one", 1);
	assert_int_equal(db_commit(op, batch), RC_OK);
	op_end(op);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fixture_remove();
	return 0;
}

static int64_t
n_of(const char *id)
{
	struct op *op = account_op();
	struct thing thing = { 0 };
	int64_t n;

	assert_int_equal(db_one(op, &thing, thing_shape, &kept_get, BINDS(bind_text(id))), RC_OK);
	assert_string_equal(thing.id, id);
	assert_string_equal(thing.note, "one");
	assert_null(thing.extra);
	assert_true(thing.on);
	assert_int_equal(thing.at.ms, 5);
	n = thing.n;
	op_end(op);
	return n;
}

static size_t
count_from(int64_t least)
{
	struct op *op = account_op();
	struct list list;
	size_t n;

	assert_int_equal(db_all(op, &list, sizeof(struct thing), thing_shape, &kept_list,
				BINDS(bind_int(least))),
			 RC_OK);
	n = list.n;
	op_end(op);
	return n;
}

static void
change(const struct stmt *stmt, int64_t by)
{
	struct op *op = account_op();
	struct batch *batch = batch_new(op);

	if (stmt == &kept_quiet)
		batch_add(batch, stmt, EXPECT_ONE, RC_MISSING, BINDS(bind_text("thg_1")));
	else
		batch_add(batch, stmt, EXPECT_ONE, RC_MISSING,
			  BINDS(bind_text("thg_1"), bind_int(by)));
	assert_int_equal(db_commit(op, batch), RC_OK);
	op_end(op);
}

static void
a_quiet_change_is_not_seen(void **state)
{
	(void)state;
	assert_int_equal(n_of("thg_1"), 1);
	assert_int_equal(count_from(2), 0);
	change(&kept_quiet, 1);
	assert_int_equal(n_of("thg_1"), 1);
	assert_int_equal(count_from(2), 0);
	assert_int_equal(count_from(1), 1);
}

static void
any_other_change_is_seen_at_once(void **state)
{
	(void)state;
	for (int64_t n = 1; n < 100; n++) {
		assert_int_equal(n_of("thg_1"), n);
		assert_int_equal(count_from(50), n >= 50);
		change(&thing_add, 1);
	}
}

static void
the_same_of_another_process(void **state)
{
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(n_of("thg_1"), 1);
	db_close();
	child = fork();
	if (child == 0) {
		fixture_open();
		change(&thing_add, 6);
		db_close();
		_exit(0);
	}
	{
		struct op *op = account_op();

		assert_int_equal(db_open(op, &kept_catalog, false), RC_OK);
		op_end(op);
	}
	(void)n_of("thg_1");
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(n_of("thg_1"), 7);
}

static void
what_is_missing_is_asked_again(void **state)
{
	struct op *op = account_op();
	struct thing thing = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			db_one(op, &thing, thing_shape, &kept_get, BINDS(bind_text("thg_2"))),
			RC_MISSING);
	op_end(op);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_quiet_change_is_not_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(any_other_change_is_seen_at_once, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_same_of_another_process, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_missing_is_asked_again, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
