/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <jansson.h>

#include "core/buf.h"
#include "core/shape.h"

/* JSON on jansson. Trees belong to the op's arena; nobody calls json_decref by hand. What is
 * written and not looked at again needs no tree: json_out.h. */

/*
 * Parse one document. RC_INPUT with a sentence that names line, column or member: not
 * JSON, not UTF-8, nested deeper than 32, a number out of range (RFC 8259), a member
 * twice. The root may be any value.
 */
MUST_CHECK enum rc json_read(struct op *op, json_t **out, struct bytes raw);

/* The same for documents of the provider: of a repeated member the last one counts, \u0000
 * ends a text, and a number that fits neither int64_t nor double is read as a string. */
MUST_CHECK enum rc json_read_loose(struct op *op, json_t **out, struct bytes raw);

/* Compact text in the arena, members in order. */
const char *json_text(struct op *op, const json_t *value);

/* A tree of the op: a new object or array that ends with it; and adopting one. */
json_t *json_new(struct op *op);
json_t *json_new_array(struct op *op);
json_t *json_own(struct op *op, json_t *value);

/* Members by name without ceremony: NULL (or the default) when absent or of another type.
 * json_number_text gives strings and integers alike as text (Meta mixes them). */
const char *json_str(const json_t *object, const char *name);
int64_t json_int(const json_t *object, const char *name, int64_t absent);
bool json_flag(const json_t *object, const char *name, bool absent);
const json_t *json_at(const json_t *value, const char *path); /* "a.b.0.c" */
const char *json_number_text(struct op *op, const json_t *object, const char *name);

/* Set a member; NULL text sets null. */
void json_put(json_t *object, const char *name, const char *text);
void json_put_int(json_t *object, const char *name, int64_t value);
void json_put_bool(json_t *object, const char *name, bool value);
void json_put_time(struct op *op, json_t *object, const char *name, struct instant t);
/* JSON text that was stored, as a value; NULL and "": null; not JSON after all: a string. */
void json_put_json(json_t *object, const char *name, const char *json);

/* A noun as an object: every member of its shape that is not secret. */
json_t *json_of(struct op *op, const struct shape *shape, const void *object);
json_t *
json_of_list(struct op *op, const struct shape *shape, size_t size, const struct list *list);

/*
 * Cutting values out of a document without re-printing them: Meta's numbers, escapes and
 * doubled members must reach the customer as they came. The document must have passed
 * json_read or json_read_loose. A span is empty (n == 0) when there is no such value; of a
 * repeated member it is the last one.
 */
struct bytes json_span(struct bytes document, const char *path); /* "entry.0.changes" */
size_t json_span_count(struct bytes array);
struct bytes json_span_item(struct bytes array, size_t index);

/* Walk an array in one pass: start with an empty item, which becomes the first, then the
 * next; false (item untouched) after the last. */
bool json_span_next(struct bytes array, struct bytes *item);
/* The same for the members of an object, repeated ones too; the name as it is written, with its
 * quotes. json_span_is: does such a name mean this text? */
bool json_span_next_member(struct bytes object, struct bytes *name, struct bytes *value);
bool json_span_is(struct bytes name, const char *text);

/* Append JSON text as pure ASCII: non-ASCII and 0x7F as \uXXXX (lower-case hex, surrogate
 * pairs), '/' inside strings as \/; white space outside strings dropped. The form in which
 * Meta sends and signs. */
void json_ascii(struct buf *out, struct bytes json);

#endif
