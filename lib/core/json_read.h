/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_JSON_READ_H
#define CORE_JSON_READ_H

#include "core/json.h"

/* For json.c and json_out.c: the tree of JSON text that this house stored, as json_read_loose
 * would read it; a new reference, NULL when it is not JSON after all. */
json_t *json_parse_stored(const char *json);

/* Between json_read.c and json_string.c: where the reading of a document is. */
struct json_reader {
	struct arena *arena;
	bool strict;
	const unsigned char *p, *end; /* p stays where something is wrong */
	int level;
	const char *wrong;
};

/* Note what is wrong, at p; false. The second says that the document ends too early where it
 * has ended. */
bool json_refuse(struct json_reader *r, const char *what);
bool json_refuse_here(struct json_reader *r, const char *what);

/* From the opening quote to behind the closing one: what is between them, without escapes, in
 * the document or in the arena. False when refused. */
bool json_read_string(struct json_reader *r, struct bytes *out);

#endif
