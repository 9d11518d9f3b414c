/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recipient - whom a message is for, as people write it, made canonical once
 *
 * Inside the house a number is its E.164 digits (ITU-T E.164: at most 15, no leading zero). What
 * is tolerated around them is what people type and paste: a plus sign, blanks, dashes, dots and
 * brackets, and the invisible marks that address books add. A national prefix in brackets, as in
 * +44 (0)20, is refused: dropping it or keeping it would be a guess. The ids that Meta gives to
 * persons and groups have one spelling.
 */
#include "domain/message.h"

#include <unistr.h>

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

enum { DIGITS_MIN = 7, DIGITS_MAX = 15, USER_ID_MAX = 128, GROUP_ID_MAX = 128 };

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

bool
recipient_is_metas(const char *written)
{
	return *written != '\0' && written[strspn(written, "+0123456789 -()")] == '\0';
}

/* ^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$ */
bool
recipient_is_user_id(const char *written)
{
	const char *id;
	size_t n;

	if (strspn(written, CAPITALS) != 2 || written[2] != '.')
		return false;
	id = written + 3;
	if (text_starts(id, "ENT."))
		id += strlen("ENT.");
	n = strspn(id, CAPITALS "abcdefghijklmnopqrstuvwxyz0123456789");
	return id[n] == '\0' && n >= 1 && n <= USER_ID_MAX;
}

bool
recipient_is_group_id(const char *written)
{
	size_t n = 0;
	ucs4_t c;

	for (const uint8_t *p = (const uint8_t *)written; (p = u8_next(&c, p)) != NULL; n++)
		if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
			return false;
	return n >= 1 && n <= GROUP_ID_MAX;
}

/* Digits, and what people put between them. */
static bool
looks_like_a_number(const char *written)
{
	size_t n;

	for (; *written != '\0'; written += n) {
		n = filler(written);
		if (n == 0 && *written != '+' && (*written < '0' || *written > '9'))
			return false;
		n += n == 0;
	}
	return true;
}

bool
recipient_read(struct arena *arena, const char **out, enum recipient_kind *kind,
	       const char *written)
{
	char *digits = recipient_normalize(arena, written);

	if (digits != NULL)
		*kind = RECIPIENT_PHONE;
	else if (written == NULL || looks_like_a_number(written))
		return false;
	else if (recipient_is_user_id(written))
		*kind = RECIPIENT_USER_ID;
	else if (recipient_is_group_id(written))
		*kind = RECIPIENT_GROUP;
	else
		return false;
	*out = digits != NULL ? digits : arena_dup(arena, written);
	return true;
}

/* A group may have an id of digits: longer than any number. */
static bool
is_number(const char *recipient)
{
	size_t n = strspn(recipient, "0123456789");

	return n > 0 && n <= DIGITS_MAX && recipient[n] == '\0';
}

char *
recipient_written(struct arena *arena, const char *recipient)
{
	if (recipient == NULL || !is_number(recipient))
		return arena_dup(arena, recipient);
	return arena_join(arena, "+", recipient);
}
