/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cutting values out of JSON text as they stand there, byte for byte.
 *
 * The document has been read before, so nothing is checked again; the scanner only skips.
 * It never looks past the end of what it was given. A member that is given more than once
 * counts with its last value, as in the tree that jansson makes of the same text, and
 * names are compared unescaped, for the same reason.
 */
#include "core/json.h"

struct cursor {
	const unsigned char *p, *end;
};

static bool
more(const struct cursor *c)
{
	return c->p < c->end;
}

static bool
at_char(const struct cursor *c, char wanted)
{
	return more(c) && *c->p == (unsigned char)wanted;
}

static void
skip_blank(struct cursor *c)
{
	while (more(c) && (*c->p == ' ' || *c->p == '\t' || *c->p == '\n' || *c->p == '\r'))
		c->p++;
}

/* From the opening quote to behind the closing one. */
static void
skip_string(struct cursor *c)
{
	c->p++;
	while (more(c) && *c->p != '"')
		c->p += *c->p == '\\' && c->p + 1 < c->end ? 2 : 1;
	if (more(c))
		c->p++;
}

static void
skip_bracketed(struct cursor *c)
{
	size_t level = 0;

	do {
		if (at_char(c, '"')) {
			skip_string(c);
			continue;
		}
		if (at_char(c, '{') || at_char(c, '['))
			level++;
		if (at_char(c, '}') || at_char(c, ']'))
			level--;
		c->p++;
	} while (more(c) && level > 0);
}

static void
skip_bare(struct cursor *c)
{
	while (more(c) && !strchr(",]} \t\r\n:", *c->p))
		c->p++;
}

/* The value at the cursor, which moves behind it. */
static struct bytes
take_value(struct cursor *c)
{
	const unsigned char *start;

	skip_blank(c);
	start = c->p;
	if (at_char(c, '"'))
		skip_string(c);
	else if (at_char(c, '{') || at_char(c, '['))
		skip_bracketed(c);
	else
		skip_bare(c);
	return bytes_slice(start, (size_t)(c->p - start));
}

/* Step over the separator between two values, if it is there. */
static void
skip_past(struct cursor *c, char separator)
{
	skip_blank(c);
	if (at_char(c, separator))
		c->p++;
}

/* Whether a name as written, with its quotes, means this name. */
static bool
name_is(struct bytes written, const char *name, size_t n)
{
	json_t *text;
	bool same;

	if (written.n < 2)
		return false;
	if (!memchr(written.p, '\\', written.n))
		return written.n == n + 2 && memcmp(written.p + 1, name, n) == 0;
	text = json_loadb((const char *)written.p, written.n, JSON_DECODE_ANY, NULL);
	same = text && json_string_length(text) == n &&
	       memcmp(json_string_value(text), name, n) == 0;
	json_decref(text);
	return same;
}

bool
json_span_is(struct bytes name, const char *text)
{
	return name_is(name, text, strlen(text));
}

bool
json_span_next_member(struct bytes object, struct bytes *name, struct bytes *value)
{
	struct cursor c = { object.p, object.p + object.n };
	struct bytes next;

	skip_blank(&c);
	if (!at_char(&c, '{'))
		return false;
	c.p++;
	if (name->n > 0) {
		c.p = value->p + value->n;
		skip_past(&c, ',');
	}
	next = take_value(&c);
	if (next.n == 0)
		return false;
	skip_past(&c, ':');
	*name = next;
	*value = take_value(&c);
	return true;
}

static struct bytes
member(struct bytes object, const char *name, size_t n)
{
	struct bytes found = { NULL, 0 }, written = { NULL, 0 }, value = { NULL, 0 };

	while (json_span_next_member(object, &written, &value))
		if (name_is(written, name, n))
			found = value;
	return found;
}

bool
json_span_next(struct bytes array, struct bytes *item)
{
	struct cursor c = { array.p, array.p + array.n };
	struct bytes next;

	skip_blank(&c);
	if (!at_char(&c, '['))
		return false;
	c.p++;
	if (item->n > 0) {
		c.p = item->p + item->n;
		skip_past(&c, ',');
	}
	next = take_value(&c);
	if (next.n == 0)
		return false;
	*item = next;
	return true;
}

size_t
json_span_count(struct bytes array)
{
	struct bytes item = { NULL, 0 };
	size_t count = 0;

	while (json_span_next(array, &item))
		count++;
	return count;
}

struct bytes
json_span_item(struct bytes array, size_t index)
{
	struct bytes item = { NULL, 0 };

	for (size_t i = 0; i <= index; i++) {
		if (!json_span_next(array, &item))
			return (struct bytes){ NULL, 0 };
	}
	return item;
}

/* An element by the digits of its index. */
static struct bytes
element(struct bytes array, const char *name, size_t n)
{
	char digits[8];
	int64_t index;

	if (n >= sizeof(digits))
		return (struct bytes){ NULL, 0 };
	memcpy(digits, name, n);
	digits[n] = '\0';
	if (!text_int(digits, 0, INT32_MAX, &index))
		return (struct bytes){ NULL, 0 };
	return json_span_item(array, (size_t)index);
}

static struct bytes
trimmed(struct bytes document)
{
	struct cursor c = { document.p, document.p + document.n };

	return document.n > 0 ? take_value(&c) : document;
}

struct bytes
json_span(struct bytes document, const char *path)
{
	struct bytes value = trimmed(document);

	while (value.n > 0 && *path) {
		size_t n = strcspn(path, ".");

		if (value.p[0] == '{')
			value = member(value, path, n);
		else if (value.p[0] == '[')
			value = element(value, path, n);
		else
			value = (struct bytes){ NULL, 0 };
		path += n + (path[n] == '.');
	}
	return value;
}
