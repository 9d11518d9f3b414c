/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/*
 * Inside the house a string is const char *, NUL-terminated, valid UTF-8, owned by an
 * arena or by the program. Bytes that must stay exact are struct bytes.
 */
struct bytes {
	const unsigned char *p;
	size_t n;
};

struct bytes bytes_of(const char *text); /* of a NUL-terminated text; NULL gives {NULL, 0} */
struct bytes bytes_slice(const void *p, size_t n);
bool bytes_equal(struct bytes a, struct bytes b); /* not constant time: see secret_equal() */

bool text_equal(const char *a, const char *b);        /* NULL equals NULL only */
bool text_equal_nocase(const char *a, const char *b); /* ASCII letters only */
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);
/* True when word equals one of the n words. */
bool text_is_one_of(const char *word, const char *const *words, size_t n);
bool text_empty(const char *text); /* NULL or "" */

/* Valid UTF-8 (RFC 3629) without NUL. */
bool text_is_utf8(struct bytes b);

/* Number of Unicode code points of a valid UTF-8 text. */
size_t text_points(const char *text);

/* Copy without leading and trailing ASCII white space. */
char *text_trim(struct arena *arena, const char *text);
char *text_lower(struct arena *arena, const char *text); /* ASCII */

/* Whole-string decimal number inside [min, max]; false and *out untouched otherwise. */
bool text_int(const char *text, int64_t min, int64_t max, int64_t *out);

/* Split at a separator character; empty items and blanks around items are dropped.
 * Returns a NULL-terminated array in the arena. */
const char **text_split(struct arena *arena, const char *text, char separator, size_t *count);

/* The items with that text between them; "" for none. */
const char *text_join(struct arena *arena, const char *const *items, size_t n, const char *between);

/* The length of an API's version at the beginning of a text ("v23.0"); 0: there is none. What
 * follows it is the caller's to judge. */
size_t text_version(const char *text);

/* True when the comma-separated list holds the word exactly. */
/* CR LF, which browsers send for a line break in a form, becomes LF. NULL is "". */
char *text_unix_lines(struct arena *arena, const char *text);

bool text_list_has(const char *list, const char *word);

char *text_hex(struct arena *arena, struct bytes b);            /* lower case */
bool text_unhex(const char *hex, unsigned char *out, size_t n); /* exactly 2n digits */
char *text_base64(struct arena *arena, struct bytes b);         /* RFC 4648 section 4, padded */
bool text_unbase64(struct arena *arena, const char *text, struct bytes *out);

/* Percent-decoding of application/x-www-form-urlencoded; false when the result is not
 * valid UTF-8 or the escape is broken. plus: '+' means blank. */
bool text_urldecode(struct arena *arena, struct bytes in, bool plus, const char **out);
char *text_urlencode(struct arena *arena, const char *text); /* RFC 3986 unreserved stay */

/* The last four digits with a mark before them ("…0100"), for logs. */
char *text_mask(struct arena *arena, const char *recipient);

#endif
