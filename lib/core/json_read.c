/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON documents (RFC 8259): strictly from customers, loosely from the provider.
 *
 * One pass from text to jansson's tree; jansson's own reader takes three times as long, and has to
 * be asked beforehand about depth and afterwards about numbers. The sentence of a refusal names
 * line and column, and never quotes values: it is logged, and documents hold what people wrote
 * to each other.
 *
 * Loosely read, a doubled member's last value counts, \u0000 in a string is allowed (its
 * C text ends there), and a number that fits neither 64 bits nor a double becomes a string
 * of its digits: one odd number must not make a whole delivery of the provider unreadable.
 */
#include "core/json_read.h"

#include <errno.h>

#define DEPTH_MAX 32
#define TEXT_OF(number) TEXT_OF_(number)
#define TEXT_OF_(number) #number

/* The next character that is no white space; 0 at the end. */
static unsigned char
peek(struct json_reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r'))
		r->p++;
	return r->p < r->end ? *r->p : '\0';
}

/* ---- texts, numbers and words ---- */

static json_t *
read_text(struct json_reader *r)
{
	struct bytes text;
	json_t *value;

	if (!json_read_string(r, &text))
		return NULL;
	value = json_stringn_nocheck((const char *)text.p, text.n);
	expect(value != NULL);
	return value;
}

static bool
pass_digits(struct json_reader *r)
{
	const unsigned char *start = r->p;

	while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		r->p++;
	return r->p > start || json_refuse_here(r, "a digit is expected");
}

static bool
pass_one_of(struct json_reader *r, const char *characters)
{
	if (r->p == r->end || *r->p == '\0' || strchr(characters, *r->p) == NULL)
		return false;
	r->p++;
	return true;
}

/* From the sign to the last digit. */
static bool
pass_number(struct json_reader *r, bool *whole)
{
	pass_one_of(r, "-");
	if (!pass_one_of(r, "0") && !pass_digits(r))
		return false;
	*whole = true;
	if (pass_one_of(r, ".")) {
		*whole = false;
		if (!pass_digits(r))
			return false;
	}
	if (pass_one_of(r, "eE")) {
		*whole = false;
		pass_one_of(r, "+-");
		return pass_digits(r);
	}
	return true;
}

/* The value, if jansson can hold it: 64 bits, or a double when it has a fraction. */
static json_t *
number_value(const char *digits, bool whole)
{
	long long integer;
	double real;

	errno = 0;
	if (whole) {
		integer = strtoll(digits, NULL, 10);
		return errno == 0 ? json_integer(integer) : NULL;
	}
	real = strtod(digits, NULL);
	return __builtin_isfinite(real) ? json_real(real) : NULL;
}

static json_t *
read_number(struct json_reader *r)
{
	const unsigned char *start = r->p;
	const char *digits;
	json_t *value;
	bool whole;

	if (!pass_number(r, &whole))
		return NULL;
	digits = arena_dupn(r->arena, start, (size_t)(r->p - start));
	value = number_value(digits, whole);
	if (value != NULL)
		return value;
	if (!r->strict)
		return json_string_nocheck(digits);
	json_refuse(r, "a number is out of range");
	return NULL;
}

static json_t *
read_word(struct json_reader *r, const char *word, json_t *value)
{
	size_t n = strlen(word);

	if ((size_t)(r->end - r->p) >= n && memcmp(r->p, word, n) == 0) {
		r->p += n;
		return value;
	}
	json_refuse(r, "a value is expected");
	return NULL;
}

/* ---- objects and lists ---- */

static json_t *read_value(struct json_reader *r);

static bool
read_member(struct json_reader *r, json_t *object)
{
	struct bytes name;
	const char *key;
	json_t *value;

	if (peek(r) != '"')
		return json_refuse_here(r, "the name of a member is expected");
	if (!json_read_string(r, &name))
		return false;
	key = (const char *)name.p;
	if (memchr(key, '\0', name.n) != NULL)
		return json_refuse(r, "\\u0000 is not allowed in the name of a member");
	if (r->strict && json_object_getn(object, key, name.n) != NULL)
		return json_refuse(r, "a member is given twice in one object");
	if (peek(r) != ':')
		return json_refuse_here(r, "a colon is expected");
	r->p++;
	value = read_value(r);
	if (value == NULL)
		return false;
	expect(json_object_setn_new_nocheck(object, key, name.n, value) == 0);
	return true;
}

static bool
read_item(struct json_reader *r, json_t *list)
{
	json_t *value = read_value(r);

	if (value == NULL)
		return false;
	expect(json_array_append_new(list, value) == 0);
	return true;
}

static bool
read_inside(struct json_reader *r, json_t *tree, unsigned char end,
	    bool (*read_one)(struct json_reader *r, json_t *tree))
{
	if (++r->level > DEPTH_MAX)
		return json_refuse(r, "it is nested deeper than " TEXT_OF(DEPTH_MAX) " levels");
	r->p++;
	if (peek(r) != end) {
		do {
			if (!read_one(r, tree))
				return false;
		} while (peek(r) == ',' && r->p++);
	}
	if (peek(r) != end)
		return json_refuse_here(r, "a comma or a closing bracket is expected");
	r->p++;
	r->level--;
	return true;
}

/* Takes the reference. */
static json_t *
read_nested(struct json_reader *r, json_t *tree, unsigned char end,
	    bool (*read_one)(struct json_reader *r, json_t *tree))
{
	if (read_inside(r, tree, end, read_one))
		return tree;
	json_decref(tree);
	return NULL;
}

static json_t *
read_value(struct json_reader *r)
{
	switch (peek(r)) {
	case '{':
		return read_nested(r, json_object(), '}', read_member);
	case '[':
		return read_nested(r, json_array(), ']', read_item);
	case '"':
		return read_text(r);
	case 't':
		return read_word(r, "true", json_true());
	case 'f':
		return read_word(r, "false", json_false());
	case 'n':
		return read_word(r, "null", json_null());
	case '-':
	case '0' ... '9':
		return read_number(r);
	default:
		json_refuse_here(r, "a value is expected");
		return NULL;
	}
}

/* ---- documents ---- */

/* A new reference, or NULL with what is wrong in the reader. */
static json_t *
read_document(struct json_reader *r)
{
	json_t *tree = read_value(r);

	if (tree == NULL || (peek(r) == '\0' && r->p == r->end))
		return tree;
	json_decref(tree);
	json_refuse(r, "something follows the end of the document");
	return NULL;
}

static struct json_reader
reader_of(struct arena *arena, struct bytes raw, bool strict)
{
	const unsigned char *p = raw.n > 0 ? raw.p : (const unsigned char *)"";

	return (struct json_reader){ arena, strict, p, p + raw.n, 0, NULL };
}

static enum rc
read(struct op *op, json_t **out, struct bytes raw, bool strict)
{
	struct json_reader r = reader_of(op->arena, raw, strict);
	json_t *tree = read_document(&r);
	size_t at, line = 1, column = 1;

	if (tree != NULL) {
		*out = json_own(op, tree);
		return RC_OK;
	}
	at = raw.n - (size_t)(r.end - r.p);
	for (size_t i = 0; i < at; i++, column++) {
		if (raw.p[i] == '\n') {
			line++;
			column = 0;
		}
	}
	return op_fail(op, RC_INPUT, "This is not valid JSON: %s (line %zu, column %zu)", r.wrong,
		       line, column);
}

enum rc
json_read(struct op *op, json_t **out, struct bytes raw)
{
	return read(op, out, raw, true);
}

enum rc
json_read_loose(struct op *op, json_t **out, struct bytes raw)
{
	return read(op, out, raw, false);
}

json_t *
json_parse_stored(const char *json)
{
	struct arena *scratch = arena_new(0);
	struct json_reader r = reader_of(scratch, bytes_of(json), false);
	json_t *tree = read_document(&r);

	arena_free(scratch);
	return tree;
}
