/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading, shapes, batches with their expectations, the in-process way of committing,
 * migrations and the refusals of db_open.
 */
#include "db_fixture.h"

#include <pthread.h>
#include <sqlite3.h>

static int
setup(void **state)
{
	(void)state;
	fixture_begin("inline");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	fixture_remove();
	return 0;
}

static void
commit_ok(struct op *op, struct batch *batch)
{
	if (db_commit(op, batch) != RC_OK)
		fail_msg("%s", op->why);
}

static void
put(const char *id, const char *note, int64_t n)
{
	struct op *op = account_op();
	struct batch *batch = batch_new(op);

	add_thing(batch, id, note, n);
	commit_ok(op, batch);
	op_end(op);
}

static void
a_row_fills_a_struct_by_its_shape(void **state)
{
	struct op *op = account_op();
	struct batch *batch = batch_new(op);
	struct thing t = { 0 };

	(void)state;
	batch_add(batch, &thing_insert, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text("t1"), bind_text("ğüş"), bind_text("{\"a\":1}"),
			bind_int(INT64_C(1) << 40), bind_bool(true),
			bind_time((struct instant){ 1234567890123 })));
	commit_ok(op, batch);
	assert_int_equal(db_one(op, &t, thing_shape, &thing_get, BINDS(bind_text("t1"))), RC_OK);
	assert_string_equal(t.id, "t1");
	assert_string_equal(t.note, "ğüş");
	assert_string_equal(t.extra, "{\"a\":1}");
	assert_true(t.n == INT64_C(1) << 40);
	assert_true(t.on);
	assert_true(t.at.ms == 1234567890123);
	assert_null(t.computed);
	op_end(op);
}

static void
nulls_become_zeros(void **state)
{
	struct op *op = account_op();
	struct batch *batch = batch_new(op);
	struct thing t = { .note = "before", .at = { 9 } };

	(void)state;
	batch_add(batch, &thing_insert, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text("t1"), bind_text(NULL), bind_null(), bind_int(0),
			bind_bool(false), bind_time((struct instant){ 0 })));
	commit_ok(op, batch);
	assert_int_equal(db_one(op, &t, thing_shape, &thing_get, BINDS(bind_text("t1"))), RC_OK);
	assert_null(t.note);
	assert_true(t.at.ms == 0);
	assert_false(t.on);
	op_end(op);
}

static void
another_account_sees_nothing(void **state)
{
	struct op *op;
	struct thing t = { .n = 77 };

	(void)state;
	put("t1", "mine", 1);
	op = op_begin("test");
	op->account_id = "acc_2";
	assert_int_equal(db_one(op, &t, thing_shape, &thing_get, BINDS(bind_text("t1"))),
			 RC_MISSING);
	assert_int_equal(t.n, 77);
	op_end(op);
}

static void
lists_come_in_order(void **state)
{
	struct op *op = account_op();
	const struct thing *rows;
	struct list list;

	(void)state;
	for (int i = 0; i < 40; i++) {
		char id[16];

		snprintf(id, sizeof(id), "t%02d", i);
		put(id, id, i);
	}
	assert_int_equal(db_all(op, &list, sizeof(struct thing), thing_shape, &thing_list,
				BINDS(bind_text("t04"), bind_int(30))),
			 RC_OK);
	rows = list.rows;
	assert_int_equal(list.n, 30);
	assert_string_equal(rows[0].id, "t05");
	assert_string_equal(rows[29].note, "t34");
	assert_int_equal(rows[29].n, 34);
	assert_int_equal(db_all(op, &list, sizeof(struct thing), thing_shape, &thing_list,
				BINDS(bind_text("z"), bind_int(30))),
			 RC_OK);
	assert_int_equal(list.n, 0);
	op_end(op);
}

static void
binds_go_by_number_not_by_place(void **state)
{
	static const struct shape shape[] = { SHAPE(struct thing, id), SHAPE(struct thing, note),
					      SHAPE_END };
	struct op *op = op_begin("test");
	struct thing t = { 0 };

	(void)state;
	assert_int_equal(
		db_one(op, &t, shape, &thing_swap, BINDS(bind_text("first"), bind_text("second"))),
		RC_OK);
	assert_string_equal(t.id, "first");
	assert_string_equal(t.note, "second");
	op_end(op);
}

static void
an_op_keeps_its_snapshot_until_it_rests_or_commits(void **state)
{
	struct op *op = account_op();
	struct batch *batch = batch_new(op);
	int64_t n = -1;

	(void)state;
	assert_int_equal(db_number(op, &n, &thing_count, NO_BINDS), RC_OK);
	assert_int_equal(n, 0);
	put("t1", "by another op", 1);
	assert_int_equal(db_number(op, &n, &thing_count, NO_BINDS), RC_OK);
	assert_int_equal(n, 0);
	db_rest(op);
	assert_int_equal(db_number(op, &n, &thing_count, NO_BINDS), RC_OK);
	assert_int_equal(n, 1);
	add_thing(batch, "t2", "own", 1);
	commit_ok(op, batch);
	assert_int_equal(db_number(op, &n, &thing_count, NO_BINDS), RC_OK);
	assert_int_equal(n, 2);
	op_end(op);
}

static void
returning_gives_rows(void **state)
{
	struct op *op = account_op();
	struct batch *batch = batch_new(op);
	const struct thing *rows;
	struct thing t = { 0 };
	struct list list;
	int64_t n = 0;
	int all, none;

	(void)state;
	put("t1", "one", 1);
	put("t2", NULL, 2);
	all = batch_add(batch, &thing_return, EXPECT_SOME, RC_MISSING, BINDS(bind_text("")));
	none = batch_add(batch, &thing_return, EXPECT_NONE, RC_CONFLICT, BINDS(bind_text("z")));
	commit_ok(op, batch);
	assert_int_equal(batch_missed(batch), -1);
	assert_int_equal(batch_count(batch, all), 2);
	assert_int_equal(batch_count(batch, none), 0);
	assert_int_equal(batch_rows(op, batch, all, &list, sizeof(struct thing), thing_shape),
			 RC_OK);
	rows = list.rows;
	assert_int_equal(list.n, 2);
	assert_string_equal(rows[0].note, "one");
	assert_null(rows[1].note);
	assert_int_equal(rows[1].n, 2);
	assert_int_equal(rows[1].at.ms, 5);
	assert_int_equal(batch_row(op, batch, all, &t, thing_shape), RC_OK);
	assert_string_equal(t.id, "t1");
	assert_int_equal(batch_row(op, batch, none, &t, thing_shape), RC_MISSING);
	assert_int_equal(batch_number(batch, none, &n), RC_MISSING);
	op_end(op);
}

static void
numbers_come_from_the_first_column(void **state)
{
	struct op *op = op_begin("test");
	struct batch *batch = batch_new(op);
	int64_t n = 0;

	(void)state;
	put("t1", "one", 1);
	batch_add(batch, &thing_check, EXPECT_ONE, RC_MISSING, BINDS(bind_text("t1")));
	commit_ok(op, batch);
	assert_int_equal(batch_number(batch, 0, &n), RC_OK);
	assert_int_equal(n, 1);
	op_end(op);
}

static void
a_miss_undoes_the_whole_batch(void **state)
{
	struct op *op = account_op();
	struct batch *batch = batch_new(op);

	(void)state;
	put("t1", "one", 1);
	batch_add(batch, &thing_add, EXPECT_ONE, RC_MISSING, BINDS(bind_text("t1"), bind_int(5)));
	add_thing(batch, "t2", "two", 2);
	batch_add(batch, &thing_add, EXPECT_ONE, RC_LIMIT, BINDS(bind_text("nope"), bind_int(5)));
	add_thing(batch, "t3", "three", 3);
	assert_int_equal(db_commit(op, batch), RC_LIMIT);
	assert_int_equal(batch_missed(batch), 2);
	assert_string_equal(op->why, "");
	assert_int_equal(number_of(&thing_sum), 1);
	op_end(op);
}

static void
each_expectation_is_checked(void **state)
{
	static const struct {
		enum expectation want;
		const char *from;
		enum rc rc;
	} cases[] = {
		{ EXPECT_ANY, "z", RC_OK },       { EXPECT_ANY, "", RC_OK },
		{ EXPECT_ONE, "t2", RC_OK },      { EXPECT_ONE, "t1", RC_DENIED },
		{ EXPECT_ONE, "z", RC_DENIED },   { EXPECT_SOME, "t1", RC_OK },
		{ EXPECT_SOME, "z", RC_DENIED },  { EXPECT_NONE, "z", RC_OK },
		{ EXPECT_NONE, "t2", RC_DENIED },
	};

	(void)state;
	put("t1", "one", 1);
	put("t2", "two", 1);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct op *op = account_op();
		struct batch *batch = batch_new(op);

		batch_add(batch, &thing_return, cases[i].want, RC_DENIED,
			  BINDS(bind_text(cases[i].from)));
		assert_int_equal(db_commit(op, batch), cases[i].rc);
		op_end(op);
	}
}

static void
a_broken_unique_index_is_a_conflict(void **state)
{
	struct op *op = account_op();
	struct batch *batch = batch_new(op);

	(void)state;
	put("t1", "one", 1);
	add_thing(batch, "t2", "two", 2);
	add_thing(batch, "t1", "again", 1);
	assert_int_equal(db_commit(op, batch), RC_CONFLICT);
	assert_int_equal(batch_missed(batch), 1);
	assert_non_null(strstr(op->why, "thing.insert: UNIQUE"));
	assert_int_equal(number_of(&thing_count), 1);
	op_end(op);
}

static void
any_other_broken_constraint_is_our_fault(void **state)
{
	struct op *op = op_begin("test");
	struct batch *batch = batch_new(op), *good = batch_new(op);

	(void)state;
	batch_add(batch, &mark_insert, EXPECT_ONE, RC_INTERNAL, BINDS(bind_text("m1")));
	op->account_id = "acc_1";
	batch_add(batch, &thing_insert, EXPECT_ONE, RC_MISSING,
		  BINDS(bind_null(), bind_null(), bind_null(), bind_null(), bind_null(),
			bind_null()));
	assert_int_equal(db_commit(op, batch), RC_INTERNAL);
	assert_non_null(strstr(op->why, "NOT NULL"));
	batch_add(good, &mark_insert, EXPECT_ONE, RC_INTERNAL, BINDS(bind_text("m1")));
	commit_ok(op, good);
	op_end(op);
}

static void
many_batches_have_outcomes_of_their_own(void **state)
{
	struct op *op = account_op();
	struct batch *batches[4];
	enum rc rcs[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		batches[i] = batch_new(op);
	add_thing(batches[0], "t1", "one", 1);
	add_thing(batches[1], "t1", "same", 1);
	batch_add(batches[2], &thing_add, EXPECT_ONE, RC_MISSING,
		  BINDS(bind_text("nope"), bind_int(1)));
	add_thing(batches[3], "t2", "two", 2);
	db_commit_all(op, batches, 4, rcs);
	assert_int_equal(rcs[0], RC_OK);
	assert_int_equal(rcs[1], RC_CONFLICT);
	assert_int_equal(rcs[2], RC_MISSING);
	assert_int_equal(rcs[3], RC_OK);
	assert_string_equal(op->why, "");
	assert_non_null(strstr(batch_why(batches[1]), "UNIQUE"));
	assert_int_equal(number_of(&thing_count), 2);
	op_end(op);
}

static void
an_empty_batch_is_done_at_once(void **state)
{
	struct op *op = op_begin("test");

	(void)state;
	assert_int_equal(db_commit(op, batch_new(op)), RC_OK);
	op_end(op);
}

static void
a_batch_that_is_too_large_is_refused(void **state)
{
	struct op *op = account_op();
	struct batch *batch = batch_new(op);
	char *large = arena_alloc(op->arena, (17 << 20) + 1);

	(void)state;
	memset(large, 'x', 17 << 20);
	add_thing(batch, "t1", large, 1);
	assert_int_equal(db_commit(op, batch), RC_INTERNAL);
	assert_non_null(strstr(op->why, "16 MiB"));
	assert_int_equal(number_of(&thing_count), 0);
	op_end(op);
}

static void
note_done(struct op *op, struct batch *batch, enum rc rc, void *arg)
{
	assert_int_equal(batch_count(batch, 0), 1);
	*(enum rc *)arg = rc;
	op_end(op);
}

static void
without_a_daemon_submit_is_done_when_it_returns(void **state)
{
	struct op *op = account_op();
	struct batch *batch = batch_new(op);
	enum rc rc = RC_INTERNAL;

	(void)state;
	add_thing(batch, "t1", "one", 1);
	db_submit(op, batch, note_done, &rc);
	assert_int_equal(rc, RC_OK);
	assert_int_equal(number_of(&thing_count), 1);
}

static void *
commit_marks(void *arg)
{
	for (int i = 0; i < 50; i++) {
		struct op *op = op_begin("test");
		struct batch *batch = batch_new(op);
		char id[32];

		snprintf(id, sizeof(id), "%d-%d", *(int *)arg, i);
		batch_add(batch, &mark_insert, EXPECT_ONE, RC_INTERNAL, BINDS(bind_text(id)));
		if (db_commit(op, batch) != RC_OK)
			return arg;
		op_end(op);
	}
	return NULL;
}

static void
threads_commit_side_by_side(void **state)
{
	pthread_t threads[8];
	int names[8];
	void *failed;

	(void)state;
	for (int i = 0; i < 8; i++) {
		names[i] = i;
		assert_int_equal(pthread_create(&threads[i], NULL, commit_marks, &names[i]), 0);
	}
	for (int i = 0; i < 8; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	assert_int_equal(number_of(&mark_count), 400);
}

/* ---- opening and migrating --------------------------------------------------------------- */

static void
refused(const char *sentence)
{
	struct op *op = op_begin("test");

	db_close();
	assert_int_equal(db_open(op, &thing_catalog, false), RC_BUSY);
	if (strstr(op->why, sentence) == NULL)
		fail_msg("'%s' does not say '%s'", op->why, sentence);
	op_end(op);
}

static void
exec_by_hand(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(settings()->database_path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
migrating_again_changes_nothing(void **state)
{
	struct op *op = op_begin("test");
	int applied = -1;

	(void)state;
	put("t1", "one", 1);
	assert_int_equal(db_migrate(op, &thing_catalog, &applied), RC_OK);
	assert_int_equal(applied, 0);
	assert_int_equal(number_of(&thing_count), 1);
	op_end(op);
}

static void
a_new_database_is_closed_to_others_and_whole(void **state)
{
	char wal[256];
	struct stat st;

	(void)state;
	assert_int_equal(stat(settings()->database_path, &st), 0);
	assert_int_equal(st.st_mode & 07, 0);
	db_close();
	snprintf(wal, sizeof(wal), "%s-wal", settings()->database_path);
	assert_int_equal(unlink(wal), 0);
	fixture_open();
	assert_int_equal(number_of(&mark_count), 0);
}

static void
a_broken_migration_leaves_nothing_behind(void **state)
{
	static const struct migration broken[] = {
		{ 1, "start", "" },
		{ 2, "marks", "" },
		{ 3, "fine", "CREATE TABLE fine (id TEXT);" },
		{ 4, "broken", "CREATE TABLE half (id TEXT); CREATE TABLE half (id TEXT);" },
		{ 0, NULL, NULL },
	};
	const struct catalog catalog = { thing_lists, broken };
	struct op *op = op_begin("test");
	int applied = -1;

	(void)state;
	assert_int_equal(db_migrate(op, &catalog, &applied), RC_INTERNAL);
	assert_non_null(strstr(op->why, "migration 4 (broken)"));
	exec_by_hand("INSERT INTO fine VALUES ('x'); CREATE TABLE half (id TEXT)");
	op_end(op);
}

static void
a_missing_database_is_refused(void **state)
{
	(void)state;
	unlink(settings()->database_path);
	refused("run `wagate migrate`");
}

static void
an_older_schema_is_refused(void **state)
{
	(void)state;
	exec_by_hand("PRAGMA user_version = 1");
	refused("run `wagate migrate`");
}

static void
a_newer_schema_is_refused(void **state)
{
	(void)state;
	exec_by_hand("PRAGMA user_version = 3");
	refused("older than the database");
}

static void
a_file_of_something_else_is_refused(void **state)
{
	int fd;

	(void)state;
	exec_by_hand("PRAGMA application_id = 1");
	refused("not a database of wagate");
	fd = open(settings()->database_path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_int_equal(write(fd, "hello, this is no database at all", 33), 33);
	close(fd);
	refused("not a database");
}

static void
an_unreadable_place_is_refused(void **state)
{
	(void)state;
	if (geteuid() == 0)
		skip();
	chmod(settings()->database_path, 0);
	refused("cannot be read and written");
	chmod(settings()->database_path, 0600);
	chmod(fixture_dir, 0500);
	refused("not writable");
	chmod(fixture_dir, 0700);
}

/* ---- what cannot be ---------------------------------------------------------------------- */

static void
read_without_account(void *arg)
{
	struct op *op = op_begin("test");
	struct thing t = { 0 };

	(void)arg;
	(void)!db_one(op, &t, thing_shape, &thing_get, BINDS(bind_text("t1")));
}

static void
read_into_a_wrong_shape(void *arg)
{
	struct op *op = account_op();
	int64_t n;

	(void)arg;
	(void)!db_all(op, &(struct list){ 0 }, sizeof(n), thing_shape, &thing_add,
		      BINDS(bind_text("t1"), bind_int(1)));
	(void)!db_one(op, &(struct thing){ 0 }, thing_shape, &thing_count, NO_BINDS);
}

static void
bind_too_few(void *arg)
{
	struct op *op = account_op();

	(void)arg;
	batch_add(batch_new(op), &thing_add, EXPECT_ONE, RC_MISSING, BINDS(bind_text("t1")));
}

static void
use_a_stranger(void *arg)
{
	static const struct stmt stranger = { "thing.stranger", SCOPE_SYSTEM, "SELECT 1" };
	struct op *op = op_begin("test");
	int64_t n;

	(void)arg;
	(void)!db_number(op, &n, &stranger, NO_BINDS);
}

static void
mistakes_end_the_process(void **state)
{
	(void)state;
	assert_bug(read_without_account, NULL);
	assert_bug(read_into_a_wrong_shape, NULL);
	assert_bug(bind_too_few, NULL);
	assert_bug(use_a_stranger, NULL);
}

static void
house_keeping_answers(void **state)
{
	struct op *op = op_begin("test");
	struct db_health health;
	const char *text;

	(void)state;
	db_health(op, &health);
	assert_true(health.writer_alive);
	assert_int_equal(health.schema, 2);
	assert_true(health.disk_free_bytes > 0);
	assert_in_range(health.disk_free_percent, 0, 100);
	assert_int_equal(db_integrity(op, &text), RC_OK);
	assert_string_equal(text, "ok");
	assert_int_equal(db_prepare_all(op, &text), RC_OK);
	assert_string_equal(text, "");
	assert_int_equal(db_plan(op, &thing_get, &text), RC_OK);
	assert_non_null(strstr(text, "SEARCH thing USING INDEX"));
	assert_int_equal(db_plan(op, &thing_sum, &text), RC_OK);
	assert_string_equal(text, "SCAN thing");
	op_end(op);
}

static void
the_doorbell_rings_after_a_commit(void **state)
{
	struct op *op = account_op();
	struct batch *quiet = batch_new(op), *loud = batch_new(op);
	struct pollfd p = { .fd = db_doorbell_open(), .events = POLLIN };

	(void)state;
	assert_true(p.fd >= 0);
	add_thing(quiet, "t1", "one", 1);
	commit_ok(op, quiet);
	assert_int_equal(poll(&p, 1, 0), 0);
	add_thing(loud, "t2", "two", 2);
	batch_wakes_worker(loud);
	commit_ok(op, loud);
	assert_int_equal(poll(&p, 1, 1000), 1);
	db_doorbell_drain(p.fd);
	assert_int_equal(poll(&p, 1, 0), 0);
	close(p.fd);
	op_end(op);
}

static int
setup_auto(void **state)
{
	(void)state;
	fixture_begin("auto");
	return 0;
}

static void
where_no_daemon_is_the_process_commits_itself(void **state)
{
	(void)state;
	put("t1", "one", 1);
	assert_int_equal(number_of(&thing_count), 1);
}

static void
a_program_that_needs_the_daemon_waits_for_it(void **state)
{
	struct op *op = account_op();
	struct batch *batch = batch_new(op);

	(void)state;
	db_require_writer(true);
	op->deadline = clock_after(clock_now(), 100);
	add_thing(batch, "t1", "one", 1);
	assert_int_equal(db_commit(op, batch), RC_BUSY);
	assert_non_null(strstr(op->why, "wagate-writer"));
	db_require_writer(false);
	op_end(op);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_row_fills_a_struct_by_its_shape),
		CASE(nulls_become_zeros),
		CASE(another_account_sees_nothing),
		CASE(lists_come_in_order),
		CASE(binds_go_by_number_not_by_place),
		CASE(an_op_keeps_its_snapshot_until_it_rests_or_commits),
		CASE(returning_gives_rows),
		CASE(numbers_come_from_the_first_column),
		CASE(a_miss_undoes_the_whole_batch),
		CASE(each_expectation_is_checked),
		CASE(a_broken_unique_index_is_a_conflict),
		CASE(any_other_broken_constraint_is_our_fault),
		CASE(many_batches_have_outcomes_of_their_own),
		CASE(an_empty_batch_is_done_at_once),
		CASE(a_batch_that_is_too_large_is_refused),
		CASE(without_a_daemon_submit_is_done_when_it_returns),
		CASE(threads_commit_side_by_side),
		CASE(migrating_again_changes_nothing),
		CASE(a_new_database_is_closed_to_others_and_whole),
		CASE(a_broken_migration_leaves_nothing_behind),
		CASE(a_missing_database_is_refused),
		CASE(an_older_schema_is_refused),
		CASE(a_newer_schema_is_refused),
		CASE(a_file_of_something_else_is_refused),
		CASE(an_unreadable_place_is_refused),
		CASE(mistakes_end_the_process),
		CASE(house_keeping_answers),
		cmocka_unit_test_setup_teardown(where_no_daemon_is_the_process_commits_itself,
						setup_auto, teardown),
		cmocka_unit_test_setup_teardown(a_program_that_needs_the_daemon_waits_for_it,
						setup_auto, teardown),
		CASE(the_doorbell_rings_after_a_commit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
