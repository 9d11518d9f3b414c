/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_CSV_H
#define SITE_CSV_H

#include "site/site.h"

/*
 * A list as a file, written while it is read (RFC 4180): memory for a page of it, however long it
 * is. Texts that a spreadsheet would run as a formula are kept from it by an apostrophe.
 */

/* Cells of a row; NULL is an empty one. what a stranger wrote goes in by csv_text. */
void csv_text(struct buf *out, const char *text);
void csv_plain(struct buf *out, const char *text); /* ours: an id, a number, +digits */
void csv_int(struct buf *out, int64_t n);
void csv_time(struct buf *out, struct instant t); /* RFC 3339 in UTC */
void csv_end(struct buf *out);                    /* of the row */

/* Write the rows after *cursor (NULL: the first ones), and set it to where the next page begins, or
 * to NULL. op: of this page alone, in the account. */
typedef enum rc csv_page(struct op *op, struct buf *out, const char **cursor, const void *arg);

/* Answer with a file of that name: the line of column names, then the pages. A page that fails
 * breaks the answer off. arg lives as long as the request. */
MUST_CHECK enum rc csv_answer(struct web *web, const char *filename, const char *columns,
			      csv_page *page, const void *arg);

#endif
