/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_suppressions - many people at once who may not be messaged
 *
 * Looking through a file writes nothing and says of each row what is wrong with it; writing takes
 * only rows that were looked through. What is there already is left alone, so that the same file
 * may come twice.
 */
#include "gateway/import_suppressions.h"

#include "core/csv_read.h"
#include "core/ids.h"
#include "gateway/people.h"
#include "store/suppression_store.h"

enum { ROWS_AT_ONCE = 500 };

const struct shape import_row_shape[] = {
	SHAPE(struct import_row, line),   SHAPE(struct import_row, phone),
	SHAPE(struct import_row, reason), SHAPE(struct import_row, note),
	SHAPE(struct import_row, error),  SHAPE_END,
};

/* ---- columns ------------------------------------------------------------------------------ */

struct columns {
	int phone, reason, note; /* -1: there is none */
};

static int
find_column(const char *const *cells, size_t n, const char *const *names)
{
	for (; *names != NULL; names++)
		for (size_t i = 0; i < n; i++)
			if (text_equal_nocase(cells[i], *names))
				return (int)i;
	return -1;
}

/* False: the first row is one of people. */
static bool
read_header(struct columns *out, const char *const *cells, size_t n)
{
	static const char *const phones[] = { "phone", "recipient", "number", "user_id", NULL };
	static const char *const reasons[] = { "reason", NULL };
	static const char *const notes[] = { "note", NULL };

	*out = (struct columns){ find_column(cells, n, phones), find_column(cells, n, reasons),
				 find_column(cells, n, notes) };
	if (out->phone >= 0)
		return true;
	*out = (struct columns){ 0, -1, -1 };
	return false;
}

static const char *
cell_of(const char *const *cells, size_t n, int column)
{
	return column >= 0 && (size_t)column < n ? cells[column] : "";
}

/* ---- rows --------------------------------------------------------------------------------- */

static struct import_row
row_of(struct op *op, const struct columns *columns, const char *const *cells, size_t n,
       int64_t line)
{
	struct import_row row = {
		.line = line,
		.phone = cell_of(cells, n, columns->phone),
		.reason = cell_of(cells, n, columns->reason),
		.note = cell_of(cells, n, columns->note),
	};
	struct suppression s = { 0 };

	/* What an export keeps from being run as a formula. */
	if (row.note[0] == '\'')
		row.note++;
	if (gateway_check_suppression(op, &s, row.phone, row.reason, row.note) == RC_OK) {
		row.recipient = s.recipient;
		row.reason = s.reason;
		return row;
	}
	row.error = arena_dup(op->arena, op->why);
	op_forgive(op);
	return row;
}

enum rc
gateway_read_import(struct op *op, struct list *out, size_t *errors, const char *csv)
{
	struct import_row *rows = arena_array(op->arena, IMPORT_ROWS_MAX, sizeof(*rows));
	const char *cells[CSV_CELLS_MAX];
	struct columns columns;
	struct csv_read reading;
	size_t n, count = 0;

	if (!text_is_utf8(bytes_of(csv)))
		return op_refuse(op, RC_INPUT, "csv", "The file is not UTF-8 text");
	csv_read_begin(&reading, csv);
	n = csv_read_row(&reading, op->arena, cells);
	if (n > 0 && read_header(&columns, cells, n))
		n = csv_read_row(&reading, op->arena, cells);
	for (*errors = 0; n > 0; n = csv_read_row(&reading, op->arena, cells)) {
		if (count == IMPORT_ROWS_MAX)
			return op_refuse(op, RC_INPUT, "csv", "At most %d rows at once",
					 IMPORT_ROWS_MAX);
		rows[count] = row_of(op, &columns, cells, n, reading.line);
		*errors += rows[count++].error != NULL;
	}
	if (count == 0)
		return op_refuse(op, RC_INPUT, "csv", "There is no row with a number in it");
	*out = (struct list){ count, rows };
	return RC_OK;
}

/* ---- writing ------------------------------------------------------------------------------ */

static int
add_row(struct op *op, struct batch *batch, const struct import_row *row)
{
	const struct suppression s = {
		.id = id_new(op, "sup"),
		.recipient = row->recipient,
		.reason = row->reason,
		.source = "import",
		.actor = op->actor,
		.note = text_empty(row->note) ? NULL : row->note,
		.since = op->now,
	};

	return suppression_store_insert(batch, &s);
}

static enum rc
import_some(struct op *op, const struct import_row *rows, size_t n, int64_t *added)
{
	struct batch *batch = batch_new(op);
	int index[ROWS_AT_ONCE];
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (rows[i].error == NULL)
			index[count++] = add_row(op, batch, &rows[i]);
	if (count == 0)
		return RC_OK;
	audit_add(op, batch, "suppression.import", rows[0].recipient,
		  arena_printf(op->arena, "%zu rows", count));
	TRY(db_commit(op, batch));
	for (size_t i = 0; i < count; i++)
		*added += (int64_t)batch_count(batch, index[i]);
	return RC_OK;
}

enum rc
gateway_import_suppressions(struct op *op, const struct list *rows, int64_t *added)
{
	const struct import_row *all = rows->rows;

	*added = 0;
	for (size_t at = 0; at < rows->n; at += ROWS_AT_ONCE) {
		size_t left = rows->n - at;

		TRY(import_some(op, all + at, left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE, added));
	}
	return RC_OK;
}
