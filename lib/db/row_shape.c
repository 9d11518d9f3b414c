/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From cells to members of a struct, by its shape. Types are as strict as PostgreSQL's, so
 * that a column and a member that drifted apart show at the first row.
 */
#include "db/row_shape.h"

#include "core/text.h"

bool
row_member(const struct shape *member)
{
	return (member->flags & SHAPE_NOT_ROW) == 0;
}

static const char *
cell_text(const struct shape *member, const struct cell *cell, struct arena *arena)
{
	if (cell->kind == BIND_NULL)
		return NULL;
	if (cell->kind != BIND_TEXT)
		bug("column %s is a number, its member a text", member->name);
	return arena == NULL ? cell->text : arena_dupn(arena, cell->text, cell->n);
}

static int64_t
cell_integer(const struct shape *member, const struct cell *cell)
{
	if (cell->kind == BIND_TEXT)
		bug("column %s is a text, its member a number", member->name);
	return cell->kind == BIND_NULL ? 0 : cell->integer;
}

void
row_set(const struct shape *member, void *object, const struct cell *cell, struct arena *arena)
{
	void *at = (char *)object + member->offset;

	switch (member->kind) {
	case SHAPE_TEXT:
	case SHAPE_JSON:
		*(const char **)at = cell_text(member, cell, arena);
		return;
	case SHAPE_INT:
		*(int64_t *)at = cell_integer(member, cell);
		return;
	case SHAPE_BOOL:
		*(bool *)at = cell_integer(member, cell) != 0;
		return;
	case SHAPE_TIME:
		((struct instant *)at)->ms = cell_integer(member, cell);
		return;
	default:
		bug("member %s cannot be read from a row", member->name);
	}
}

void *
rows_add(struct rows *rows)
{
	if (rows->n == rows->room) {
		size_t room = rows->room == 0 ? 8 : rows->room * 2;
		char *p = arena_array(rows->arena, room, rows->size);

		if (rows->n > 0)
			memcpy(p, rows->p, rows->n * rows->size);
		rows->p = p;
		rows->room = room;
	}
	return rows->p + rows->n++ * rows->size;
}
