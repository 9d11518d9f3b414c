/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retry - when a delivery that failed is tried again
 *
 * Thirteen attempts over 71 h 42 min 35 s: quick ones for a restart of the receiver, slow ones for
 * a weekend. A receiver that says when it wants to be asked again is believed within reason: not
 * sooner than the schedule, not later than a day.
 */
#include "domain/event.h"

static const int64_t schedule[] = {
	5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, 1 * HOUR_MS,
	2 * HOUR_MS,   4 * HOUR_MS,    8 * HOUR_MS,   12 * HOUR_MS,   20 * HOUR_MS,   24 * HOUR_MS,
};

int64_t
retry_delay(int64_t attempt)
{
	if (attempt < 1 || attempt > (int64_t)ARRAY_LEN(schedule))
		return -1;
	return schedule[attempt - 1];
}

int64_t
retry_wait(int64_t attempt, int64_t asked_ms, uint32_t spread)
{
	int64_t delay = retry_delay(attempt);

	if (delay < 0)
		return -1;
	if (asked_ms < 0)
		return delay * (8000 + spread) / 10000;
	if (asked_ms < delay)
		return delay;
	return asked_ms < DAY_MS ? asked_ms : DAY_MS;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", the one form that senders may generate. */
static bool
read_http_date(struct arena *arena, const char *text, struct instant *out)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char month[4], clock[9], zone[4];
	const char *found;
	int day, year;

	if (sscanf(text, "%*3[A-Za-z], %2d %3s %4d %8[0-9:] %3s", &day, month, &year, clock,
		   zone) != 5)
		return false;
	found = strstr(months, month);
	if (strlen(month) != 3 || found == NULL || (found - months) % 3 != 0 ||
	    !text_equal(zone, "GMT"))
		return false;
	return clock_parse(arena_printf(arena, "%04d-%02d-%02dT%sZ", year,
					(int)(found - months) / 3 + 1, day, clock),
			   out);
}

int64_t
retry_after(struct arena *arena, const char *header, struct instant now)
{
	int64_t seconds;
	struct instant then;

	if (text_empty(header))
		return -1;
	if (text_int(header, 0, INT32_MAX, &seconds))
		return seconds * SECOND_MS;
	if (read_http_date(arena, header, &then) && then.ms > now.ms)
		return then.ms - now.ms;
	return -1;
}
