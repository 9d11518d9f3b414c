/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names for rows. Sorting by id sorts by age to the millisecond; the random part makes two
 * processes never meet (80 bits).
 */
#include "core/ids.h"

#include "core/secret.h"

enum { TIME_DIGITS = 8, RANDOM_DIGITS = 16, ID_DIGITS = TIME_DIGITS + RANDOM_DIGITS };

/* Crockford's base32 in lower case: no i, l, o, u. */
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

char *
id_new(struct op *op, const char *prefix)
{
	/* 40 bits of milliseconds since 2020-01-01 last until 2054. */
	uint64_t ms = (uint64_t)clock_now().ms - UINT64_C(1577836800000);
	size_t n = strlen(prefix);
	char *id = arena_alloc(op->arena, n + 1 + ID_DIGITS + 1), *p = id + n + 1;
	unsigned char noise[RANDOM_DIGITS];

	memcpy(id, prefix, n);
	id[n] = '_';
	for (int i = TIME_DIGITS - 1; i >= 0; i--, ms >>= 5)
		p[i] = digits[ms & 31];
	secret_noise(noise, sizeof(noise));
	for (size_t i = 0; i < RANDOM_DIGITS; i++)
		p[TIME_DIGITS + i] = digits[noise[i] & 31];
	return id;
}

bool
id_is(const char *text, const char *prefix)
{
	size_t n = strlen(prefix);

	if (text == NULL || strlen(text) != n + 1 + ID_DIGITS || !text_starts(text, prefix) ||
	    text[n] != '_')
		return false;
	return strspn(text + n + 1, digits) == ID_DIGITS;
}
