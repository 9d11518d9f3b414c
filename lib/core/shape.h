/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_SHAPE_H
#define CORE_SHAPE_H

#include "core/op.h"

/*
 * One description per noun: (member, name, kind, secret?). Rows are read, JSON is written
 * and templates are filled from it, so that a column, a JSON key and a {{name}} cannot
 * drift apart, and a secret member cannot leave.
 */
enum shape_kind {
	SHAPE_END_MARK,
	SHAPE_TEXT,   /* const char *, NULL allowed */
	SHAPE_INT,    /* int64_t */
	SHAPE_BOOL,   /* bool */
	SHAPE_TIME,   /* struct instant; JSON: RFC 3339 with ms or null */
	SHAPE_LIST,   /* struct list of structs with their own shape */
	SHAPE_OBJECT, /* const struct pointer with its own shape, may be NULL */
	SHAPE_JSON    /* const char * holding JSON text; JSON output embeds it */
};

enum {
	SHAPE_SECRET = 1, /* read from rows, never written to JSON or templates */
	SHAPE_NOT_ROW = 2 /* not a column: computed for a page */
};

struct shape {
	const char *name;
	enum shape_kind kind;
	size_t offset;
	unsigned flags;
	const struct shape *of; /* of a LIST's element or an OBJECT */
	size_t size;            /* of a LIST's element */
};

/* n structs in a row. */
struct list {
	size_t n;
	const void *rows;
};

#define SHAPE_KIND_(s, m) \
	_Generic(((s *)0)->m, const char *: SHAPE_TEXT, char *: SHAPE_TEXT,              \
		 int64_t: SHAPE_INT, bool: SHAPE_BOOL, struct instant: SHAPE_TIME)

#define SHAPE(s, m)                                               \
	{                                                         \
#m, SHAPE_KIND_(s, m), offsetof(s, m), 0, NULL, 0 \
	}
#define SHAPE_HIDDEN(s, m)                                                   \
	{                                                                    \
#m, SHAPE_KIND_(s, m), offsetof(s, m), SHAPE_SECRET, NULL, 0 \
	}
#define SHAPE_PAGE(s, m)                                                      \
	{                                                                     \
#m, SHAPE_KIND_(s, m), offsetof(s, m), SHAPE_NOT_ROW, NULL, 0 \
	}
#define SHAPE_AS_JSON(s, m)                                \
	{                                                  \
#m, SHAPE_JSON, offsetof(s, m), 0, NULL, 0 \
	}
#define SHAPE_ROWS(s, m, elem, elem_shape)                                              \
	{                                                                               \
#m, SHAPE_LIST, offsetof(s, m), SHAPE_NOT_ROW, elem_shape, sizeof(elem) \
	}
#define SHAPE_SUB(s, m, sub_shape)                                            \
	{                                                                     \
#m, SHAPE_OBJECT, offsetof(s, m), SHAPE_NOT_ROW, sub_shape, 0 \
	}
#define SHAPE_END                                   \
	{                                           \
		NULL, SHAPE_END_MARK, 0, 0, NULL, 0 \
	}

/* The member called name, or NULL. */
const struct shape *shape_find(const struct shape *shape, const char *name);

/* Typed access by description. */
const char *shape_text(const struct shape *m, const void *object);
int64_t shape_int(const struct shape *m, const void *object);
bool shape_bool(const struct shape *m, const void *object);
struct instant shape_time(const struct shape *m, const void *object);
const struct list *shape_list(const struct shape *m, const void *object);
const void *shape_object(const struct shape *m, const void *object);

/* Fill a zeroed struct with telling values for tests: texts hold <b>&"', lists two rows. */
void shape_sample(struct arena *arena, const struct shape *shape, void *object);

#endif
