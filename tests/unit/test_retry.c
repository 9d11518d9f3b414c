/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_retry - the schedule of deliveries, its jitter, and what receivers ask for
 */
#include "unit.h"

#include "core/secret.h"
#include "domain/event.h"

static void
thirteen_attempts_span_three_days(void **state)
{
	int64_t sum = 0, attempt;

	(void)state;
	for (attempt = 1; retry_delay(attempt) >= 0; attempt++)
		sum += retry_delay(attempt);
	assert_int_equal(attempt, 13);
	assert_int_equal(sum, 71 * HOUR_MS + 42 * MINUTE_MS + 35 * SECOND_MS);
	assert_int_equal(retry_delay(1), 5000);
	assert_int_equal(retry_delay(12), DAY_MS);
	assert_int_equal(retry_delay(0), -1);
}

static void
jitter_is_a_fifth_each_way(void **state)
{
	(void)state;
	assert_int_equal(retry_wait(1, -1, 0), 4000);
	assert_int_equal(retry_wait(1, -1, RETRY_SPREAD / 2), 5000);
	assert_int_equal(retry_wait(1, -1, RETRY_SPREAD), 6000);
	assert_int_equal(retry_wait(12, -1, RETRY_SPREAD), DAY_MS / 10 * 12);
	assert_int_equal(retry_wait(13, -1, 0), -1);
}

enum { DRAWS = 10000 };

/* All thirteen attempts, many times over: each wait within a fifth of its delay, their mean within
 * a hundredth. */
static void
waits_keep_to_the_schedule_on_average(void **state)
{
	(void)state;
	for (int64_t attempt = 1; retry_delay(attempt) >= 0; attempt++) {
		int64_t delay = retry_delay(attempt), sum = 0;

		for (int i = 0; i < DRAWS; i++) {
			int64_t wait = retry_wait(attempt, -1, secret_uniform(RETRY_SPREAD + 1));

			assert_in_range(wait, delay * 8 / 10, delay * 12 / 10);
			sum += wait;
		}
		assert_in_range(sum / DRAWS, delay * 99 / 100, delay * 101 / 100);
	}
}

static void
receivers_are_believed_within_reason(void **state)
{
	(void)state;
	assert_int_equal(retry_wait(1, 0, 0), 5000);
	assert_int_equal(retry_wait(1, 60 * SECOND_MS, 0), 60 * SECOND_MS);
	assert_int_equal(retry_wait(3, 60 * SECOND_MS, 0), 2 * MINUTE_MS);
	assert_int_equal(retry_wait(1, 30 * DAY_MS, 0), DAY_MS);
	assert_int_equal(retry_wait(13, 60 * SECOND_MS, 0), -1);
}

static void
retry_after_is_seconds_or_a_date(void **state)
{
	struct arena *arena = arena_new(0);
	struct instant now;

	(void)state;
	assert_true(clock_parse("2026-11-21T08:00:00Z", &now));
	assert_int_equal(retry_after(arena, "120", now), 120000);
	assert_int_equal(retry_after(arena, "0", now), 0);
	assert_int_equal(retry_after(arena, "Sat, 21 Nov 2026 08:01:30 GMT", now), 90000);
	assert_int_equal(retry_after(arena, "Sat, 21 Nov 2026 07:59:59 GMT", now), -1);
	assert_int_equal(retry_after(arena, "Sat, 21 anN 2026 08:01:30 GMT", now), -1);
	assert_int_equal(retry_after(arena, "Sat, 21 Nov 2026 08:01:30 CET", now), -1);
	assert_int_equal(retry_after(arena, "soon", now), -1);
	assert_int_equal(retry_after(arena, "-5", now), -1);
	assert_int_equal(retry_after(arena, "99999999999999999999", now), -1);
	assert_int_equal(retry_after(arena, "", now), -1);
	assert_int_equal(retry_after(arena, NULL, now), -1);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thirteen_attempts_span_three_days),
		cmocka_unit_test(jitter_is_a_fifth_each_way),
		cmocka_unit_test(waits_keep_to_the_schedule_on_average),
		cmocka_unit_test(receivers_are_believed_within_reason),
		cmocka_unit_test(retry_after_is_seconds_or_a_date),
	};

	secret_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
