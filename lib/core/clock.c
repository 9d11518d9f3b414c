/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only place that asks what time it is. WAGATE_CLOCK names a file whose number of
 * milliseconds is added to the clock, so that a test can move time across all processes.
 */
#include "core/clock.h"

#include <fcntl.h>
#include <unistd.h>

static int64_t
clock_shift(void)
{
	static const char *path;
	static bool asked;
	char text[32];
	int64_t ms = 0;
	ssize_t n;
	int fd;

	if (!__atomic_load_n(&asked, __ATOMIC_ACQUIRE)) {
		__atomic_store_n(&path, getenv("WAGATE_CLOCK"), __ATOMIC_RELAXED);
		__atomic_store_n(&asked, true, __ATOMIC_RELEASE);
	}
	if (path == NULL || (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	return text_int(text, INT64_MIN, INT64_MAX, &ms) ? ms : 0;
}

struct instant
clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (struct instant){ (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + clock_shift() };
}

int64_t
clock_elapsed_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct instant
clock_after(struct instant t, int64_t ms)
{
	return (struct instant){ t.ms + ms };
}

struct instant
clock_from_seconds(int64_t seconds)
{
	return (struct instant){ seconds * 1000 };
}

/* Times that are told are mostly of the running second, which is made into text once. */
static const char *
clock_second(int64_t s)
{
	static _Thread_local struct {
		time_t s;
		char text[64];
	} last;
	struct tm tm;

	if (last.text[0] == '\0' || last.s != s) {
		last.s = (time_t)s;
		gmtime_r(&last.s, &tm);
		strftime(last.text, sizeof(last.text), "%Y-%m-%dT%H:%M:%S", &tm);
	}
	return last.text;
}

size_t
clock_write_ms(char out[CLOCK_TEXT_MAX], struct instant t)
{
	int ms = (int)((t.ms % 1000 + 1000) % 1000);
	const char *second = clock_second((t.ms - ms) / 1000);
	size_t n = strlen(second);

	memcpy(out, second, n);
	out[n++] = '.';
	out[n++] = (char)('0' + ms / 100);
	out[n++] = (char)('0' + ms / 10 % 10);
	out[n++] = (char)('0' + ms % 10);
	out[n++] = 'Z';
	out[n] = '\0';
	return n;
}

char *
clock_rfc3339(struct arena *arena, struct instant t)
{
	return t.ms == 0 ? arena_dup(arena, "")
			 : arena_join(arena, clock_second(t.ms / 1000 - (t.ms % 1000 < 0)), "Z");
}

char *
clock_rfc3339_ms(struct arena *arena, struct instant t)
{
	char text[CLOCK_TEXT_MAX];

	return t.ms == 0 ? arena_dup(arena, "") : arena_dupn(arena, text, clock_write_ms(text, t));
}

/* Exactly n digits at *p, which moves past them. */
static bool
read_digits(const char **p, int n, int *out)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (**p < '0' || **p > '9')
			return false;
		value = value * 10 + *(*p)++ - '0';
	}
	*out = value;
	return true;
}

static bool
read_char(const char **p, const char *any)
{
	if (**p == '\0' || strchr(any, **p) == NULL)
		return false;
	(*p)++;
	return true;
}

static bool
read_date(const char **p, struct tm *tm)
{
	if (!read_digits(p, 4, &tm->tm_year) || !read_char(p, "-") ||
	    !read_digits(p, 2, &tm->tm_mon) || !read_char(p, "-") ||
	    !read_digits(p, 2, &tm->tm_mday))
		return false;
	tm->tm_year -= 1900;
	tm->tm_mon -= 1;
	return tm->tm_mon >= 0 && tm->tm_mon < 12 && tm->tm_mday >= 1 && tm->tm_mday <= 31;
}

/* ".123456": what is finer than a millisecond is dropped. */
static bool
read_fraction(const char **p, int64_t *ms)
{
	const char *start;

	*ms = 0;
	if (!read_char(p, "."))
		return true;
	start = *p;
	for (int scale = 100; **p >= '0' && **p <= '9'; (*p)++, scale /= 10)
		*ms += (**p - '0') * scale;
	return *p > start;
}

static bool
read_time(const char **p, struct tm *tm, int64_t *ms)
{
	if (!read_digits(p, 2, &tm->tm_hour) || !read_char(p, ":") ||
	    !read_digits(p, 2, &tm->tm_min) || !read_char(p, ":") ||
	    !read_digits(p, 2, &tm->tm_sec))
		return false;
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60 && read_fraction(p, ms);
}

/* "Z" or "+hh:mm": minutes east. */
static bool
read_offset(const char **p, int *minutes)
{
	int sign = **p == '-' ? -1 : 1, hours, rest;

	*minutes = 0;
	if (read_char(p, "Zz"))
		return true;
	if (!read_char(p, "+-") || !read_digits(p, 2, &hours) || !read_char(p, ":") ||
	    !read_digits(p, 2, &rest) || hours > 23 || rest > 59)
		return false;
	*minutes = sign * (hours * 60 + rest);
	return true;
}

bool
clock_parse(const char *text, struct instant *out)
{
	struct tm tm = { 0 }, made;
	int64_t ms = 0;
	int minutes = 0;
	time_t s;

	if (text == NULL || !read_date(&text, &tm))
		return false;
	if (*text != '\0' && (!read_char(&text, "Tt ") || !read_time(&text, &tm, &ms) ||
			      !read_offset(&text, &minutes)))
		return false;
	made = tm;
	s = timegm(&made);
	/* timegm turns 31 February into March; a date that moves was none. */
	if (*text != '\0' || made.tm_mday != tm.tm_mday || made.tm_mon != tm.tm_mon)
		return false;
	out->ms = ((int64_t)s - minutes * INT64_C(60)) * 1000 + ms;
	return true;
}
