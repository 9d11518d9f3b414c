/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STRETCH_H
#define STORE_STRETCH_H

#include "db/db.h"

/* Lists that are looked through a stretch at a time, newest first; for the list stores alone. */

/* The id before which a page lies: the last of the page before, or the least of those made at
 * `until` or later; NULL and 0 when not wanted. */
const char *
stretch_before(struct op *op, const char *prefix, const char *last, struct instant until);
/* The id from which on it lies. */
const char *stretch_from(struct op *op, const char *prefix, const char *from, struct instant since);

/* The id that an edge statement finds; untouched when the list ends before. */
MUST_CHECK enum rc stretch_edge(struct op *op, const char **out, const struct stmt *stmt,
				const struct bind *binds, size_t n);

#endif
