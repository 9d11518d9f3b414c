/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON text in the form in which Meta sends and signs it: ASCII only, slashes escaped.
 *
 * Only the spelling of strings changes. Numbers keep their digits, doubled members stay
 * doubled and in order, and what is escaped already is left alone: receivers compute
 * signatures over these bytes and may compare them with what Meta would have sent.
 */
#include "core/json.h"

#include <unistr.h>

/* One code point, in UTF-16 as JSON wants it (RFC 8259 section 7). */
static void
add_escaped(struct buf *out, unsigned point)
{
	if (point < 0x10000) {
		buf_printf(out, "\\u%04x", point);
		return;
	}
	point -= 0x10000;
	buf_printf(out, "\\u%04x\\u%04x", 0xd800 + (point >> 10), 0xdc00 + (point & 0x3ff));
}

/* Bytes from i on that are copied as they stand: an escape sequence counts as two of them. */
static size_t
plain_run(struct bytes json, size_t i)
{
	size_t start = i;

	while (i < json.n) {
		unsigned char c = json.p[i];

		if (c == '"' || c == '/' || c >= 0x7f)
			break;
		i += c == '\\' && i + 1 < json.n ? 2 : 1;
	}
	return i - start;
}

/* From behind the opening quote to behind the closing one. */
static size_t
add_string(struct buf *out, struct bytes json, size_t i)
{
	while (i < json.n) {
		size_t run = plain_run(json, i);
		ucs4_t point;

		buf_add(out, json.p + i, run);
		i += run;
		if (i >= json.n)
			break;
		if (json.p[i] == '"') {
			buf_char(out, '"');
			return i + 1;
		}
		if (json.p[i] == '/') {
			buf_text(out, "\\/");
			i++;
			continue;
		}
		i += (size_t)u8_mbtouc(&point, json.p + i, json.n - i);
		add_escaped(out, point);
	}
	return i;
}

void
json_ascii(struct buf *out, struct bytes json)
{
	size_t i = 0;

	while (i < json.n) {
		unsigned char c = json.p[i++];

		if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
			continue;
		buf_char(out, (char)c);
		if (c == '"')
			i = add_string(out, json, i);
	}
}
