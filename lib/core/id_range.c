/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges of ids. The form of an id is that of ids.c: prefix, "_", eight base32 digits of the
 * milliseconds since 2020-01-01, then sixteen random ones; its test holds the two together.
 */
#include "core/id_range.h"

#include "core/ids.h"

enum { TIME_DIGITS = 8, RANDOM_DIGITS = 16 };

static const int64_t EPOCH_MS = INT64_C(1577836800000);
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

char *
id_least(struct op *op, const char *prefix, struct instant t)
{
	uint64_t ms = t.ms > EPOCH_MS ? (uint64_t)(t.ms - EPOCH_MS) : 0;
	char time[TIME_DIGITS + 1] = "";

	for (int i = TIME_DIGITS - 1; i >= 0; i--, ms >>= 5)
		time[i] = digits[ms & 31];
	return arena_printf(op->arena, "%s_%s%0*d", prefix, time, RANDOM_DIGITS, 0);
}

struct instant
id_time(const char *id)
{
	const char *p = id != NULL ? strchr(id, '_') : NULL;
	int64_t ms = 0;

	if (p == NULL || strlen(++p) != TIME_DIGITS + RANDOM_DIGITS)
		return (struct instant){ 0 };
	for (int i = 0; i < TIME_DIGITS; i++) {
		const char *digit = strchr(digits, p[i]);

		if (digit == NULL)
			return (struct instant){ 0 };
		ms = ms << 5 | (digit - digits);
	}
	return (struct instant){ EPOCH_MS + ms };
}

char *
id_beyond(struct op *op, const char *prefix)
{
	return arena_printf(op->arena, "%s_zzzzzzzzzzzzzzzzzzzzzzzzz", prefix);
}
