/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include "core/text.h"

/* A point in time: milliseconds since 1970-01-01T00:00Z. 0 means "none". Not an integer,
 * so that the compiler tells a time from a count. */
struct instant {
	int64_t ms;
};

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

/* Now. With WAGATE_CLOCK=FILE in the environment (tests) the decimal number of
 * milliseconds in that file is added, read anew at each call. */
struct instant clock_now(void);

/* Microseconds of a clock that only goes forward, for durations. */
int64_t clock_elapsed_us(void);

struct instant clock_after(struct instant t, int64_t ms);

/* Meta's timestamps are decimal seconds in a string. */
struct instant clock_from_seconds(int64_t seconds);

/* RFC 3339 in UTC: whole seconds ("2026-05-08T10:00:00Z") or with milliseconds.
 * "" for the instant 0. */
char *clock_rfc3339(struct arena *arena, struct instant t);
char *clock_rfc3339_ms(struct arena *arena, struct instant t);

/* The same with milliseconds into out, which is NUL-terminated; its length. */
enum { CLOCK_TEXT_MAX = 80 };
size_t clock_write_ms(char out[CLOCK_TEXT_MAX], struct instant t);

/* Reads RFC 3339 with any offset, and a bare date (midnight UTC). */
bool clock_parse(const char *text, struct instant *out);

/* "21 Nov 2026, 13:05" in a zone given in minutes east of UTC, and "3 min ago". */
char *clock_human(struct arena *arena, struct instant t, int offset_minutes);
char *clock_relative(struct arena *arena, struct instant t, struct instant now);

/* Minutes east of UTC of an IANA zone ("Europe/Istanbul") at an instant; false when the
 * zone is unknown. */
bool clock_zone_offset(const char *zone, struct instant at, int *minutes);

#endif
