/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON text: what every tree becomes on its way out, and what is written without one.
 *
 * Trees are walked here because jansson's own printing looks for loops, at a cost above all the
 * rest, which the house's trees cannot have: what they hold was parsed, or made and put in once.
 */
#include "core/json_out.h"

#include "core/json_read.h"

/* No document of the house comes near; a larger one is a mistake in the program. */
#define TEXT_MAX ((size_t)64 << 20)

void
json_out_init(struct json_out *out, struct arena *arena)
{
	*out = (struct json_out){ .depth = 0 };
	buf_init(&out->text, arena, TEXT_MAX);
}

/* What JSON has no short escape for is told by its number (RFC 8259, section 7). */
static void
add_escaped(struct buf *b, unsigned char c)
{
	static const char shorts[][3] = {
		['"'] = "\\\"", ['\\'] = "\\\\", ['\b'] = "\\b", ['\f'] = "\\f",
		['\n'] = "\\n", ['\r'] = "\\r",  ['\t'] = "\\t",
	};

	if (shorts[c][0] != '\0')
		buf_text(b, shorts[c]);
	else
		buf_printf(b, "\\u%04X", c);
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

static void
add_string(struct buf *b, const char *text, size_t n)
{
	size_t i = 0;

	buf_char(b, '"');
	while (i < n) {
		size_t start = i;

		while (i < n && is_plain((unsigned char)text[i]))
			i++;
		buf_add(b, text + start, i - start);
		if (i < n)
			add_escaped(b, (unsigned char)text[i++]);
	}
	buf_char(b, '"');
}

/* Everything before a value: the comma after the one before, and its name. */
static void
begin(struct json_out *out, const char *name)
{
	size_t n;
	char *p;

	if (out->follows)
		buf_char(&out->text, ',');
	out->follows = true;
	if (name == NULL)
		return;
	n = strlen(name);
	p = buf_extend(&out->text, n + 3);
	if (p == NULL)
		return;
	p[0] = p[n + 1] = '"';
	memcpy(p + 1, name, n);
	p[n + 2] = ':';
}

static void
open_value(struct json_out *out, const char *name, char bracket)
{
	begin(out, name);
	buf_char(&out->text, bracket);
	out->depth++;
	out->follows = false;
}

static void
close_value(struct json_out *out, char bracket)
{
	expect(out->depth > 0);
	buf_char(&out->text, bracket);
	out->depth--;
	out->follows = true;
}

void
json_out_open(struct json_out *out, const char *name)
{
	open_value(out, name, '{');
}

void
json_out_close(struct json_out *out)
{
	close_value(out, '}');
}

void
json_out_open_list(struct json_out *out, const char *name)
{
	open_value(out, name, '[');
}

void
json_out_close_list(struct json_out *out)
{
	close_value(out, ']');
}

static void
add_word(struct json_out *out, const char *name, const char *word)
{
	begin(out, name);
	buf_text(&out->text, word);
}

void
json_out_text(struct json_out *out, const char *name, const char *text)
{
	struct bytes bytes = bytes_of(text);

	if (text == NULL) {
		add_word(out, name, "null");
		return;
	}
	expect(text_is_utf8(bytes));
	begin(out, name);
	add_string(&out->text, text, bytes.n);
}

void
json_out_int(struct json_out *out, const char *name, int64_t value)
{
	begin(out, name);
	buf_int(&out->text, value);
}

void
json_out_bool(struct json_out *out, const char *name, bool value)
{
	add_word(out, name, value ? "true" : "false");
}

void
json_out_time(struct json_out *out, const char *name, struct instant t)
{
	char text[CLOCK_TEXT_MAX];

	if (t.ms != 0)
		clock_write_ms(text, t);
	json_out_text(out, name, t.ms != 0 ? text : NULL);
}

/* ---- trees ---- */

/* jansson's own digits: the shortest that read back as the same double, with a fraction. */
static void
add_real(struct buf *b, const json_t *value)
{
	char digits[64];
	size_t n = json_dumpb(value, digits, sizeof(digits), JSON_ENCODE_ANY);

	expect(n > 0 && n <= sizeof(digits));
	buf_add(b, digits, n);
}

static void add_value(struct buf *b, const json_t *value);

static void
add_object(struct buf *b, const json_t *object)
{
	const char *name, *before = "";
	json_t *value;

	buf_char(b, '{');
	json_object_foreach((json_t *)object, name, value)
	{
		buf_text(b, before);
		add_string(b, name, strlen(name));
		buf_char(b, ':');
		add_value(b, value);
		before = ",";
	}
	buf_char(b, '}');
}

static void
add_list(struct buf *b, const json_t *list)
{
	buf_char(b, '[');
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (i > 0)
			buf_char(b, ',');
		add_value(b, json_array_get(list, i));
	}
	buf_char(b, ']');
}

static void
add_value(struct buf *b, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		add_object(b, value);
		return;
	case JSON_ARRAY:
		add_list(b, value);
		return;
	case JSON_STRING:
		add_string(b, json_string_value(value), json_string_length(value));
		return;
	case JSON_INTEGER:
		buf_int(b, json_integer_value(value));
		return;
	case JSON_REAL:
		add_real(b, value);
		return;
	case JSON_TRUE:
		buf_text(b, "true");
		return;
	case JSON_FALSE:
		buf_text(b, "false");
		return;
	case JSON_NULL:
		buf_text(b, "null");
		return;
	}
	bug("a JSON value has no type");
}

void
json_out_value(struct json_out *out, const char *name, const json_t *tree)
{
	begin(out, name);
	add_value(&out->text, tree);
}

const char *
json_text(struct op *op, const json_t *value)
{
	struct json_out out;

	json_out_init(&out, op->arena);
	json_out_value(&out, NULL, value);
	return json_out_end(&out);
}

/* ---- text that is there already ---- */

void
json_out_json(struct json_out *out, const char *name, const char *json)
{
	json_t *tree = text_empty(json) ? NULL : json_parse_stored(json);

	if (tree != NULL)
		json_out_value(out, name, tree);
	else
		json_out_text(out, name, text_empty(json) ? NULL : json);
	json_decref(tree);
}

void
json_out_members(struct json_out *out, const char *object)
{
	size_t n = strlen(object);

	expect(n >= 2 && object[0] == '{' && object[n - 1] == '}');
	if (n == 2)
		return;
	begin(out, NULL);
	buf_add(&out->text, object + 1, n - 2);
}

const char *
json_out_end(struct json_out *out)
{
	expect(out->depth == 0 && buf_ok(&out->text));
	return buf_str(&out->text);
}
