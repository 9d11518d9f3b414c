/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_ROW_SHAPE_H
#define DB_ROW_SHAPE_H

#include "core/shape.h"
#include "db/db.h"

/* One value of a row, wherever the row came from. text is NUL-terminated behind n bytes. */
struct cell {
	enum bind_kind kind;
	const char *text;
	size_t n;
	int64_t integer;
};

/* Does the member take a column's value? */
bool row_member(const struct shape *member);

/* Put a cell into its member: NULL is 0, no time or NULL. A text is copied into the arena, or
 * pointed at where arena is NULL. bug() when a number meets a text. */
void
row_set(const struct shape *member, void *object, const struct cell *cell, struct arena *arena);

/* Room for one more zeroed row of size bytes at the end of *rows; moves them when full. */
struct rows {
	struct arena *arena;
	size_t size, n, room;
	char *p;
};
void *rows_add(struct rows *rows);

#endif
