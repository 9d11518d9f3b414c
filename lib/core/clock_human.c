/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times for people: a date in their zone, an age in words, and the zone's offset at an instant.
 * Zones come from the system's files (TZif, RFC 8536), because libc's own reader knows only
 * one zone per process, in the environment, which threads must not change.
 */
#include <fcntl.h>
#include <unistd.h>

#include "core/clock.h"

char *
clock_human(struct arena *arena, struct instant t, int offset_minutes)
{
	char text[64];
	struct tm tm;
	time_t s = (time_t)(t.ms / 1000 + offset_minutes * INT64_C(60));

	if (t.ms == 0)
		return arena_dup(arena, "");
	gmtime_r(&s, &tm);
	strftime(text, sizeof(text), "%e %b %Y, %H:%M", &tm);
	return arena_dup(arena, text[0] == ' ' ? text + 1 : text);
}

static const struct {
	int64_t below_ms, unit_ms;
	const char *name;
} ages[] = {
	{ HOUR_MS, MINUTE_MS, "min" },    { DAY_MS, HOUR_MS, "h" },
	{ 30 * DAY_MS, DAY_MS, "d" },     { 365 * DAY_MS, 30 * DAY_MS, "mo" },
	{ INT64_MAX, 365 * DAY_MS, "y" },
};

char *
clock_relative(struct arena *arena, struct instant t, struct instant now)
{
	int64_t age = now.ms - t.ms;
	bool ahead = age < 0;
	size_t i = 0;

	if (t.ms == 0)
		return arena_dup(arena, "");
	if (ahead)
		age = -age;
	if (age < MINUTE_MS)
		return arena_dup(arena, ahead ? "in a moment" : "just now");
	while (age >= ages[i].below_ms)
		i++;
	return arena_printf(arena, "%s%lld %s%s", ahead ? "in " : "",
			    (long long)(age / ages[i].unit_ms), ages[i].name, ahead ? "" : " ago");
}

/* The counts in a TZif header, in the order in which they are stored. */
struct zone_counts {
	uint32_t isut, isstd, leap, times, types, chars;
};

enum { ZONE_HEADER = 44, ZONE_FILE_MAX = 65536, TYPE_SIZE = 6 };

static uint64_t
read_big_endian(const unsigned char *p, int n)
{
	uint64_t v = 0;

	for (int i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

/* Header at p; *block is the length of the data behind it, whose times have `size` bytes. */
static bool
read_header(const unsigned char *p, size_t left, int size, struct zone_counts *c, size_t *block)
{
	if (left < ZONE_HEADER || memcmp(p, "TZif", 4) != 0)
		return false;
	c->isut = (uint32_t)read_big_endian(p + 20, 4);
	c->isstd = (uint32_t)read_big_endian(p + 24, 4);
	c->leap = (uint32_t)read_big_endian(p + 28, 4);
	c->times = (uint32_t)read_big_endian(p + 32, 4);
	c->types = (uint32_t)read_big_endian(p + 36, 4);
	c->chars = (uint32_t)read_big_endian(p + 40, 4);
	if ((c->isut | c->isstd | c->leap | c->times | c->types | c->chars) > ZONE_FILE_MAX)
		return false;
	*block = (size_t)c->times * ((size_t)size + 1) + (size_t)c->types * TYPE_SIZE + c->chars +
		 (size_t)c->leap * ((size_t)size + 4) + c->isstd + c->isut;
	return left - ZONE_HEADER >= *block && c->types > 0;
}

/* Seconds east of UTC at an instant by the 64-bit data block. */
static int32_t
offset_in_block(const unsigned char *data, const struct zone_counts *c, int64_t seconds)
{
	const unsigned char *types = data + (size_t)c->times * 9, *type = types;

	for (uint32_t i = 0; i < c->times; i++) {
		unsigned index = data[(size_t)c->times * 8 + i];

		if ((int64_t)read_big_endian(data + (size_t)i * 8, 8) > seconds)
			break;
		if (index < c->types)
			type = types + (size_t)index * TYPE_SIZE;
	}
	return (int32_t)read_big_endian(type, 4);
}

static ssize_t
read_zone(const char *zone, unsigned char *data, size_t room)
{
	char path[256];
	int n = snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", zone), fd;
	ssize_t got;

	if (zone[0] == '/' || strstr(zone, "..") != NULL || n < 0 || (size_t)n >= sizeof(path))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	got = read(fd, data, room);
	close(fd);
	return got;
}

bool
clock_zone_offset(const char *zone, struct instant at, int *minutes)
{
	unsigned char data[8192];
	struct zone_counts c;
	size_t old, block;
	ssize_t n;

	if (text_equal(zone, "UTC")) {
		*minutes = 0;
		return true;
	}
	n = text_empty(zone) ? -1 : read_zone(zone, data, sizeof(data));
	if (n < 0 || !read_header(data, (size_t)n, 4, &c, &old))
		return false;
	old += ZONE_HEADER;
	if (!read_header(data + old, (size_t)n - old, 8, &c, &block))
		return false;
	*minutes = offset_in_block(data + old + ZONE_HEADER, &c, at.ms / 1000) / 60;
	return true;
}
