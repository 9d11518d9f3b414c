/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running batches. A batch that misses an expectation or breaks a constraint has nothing to undo
 * while it has changed nothing, and undoes its own savepoint after that; an error of the disk
 * ends the transaction with all that is in it. Nothing in a batch is trusted to be well-formed:
 * it may come from another process.
 */
#include "db/sqlite_group.h"

#include "db/doorbell_socket.h"
#include "db/generation.h"
#include "db/stmt_table.h"
#include "db/wire.h"

/* One batch under way. */
struct run {
	struct conn *conn;
	struct buf *reply;
	struct wire in;
	enum rc rc; /* of the batch */
	char why[240];
	bool stirs; /* changes what programs may keep in memory */
	bool lost;  /* the transaction is gone or cannot go on */
};

/* One statement of it. */
struct item {
	struct prepared *p;
	enum expectation want;
	enum rc miss;
	size_t count, rows;
};

static enum rc
group_lost(struct group *g, const char *what)
{
	enum rc rc = conn_fail(g->op, g->conn, what);

	return rc == RC_OK ? RC_INTERNAL : RC_BUSY;
}

enum rc
group_begin(struct group *g, struct op *op, struct conn *conn, bool guarded)
{
	*g = (struct group){ .op = op, .conn = conn, .guarded = guarded };
	return conn_own(conn, OWN_BEGIN_WRITE) == SQLITE_OK ? RC_OK : group_lost(g, "BEGIN");
}

static void
run_fail(struct run *run, const char *name)
{
	sqlite3 *db = run->conn->db;
	int code = sqlite3_extended_errcode(db);

	run->rc = conn_rc(code);
	if (run->rc == RC_OK)
		run->rc = RC_INTERNAL;
	if (run->rc == RC_BUSY || sqlite3_get_autocommit(db))
		run->lost = true;
	snprintf(run->why, sizeof(run->why), "%s: %s (SQLite %d)", name, sqlite3_errmsg(db), code);
}

static void
run_garbled(struct run *run)
{
	run->rc = RC_INTERNAL;
	snprintf(run->why, sizeof(run->why), "a batch arrived in a form that is not known");
}

static void
bind_cell(struct run *run, sqlite3_stmt *handle, int at)
{
	struct wire *w = &run->in;
	const char *text;
	size_t n = 0;

	switch (wire_u8(w)) {
	case BIND_NULL:
		sqlite3_bind_null(handle, at);
		return;
	case BIND_INT:
		sqlite3_bind_int64(handle, at, wire_i64(w));
		return;
	case BIND_TEXT:
		text = wire_text(w, &n);
		sqlite3_bind_text64(handle, at, text, n, SQLITE_STATIC, SQLITE_UTF8);
		return;
	default:
		w->bad = true;
	}
}

static void
bind_all(struct run *run, const struct prepared *p)
{
	for (size_t i = 0; i < p->n && !run->in.bad; i++) {
		if (p->places[i] != 0)
			bind_cell(run, p->handle, p->places[i]);
		else
			run->in.bad = true;
	}
}

static void
put_column(struct buf *reply, sqlite3_stmt *handle, int i)
{
	switch (sqlite3_column_type(handle, i)) {
	case SQLITE_NULL:
		wire_put_u8(reply, BIND_NULL);
		return;
	case SQLITE_INTEGER:
		wire_put_u8(reply, BIND_INT);
		wire_put_i64(reply, sqlite3_column_int64(handle, i));
		return;
	default:
		wire_put_u8(reply, BIND_TEXT);
		wire_put_text(reply, (const char *)sqlite3_column_text(handle, i),
			      (size_t)sqlite3_column_bytes(handle, i));
	}
}

/* Step to the end; the result goes into the reply as it comes. */
static bool
run_steps(struct run *run, struct item *item)
{
	sqlite3_stmt *handle = item->p->handle;
	int columns = sqlite3_column_count(handle);
	size_t at = run->reply->n, at_rows;

	wire_put_u32(run->reply, 0);
	wire_put_u16(run->reply, (uint16_t)columns);
	wire_put_u16(run->reply, 0);
	for (int i = 0; i < columns; i++) {
		const char *name = sqlite3_column_name(handle, i);

		wire_put_text(run->reply, name, strlen(name));
	}
	at_rows = run->reply->n;
	wire_put_u32(run->reply, 0);
	while (sqlite3_step(handle) == SQLITE_ROW) {
		for (int i = 0; i < columns; i++)
			put_column(run->reply, handle, i);
		item->rows++;
	}
	if (sqlite3_reset(handle) != SQLITE_OK)
		return false;
	item->count = columns > 0 ? item->rows : (size_t)sqlite3_changes64(run->conn->db);
	run->stirs |= item->count > 0 && !item->p->quiet;
	wire_patch_u32(run->reply, at, (uint32_t)item->count);
	wire_patch_u32(run->reply, at_rows, (uint32_t)item->rows);
	return true;
}

static bool
met(const struct item *item)
{
	switch (item->want) {
	case EXPECT_ANY:
		return true;
	case EXPECT_ONE:
		return item->count == 1;
	case EXPECT_SOME:
		return item->count > 0;
	case EXPECT_NONE:
		return item->count == 0;
	}
	return false;
}

static void
run_statement(struct run *run)
{
	struct item item = { 0 };
	size_t number = wire_u16(&run->in), n;

	item.want = (enum expectation)wire_u8(&run->in);
	item.miss = (enum rc)wire_u8(&run->in);
	n = wire_u16(&run->in);
	if (run->in.bad || number >= stmt_table_size() || item.miss >= RC__MAX ||
	    n != stmt_table_params(number)) {
		run_garbled(run);
		return;
	}
	if (conn_prepare(run->conn, number, &item.p) != SQLITE_OK) {
		run_fail(run, stmt_table_at(number)->name);
		return;
	}
	bind_all(run, item.p);
	if (run->in.bad)
		run_garbled(run);
	else if (!run_steps(run, &item))
		run_fail(run, item.p->stmt->name);
	else if (!met(&item))
		run->rc = item.miss != RC_OK ? item.miss : RC_INTERNAL;
}

void
group_refuse(struct buf *reply, enum rc rc, int missed, const char *why)
{
	size_t at = reply->n;

	wire_put_u32(reply, 0);
	wire_put_u8(reply, (uint8_t)rc);
	wire_put_u8(reply, 0);
	wire_put_u16(reply, (uint16_t)(missed + 1));
	wire_put_u16(reply, 0);
	wire_put_u16(reply, 0);
	wire_put_text(reply, why, strlen(why));
	wire_patch_u32(reply, at, (uint32_t)(reply->n - at));
}

/* All statements up to the first that fails; returns which one did, -1 for none. */
static int
run_statements(struct run *run, uint16_t statements)
{
	size_t at = run->reply->n;

	group_refuse(run->reply, RC_OK, -1, "");
	wire_patch_u16(run->reply, at + 8, statements);
	for (int i = 0; i < statements; i++) {
		run_statement(run);
		if (run->rc != RC_OK)
			return i;
	}
	wire_patch_u32(run->reply, at, (uint32_t)(run->reply->n - at));
	if (run->in.n > 0)
		run_garbled(run);
	if (buf_ok(run->reply))
		return -1;
	run->rc = RC_INTERNAL;
	snprintf(run->why, sizeof(run->why), "the rows that a batch returns are more than 16 MiB");
	return -1;
}

/* Undo what the batch changed, where it has changed anything. */
static enum rc
undo(struct group *g, const struct run *run, int64_t changes_before)
{
	if (run->lost)
		return op_fail(g->op, RC_BUSY, "%s", run->why);
	if (sqlite3_total_changes64(g->conn->db) == changes_before)
		return RC_OK;
	if (!g->guarded)
		return RC_CONFLICT;
	g->undid = true;
	return conn_own(g->conn, OWN_UNDO) == SQLITE_OK ? RC_OK : group_lost(g, "ROLLBACK TO");
}

/* Run the batch, and put a refusal in place of what its statements gave when it failed. */
static enum rc
run_or_undo(struct group *g, struct run *run, uint16_t statements)
{
	int64_t changes = sqlite3_total_changes64(g->conn->db);
	size_t at = run->reply->n;
	int missed = run_statements(run, statements);

	if (run->rc == RC_OK)
		return RC_OK;
	TRY(undo(g, run, changes));
	run->reply->n = at;
	run->reply->failed = false;
	group_refuse(run->reply, run->rc, missed, run->why);
	return RC_OK;
}

enum rc
group_run(struct group *g, struct bytes batch, struct buf *reply)
{
	struct run run = { .conn = g->conn, .reply = reply, .in = wire_of(batch) };
	uint16_t statements;
	bool wakes;

	wire_u32(&run.in);
	statements = wire_u16(&run.in);
	wakes = wire_u8(&run.in) != 0;
	wire_u8(&run.in);
	if (g->guarded && conn_own(g->conn, OWN_SAVE) != SQLITE_OK)
		return group_lost(g, "SAVEPOINT");
	TRY(run_or_undo(g, &run, statements));
	if (g->guarded && conn_own(g->conn, OWN_RELEASE) != SQLITE_OK)
		return group_lost(g, "RELEASE");
	g->wakes |= wakes && run.rc == RC_OK;
	g->stirs |= run.stirs && run.rc == RC_OK;
	return RC_OK;
}

enum rc
group_commit(struct group *g)
{
	bool done = conn_own(g->conn, OWN_COMMIT) == SQLITE_OK;
	int code = sqlite3_extended_errcode(g->conn->db) & 0xff;
	enum rc rc;

	/* Also where nobody knows what came of it. */
	if (g->stirs)
		generation_move();
	if (done) {
		if (g->wakes)
			doorbell_ring();
		return RC_OK;
	}
	rc = conn_fail(g->op, g->conn, "COMMIT");
	group_abandon(g);
	/* Only these say that the last frame was never written. */
	if (rc == RC_BUSY && code != SQLITE_FULL && code != SQLITE_BUSY)
		rc = RC_INTERNAL;
	return rc;
}

/* The error of the step before may have ended the transaction already. */
void
group_abandon(struct group *g)
{
	if (!sqlite3_get_autocommit(g->conn->db))
		conn_own(g->conn, OWN_ROLLBACK);
}
