/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_KEPT_ROWS_H
#define DB_KEPT_ROWS_H

#include "db/row_shape.h"

/*
 * Answers to statements that are marked KEPT, in this process's memory: what every send and
 * every webhook asks anew, of tables that change by hand. An answer counts as long as the
 * generation has not moved since before its snapshot, and at most KEPT_MS, for a change whose
 * writer died before it could say so: that one has not been told to anybody.
 */
enum { KEPT_MS = 1000 };

/* Which question it is. n is 0 where its answer cannot be kept. */
struct question {
	const struct stmt *stmt;
	uint64_t hash;
	size_t n;
	unsigned char bytes[200];
};

void question_ask(struct question *q, const struct op *op, const struct stmt *stmt,
		  const struct bind *binds, size_t n);

/* Append the kept rows, texts copied into rows->arena; false where they are not known. */
bool kept_find(const struct question *q, const struct shape *shape, struct rows *rows);

/* The same for a question after one row. */
bool
kept_find_one(const struct question *q, const struct shape *shape, void *out, struct arena *arena);

/* Keep rows of size bytes, read from a snapshot that is not older than the generation. */
void kept_put(const struct question *q, const struct shape *shape, const struct list *rows,
	      size_t size, uint64_t generation);

void kept_clear(void);

#endif
