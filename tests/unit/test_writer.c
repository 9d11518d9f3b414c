/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer daemon and its clients, as real processes: this program started with --writer is
 * the daemon. Above all: whatever dies in between, what was acknowledged is there exactly
 * once, and everybody who waits is told.
 */
#include "db_fixture.h"

#include <pthread.h>
#include <semaphore.h>
#include <spawn.h>
#include <stdatomic.h>
#include <sys/mount.h>
#include <sys/prctl.h>

extern char **environ;

static pid_t writer = -1;

static void
start_writer(void)
{
	char config[128], log[128];
	char *argv[] = { (char *)(uintptr_t) "test_writer", (char *)(uintptr_t) "--writer", config,
			 NULL };
	posix_spawn_file_actions_t actions;

	snprintf(config, sizeof(config), "%s/wagate.conf", fixture_dir);
	snprintf(log, sizeof(log), "%s/writer.log", fixture_dir);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	assert_int_equal(posix_spawn(&writer, "/proc/self/exe", &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
}

static int
stop_writer(int sig)
{
	int status;

	assert_int_equal(kill(writer, sig), 0);
	assert_int_equal(waitpid(writer, &status, 0), writer);
	writer = -1;
	return status;
}

static int
setup(void **state)
{
	(void)state;
	fixture_begin("socket");
	start_writer();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	if (writer > 0)
		stop_writer(SIGKILL);
	fixture_remove();
	return 0;
}

static enum rc
put_thing(const char *id, const char *note, int64_t deadline_ms)
{
	struct op *op = account_op();
	struct batch *batch = batch_new(op);
	enum rc rc;

	if (deadline_ms > 0)
		op->deadline = clock_after(clock_now(), deadline_ms);
	add_thing(batch, id, note, 0);
	rc = db_commit(op, batch);
	op_end(op);
	return rc;
}

/* ---- many at once ------------------------------------------------------------------------ */

/* Each of many threads adds 1 to the one counter and leaves a mark, again and again. */
static struct {
	atomic_int names;
	atomic_int committed, failed;
	atomic_bool stop;
	int each; /* 0: until stop */
} load;

static struct batch *
one_more(struct op *op, int name, int i)
{
	struct batch *batch = batch_new(op);
	char id[32];

	snprintf(id, sizeof(id), "%d-%d", name, i);
	batch_add(batch, &mark_insert, EXPECT_ONE, RC_INTERNAL, BINDS(bind_text(id)));
	batch_add(batch, &thing_add, EXPECT_ONE, RC_MISSING,
		  BINDS(bind_text("counter"), bind_int(1)));
	return batch;
}

static void *
load_thread(void *unused)
{
	int name = load.names++;

	(void)unused;
	for (int i = 0; load.each > 0 ? i < load.each : !load.stop; i++) {
		struct op *op = account_op();
		struct batch *batch = one_more(op, name, i);
		int64_t n = 0;

		if (db_commit(op, batch) == RC_OK && batch_number(batch, 0, &n) == RC_MISSING &&
		    batch_count(batch, 1) == 1)
			load.committed++;
		else {
			print_message("%s\n", op->why);
			load.failed++;
		}
		op_end(op);
	}
	return NULL;
}

static void
start_load(pthread_t *threads, int n, int each)
{
	load.committed = load.failed = load.names = 0;
	load.stop = false;
	load.each = each;
	assert_int_equal(put_thing("counter", NULL, 0), RC_OK);
	for (int i = 0; i < n; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, load_thread, NULL), 0);
}

static void
end_load(pthread_t *threads, int n)
{
	load.stop = true;
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(load.failed, 0);
	assert_int_equal(number_of(&thing_sum), load.committed);
	assert_int_equal(number_of(&mark_count), load.committed);
}

static void
sixty_four_threads_share_the_writer(void **state)
{
	enum { THREADS = 64, EACH = 300 };
	pthread_t threads[THREADS];
	int64_t start;

	(void)state;
	start_load(threads, THREADS, EACH);
	start = clock_elapsed_us();
	end_load(threads, THREADS);
	assert_int_equal(load.committed, THREADS * EACH);
	print_message("%lld batches/s\n", (long long)THREADS * EACH * 1000000 /
						  (long long)(clock_elapsed_us() - start));
}

static void
killing_the_writer_loses_and_doubles_nothing(void **state)
{
	enum { THREADS = 32, KILLS = 25 };
	pthread_t threads[THREADS];
	int before = 0, kills;

	(void)state;
	start_load(threads, THREADS, 0);
	for (kills = 0; kills < KILLS; kills++) {
		int64_t deadline = clock_elapsed_us() + 20 * 1000000, moment;

		/* Somewhere in the middle of work: some time after it has begun again. */
		while (load.committed < before + 50 && clock_elapsed_us() < deadline)
			sched_yield();
		assert_true(load.committed > before);
		moment = clock_elapsed_us() + secret_uniform(3000);
		while (clock_elapsed_us() < moment)
			;
		stop_writer(kills % 5 == 4 ? SIGTERM : SIGKILL);
		before = load.committed;
		start_writer();
	}
	end_load(threads, THREADS);
	print_message("%d commits over %d restarts\n", load.committed, kills);
}

/* ---- without waiting --------------------------------------------------------------------- */

static struct {
	atomic_int ok;
	sem_t all;
	int left;
} submitted;

static void
count_done(struct op *op, struct batch *batch, enum rc rc, void *arg)
{
	if (rc == RC_OK && batch_count(batch, 1) == 1)
		submitted.ok++;
	op_end(op);
	if (--submitted.left == 0)
		sem_post(arg);
}

static void
submitting_does_not_wait(void **state)
{
	enum { MANY = 2000 };

	(void)state;
	assert_int_equal(put_thing("counter", NULL, 0), RC_OK);
	submitted.ok = 0;
	submitted.left = MANY;
	sem_init(&submitted.all, 0, 0);
	for (int i = 0; i < MANY; i++) {
		struct op *op = account_op();

		db_submit(op, one_more(op, 0, i), count_done, &submitted.all);
	}
	while (sem_wait(&submitted.all) != 0)
		;
	assert_int_equal(submitted.ok, MANY);
	assert_int_equal(number_of(&thing_sum), MANY);
	/* Waiting still works beside the thread. */
	assert_int_equal(put_thing("after", NULL, 0), RC_OK);
}

static void
submit_again(struct op *op, struct batch *batch, enum rc rc, void *arg)
{
	bool more = rc == RC_OK && batch_count(batch, 1) == 1 && ++submitted.ok < 100;
	struct op *next;

	op_end(op);
	if (!more) {
		sem_post(arg);
		return;
	}
	next = account_op();
	db_submit(next, one_more(next, -1, submitted.ok), submit_again, arg);
}

static void
done_may_submit_again_beside_those_who_wait(void **state)
{
	struct op *op = account_op();
	pthread_t threads[8];

	(void)state;
	submitted.ok = 0;
	sem_init(&submitted.all, 0, 0);
	start_load(threads, 8, 50);
	db_submit(op, one_more(op, -1, 0), submit_again, &submitted.all);
	while (sem_wait(&submitted.all) != 0)
		;
	assert_int_equal(submitted.ok, 100);
	load.committed += 100;
	end_load(threads, 8);
}

/* ---- large values ------------------------------------------------------------------------ */

static void
large_values_travel_both_ways(void **state)
{
	enum { LARGE = 200 << 10 };
	struct op *op = account_op();
	char *note = arena_alloc(op->arena, LARGE + 1);
	const struct thing *rows;
	struct batch *batch;
	struct list list;

	(void)state;
	for (int i = 0; i < LARGE; i++)
		note[i] = (char)('a' + i % 26);
	assert_int_equal(put_thing("t1", note, 0), RC_OK);
	assert_int_equal(put_thing("t2", "small", 0), RC_OK);
	batch = batch_new(op);
	batch_add(batch, &thing_return, EXPECT_SOME, RC_MISSING, BINDS(bind_text("t")));
	assert_int_equal(db_commit(op, batch), RC_OK);
	assert_int_equal(batch_rows(op, batch, 0, &list, sizeof(struct thing), thing_shape), RC_OK);
	rows = list.rows;
	assert_int_equal(list.n, 2);
	assert_string_equal(rows[0].note, note);
	assert_string_equal(rows[1].note, "small");
	op_end(op);
}

static void
outcomes_are_those_of_the_batch(void **state)
{
	struct op *op = account_op();
	struct batch *batches[3];
	enum rc rcs[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		batches[i] = batch_new(op);
	add_thing(batches[0], "t1", "one", 1);
	add_thing(batches[1], "t1", "same", 1);
	batch_add(batches[2], &thing_add, EXPECT_ONE, RC_LIMIT,
		  BINDS(bind_text("nope"), bind_int(1)));
	db_commit_all(op, batches, 3, rcs);
	assert_int_equal(rcs[0], RC_OK);
	assert_int_equal(rcs[1], RC_CONFLICT);
	assert_non_null(strstr(batch_why(batches[1]), "UNIQUE"));
	assert_int_equal(rcs[2], RC_LIMIT);
	assert_int_equal(batch_missed(batches[2]), 0);
	op_end(op);
}

/* ---- when it is not there ---------------------------------------------------------------- */

static void
without_a_writer_nothing_happens(void **state)
{
	(void)state;
	assert_int_equal(put_thing("t1", NULL, 0), RC_OK);
	stop_writer(SIGTERM);
	assert_int_equal(put_thing("t2", NULL, 200), RC_BUSY);
	start_writer();
	assert_int_equal(put_thing("t3", NULL, 0), RC_OK);
	assert_int_equal(number_of(&thing_count), 2);
}

static void
a_stopped_writer_is_waited_for(void **state)
{
	struct op *op = op_begin("test");
	struct db_health health;
	pthread_t threads[4];

	(void)state;
	start_load(threads, 4, 200);
	kill(writer, SIGSTOP);
	db_health(op, &health);
	assert_false(health.writer_alive);
	kill(writer, SIGCONT);
	end_load(threads, 4);
	db_health(op, &health);
	assert_true(health.writer_alive);
	assert_in_range(health.writer_ms, 0, 1000);
	op_end(op);
}

static void
other_statements_are_refused(void **state)
{
	static const struct stmt changed = { "thing.count", SCOPE_SYSTEM,
					     "SELECT count(*) AS n FROM thing" };
	static const struct stmt *const stmts[] = { &changed, &thing_insert, NULL };
	static const struct stmt *const *const lists[] = { stmts, NULL };
	const struct catalog other = { lists, thing_migrations };
	struct op *op = op_begin("test");

	(void)state;
	assert_int_equal(put_thing("t1", NULL, 0), RC_OK);
	db_close();
	assert_int_equal(db_open(op, &other, false), RC_OK);
	assert_int_equal(put_thing("t2", NULL, 300), RC_BUSY);
	db_close();
	fixture_open();
	assert_int_equal(put_thing("t3", NULL, 0), RC_OK);
	assert_int_equal(number_of(&thing_count), 2);
	op_end(op);
}

static void
a_second_writer_waits_for_the_first(void **state)
{
	pid_t first;
	int status;

	(void)state;
	assert_int_equal(put_thing("t1", NULL, 0), RC_OK);
	first = writer;
	start_writer();
	assert_int_equal(put_thing("t2", NULL, 0), RC_OK);
	kill(first, SIGKILL);
	waitpid(first, &status, 0);
	assert_int_equal(put_thing("t3", NULL, 0), RC_OK);
	assert_true(WIFEXITED(stop_writer(SIGTERM)));
}

/* This program started with --inline is a process that commits by itself. */
static void
processes_that_commit_themselves_fit_in(void **state)
{
	char config[128];
	char *argv[] = { (char *)(uintptr_t) "test_writer", (char *)(uintptr_t) "--inline", config,
			 NULL };
	pthread_t threads[8];
	int status;
	pid_t pid;

	(void)state;
	snprintf(config, sizeof(config), "%s/wagate.conf", fixture_dir);
	start_load(threads, 8, 200);
	assert_int_equal(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	load.committed += 200;
	end_load(threads, 8);
}

static int
be_inline(const char *config)
{
	const char *problems;

	setenv("WAGATE_DATABASE_WRITER", "inline", 1);
	if (settings_load(config, &problems) != RC_OK)
		fatal("%s", problems);
	fixture_open();
	load.names = 5000;
	load.each = 200;
	load_thread(NULL);
	db_close();
	return load.committed == 200 ? 0 : 1;
}

/* ---- a full disk ------------------------------------------------------------------------- */

static void
a_full_disk_is_said_and_got_over(void **state)
{
	char tank[128], config[160];
	const char *problems;
	enum rc rc = RC_OK;
	char note[4096];
	int stored = 0, fd;

	(void)state;
	snprintf(tank, sizeof(tank), "%s/tank", fixture_dir);
	stop_writer(SIGTERM);
	db_close();
	if (mkdir(tank, 0700) != 0 || mount("none", tank, "tmpfs", 0, "size=1m") != 0) {
		rmdir(tank);
		skip();
	}
	snprintf(config, sizeof(config), "%s/wagate.conf", fixture_dir);
	fd = open(config, O_WRONLY | O_TRUNC | O_CLOEXEC);
	dprintf(fd, "[database]\npath = tank/wagate.db\nwriter = socket\n");
	close(fd);
	assert_int_equal(settings_load(config, &problems), RC_OK);
	fixture_migrate();
	fixture_open();
	start_writer();
	memset(note, 'x', sizeof(note) - 1);
	note[sizeof(note) - 1] = '\0';
	while (rc == RC_OK && stored < 1000) {
		char id[16];

		snprintf(id, sizeof(id), "t%d", stored);
		rc = put_thing(id, note, 0);
		if (rc == RC_OK)
			stored++;
	}
	assert_int_equal(rc, RC_BUSY);
	assert_in_range(stored, 10, 300);
	assert_int_equal(number_of(&thing_count), stored);
	assert_int_equal(mount("none", tank, "tmpfs", MS_REMOUNT, "size=8m"), 0);
	assert_int_equal(put_thing("more", note, 0), RC_OK);
	assert_int_equal(number_of(&thing_count), stored + 1);
	stop_writer(SIGTERM);
	db_close();
	assert_int_equal(umount2(tank, MNT_DETACH), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int
be_writer(const char *config)
{
	const char *problems;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (settings_load(config, &problems) != RC_OK)
		fatal("%s", problems);
	return db_writer_main(&thing_catalog);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CASE(outcomes_are_those_of_the_batch),
		CASE(sixty_four_threads_share_the_writer),
		CASE(large_values_travel_both_ways),
		CASE(submitting_does_not_wait),
		CASE(done_may_submit_again_beside_those_who_wait),
		CASE(without_a_writer_nothing_happens),
		CASE(a_stopped_writer_is_waited_for),
		CASE(other_statements_are_refused),
		CASE(a_second_writer_waits_for_the_first),
		CASE(processes_that_commit_themselves_fit_in),
		CASE(killing_the_writer_loses_and_doubles_nothing),
		CASE(a_full_disk_is_said_and_got_over),
	};

	if (argc == 3 && strcmp(argv[1], "--writer") == 0)
		return be_writer(argv[2]);
	if (argc == 3 && strcmp(argv[1], "--inline") == 0)
		return be_inline(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
