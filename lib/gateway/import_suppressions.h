/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_IMPORT_SUPPRESSIONS_H
#define GATEWAY_IMPORT_SUPPRESSIONS_H

#include "gateway/suppressions.h"

/* A list of people who may not be messaged, from a file: looked through first, then written. */

enum { IMPORT_ROWS_MAX = 10000 };

struct import_row {
	int64_t line;
	const char *phone, *reason, *note; /* as written; reason "" is manual */
	const char *recipient;             /* digits or a user id */
	const char *error;                 /* why it cannot be taken; NULL: it can */
};
extern const struct shape import_row_shape[];

/*
 * Read a CSV text: a first line that names the columns phone (or number, recipient), reason and
 * note, in any order, others are passed over; or no such line and the numbers in the first column.
 * Rows are struct import_row; *errors counts those with one. RC_INPUT "csv": there is none, there
 * are more than IMPORT_ROWS_MAX, or it is not UTF-8.
 */
MUST_CHECK enum rc
gateway_read_import(struct op *op, struct list *out, size_t *errors, const char *csv);

/* Write those without an error; who is suppressed for that reason already stays as they are.
 * *added counts the others. */
MUST_CHECK enum rc
gateway_import_suppressions(struct op *op, const struct list *rows, int64_t *added);

#endif
