/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparing, checking and cutting text. Everything here takes valid, NUL-terminated UTF-8
 * unless it is the very function that checks (text_is_utf8). Encodings are in text_code.c.
 */
#include "core/text.h"

#include <errno.h>
#include <strings.h>

struct bytes
bytes_of(const char *text)
{
	return bytes_slice(text, text == NULL ? 0 : strlen(text));
}

struct bytes
bytes_slice(const void *p, size_t n)
{
	return (struct bytes){ p, n };
}

bool
bytes_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
text_equal(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool
text_equal_nocase(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcasecmp(a, b) == 0);
}

bool
text_starts(const char *text, const char *prefix)
{
	return text != NULL && strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
text_ends(const char *text, const char *suffix)
{
	size_t n = text == NULL ? 0 : strlen(text), m = strlen(suffix);

	return text != NULL && n >= m && memcmp(text + n - m, suffix, m) == 0;
}

bool
text_is_one_of(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_equal(word, words[i]))
			return true;
	return false;
}

bool
text_empty(const char *text)
{
	return text == NULL || *text == '\0';
}

/* Lead bytes, the length of the sequence each opens, and the range of its second byte (the
 * table of RFC 3629, section 4). NUL is text's end, so it opens none. */
struct utf8_lead {
	unsigned char first, last, length, low, high;
};

static const struct utf8_lead utf8_leads[] = {
	{ 0x01, 0x7f, 1, 0, 0 },       { 0xc2, 0xdf, 2, 0x80, 0xbf }, { 0xe0, 0xe0, 3, 0xa0, 0xbf },
	{ 0xe1, 0xec, 3, 0x80, 0xbf }, { 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf },
	{ 0xf0, 0xf0, 4, 0x90, 0xbf }, { 0xf1, 0xf3, 4, 0x80, 0xbf }, { 0xf4, 0xf4, 4, 0x80, 0x8f },
};

static const struct utf8_lead *
utf8_lead(unsigned char c)
{
	for (size_t i = 0; i < ARRAY_LEN(utf8_leads); i++)
		if (c >= utf8_leads[i].first && c <= utf8_leads[i].last)
			return &utf8_leads[i];
	return NULL;
}

/* Length of the sequence at p, 0 when there is none. */
static size_t
utf8_sequence(const unsigned char *p, size_t left)
{
	const struct utf8_lead *lead = utf8_lead(p[0]);

	if (lead == NULL || lead->length > left)
		return 0;
	if (lead->length > 1 && (p[1] < lead->low || p[1] > lead->high))
		return 0;
	for (size_t i = 2; i < lead->length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return lead->length;
}

bool
text_is_utf8(struct bytes b)
{
	for (size_t i = 0, n = 1; i < b.n; i += n) {
		bool ascii = b.p[i] != '\0' && b.p[i] < 0x80;

		n = ascii ? 1 : utf8_sequence(b.p + i, b.n - i);
		if (n == 0)
			return false;
	}
	return true;
}

size_t
text_points(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

char *
text_trim(struct arena *arena, const char *text)
{
	size_t n;

	while (is_blank(*text))
		text++;
	n = strlen(text);
	while (n > 0 && is_blank(text[n - 1]))
		n--;
	return arena_dupn(arena, text, n);
}

char *
text_lower(struct arena *arena, const char *text)
{
	char *copy = arena_dup(arena, text);

	for (char *p = copy; p != NULL && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return copy;
}

bool
text_int(const char *text, int64_t min, int64_t max, int64_t *out)
{
	char *end;
	long long n;

	if (text == NULL || (*text != '-' && (*text < '0' || *text > '9')))
		return false;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < min || n > max)
		return false;
	*out = n;
	return true;
}

const char **
text_split(struct arena *arena, const char *text, char separator, size_t *count)
{
	size_t room = 2, n = 0;
	const char **items;

	for (const char *p = text; *p != '\0'; p++)
		room += *p == separator;
	items = arena_array(arena, room, sizeof(*items));
	while (*text != '\0') {
		const char *end = strchrnul(text, separator);
		const char *item = text_trim(arena, arena_dupn(arena, text, (size_t)(end - text)));

		if (*item != '\0')
			items[n++] = item;
		text = *end == '\0' ? end : end + 1;
	}
	if (count != NULL)
		*count = n;
	return items;
}

const char *
text_join(struct arena *arena, const char *const *items, size_t n, const char *between)
{
	const char *list = "";

	for (size_t i = 0; i < n; i++)
		list = arena_printf(arena, "%s%s%s", list, i == 0 ? "" : between, items[i]);
	return list;
}

size_t
text_version(const char *text)
{
	static const char digits[] = "0123456789";
	size_t major, minor;

	if (text[0] != 'v')
		return 0;
	major = strspn(text + 1, digits);
	if (major == 0 || text[1 + major] != '.')
		return 0;
	minor = strspn(text + 2 + major, digits);
	return minor == 0 ? 0 : 2 + major + minor;
}

bool
text_list_has(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; p != NULL && *p != '\0';) {
		const char *end;

		while (is_blank(*p) || *p == ',')
			p++;
		end = strchrnul(p, ',');
		while (end > p && is_blank(end[-1]))
			end--;
		if ((size_t)(end - p) == n && n > 0 && memcmp(p, word, n) == 0)
			return true;
		p = strchrnul(p, ',');
	}
	return false;
}

char *
text_mask(struct arena *arena, const char *recipient)
{
	size_t n = recipient == NULL ? 0 : strlen(recipient);

	return arena_printf(arena, "\xe2\x80\xa6%s", n > 4 ? recipient + n - 4 : "");
}

char *
text_unix_lines(struct arena *arena, const char *text)
{
	char *out = arena_dup(arena, text == NULL ? "" : text), *to = out;

	for (const char *from = out; *from != '\0'; from++)
		if (from[0] != '\r' || from[1] != '\n')
			*to++ = *from;
	*to = '\0';
	return out;
}
