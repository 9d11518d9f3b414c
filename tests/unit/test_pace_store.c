/* SPDX-License-Identifier: Apache-2.0 */
/* Sliding windows in the database against the plainest model of them, and what keeps them small. */
#include "store_fixture.h"

#include "store/pace_store.h"

enum { GROUP = 200, GROUPS = 40, PER_SECOND = 5, PER_MINUTE = 60 };

static const struct instant noon = { 1785000000000 };

static struct instant
after(int64_t ms)
{
	return clock_after(noon, ms);
}

/* One more at noon and so many milliseconds. */
static enum rc
take(const char *subject, int64_t ms, int64_t per_second, int64_t per_minute)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	int index = pace_store_take(
		batch, &(struct pace_limit){ subject, per_second, per_minute, after(ms) });
	enum rc rc = db_commit(op, batch);

	assert_int_equal(batch_missed(batch), rc == RC_OK ? -1 : index);
	op_end(op);
	return rc;
}

static struct pace_count
look(const char *subject, int64_t ms, int64_t per_second, int64_t per_minute)
{
	struct op *op = fixture_op();
	struct pace_count found = { .second = -1 };

	must(op,
	     pace_store_look(op, &found,
			     &(struct pace_limit){ subject, per_second, per_minute, after(ms) }));
	op_end(op);
	return found;
}

static int64_t
forget(const char *subject, int64_t ms)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	int index = pace_store_forget(batch, subject, after(ms), 10000);
	int64_t n;

	must(op, db_commit(op, batch));
	n = (int64_t)batch_count(batch, index);
	op_end(op);
	return n;
}

/* ---- against a model ---- */

/* All that ever passed, in order; the times never go back. */
static struct {
	int64_t at[GROUP * GROUPS];
	size_t n;
} model;

static size_t
model_holds(int64_t now, int64_t window)
{
	size_t n = 0;

	for (size_t i = model.n; i > 0 && model.at[i - 1] > now - window; i--)
		n++;
	return n;
}

static bool
model_take(int64_t now)
{
	int64_t last = model.n == 0 ? now : model.at[model.n - 1];

	if (last > now)
		now = last;
	if (model_holds(now, SECOND_MS) >= PER_SECOND || model_holds(now, MINUTE_MS) >= PER_MINUTE)
		return false;
	model.at[model.n++] = now;
	return true;
}

static uint32_t
dice(uint32_t sides)
{
	static uint64_t state = 20261121;

	state = state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(state >> 33) % sides;
}

/* Mostly a little later, at times in the same millisecond or long after. */
static int64_t
step_ms(void)
{
	switch (dice(100)) {
	case 0:
		return 59000 + dice(2000);
	case 1:
		return 900 + dice(200);
	case 2:
		return dice(2) == 0 ? 0 : 3 * MINUTE_MS;
	default:
		return dice(3) == 0 ? 0 : dice(400);
	}
}

/* A group of takes, each a batch of its own: some come late. The sweep may run between any two. */
static size_t
play_group(int64_t *clock)
{
	struct op *op = fixture_op();
	struct batch *batches[GROUP];
	bool expected[GROUP];
	enum rc rcs[GROUP];
	size_t passed = 0;

	for (size_t i = 0; i < GROUP; i++) {
		int64_t now = *clock += step_ms();

		batches[i] = batch_new(op);
		if (dice(20) == 0)
			pace_store_forget(batches[i], "key:model", after(now), 1 + dice(30));
		if (dice(5) == 0)
			now -= dice(500);
		expected[i] = model_take(now);
		pace_store_take(batches[i], &(struct pace_limit){ "key:model", PER_SECOND,
								  PER_MINUTE, after(now) });
	}
	db_commit_all(op, batches, GROUP, rcs);
	for (size_t i = 0; i < GROUP; i++) {
		if (rcs[i] != (expected[i] ? RC_OK : RC_LIMIT))
			fail_msg("take %zu: %s, %s", i, rc_text(rcs[i]), batch_why(batches[i]));
		passed += rcs[i] == RC_OK;
	}
	op_end(op);
	return passed;
}

static void
windows_are_those_of_a_plain_model(void **state)
{
	int64_t clock = 0;
	size_t passed = 0;

	(void)state;
	for (int i = 0; i < GROUPS; i++) {
		struct pace_count count;

		passed += play_group(&clock);
		count = look("key:model", clock, PER_SECOND, PER_MINUTE);
		assert_int_equal(count.second, model_holds(clock, SECOND_MS));
		assert_int_equal(count.minute, model_holds(clock, MINUTE_MS));
	}
	assert_int_equal(passed, model.n);
	assert_in_range(passed, GROUP * GROUPS / 10, GROUP * GROUPS * 9 / 10);
}

/* ---- single properties ---- */

static void
a_window_slides_by_the_millisecond(void **state)
{
	(void)state;
	assert_int_equal(take("key:slide", 0, 2, 0), RC_OK);
	assert_int_equal(take("key:slide", 600, 2, 0), RC_OK);
	assert_int_equal(take("key:slide", 999, 2, 0), RC_LIMIT);
	assert_int_equal(take("key:slide", 1000, 2, 0), RC_OK);
	assert_int_equal(take("key:slide", 1599, 2, 0), RC_LIMIT);
	assert_int_equal(take("key:slide", 1600, 2, 0), RC_OK);
}

static void
a_minute_is_limited_although_each_second_has_room(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(take("key:minute", i * 20000, 2, 3), RC_OK);
	assert_int_equal(take("key:minute", 59999, 2, 3), RC_LIMIT);
	assert_int_equal(take("key:minute", 60000, 2, 3), RC_OK);
	assert_int_equal(take("key:minute", 60001, 0, 4), RC_OK);
	assert_int_equal(take("key:minute", 60002, 0, 4), RC_LIMIT);
}

static void
subjects_have_windows_of_their_own(void **state)
{
	(void)state;
	assert_int_equal(take("key:a", 0, 1, 0), RC_OK);
	assert_int_equal(take("key:a", 1, 1, 0), RC_LIMIT);
	assert_int_equal(take("key:ab", 1, 1, 0), RC_OK);
	assert_int_equal(look("key:b", 1, 1, 0).second, 0);
}

static void
a_full_window_says_when_it_has_room(void **state)
{
	struct pace_count count;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(take("key:room", i * 100, 10, 100), RC_OK);
	count = look("key:room", 350, 4, 4);
	assert_int_equal(count.second, 4);
	assert_int_equal(count.minute, 4);
	assert_int_equal(count.second_frees.ms, noon.ms + 1000);
	assert_int_equal(count.minute_frees.ms, noon.ms + 60000);
	/* A limit that was lowered: the third has to leave before there is room for one. */
	assert_int_equal(look("key:room", 350, 2, 0).second_frees.ms, noon.ms + 1200);
	assert_int_equal(look("key:room", 350, 5, 0).second_frees.ms, 0);
	assert_int_equal(look("key:room", 350, 5, 0).minute_frees.ms, 0);
}

static void
what_was_counted_is_told_by_the_same_batch(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct pace_count count = { 0 };
	int index;

	(void)state;
	pace_store_take(batch, &(struct pace_limit){ "key:told", 3, 30, noon });
	pace_store_take(batch, &(struct pace_limit){ "key:told", 3, 30, after(2000) });
	index = pace_store_count(batch, "key:told", after(2000));
	must(op, db_commit(op, batch));
	must(op, pace_store_counted(op, batch, index, &count));
	assert_int_equal(count.second, 1);
	assert_int_equal(count.minute, 2);
	op_end(op);
}

static void
a_refused_batch_counts_nothing(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	(void)state;
	pace_store_take(batch, &(struct pace_limit){ "key:refused", 3, 30, noon });
	account_store_never(batch);
	assert_int_equal(db_commit(op, batch), RC_DENIED);
	op_end(op);
	assert_int_equal(look("key:refused", 0, 3, 30).minute, 0);
}

static void
a_sweep_leaves_what_windows_count_from(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++)
		assert_int_equal(take("key:swept", i, 0, 100), RC_OK);
	assert_int_equal(take("key:swept", 90000, 0, 100), RC_OK);
	forget("key:swept", 90000);
	assert_int_equal(look("key:swept", 90000, 0, 100).minute, 1);
	assert_int_equal(take("key:swept", 149999, 0, 1), RC_LIMIT);
	forget("key:swept", 130000); /* of the first ten the last one stays to count from */
	assert_int_equal(look("key:swept", 149999, 0, 100).minute, 1);
	assert_int_equal(take("key:swept", 150000, 0, 1), RC_OK);
}

static void
an_idle_subject_is_forgotten_altogether(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(take("key:idle", MINUTE_MS * 60 + i, 0, 100), RC_OK);
	assert_int_equal(forget("key:idle", MINUTE_MS * 62), 0);
	assert_int_equal(forget("key:idle", MINUTE_MS * 62 + 3), 3);
	assert_int_equal(forget("key:idle", MINUTE_MS * 62 + 3), 0);
	assert_int_equal(take("key:idle", MINUTE_MS * 62 + 3, 0, 1), RC_OK);
	assert_int_equal(look("key:idle", MINUTE_MS * 62 + 3, 0, 9).minute, 1);
}

static void
a_sweep_takes_the_oldest_first_and_no_more_than_it_should(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	int index;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_int_equal(take("key:portion", i, 0, 100), RC_OK);
	assert_int_equal(take("key:portion", 130000, 0, 100), RC_OK);
	index = pace_store_forget(batch, "key:portion", after(130000), 4);
	must(op, db_commit(op, batch));
	assert_int_equal(batch_count(batch, index), 4);
	op_end(op);
	assert_int_equal(forget("key:portion", 130000), 5);
	assert_int_equal(look("key:portion", 130000, 0, 100).minute, 1);
}

static void
subjects_are_found_one_by_one(void **state)
{
	static const char *const known[] = { "zz:a", "zz:b", "zz:c" };
	struct op *op = fixture_op();
	const struct pace_subject *rows;
	struct list list;

	(void)state;
	for (int i = 0; i < 9; i++)
		assert_int_equal(take(known[i % 3], i, 0, 100), RC_OK);
	must(op, pace_store_subjects(op, &list, "zz:", 2));
	rows = list.rows;
	assert_int_equal(list.n, 2);
	assert_string_equal(rows[0].subject, known[0]);
	assert_string_equal(rows[1].subject, known[1]);
	must(op, pace_store_subjects(op, &list, known[1], 2));
	assert_int_equal(list.n, 1);
	must(op, pace_store_subjects(op, &list, known[2], 2));
	assert_int_equal(list.n, 0);
	op_end(op);
}

static void
a_clock_set_back_keeps_nobody_waiting_for_more_than_a_minute(void **state)
{
	const int64_t ahead = 30 * MINUTE_MS;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(take("key:back", ahead + i * 10000, 1, 4), RC_OK);
	/* A little back: counted with the newest, so that the limit holds. */
	assert_int_equal(take("key:back", ahead + 20000, 1, 4), RC_LIMIT);
	/* Far back: as if nothing had been, and the sweep forgets it for good. */
	assert_int_equal(take("key:back", 0, 1, 4), RC_OK);
	assert_int_equal(take("key:back", 500, 1, 4), RC_LIMIT);
	forget("key:back", 1000);
	assert_int_equal(look("key:back", 1000, 1, 4).minute, 1);
	assert_int_equal(look("key:back", ahead + 30000, 1, 4).minute, 0);
	for (int i = 1; i < 4; i++)
		assert_int_equal(take("key:back", i * 1000, 1, 4), RC_OK);
	assert_int_equal(take("key:back", 4000, 1, 4), RC_LIMIT);
	assert_int_equal(take("key:back", 60000, 1, 4), RC_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_are_those_of_a_plain_model),
		cmocka_unit_test(a_window_slides_by_the_millisecond),
		cmocka_unit_test(a_minute_is_limited_although_each_second_has_room),
		cmocka_unit_test(subjects_have_windows_of_their_own),
		cmocka_unit_test(a_full_window_says_when_it_has_room),
		cmocka_unit_test(what_was_counted_is_told_by_the_same_batch),
		cmocka_unit_test(a_refused_batch_counts_nothing),
		cmocka_unit_test(a_sweep_leaves_what_windows_count_from),
		cmocka_unit_test(an_idle_subject_is_forgotten_altogether),
		cmocka_unit_test(a_sweep_takes_the_oldest_first_and_no_more_than_it_should),
		cmocka_unit_test(subjects_are_found_one_by_one),
		cmocka_unit_test(a_clock_set_back_keeps_nobody_waiting_for_more_than_a_minute),
	};

	return cmocka_run_group_tests(tests, setup_store, teardown_store);
}
