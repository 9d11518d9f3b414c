/* SPDX-License-Identifier: Apache-2.0 */
/*
 * byte_range - a part of a file (RFC 9110 14)
 *
 * Players jump in a video and downloads go on where they broke off; both ask for one range. Several
 * at once are nobody's wish here and are answered with the whole.
 */
#include "web/byte_range.h"

/* "500-999", "500-" or "-500", the last ones; false: it is none of these. */
static bool
read_numbers(const char *first, const char *last, int64_t size, int64_t *at, int64_t *end)
{
	int64_t from, to = size - 1;

	if (*first == '\0') {
		if (!text_int(last, 0, INT64_MAX, &from))
			return false;
		*at = from < size ? size - from : 0;
		*end = size;
		return true;
	}
	if (!text_int(first, 0, INT64_MAX, &from) ||
	    (*last != '\0' && !text_int(last, from, INT64_MAX, &to)))
		return false;
	*at = from;
	*end = to < size - 1 ? to + 1 : size;
	return true;
}

struct byte_range
byte_range_read(struct arena *arena, const char *header, int64_t size)
{
	struct byte_range range = { 0, size, 200 };
	int64_t at = 0, end = 0;
	const char *dash;

	if (header == NULL || !text_starts(header, "bytes="))
		return range;
	header += strlen("bytes=");
	dash = strchr(header, '-');
	if (dash == NULL || !read_numbers(arena_dupn(arena, header, (size_t)(dash - header)),
					  dash + 1, size, &at, &end))
		return range;
	if (at >= end)
		return (struct byte_range){ 0, 0, 416 };
	return (struct byte_range){ at, end, 206 };
}

void
byte_range_reply(struct web *web, const struct byte_range *range, int64_t size, const char *type,
		 web_source *source, void *arg)
{
	struct arena *arena = web->op->arena;

	web_set(web, "Accept-Ranges", "bytes");
	if (range->status == 206)
		web_set(web, "Content-Range",
			arena_printf(arena, "bytes %lld-%lld/%lld", (long long)range->at,
				     (long long)range->end - 1, (long long)size));
	if (range->status == 416)
		web_set(web, "Content-Range", arena_printf(arena, "bytes */%lld", (long long)size));
	web_reply_from(web, range->status, type, range->end - range->at, source, arg);
}
