/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLOCK_FIXTURE_H
#define CLOCK_FIXTURE_H

/* A clock that tests move: set-up and end of a whole group, since a program looks for the
 * variable that names the clock's file only once. */
#include "unit.h"

static char clock_file[] = "/tmp/wagate-clock.XXXXXX";

static inline int
setup_clock(void **state)
{
	int fd = mkstemp(clock_file);

	(void)state;
	if (fd < 0)
		return 1;
	close(fd);
	return setenv("WAGATE_CLOCK", clock_file, 1);
}

static inline int
teardown_clock(void **state)
{
	(void)state;
	return unlink(clock_file);
}

static inline void
write_clock(const char *text)
{
	FILE *file = fopen(clock_file, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static inline void
set_clock(int64_t ahead_ms)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)ahead_ms);
	write_clock(text);
}

#endif
