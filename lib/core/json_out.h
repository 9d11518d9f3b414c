/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_JSON_OUT_H
#define CORE_JSON_OUT_H

#include "core/json.h"

/*
 * JSON text, written from front to back without a tree in between: for what is said and not
 * looked at again. Compact, members in the order in which they are written; the same bytes as
 * json_text() of a tree with the same members.
 *
 * name is the member's name, program text that needs no escapes; NULL for the root and for the
 * elements of a list. What is opened must be closed; mistakes of that kind end the process.
 */
struct json_out {
	struct buf text;
	unsigned depth;
	bool follows; /* another value stands before in the open object or list */
};

void json_out_init(struct json_out *out, struct arena *arena);

void json_out_open(struct json_out *out, const char *name); /* an object */
void json_out_close(struct json_out *out);
void json_out_open_list(struct json_out *out, const char *name);
void json_out_close_list(struct json_out *out);

/* Values; NULL text and the instant 0 are null. Texts must be UTF-8. */
void json_out_text(struct json_out *out, const char *name, const char *text);
void json_out_int(struct json_out *out, const char *name, int64_t value);
void json_out_bool(struct json_out *out, const char *name, bool value);
void json_out_time(struct json_out *out, const char *name, struct instant t);
void json_out_value(struct json_out *out, const char *name, const json_t *tree);

/* JSON text that was stored, as json_put_json() has it. */
void json_out_json(struct json_out *out, const char *name, const char *json);

/* The members of an object's text, written by json_out or json_text(), into the open object. */
void json_out_members(struct json_out *out, const char *object);

/* The whole text, in the arena; everything must be closed. */
const char *json_out_end(struct json_out *out);

#endif
