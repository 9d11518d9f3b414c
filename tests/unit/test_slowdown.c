/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_slowdown - how hard a receiver in trouble is pressed, and how it gets everything back
 */
#include "unit.h"

#include "domain/slowdown.h"

enum { LIMIT = 20, EVEN = SLOWDOWN_SPREAD / 2 };

static struct instant now;

static void
pass(int64_t ms)
{
	now = clock_after(now, ms);
}

static void
fail_now(struct slowdown *s)
{
	pass(SECOND_MS);
	slowdown_failed(s, LIMIT, now, now, EVEN);
}

static int
begin(void **state)
{
	(void)state;
	assert_true(clock_parse("2026-11-21T08:00:00Z", &now));
	return 0;
}

static void
slots_go_down_to_single_probes(void **state)
{
	struct slowdown s = { 0 };
	static const int64_t slots[] = { 5, 1, 1 };

	(void)state;
	assert_int_equal(slowdown_slots(&s, LIMIT), LIMIT);
	for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
		assert_int_equal(s.until.ms, 0);
		fail_now(&s);
		assert_int_equal(slowdown_slots(&s, LIMIT), slots[i]);
	}
	assert_int_equal(s.until.ms - now.ms, SECOND_MS);
}

static void
pauses_grow_to_a_minute(void **state)
{
	struct slowdown s = { .slots = 1 };

	(void)state;
	for (int64_t pause = SECOND_MS; pause < SLOWDOWN_PAUSE_MAX_MS; pause *= 2) {
		fail_now(&s);
		assert_int_equal(s.until.ms - now.ms, pause);
	}
	for (int i = 0; i < 100; i++)
		fail_now(&s);
	assert_int_equal(s.until.ms - now.ms, SLOWDOWN_PAUSE_MAX_MS);
}

static void
what_fails_together_is_one_failure(void **state)
{
	struct slowdown s = { 0 };
	struct instant started = now;

	(void)state;
	for (int i = 0; i < LIMIT; i++) {
		slowdown_failed(&s, LIMIT, started, now, EVEN);
		pass(1);
	}
	assert_int_equal(slowdown_slots(&s, LIMIT), 5);
	assert_int_equal(s.until.ms, 0);
}

static void
a_clock_set_back_does_not_stop_it(void **state)
{
	struct slowdown s = { 0 };

	(void)state;
	fail_now(&s);
	pass(-DAY_MS);
	fail_now(&s);
	assert_int_equal(slowdown_slots(&s, LIMIT), 1);
}

static void
successes_give_everything_back(void **state)
{
	struct slowdown s = { 0 };
	static const int64_t slots[] = { 2, 4, 8, 16, 20, 20 };

	(void)state;
	for (int i = 0; i < 9; i++)
		fail_now(&s);
	for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
		slowdown_succeeded(&s, LIMIT);
		assert_int_equal(slowdown_slots(&s, LIMIT), slots[i]);
		assert_int_equal(s.until.ms, 0);
	}
	assert_int_equal(s.slots, 0);
	assert_int_equal(s.probes, 0);
}

static void
what_it_asks_for_holds_within_reason(void **state)
{
	struct slowdown s = { 0 };

	(void)state;
	slowdown_asked(&s, 90 * SECOND_MS, now);
	assert_int_equal(s.until.ms - now.ms, 90 * SECOND_MS);
	slowdown_asked(&s, SECOND_MS, now);
	assert_int_equal(s.until.ms - now.ms, 90 * SECOND_MS);
	slowdown_asked(&s, DAY_MS, now);
	assert_int_equal(s.until.ms - now.ms, SLOWDOWN_ASKED_MAX_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(slots_go_down_to_single_probes, begin),
		cmocka_unit_test_setup(pauses_grow_to_a_minute, begin),
		cmocka_unit_test_setup(what_fails_together_is_one_failure, begin),
		cmocka_unit_test_setup(a_clock_set_back_does_not_stop_it, begin),
		cmocka_unit_test_setup(successes_give_everything_back, begin),
		cmocka_unit_test_setup(what_it_asks_for_holds_within_reason, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
