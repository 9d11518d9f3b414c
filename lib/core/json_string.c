/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings of JSON documents, and how their reader says what is wrong.
 *
 * Most strings have no escapes and are handed on as they stand in the document; the others are
 * put together in the arena. Either way what leaves here is UTF-8, with NUL only where \u0000
 * is allowed.
 */
#include "core/json_read.h"

#include <unistr.h>

bool
json_refuse(struct json_reader *r, const char *what)
{
	r->wrong = what;
	return false;
}

bool
json_refuse_here(struct json_reader *r, const char *what)
{
	return json_refuse(r, r->p < r->end ? what : "it ends too early");
}

/* Characters that stand for themselves, from p on. */
static bool
read_run(struct json_reader *r, struct bytes *out)
{
	const unsigned char *start = r->p;

	while (r->p < r->end && *r->p >= 0x20 && *r->p != '"' && *r->p != '\\')
		r->p++;
	*out = bytes_slice(start, (size_t)(r->p - start));
	return text_is_utf8(*out) || json_refuse(r, "the text is not UTF-8");
}

/* \uXXXX, from the backslash on: a code unit of UTF-16. */
static bool
read_unit(struct json_reader *r, unsigned *out)
{
	char digits[] = "XXXX";
	unsigned char two[2];

	if (r->end - r->p < 6)
		return json_refuse(r, "it ends too early");
	memcpy(digits, r->p + 2, 4);
	if (r->p[0] != '\\' || r->p[1] != 'u' || !text_unhex(digits, two, sizeof(two)))
		return json_refuse(r, "\\u needs four digits, and a surrogate its other half");
	*out = (unsigned)two[0] << 8 | two[1];
	r->p += 6;
	return true;
}

static bool
read_point(struct json_reader *r, struct buf *text)
{
	uint8_t utf8[4];
	unsigned unit, low;
	ucs4_t point;
	int n;

	if (!read_unit(r, &unit))
		return false;
	point = unit;
	if (unit >= 0xd800 && unit < 0xdc00) {
		if (!read_unit(r, &low))
			return false;
		point = 0x10000 + ((unit & 0x3ff) << 10 | (low & 0x3ff));
		if (low < 0xdc00 || low > 0xdfff)
			point = unit;
	}
	if (point == 0 && r->strict)
		return json_refuse(r, "\\u0000 is not allowed in texts");
	n = u8_uctomb(utf8, point, sizeof(utf8));
	if (n < 0)
		return json_refuse(r, "half of a surrogate pair stands alone");
	buf_add(text, utf8, (size_t)n);
	return true;
}

static bool
read_escape(struct json_reader *r, struct buf *text)
{
	static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (r->end - r->p < 2)
		return json_refuse(r, "it ends too early");
	if (r->p[1] == 'u')
		return read_point(r, text);
	found = strchr(escapes, r->p[1]);
	if (found == NULL || *found == '\0')
		return json_refuse(r, "there is no such escape");
	buf_char(text, meant[found - escapes]);
	r->p += 2;
	return true;
}

/* The rest of a string that has escapes in it; no escape is shorter than what it means. */
static bool
read_escaped(struct json_reader *r, struct bytes *out)
{
	struct bytes run = *out;
	struct buf text;

	buf_init(&text, r->arena, run.n + (size_t)(r->end - r->p));
	buf_add(&text, run.p, run.n);
	while (r->p < r->end && *r->p != '"') {
		if (*r->p < 0x20)
			return json_refuse(r, "a control character in a text is not escaped");
		if (!read_escape(r, &text) || !read_run(r, &run))
			return false;
		buf_add(&text, run.p, run.n);
	}
	expect(buf_ok(&text));
	*out = bytes_slice(buf_str(&text), text.n);
	return true;
}

bool
json_read_string(struct json_reader *r, struct bytes *out)
{
	r->p++;
	if (!read_run(r, out))
		return false;
	if (r->p < r->end && *r->p != '"' && !read_escaped(r, out))
		return false;
	if (r->p == r->end)
		return json_refuse(r, "it ends too early");
	r->p++;
	return true;
}
