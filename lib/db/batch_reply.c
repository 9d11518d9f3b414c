/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a batch's outcome. The reply is walked once when the batch comes back; rows are
 * filled when they are asked for and their texts stay where they are.
 */
#include "db/batch.h"
#include "db/row_shape.h"
#include "db/wire.h"

static void
read_cell(struct wire *w, struct cell *cell)
{
	*cell = (struct cell){ .kind = BIND_NULL };
	switch (wire_u8(w)) {
	case BIND_NULL:
		return;
	case BIND_INT:
		cell->kind = BIND_INT;
		cell->integer = wire_i64(w);
		return;
	case BIND_TEXT:
		cell->kind = BIND_TEXT;
		cell->text = wire_text(w, &cell->n);
		return;
	default:
		w->bad = true;
	}
}

/* Everything up to where ahead got, or bad where it got nowhere. */
static struct bytes
take_to(struct wire *w, const struct wire *ahead)
{
	return wire_take(w, ahead->bad ? SIZE_MAX : w->n - ahead->n);
}

static void
open_result(struct wire *w, struct result *r)
{
	struct cell cell;
	struct wire ahead;
	size_t n;

	r->count = wire_u32(w);
	r->columns = wire_u16(w);
	wire_u16(w);
	ahead = *w;
	for (size_t i = 0; i < r->columns && !ahead.bad; i++)
		wire_text(&ahead, &n);
	r->names = take_to(w, &ahead);
	r->rows = wire_u32(w);
	/* Rows without columns would make a small packet a long loop. */
	w->bad |= r->columns == 0 && r->rows > 0;
	ahead = *w;
	for (uint64_t i = (uint64_t)r->rows * r->columns; i > 0 && !ahead.bad; i--)
		read_cell(&ahead, &cell);
	r->cells = take_to(w, &ahead);
}

static bool
open_reply(struct batch *batch, struct wire *w)
{
	size_t n, results;
	uint8_t rc;

	wire_u32(w);
	rc = wire_u8(w);
	wire_u8(w);
	batch->missed = (int)wire_u16(w) - 1;
	results = wire_u16(w);
	wire_u16(w);
	batch->why = wire_text(w, &n);
	if (w->bad || rc >= RC__MAX || results != (rc == RC_OK ? batch->statements : 0))
		return false;
	batch->rc = (enum rc)rc;
	batch->results = arena_array(batch->op->arena, results + 1, sizeof(struct result));
	for (size_t i = 0; i < results && !w->bad; i++)
		open_result(w, &batch->results[i]);
	return !w->bad && w->n == 0;
}

void
batch_open(struct batch *batch)
{
	struct wire w = wire_of(batch->reply);

	if (batch->reply.n == 0 || open_reply(batch, &w))
		return;
	batch->missed = -1;
	batch->results = NULL;
	batch_fail(batch, RC_INTERNAL,
		   "the database writer answered in a form that this program does not know: "
		   "restart all programs after an upgrade");
}

int
batch_missed(const struct batch *batch)
{
	return batch->missed;
}

const char *
batch_why(const struct batch *batch)
{
	return batch->why;
}

static const struct result *
result_at(const struct batch *batch, int index)
{
	if (batch->results == NULL || batch->rc != RC_OK)
		bug("result %d of a batch that was not committed", index);
	expect(index >= 0 && index < (int)batch->statements);
	return &batch->results[index];
}

size_t
batch_count(const struct batch *batch, int index)
{
	return result_at(batch, index)->count;
}

struct column {
	const struct shape *member; /* NULL: nobody takes it */
};

/* Which member takes each column; every member of the shape has its column. */
static const struct column *
match_columns(struct op *op, const struct result *r, const struct shape *shape)
{
	struct column *columns = arena_array(op->arena, r->columns + 1, sizeof(*columns));
	struct wire w = wire_of(r->names);
	size_t wanted = 0, found = 0, n;

	for (size_t i = 0; i < r->columns; i++) {
		const struct shape *m = shape_find(shape, wire_text(&w, &n));

		if (m != NULL && row_member(m)) {
			columns[i].member = m;
			found++;
		}
	}
	for (const struct shape *m = shape; m->name != NULL; m++)
		wanted += row_member(m);
	if (found != wanted)
		bug("RETURNING gives %zu of the %zu columns of its shape", found, wanted);
	return columns;
}

static void
fill_row(struct wire *w, const struct result *r, const struct column *columns, void *out)
{
	struct cell cell;

	for (size_t i = 0; i < r->columns; i++) {
		read_cell(w, &cell);
		if (columns[i].member != NULL)
			row_set(columns[i].member, out, &cell, NULL);
	}
}

enum rc
batch_row(struct op *op, const struct batch *batch, int index, void *out, const struct shape *shape)
{
	const struct result *r = result_at(batch, index);
	struct wire w = wire_of(r->cells);

	if (r->rows == 0)
		return RC_MISSING;
	fill_row(&w, r, match_columns(op, r, shape), out);
	return RC_OK;
}

enum rc
batch_rows(struct op *op, const struct batch *batch, int index, struct list *out, size_t size,
	   const struct shape *shape)
{
	const struct result *r = result_at(batch, index);
	struct wire w = wire_of(r->cells);
	char *rows = arena_array(op->arena, r->rows + 1, size);
	const struct column *columns = match_columns(op, r, shape);

	for (size_t i = 0; i < r->rows; i++)
		fill_row(&w, r, columns, rows + i * size);
	*out = (struct list){ r->rows, rows };
	return RC_OK;
}

enum rc
batch_number(const struct batch *batch, int index, int64_t *out)
{
	const struct result *r = result_at(batch, index);
	struct wire w = wire_of(r->cells);
	struct cell cell;

	if (r->rows == 0)
		return RC_MISSING;
	read_cell(&w, &cell);
	if (cell.kind == BIND_TEXT)
		bug("batch_number on a text");
	*out = cell.integer;
	return RC_OK;
}
