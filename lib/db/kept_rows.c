/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kept answers. One place per question, found by its hash; whoever comes later to a place takes
 * it over. Long answers are not kept, so that all of it stays below some megabytes.
 */
#include "db/kept_rows.h"

#include <pthread.h>

#include "core/text.h"
#include "db/generation.h"

enum { PLACES = 256, ROWS_MAX = 200, TEXT_MAX = 16 << 10 };

struct answer {
	struct question question;
	const struct shape *shape;
	uint64_t generation;
	int64_t until_us;
	size_t rows;
	struct cell cells[]; /* row by row, members in the shape's order */
};

static struct {
	pthread_rwlock_t lock;
	struct {
		struct arena *arena; /* of the answer */
		struct answer *answer;
	} places[PLACES];
} kept = { .lock = PTHREAD_RWLOCK_INITIALIZER };

static void
question_add(struct question *q, const void *p, size_t n)
{
	if (q->n == 0 || n > sizeof(q->bytes) - q->n) {
		q->n = 0;
		return;
	}
	memcpy(q->bytes + q->n, p, n);
	q->n += n;
}

static void
question_add_bind(struct question *q, const struct bind *b)
{
	unsigned char kind = (unsigned char)b->kind;

	question_add(q, &kind, 1);
	if (b->kind == BIND_TEXT)
		question_add(q, b->text, strlen(b->text) + 1);
	else if (b->kind == BIND_INT)
		question_add(q, &b->integer, sizeof(b->integer));
}

void
question_ask(struct question *q, const struct op *op, const struct stmt *stmt,
	     const struct bind *binds, size_t n)
{
	q->n = 0;
	if (!stmt_is_kept(stmt))
		return;
	q->stmt = stmt;
	q->bytes[q->n++] = (unsigned char)n;
	if (stmt->scope == SCOPE_ACCOUNT)
		question_add_bind(q, &(struct bind){ BIND_TEXT, op->account_id, 0 });
	for (size_t i = 0; i < n; i++)
		question_add_bind(q, &binds[i]);
	q->hash = UINT64_C(14695981039346656037); /* FNV-1a */
	for (size_t i = 0; i < q->n; i++)
		q->hash = (q->hash ^ q->bytes[i]) * UINT64_C(1099511628211);
}

static bool
question_equal(const struct question *a, const struct question *b)
{
	return a->stmt == b->stmt && a->n == b->n && memcmp(a->bytes, b->bytes, a->n) == 0;
}

static size_t
place_of(const struct question *q)
{
	return (size_t)(q->hash ^ q->hash >> 32 ^ (uintptr_t)q->stmt >> 4) % PLACES;
}

static bool
answers(const struct answer *a, const struct question *q, const struct shape *shape)
{
	return a != NULL && a->shape == shape && a->generation == generation_now() &&
	       clock_elapsed_us() < a->until_us && question_equal(&a->question, q);
}

static const struct cell *
tell_row(const struct shape *shape, void *row, const struct cell *cell, struct arena *arena)
{
	for (const struct shape *m = shape; m->name != NULL; m++)
		if (row_member(m))
			row_set(m, row, cell++, arena);
	return cell;
}

/* The answer, with the lock held for reading, which kept_end() gives up; or NULL. */
static const struct answer *
kept_begin(const struct question *q, const struct shape *shape)
{
	const struct answer *a;

	if (q->n == 0)
		return NULL;
	pthread_rwlock_rdlock(&kept.lock);
	a = kept.places[place_of(q)].answer;
	if (answers(a, q, shape))
		return a;
	pthread_rwlock_unlock(&kept.lock);
	return NULL;
}

static void
kept_end(void)
{
	pthread_rwlock_unlock(&kept.lock);
}

bool
kept_find_one(const struct question *q, const struct shape *shape, void *out, struct arena *arena)
{
	const struct answer *a = kept_begin(q, shape);

	if (a == NULL)
		return false;
	tell_row(shape, out, a->cells, arena);
	kept_end();
	return true;
}

bool
kept_find(const struct question *q, const struct shape *shape, struct rows *rows)
{
	const struct answer *a = kept_begin(q, shape);
	const struct cell *cell;

	if (a == NULL)
		return false;
	cell = a->cells;
	for (size_t i = 0; i < a->rows; i++)
		cell = tell_row(shape, rows_add(rows), cell, rows->arena);
	kept_end();
	return true;
}

static struct cell
cell_of(const struct shape *m, const void *row, struct arena *arena)
{
	const char *text;

	switch (m->kind) {
	case SHAPE_TEXT:
	case SHAPE_JSON:
		text = shape_text(m, row);
		if (text == NULL)
			return (struct cell){ .kind = BIND_NULL };
		return (struct cell){ BIND_TEXT, arena_dup(arena, text), strlen(text), 0 };
	case SHAPE_INT:
		return (struct cell){ .kind = BIND_INT, .integer = shape_int(m, row) };
	case SHAPE_BOOL:
		return (struct cell){ .kind = BIND_INT, .integer = shape_bool(m, row) };
	case SHAPE_TIME:
		return (struct cell){ .kind = BIND_INT, .integer = shape_time(m, row).ms };
	default:
		bug("member %s cannot be kept", m->name);
	}
}

static size_t
count_columns(const struct shape *shape)
{
	size_t n = 0;

	for (const struct shape *m = shape; m->name != NULL; m++)
		n += row_member(m);
	return n;
}

static struct answer *
answer_new(struct arena *arena, const struct question *q, const struct shape *shape,
	   const struct list *rows, size_t size)
{
	size_t cells = rows->n * count_columns(shape), at = 0;
	struct answer *a = arena_alloc(arena, sizeof(*a) + cells * sizeof(struct cell));

	a->question = *q;
	a->shape = shape;
	a->rows = rows->n;
	for (size_t i = 0; i < rows->n; i++)
		for (const struct shape *m = shape; m->name != NULL; m++)
			if (row_member(m))
				a->cells[at++] =
					cell_of(m, (const char *)rows->rows + i * size, arena);
	return a;
}

void
kept_put(const struct question *q, const struct shape *shape, const struct list *rows, size_t size,
	 uint64_t generation)
{
	struct arena *arena, *before;
	struct answer *a;

	if (q->n == 0 || generation == 0 || rows->n > ROWS_MAX)
		return;
	arena = arena_new(0);
	a = answer_new(arena, q, shape, rows, size);
	a->generation = generation;
	a->until_us = clock_elapsed_us() + INT64_C(1000) * KEPT_MS;
	if (arena_used(arena) > TEXT_MAX) {
		arena_free(arena);
		return;
	}
	pthread_rwlock_wrlock(&kept.lock);
	before = kept.places[place_of(q)].arena;
	kept.places[place_of(q)].arena = arena;
	kept.places[place_of(q)].answer = a;
	pthread_rwlock_unlock(&kept.lock);
	arena_free(before);
}

void
kept_clear(void)
{
	pthread_rwlock_wrlock(&kept.lock);
	for (size_t i = 0; i < PLACES; i++) {
		arena_free(kept.places[i].arena);
		kept.places[i].arena = NULL;
		kept.places[i].answer = NULL;
	}
	pthread_rwlock_unlock(&kept.lock);
}
