/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking after the database: what health, doctor and the tests of the statements ask. All
 * of it is read on the op's connection; texts live in the op's arena.
 */
#include <sys/statvfs.h>

#include "core/settings.h"
#include "db/commit_way.h"
#include "db/sqlite_open.h"
#include "db/sqlite_read.h"
#include "db/stmt_table.h"
#include "db/writer_client.h"

enum { PING_MS = 1000, LINES_MAX = 1 << 20 };

static void
measure_disk(struct op *op, struct db_health *out)
{
	struct statvfs fs;

	if (statvfs(open_folder(op), &fs) != 0 || fs.f_blocks == 0)
		return;
	out->disk_free_bytes = (int64_t)(fs.f_bavail * fs.f_frsize);
	out->disk_free_percent = (int64_t)(fs.f_bavail * 100 / fs.f_blocks);
}

void
db_health(struct op *op, struct db_health *out)
{
	struct db_health h = { .schema = -1, .writer_ms = -1 };
	int64_t answered;
	struct conn *conn;

	h.writer_alive = way_is_inline() || client_ping(PING_MS);
	answered = client_answered_us();
	if (answered > 0)
		h.writer_ms = (clock_elapsed_us() - answered) / 1000;
	else if (h.writer_alive)
		h.writer_ms = 0;
	measure_disk(op, &h);
	if (reader_of(op, &conn) == RC_OK)
		h.schema = conn_number(conn, "PRAGMA user_version", -1);
	*out = h;
}

/* All rows of a statement as lines, the given column of each. */
static enum rc
gather_lines(struct op *op, const char *sql, int column, const char **out)
{
	struct buf lines;
	sqlite3_stmt *handle;
	struct conn *conn;

	TRY(reader_of(op, &conn));
	if (sqlite3_prepare_v2(conn->db, sql, -1, &handle, NULL) != SQLITE_OK)
		return conn_fail(op, conn, sql);
	buf_init(&lines, op->arena, LINES_MAX);
	while (sqlite3_step(handle) == SQLITE_ROW)
		buf_printf(&lines, "%s%s", lines.n > 0 ? "\n" : "",
			   (const char *)sqlite3_column_text(handle, column));
	if (sqlite3_finalize(handle) != SQLITE_OK)
		return reader_fail(op, sql);
	*out = buf_str(&lines);
	return RC_OK;
}

enum rc
db_integrity(struct op *op, const char **verdict)
{
	return gather_lines(op, "PRAGMA quick_check", 0, verdict);
}

enum rc
db_plan(struct op *op, const struct stmt *stmt, const char **plan)
{
	enum { DETAIL = 3 };

	return gather_lines(op, arena_printf(op->arena, "EXPLAIN QUERY PLAN %s", stmt->sql), DETAIL,
			    plan);
}

/* Every value from $1 to the highest must occur, and in account scope $1 is the account. */
static void
check_params(struct buf *problems, const struct prepared *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->places[i] == 0)
			buf_printf(problems, "%s: $%zu does not occur\n", p->stmt->name, i + 1);
	if (p->n == 0 && p->stmt->scope == SCOPE_ACCOUNT)
		buf_printf(problems, "%s: account scope without $1\n", p->stmt->name);
}

enum rc
db_prepare_all(struct op *op, const char **problems)
{
	struct buf found;
	struct conn *conn;

	TRY(reader_of(op, &conn));
	buf_init(&found, op->arena, LINES_MAX);
	for (size_t i = 0; i < stmt_table_size(); i++) {
		struct prepared *p;

		if (conn_prepare(conn, i, &p) == SQLITE_OK)
			check_params(&found, p);
		else
			buf_printf(&found, "%s: %s\n", stmt_table_at(i)->name,
				   sqlite3_errmsg(conn->db));
	}
	*problems = buf_str(&found);
	return RC_OK;
}
