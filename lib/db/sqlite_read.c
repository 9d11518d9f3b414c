/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading. An op borrows a connection at its first read and keeps it, with one snapshot, until
 * db_rest, its next commit or its end. Idle connections wait in a stack, so that few threads
 * at work keep few caches warm; there are never more than ops that read at one time.
 */
#include "db/sqlite_read.h"

#include <pthread.h>

#include "core/text.h"
#include "db/generation.h"
#include "db/kept_rows.h"
#include "db/row_shape.h"
#include "db/sqlite_conn.h"
#include "db/stmt_table.h"

/* What op->reader points to. */
struct loan {
	struct conn *conn;
	uint64_t generation; /* before its snapshot */
};

/* Which member takes which column, found once per statement and shape on a connection. */
struct mapping {
	struct mapping *next;
	const struct shape *shape;
	size_t n;
	struct {
		const struct shape *member;
		int column;
	} pairs[];
};

/* A connection costs some 200 KB; what a burst leaves above this is closed. */
enum { IDLE_MAX = 16 };

static struct {
	pthread_mutex_t lock;
	struct conn *idle;
	size_t n;
} pool = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct conn *
pool_take(void)
{
	struct conn *conn;

	pthread_mutex_lock(&pool.lock);
	conn = pool.idle;
	if (conn != NULL) {
		pool.idle = conn->next;
		pool.n--;
	}
	pthread_mutex_unlock(&pool.lock);
	return conn;
}

static void
pool_give(struct conn *conn)
{
	bool kept;

	pthread_mutex_lock(&pool.lock);
	kept = pool.n < IDLE_MAX;
	if (kept) {
		conn->next = pool.idle;
		pool.idle = conn;
		pool.n++;
	}
	pthread_mutex_unlock(&pool.lock);
	if (!kept)
		conn_close(conn);
}

void
reader_close_all(void)
{
	struct conn *conn;

	while ((conn = pool_take()) != NULL)
		conn_close(conn);
	kept_clear();
}

static void
loan_end(void *object)
{
	struct loan *loan = object;
	struct conn *conn = loan->conn;

	loan->conn = NULL;
	if (conn == NULL)
		return;
	if (conn_own(conn, OWN_COMMIT) == SQLITE_OK)
		pool_give(conn);
	else
		conn_close(conn);
}

void
db_rest(struct op *op)
{
	if (op->reader != NULL)
		loan_end(op->reader);
}

enum rc
reader_of(struct op *op, struct conn **out)
{
	struct loan *loan = op->reader;

	if (loan == NULL) {
		loan = arena_alloc(op->arena, sizeof(*loan));
		op->reader = loan;
	}
	if (loan->conn == NULL) {
		struct conn *conn = pool_take();

		if (conn == NULL)
			TRY(conn_open(op, &conn, CONN_READ));
		loan->conn = conn;
		arena_defer(op->arena, loan_end, loan);
		loan->generation = generation_now();
		if (conn_own(conn, OWN_BEGIN) != SQLITE_OK)
			return reader_fail(op, "BEGIN");
	}
	*out = loan->conn;
	return RC_OK;
}

enum rc
reader_fail(struct op *op, const char *what)
{
	struct loan *loan = op->reader;
	enum rc rc = conn_fail(op, loan->conn, what);

	conn_close(loan->conn);
	loan->conn = NULL;
	expect(rc != RC_OK);
	return rc;
}

static void
bind_one(struct prepared *p, int at, const struct bind *bind)
{
	if (bind->kind == BIND_TEXT)
		sqlite3_bind_text(p->handle, at, bind->text, -1, SQLITE_STATIC);
	else if (bind->kind == BIND_INT)
		sqlite3_bind_int64(p->handle, at, bind->integer);
	else
		sqlite3_bind_null(p->handle, at);
}

static enum rc
query_start(struct op *op, struct prepared **out, const struct stmt *stmt, const struct bind *binds,
	    size_t n)
{
	size_t number = stmt_table_number(stmt);
	struct bind account = { BIND_TEXT, op->account_id, 0 };
	size_t own = stmt->scope == SCOPE_ACCOUNT ? 1 : 0;
	struct prepared *p;
	struct conn *conn;

	stmt_table_check(op, number, n);
	TRY(reader_of(op, &conn));
	if (conn_prepare(conn, number, &p) != SQLITE_OK)
		return reader_fail(op, stmt->name);
	for (size_t i = 0; i < p->n; i++)
		bind_one(p, p->places[i], i < own ? &account : &binds[i - own]);
	*out = p;
	return RC_OK;
}

static int
find_column(const struct prepared *p, const char *name)
{
	for (int i = 0; i < sqlite3_column_count(p->handle); i++)
		if (strcmp(sqlite3_column_name(p->handle, i), name) == 0)
			return i;
	bug("statement %s gives no column %s", p->stmt->name, name);
}

static const struct mapping *
mapping_of(struct conn *conn, struct prepared *p, const struct shape *shape)
{
	struct mapping *map;
	size_t n = 0;

	for (map = p->mappings; map != NULL; map = map->next)
		if (map->shape == shape)
			return map;
	for (const struct shape *m = shape; m->name != NULL; m++)
		n += row_member(m);
	map = arena_alloc(conn->arena, sizeof(*map) + n * sizeof(map->pairs[0]));
	map->shape = shape;
	for (const struct shape *m = shape; m->name != NULL; m++) {
		if (!row_member(m))
			continue;
		map->pairs[map->n].member = m;
		map->pairs[map->n++].column = find_column(p, m->name);
	}
	map->next = p->mappings;
	p->mappings = map;
	return map;
}

static void
fill(struct op *op, void *out, const struct mapping *map, sqlite3_stmt *handle)
{
	for (size_t i = 0; i < map->n; i++) {
		int column = map->pairs[i].column;
		struct cell cell = { .kind = BIND_NULL };

		switch (sqlite3_column_type(handle, column)) {
		case SQLITE_NULL:
			break;
		case SQLITE_INTEGER:
			cell.kind = BIND_INT;
			cell.integer = sqlite3_column_int64(handle, column);
			break;
		default:
			cell.kind = BIND_TEXT;
			cell.text = (const char *)sqlite3_column_text(handle, column);
			cell.n = (size_t)sqlite3_column_bytes(handle, column);
		}
		row_set(map->pairs[i].member, out, &cell, op->arena);
	}
}

/* After the last row, or an error: let the statement go. */
static enum rc
query_end(struct op *op, struct prepared *p)
{
	return sqlite3_reset(p->handle) == SQLITE_OK ? RC_OK : reader_fail(op, p->stmt->name);
}

static enum rc
read_one(struct op *op, void *out, const struct shape *shape, const struct stmt *stmt,
	 const struct bind *binds, size_t n)
{
	struct prepared *p;
	int code;

	TRY(query_start(op, &p, stmt, binds, n));
	code = sqlite3_step(p->handle);
	if (code == SQLITE_ROW) {
		struct loan *loan = op->reader;

		fill(op, out, mapping_of(loan->conn, p, shape), p->handle);
		if (sqlite3_step(p->handle) == SQLITE_ROW)
			bug("statement %s gives more than one row", stmt->name);
	}
	TRY(query_end(op, p));
	return code == SQLITE_ROW ? RC_OK : RC_MISSING;
}

/* Only what is there is kept: questions after what is not could be anybody's, and many. */
enum rc
db_one(struct op *op, void *out, const struct shape *shape, const struct stmt *stmt,
       const struct bind *binds, size_t n)
{
	struct question question;
	const struct loan *loan;

	question_ask(&question, op, stmt, binds, n);
	if (kept_find_one(&question, shape, out, op->arena))
		return RC_OK;
	TRY(read_one(op, out, shape, stmt, binds, n));
	loan = op->reader;
	kept_put(&question, shape, &(struct list){ 1, out }, 0, loan->generation);
	return RC_OK;
}

static enum rc
read_all(struct op *op, struct rows *rows, const struct shape *shape, const struct stmt *stmt,
	 const struct bind *binds, size_t n)
{
	const struct mapping *map = NULL;
	struct prepared *p;

	TRY(query_start(op, &p, stmt, binds, n));
	while (sqlite3_step(p->handle) == SQLITE_ROW) {
		struct loan *loan = op->reader;

		if (map == NULL)
			map = mapping_of(loan->conn, p, shape);
		fill(op, rows_add(rows), map, p->handle);
	}
	return query_end(op, p);
}

enum rc
db_all(struct op *op, struct list *out, size_t size, const struct shape *shape,
       const struct stmt *stmt, const struct bind *binds, size_t n)
{
	struct rows rows = { .arena = op->arena, .size = size };
	struct question question;
	const struct loan *loan;

	question_ask(&question, op, stmt, binds, n);
	if (!kept_find(&question, shape, &rows)) {
		TRY(read_all(op, &rows, shape, stmt, binds, n));
		loan = op->reader;
		kept_put(&question, shape, &(struct list){ rows.n, rows.p }, size,
			 loan->generation);
	}
	*out = (struct list){ rows.n, rows.p };
	return RC_OK;
}

enum rc
db_number(struct op *op, int64_t *out, const struct stmt *stmt, const struct bind *binds, size_t n)
{
	struct prepared *p;
	int64_t number = 0;
	int code;

	TRY(query_start(op, &p, stmt, binds, n));
	code = sqlite3_step(p->handle);
	if (code == SQLITE_ROW)
		number = sqlite3_column_int64(p->handle, 0);
	TRY(query_end(op, p));
	if (code != SQLITE_ROW)
		return RC_MISSING;
	*out = number;
	return RC_OK;
}
