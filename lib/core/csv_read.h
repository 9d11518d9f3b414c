/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CSV_READ_H
#define CORE_CSV_READ_H

#include "core/arena.h"

/* A file of comma-separated values (RFC 4180) or of one value a line; a semicolon parts as well
 * where the first line has no comma, as some spreadsheets write it. */
struct csv_read {
	const char *p;
	char between;
	int64_t line; /* of the row that was read last, from 1 */
	int64_t next; /* of the one that comes */
};

/* text ends with a NUL and outlives the reading; a byte order mark is skipped. */
void csv_read_begin(struct csv_read *csv, const char *text);

enum { CSV_CELLS_MAX = 16 };
/* The next row that is not empty, cells trimmed, in the arena; what is beyond CSV_CELLS_MAX is
 * dropped. The number of cells; 0: there is no more. */
size_t csv_read_row(struct csv_read *csv, struct arena *arena, const char **cells);

#endif
