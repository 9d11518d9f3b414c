/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv_read - rows of a file that somebody's spreadsheet wrote
 *
 * Tolerant where nothing can be misunderstood: line ends of any kind, blanks around cells, a quote
 * that is never closed ends with the file.
 */
#include "core/csv_read.h"

#include "core/buf.h"
#include "core/text.h"

enum { CELL_BYTES_MAX = 8192 };

void
csv_read_begin(struct csv_read *csv, const char *text)
{
	size_t first;

	if (text_starts(text, "\xEF\xBB\xBF"))
		text += 3;
	first = strcspn(text, "\r\n");
	*csv = (struct csv_read){
		.p = text,
		.between = memchr(text, ',', first) == NULL && memchr(text, ';', first) != NULL
				   ? ';'
				   : ',',
		.next = 1,
	};
}

static bool
ends_cell(const struct csv_read *csv)
{
	return *csv->p == '\0' || *csv->p == '\n' || *csv->p == '\r' || *csv->p == csv->between;
}

/* Between quotes, of which two are one; stays behind the closing one. */
static void
read_quoted(struct csv_read *csv, struct buf *out)
{
	for (csv->p++; *csv->p != '\0'; csv->p++) {
		if (*csv->p == '"' && csv->p[1] != '"')
			break;
		csv->p += *csv->p == '"';
		csv->next += *csv->p == '\n';
		buf_char(out, *csv->p);
	}
	csv->p += *csv->p == '"';
}

static const char *
read_cell(struct csv_read *csv, struct arena *arena)
{
	struct buf out;

	buf_init(&out, arena, CELL_BYTES_MAX);
	csv->p += strspn(csv->p, " \t");
	if (*csv->p == '"')
		read_quoted(csv, &out);
	for (; !ends_cell(csv); csv->p++)
		buf_char(&out, *csv->p);
	return text_trim(arena, buf_str(&out));
}

static void
end_line(struct csv_read *csv)
{
	if (*csv->p == '\r' && csv->p[1] == '\n')
		csv->p++;
	if (*csv->p != '\0')
		csv->p++;
	csv->next++;
}

size_t
csv_read_row(struct csv_read *csv, struct arena *arena, const char **cells)
{
	while (*csv->p != '\0') {
		size_t n = 0;
		bool filled = false;

		csv->line = csv->next;
		for (;;) {
			const char *cell = read_cell(csv, arena);

			filled = filled || *cell != '\0';
			if (n < CSV_CELLS_MAX)
				cells[n++] = cell;
			if (*csv->p != csv->between)
				break;
			csv->p++;
		}
		end_line(csv);
		if (filled)
			return n;
	}
	return 0;
}
