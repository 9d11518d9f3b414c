/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON documents: strictly from customers, loosely from the provider.
 *
 * The sentence of a refusal names line and column, and never quotes values: it is logged,
 * and documents hold what people wrote to each other. Depth is measured before parsing,
 * because jansson's own limit (2048) is far beyond what anything here needs.
 *
 * Loosely read, a doubled member's last value counts, \u0000 in a string is allowed (its
 * C text ends there), and a number that fits neither 64 bits nor a double becomes a string
 * of its digits: one odd number must not make a whole delivery of the provider unreadable.
 */
#include "core/json_read.h"

#include <errno.h>

#define DEPTH_MAX 32
#define LOOSE_FLAGS (JSON_DECODE_ANY | JSON_ALLOW_NUL)
#define STRICT_FLAGS (JSON_DECODE_ANY | JSON_REJECT_DUPLICATES)

/* What is wrong, by jansson's error code; the code of plain syntax errors has jansson's text. */
static const struct {
	enum json_error_code code;
	const char *what;
} refusals[] = {
	{ json_error_invalid_utf8, "the text is not UTF-8" },
	{ json_error_premature_end_of_input, "it ends too early" },
	{ json_error_end_of_input_expected, "something follows the end of the document" },
	{ json_error_null_character, "\\u0000 is not allowed in texts" },
	{ json_error_null_byte_in_key, "\\u0000 is not allowed in the name of a member" },
	{ json_error_duplicate_key, "a member is given twice in one object" },
	{ json_error_numeric_overflow, "a number is out of range" },
};

/* Where the scanner is in a document: inside a string or not, and how deep. */
struct depth {
	size_t level;
	bool in_string, escaped;
};

static void
depth_in_string(struct depth *d, unsigned char c)
{
	if (d->escaped)
		d->escaped = false;
	else if (c == '\\')
		d->escaped = true;
	else if (c == '"')
		d->in_string = false;
}

static void
depth_see(struct depth *d, unsigned char c)
{
	if (d->in_string)
		depth_in_string(d, c);
	else if (c == '"')
		d->in_string = true;
	else if (c == '[' || c == '{')
		d->level++;
	else if ((c == ']' || c == '}') && d->level > 0)
		d->level--;
}

/* What jansson would let pass: nesting that is too deep, and NUL, which it drops after numbers. */
static enum rc
check_text(struct op *op, struct bytes raw)
{
	struct depth d = { 0 };
	size_t line = 1, line_start = 0;

	if (raw.n > 0 && memchr(raw.p, '\0', raw.n))
		return op_fail(op, RC_INPUT, "This is not valid JSON: it holds a NUL byte");
	for (size_t i = 0; i < raw.n; i++) {
		if (raw.p[i] == '\n') {
			line++;
			line_start = i + 1;
		}
		depth_see(&d, raw.p[i]);
		if (d.level > DEPTH_MAX)
			return op_fail(op, RC_INPUT,
				       "The JSON document is nested deeper than %d levels"
				       " (line %zu, column %zu)",
				       DEPTH_MAX, line, i - line_start + 1);
	}
	return RC_OK;
}

/* jansson's sentence without the piece of the document that it quotes. */
static const char *
syntax_sentence(struct arena *arena, const char *text)
{
	const char *near = strstr(text, " near ");

	return near ? arena_dupn(arena, text, (size_t)(near - text)) : text;
}

static enum rc
refuse(struct op *op, const json_error_t *error)
{
	enum json_error_code code = json_error_code(error);
	const char *what = NULL;

	if (code == json_error_out_of_memory)
		fatal("Out of memory for a JSON document");
	for (size_t i = 0; i < ARRAY_LEN(refusals) && !what; i++) {
		if (refusals[i].code == code)
			what = refusals[i].what;
	}
	if (!what)
		what = syntax_sentence(op->arena, error->text);
	return op_fail(op, RC_INPUT, "This is not valid JSON: %s (line %d, column %d)", what,
		       error->line, error->column);
}

static json_t *
parse(struct bytes raw, size_t flags, json_error_t *error)
{
	return json_loadb(raw.n > 0 ? (const char *)raw.p : "", raw.n, flags, error);
}

enum rc
json_read(struct op *op, json_t **out, struct bytes raw)
{
	json_error_t error;
	json_t *tree;

	TRY(check_text(op, raw));
	tree = parse(raw, STRICT_FLAGS, &error);
	if (!tree)
		return refuse(op, &error);
	*out = json_own(op, tree);
	return RC_OK;
}

/* Past a run of digits; NULL when there is none. */
static const char *
after_digits(const char *p)
{
	size_t n = p != NULL ? strspn(p, "0123456789") : 0;

	return n > 0 ? p + n : NULL;
}

/* A fraction or an exponent, where its mark stands. */
static const char *
after_part(const char *p, const char *marks, const char *signs)
{
	if (p == NULL || *p == '\0' || strchr(marks, *p) == NULL)
		return p;
	p++;
	if (*p != '\0' && strchr(signs, *p) != NULL)
		p++;
	return after_digits(p);
}

/* RFC 8259, section 6: a number as JSON writes it. */
static bool
is_number(const char *p)
{
	const char *start = *p == '-' ? p + 1 : p;

	if (start[0] == '0' && start[1] >= '0' && start[1] <= '9')
		return false;
	p = after_part(after_part(after_digits(start), ".", ""), "eE", "+-");
	return p != NULL && *p == '\0';
}

/* Whether jansson can hold a number: 64 bits, or a double when it has a fraction. */
static bool
number_fits(const char *number)
{
	errno = 0;
	if (!strpbrk(number, ".eE")) {
		strtoll(number, NULL, 10);
		return errno == 0;
	}
	return __builtin_isfinite(strtod(number, NULL));
}

/* Copy a string with its quotes; gives the place after it. */
static size_t
copy_string(struct buf *out, struct bytes raw, size_t start)
{
	struct depth d = { .in_string = true };
	size_t i = start + 1;

	while (i < raw.n && d.in_string)
		depth_see(&d, raw.p[i++]);
	buf_add(out, raw.p + start, i - start);
	return i;
}

/* Whether what ends here stands where a member's name should. */
static bool
is_name(struct bytes raw, size_t end)
{
	while (end < raw.n && raw.p[end] != '\0' && strchr(" \t\r\n", raw.p[end]) != NULL)
		end++;
	return end < raw.n && raw.p[end] == ':';
}

/* Copy a number, as a string when it does not fit; gives the place after it. */
static size_t
copy_number(struct buf *out, struct bytes raw, size_t start)
{
	char near[64];
	const char *number = near, *quote;
	size_t end = start, n;

	while (end < raw.n && raw.p[end] && strchr("+-.0123456789eE", raw.p[end]))
		end++;
	n = end - start;
	if (n < sizeof(near))
		snprintf(near, sizeof(near), "%.*s", (int)n, (const char *)raw.p + start);
	else
		number = arena_dupn(out->arena, raw.p + start, n);
	quote = !is_number(number) || number_fits(number) || is_name(raw, end) ? "" : "\"";
	buf_text(out, quote);
	buf_add(out, number, n);
	buf_text(out, quote);
	return end;
}

/* The document with numbers that do not fit turned into strings. */
static struct bytes
quote_numbers(struct arena *arena, struct bytes raw)
{
	struct buf out;
	size_t i = 0;

	buf_init(&out, arena, 3 * raw.n + 1);
	while (i < raw.n) {
		unsigned char c = raw.p[i];

		if (c == '"')
			i = copy_string(&out, raw, i);
		else if (c == '-' || (c >= '0' && c <= '9'))
			i = copy_number(&out, raw, i);
		else
			buf_char(&out, (char)raw.p[i++]);
	}
	return buf_bytes(&out);
}

static json_t *
parse_loose(struct arena *arena, struct bytes raw, json_error_t *error)
{
	json_t *tree = parse(raw, LOOSE_FLAGS, error);

	if (!tree && json_error_code(error) == json_error_numeric_overflow)
		tree = parse(quote_numbers(arena, raw), LOOSE_FLAGS, error);
	return tree;
}

enum rc
json_read_loose(struct op *op, json_t **out, struct bytes raw)
{
	json_error_t error;
	json_t *tree;

	TRY(check_text(op, raw));
	tree = parse_loose(op->arena, raw, &error);
	if (!tree)
		return refuse(op, &error);
	*out = json_own(op, tree);
	return RC_OK;
}

json_t *
json_parse_stored(const char *json)
{
	struct arena *scratch = arena_new(0);
	json_error_t error;
	json_t *tree = parse_loose(scratch, bytes_of(json), &error);

	arena_free(scratch);
	return tree;
}
