/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recipient - phone numbers as people write them, made canonical once
 *
 * Inside the house a number is its E.164 digits (ITU-T E.164: at most 15, no leading zero). What
 * is tolerated around them is what people type and paste: a plus sign, blanks, dashes, dots and
 * brackets, and the invisible marks that address books add. A national prefix in brackets, as in
 * +44 (0)20, is refused: dropping it or keeping it would be a guess.
 */
#include "domain/message.h"

#include <unistr.h>

enum { DIGITS_MIN = 7, DIGITS_MAX = 15 };

/* Unicode characters that may stand anywhere between digits, beside the ASCII ones. */
static const struct {
	ucs4_t first, last;
} fillers[] = {
	{ 0x00a0, 0x00a0 }, /* no-break space */
	{ 0x2000, 0x200f }, /* blanks of all widths, joiners, direction marks */
	{ 0x2010, 0x2015 }, /* hyphens and dashes */
	{ 0x202a, 0x202f }, /* embeddings, narrow no-break space */
	{ 0x2060, 0x2069 }, /* word joiner, isolates */
};

/* Length of the filler at the start of the text, 0 when there is none. */
static size_t
filler(const char *text)
{
	ucs4_t c;
	int n = u8_strmbtouc(&c, (const uint8_t *)text);

	if (n == 1)
		return strchr(" \t-.()[]", *text) != NULL;
	for (size_t i = 0; i < ARRAY_LEN(fillers); i++)
		if (n > 1 && c >= fillers[i].first && c <= fillers[i].last)
			return (size_t)n;
	return 0;
}

/* The digits of what is written into out; their number, or 0 when something else is there. */
static size_t
collect(char out[DIGITS_MAX + 1], const char *written)
{
	bool plus = false;
	size_t n = 0;

	for (const char *p = written; *p != '\0';) {
		size_t skip = filler(p);

		if (skip > 0) {
			p += skip;
			continue;
		}
		if (*p == '+' && !plus && n == 0)
			plus = true;
		else if (*p >= '0' && *p <= '9' && n < DIGITS_MAX)
			out[n++] = *p;
		else
			return 0;
		p++;
	}
	return n;
}

char *
recipient_normalize(struct arena *arena, const char *written)
{
	char digits[DIGITS_MAX + 1];
	size_t n;

	if (written == NULL || strstr(written, "(0)") != NULL)
		return NULL;
	n = collect(digits, written);
	if (n < DIGITS_MIN || digits[0] == '0')
		return NULL;
	return arena_dupn(arena, digits, n);
}

bool
recipient_is_bare(const char *written)
{
	written += *written == '+';
	return *written != '\0' && written[strspn(written, "0123456789")] == '\0';
}

char *
recipient_written(struct arena *arena, const char *recipient)
{
	size_t n = recipient == NULL ? 0 : strlen(recipient);
	char *out;

	if (recipient == NULL || !recipient_is_bare(recipient))
		return arena_dup(arena, recipient);
	out = arena_alloc(arena, n + 2);
	out[0] = '+';
	memcpy(out + 1, recipient, n);
	return out;
}
