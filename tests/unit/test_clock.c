/* SPDX-License-Identifier: Apache-2.0 */
/* Times: reading, writing and the clock that tests can move. */
#include "core/clock.h"

#include "clock_fixture.h"
#include "fixture.h"

static void
parsing(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-02", DAY_MS },
		{ "2026-05-08T10:00:00Z", INT64_C(1778234400000) },
		{ "2026-05-08t10:00:00z", INT64_C(1778234400000) },
		{ "2026-05-08T10:00:00.5Z", INT64_C(1778234400500) },
		{ "2026-05-08T10:00:00.123456789Z", INT64_C(1778234400123) },
		{ "2026-05-08T13:00:00+03:00", INT64_C(1778234400000) },
		{ "2026-05-08T04:15:00-05:45", INT64_C(1778234400000) },
		{ "2024-02-29", INT64_C(1709164800000) },
		{ "2000-02-29T23:59:59Z", INT64_C(951868799000) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct instant t = { -1 };

		if (!clock_parse(cases[i].text, &t) || t.ms != cases[i].ms)
			fail_msg("%s: %lld", cases[i].text, (long long)t.ms);
	}
}

static void
what_is_no_time(void **state)
{
	static const char *const wrong[] = {
		"",
		"now",
		"2026",
		"2026-5-8",
		"2026-13-01",
		"2026-00-10",
		"2026-02-30",
		"2023-02-29",
		"2100-02-29",
		"2026-04-31",
		"2026-05-00",
		"2026-05-08T",
		"2026-05-08T10:00:00",
		"2026-05-08T24:00:00Z",
		"2026-05-08T10:60:00Z",
		"2026-05-08T10:00Z",
		"2026-05-08T10:00:00Zz",
		"2026-05-08T10:00:00.Z",
		"2026-05-08T10:00:00+3",
		"2026-05-08T10:00:00+03:60",
		"2026-05-08T10:00:00+24:00",
		" 2026-05-08",
		"2026-05-08 ",
		"-026-05-08",
		"2026-05-08T10:00:00+",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct instant t = { 77 };

		if (clock_parse(wrong[i], &t) || t.ms != 77)
			fail_msg("\"%s\"", wrong[i]);
	}
	assert_false(clock_parse(NULL, &(struct instant){ 0 }));
}

static void
writing(void **state)
{
	struct instant t = { INT64_C(1778234400007) };

	assert_string_equal(clock_rfc3339(*state, t), "2026-05-08T10:00:00Z");
	assert_string_equal(clock_rfc3339_ms(*state, t), "2026-05-08T10:00:00.007Z");
	/* One after the other, in seconds that differ, also before 1970. */
	assert_string_equal(clock_rfc3339_ms(*state, (struct instant){ 999 }),
			    "1970-01-01T00:00:00.999Z");
	assert_string_equal(clock_rfc3339_ms(*state, (struct instant){ -1 }),
			    "1969-12-31T23:59:59.999Z");
	assert_string_equal(clock_rfc3339(*state, (struct instant){ -1000 }),
			    "1969-12-31T23:59:59Z");
	assert_string_equal(clock_rfc3339_ms(*state, t), "2026-05-08T10:00:00.007Z");
	assert_string_equal(clock_rfc3339(*state, (struct instant){ 0 }), "");
	assert_string_equal(clock_rfc3339_ms(*state, (struct instant){ 0 }), "");
	assert_int_equal(clock_from_seconds(3).ms, 3000);
	assert_int_equal(clock_after((struct instant){ 5 }, -2).ms, 3);
}

static void
what_is_written_reads_back(void **state)
{
	for (int64_t ms = -DAY_MS * 400 + 1; ms < DAY_MS * 40000; ms += DAY_MS * 37 + 12345) {
		struct instant t = { ms }, back;

		assert_true(clock_parse(clock_rfc3339_ms(*state, t), &back));
		assert_true(back.ms == ms);
	}
}

static void
for_people(void **state)
{
	struct instant t = { INT64_C(1778234400000) };

	assert_string_equal(clock_human(*state, t, 0), "8 May 2026, 10:00");
	assert_string_equal(clock_human(*state, t, 180), "8 May 2026, 13:00");
	assert_string_equal(clock_human(*state, t, -11 * 60), "7 May 2026, 23:00");
	assert_string_equal(clock_relative(*state, t, clock_after(t, 3 * MINUTE_MS)), "3 min ago");
	assert_string_equal(clock_relative(*state, t, clock_after(t, 59 * MINUTE_MS)),
			    "59 min ago");
	assert_null(strstr(clock_relative(*state, t, clock_after(t, 2 * HOUR_MS)), "min"));
	assert_non_null(clock_relative(*state, t, clock_after(t, 4000 * DAY_MS)));
	assert_non_null(strstr(clock_relative(*state, clock_after(t, HOUR_MS), t), "in "));
}

static void
zones(void **state)
{
	struct instant winter = { INT64_C(1768478400000) }, summer = { INT64_C(1784116800000) };
	int minutes = -1;

	(void)state;
	assert_false(clock_zone_offset("No/Where", winter, &minutes));
	assert_false(clock_zone_offset("../../../etc/passwd", winter, &minutes));
	assert_false(clock_zone_offset("/etc/localtime", winter, &minutes));
	assert_false(clock_zone_offset("", winter, &minutes));
	assert_false(clock_zone_offset("Europe", winter, &minutes));
	assert_int_equal(minutes, -1);
	assert_true(clock_zone_offset("UTC", winter, &minutes));
	assert_int_equal(minutes, 0);
	if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) != 0)
		skip();
	assert_true(clock_zone_offset("Europe/Istanbul", winter, &minutes));
	assert_int_equal(minutes, 180);
	assert_true(clock_zone_offset("Europe/Berlin", winter, &minutes));
	assert_int_equal(minutes, 60);
	assert_true(clock_zone_offset("Europe/Berlin", summer, &minutes));
	assert_int_equal(minutes, 120);
	assert_true(clock_zone_offset("America/New_York", summer, &minutes));
	assert_int_equal(minutes, -240);
	assert_true(clock_zone_offset("Asia/Kathmandu", summer, &minutes));
	assert_int_equal(minutes, 345);
}

static void
tests_can_move_it(void **state)
{
	int64_t before = clock_now().ms, moved;

	(void)state;
	write_clock("86400000\n");
	moved = clock_now().ms - before;
	assert_true(moved >= DAY_MS && moved < DAY_MS + MINUTE_MS);
	write_clock("-86400000");
	moved = clock_now().ms - before;
	assert_true(moved >= -DAY_MS && moved < -DAY_MS + MINUTE_MS);
	write_clock("soon");
	moved = clock_now().ms - before;
	assert_true(moved >= 0 && moved < MINUTE_MS);
	unlink(clock_file);
	moved = clock_now().ms - before;
	assert_true(moved >= 0 && moved < MINUTE_MS);
}

static void
durations_go_forward(void **state)
{
	int64_t first = clock_elapsed_us();

	(void)state;
	assert_true(clock_elapsed_us() >= first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_arena, teardown_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(parsing),           TEST(what_is_no_time),
		TEST(writing),           TEST(what_is_written_reads_back),
		TEST(for_people),        TEST(zones),
		TEST(tests_can_move_it), TEST(durations_go_forward),
	};

	return cmocka_run_group_tests(tests, setup_clock, NULL);
}
