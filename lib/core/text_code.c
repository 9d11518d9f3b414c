/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text codes: hex, base64 (RFC 4648) and percent-encoding (RFC 3986, and the form variant in
 * which '+' means blank). Decoders refuse what they cannot read whole.
 */
#include "core/text.h"

static const char hex_digits[] = "0123456789abcdef";

char *
text_hex(struct arena *arena, struct bytes b)
{
	char *out = arena_alloc(arena, 2 * b.n + 1);

	for (size_t i = 0; i < b.n; i++) {
		out[2 * i] = hex_digits[b.p[i] >> 4];
		out[2 * i + 1] = hex_digits[b.p[i] & 15];
	}
	return out;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
text_unhex(const char *hex, unsigned char *out, size_t n)
{
	if (hex == NULL || strlen(hex) != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_value(hex[2 * i]), low = hex_value(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *
text_base64(struct arena *arena, struct bytes b)
{
	char *out = arena_alloc(arena, (b.n + 2) / 3 * 4 + 1), *w = out;

	for (size_t i = 0; i < b.n; i += 3) {
		size_t left = b.n - i;
		unsigned v = (unsigned)b.p[i] << 16;

		if (left > 1)
			v |= (unsigned)b.p[i + 1] << 8;
		if (left > 2)
			v |= b.p[i + 2];
		*w++ = base64_digits[v >> 18];
		*w++ = base64_digits[v >> 12 & 63];
		*w++ = left > 1 ? base64_digits[v >> 6 & 63] : '=';
		*w++ = left > 2 ? base64_digits[v & 63] : '=';
	}
	return out;
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* Four digits into up to three bytes; the number of bytes, 0 when they are no group. */
static size_t
base64_group(const char *four, bool last, unsigned char out[3])
{
	unsigned v = 0;
	size_t padding = 0;

	for (size_t i = 0; i < 4; i++) {
		int value = base64_value(four[i]);

		if (last && four[i] == '=' && i >= 2)
			padding++;
		else if (value < 0 || padding > 0)
			return 0;
		v = v << 6 | (value < 0 ? 0 : (unsigned)value);
	}
	out[0] = (unsigned char)(v >> 16);
	out[1] = (unsigned char)(v >> 8);
	out[2] = (unsigned char)v;
	return 3 - padding;
}

bool
text_unbase64(struct arena *arena, const char *text, struct bytes *out)
{
	size_t n = text == NULL ? 1 : strlen(text), used = 0;
	unsigned char *p;

	if (n % 4 != 0)
		return false;
	p = arena_alloc(arena, n / 4 * 3 + 1);
	for (size_t i = 0; i < n; i += 4) {
		size_t got = base64_group(text + i, i + 4 == n, p + used);

		if (got == 0)
			return false;
		used += got;
	}
	*out = bytes_slice(p, used);
	return true;
}

bool
text_urldecode(struct arena *arena, struct bytes in, bool plus, const char **out)
{
	char *p = arena_alloc(arena, in.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		char c = (char)in.p[i];

		if (c == '%') {
			int high = i + 2 < in.n ? hex_value((char)in.p[i + 1]) : -1;
			int low = high >= 0 ? hex_value((char)in.p[i + 2]) : -1;

			if (low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (plus && c == '+') {
			c = ' ';
		}
		p[n++] = c;
	}
	if (!text_is_utf8(bytes_slice(p, n)))
		return false;
	*out = p;
	return true;
}

static bool
is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~", c) != NULL);
}

char *
text_urlencode(struct arena *arena, const char *text)
{
	char *out = arena_alloc(arena, 3 * strlen(text) + 1), *w = out;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (is_unreserved(c)) {
			*w++ = (char)c;
			continue;
		}
		*w++ = '%';
		*w++ = "0123456789ABCDEF"[c >> 4];
		*w++ = "0123456789ABCDEF"[c & 15];
	}
	return out;
}
