/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shapes: looking up and reading the members of a struct by its description.
 *
 * Every reader insists on the member's kind: asking for the text of a number is a
 * mistake in the program and ends it, rather than reading memory as what it is not.
 * Samples are for tests of pages and JSON; they are the nastiest values that are legal.
 */
#include "core/shape.h"

/* How deep samples go: a shape may contain itself. */
#define SAMPLE_DEPTH 4
#define SAMPLE_ROWS 2

const struct shape *
shape_find(const struct shape *shape, const char *name)
{
	for (const struct shape *m = shape; m->kind != SHAPE_END_MARK; m++) {
		if (strcmp(m->name, name) == 0)
			return m;
	}
	return NULL;
}

static const void *
at(const struct shape *m, const void *object)
{
	return (const char *)object + m->offset;
}

const char *
shape_text(const struct shape *m, const void *object)
{
	expect(m->kind == SHAPE_TEXT || m->kind == SHAPE_JSON);
	return *(const char *const *)at(m, object);
}

int64_t
shape_int(const struct shape *m, const void *object)
{
	expect(m->kind == SHAPE_INT);
	return *(const int64_t *)at(m, object);
}

bool
shape_bool(const struct shape *m, const void *object)
{
	expect(m->kind == SHAPE_BOOL);
	return *(const bool *)at(m, object);
}

struct instant
shape_time(const struct shape *m, const void *object)
{
	expect(m->kind == SHAPE_TIME);
	return *(const struct instant *)at(m, object);
}

const struct list *
shape_list(const struct shape *m, const void *object)
{
	expect(m->kind == SHAPE_LIST);
	return at(m, object);
}

const void *
shape_object(const struct shape *m, const void *object)
{
	expect(m->kind == SHAPE_OBJECT);
	return *(const void *const *)at(m, object);
}

/* Room of one member: an OBJECT's description does not say how large its struct is. */
static size_t
room_of(const struct shape *m)
{
	switch (m->kind) {
	case SHAPE_INT:
		return sizeof(int64_t);
	case SHAPE_BOOL:
		return sizeof(bool);
	case SHAPE_TIME:
		return sizeof(struct instant);
	case SHAPE_LIST:
		return sizeof(struct list);
	default:
		return sizeof(const void *);
	}
}

/* Bytes up to the end of the last member that is described. */
static size_t
extent(const struct shape *shape)
{
	size_t size = 0;

	for (const struct shape *m = shape; m->kind != SHAPE_END_MARK; m++) {
		if (m->offset + room_of(m) > size)
			size = m->offset + room_of(m);
	}
	return size;
}

static void sample_object(struct arena *arena, const struct shape *shape, void *object, int depth);

static struct list
sample_list(struct arena *arena, const struct shape *m, int depth)
{
	char *rows;

	if (depth >= SAMPLE_DEPTH)
		return (struct list){ 0, NULL };
	rows = arena_array(arena, SAMPLE_ROWS, m->size);
	for (size_t i = 0; i < SAMPLE_ROWS; i++)
		sample_object(arena, m->of, rows + i * m->size, depth + 1);
	return (struct list){ SAMPLE_ROWS, rows };
}

static void *
sample_sub(struct arena *arena, const struct shape *m, int depth)
{
	void *sub;

	if (depth >= SAMPLE_DEPTH)
		return NULL;
	sub = arena_alloc(arena, extent(m->of));
	sample_object(arena, m->of, sub, depth + 1);
	return sub;
}

static void
sample_member(struct arena *arena, const struct shape *m, void *where, int depth)
{
	switch (m->kind) {
	case SHAPE_TEXT:
		*(const char **)where = arena_printf(arena, "%s <b>&\"'", m->name);
		break;
	case SHAPE_JSON:
		*(const char **)where = "{\"sample\":\"<b>&\\\"'\"}";
		break;
	case SHAPE_INT:
		*(int64_t *)where = 1234567;
		break;
	case SHAPE_BOOL:
		*(bool *)where = true;
		break;
	case SHAPE_TIME:
		*(struct instant *)where = (struct instant){ INT64_C(1778234400123) };
		break;
	case SHAPE_LIST:
		*(struct list *)where = sample_list(arena, m, depth);
		break;
	case SHAPE_OBJECT:
		*(void **)where = sample_sub(arena, m, depth);
		break;
	case SHAPE_END_MARK:
		break;
	}
}

static void
sample_object(struct arena *arena, const struct shape *shape, void *object, int depth)
{
	for (const struct shape *m = shape; m->kind != SHAPE_END_MARK; m++)
		sample_member(arena, m, (char *)object + m->offset, depth);
}

void
shape_sample(struct arena *arena, const struct shape *shape, void *object)
{
	sample_object(arena, shape, object, 1);
}
