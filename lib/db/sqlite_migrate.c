/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migrations: the catalog's texts that schema_version does not list yet, in order, each in a
 * transaction of its own that also writes the row, so that a broken one leaves nothing behind.
 * Programs never migrate; only `wagate migrate` and tests call this.
 */
#include <fcntl.h>
#include <unistd.h>

#include "core/secret.h"
#include "core/settings.h"
#include "db/sqlite_conn.h"
#include "db/sqlite_lock.h"
#include "db/sqlite_open.h"
#include "db/stmt_table.h"

/* Tables of the machinery. db_session: what each client's last packet was answered, so that
 * a client can ask after a lost answer. */
static const char own_schema[] =
	"BEGIN IMMEDIATE;"
	"CREATE TABLE IF NOT EXISTS schema_version ("
	" number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL);"
	"CREATE TABLE IF NOT EXISTS db_session ("
	" session TEXT PRIMARY KEY, seq BIGINT NOT NULL, reply BLOB NOT NULL,"
	" at BIGINT NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS db_session_at ON db_session (at);"
	"COMMIT";

/* Unlocks and closes at every way out. */
static void
end_migration(struct conn **conn)
{
	if (*conn != NULL)
		conn_own(*conn, OWN_ROLLBACK);
	conn_close(*conn);
	lock_give();
}

static enum rc
record(struct op *op, struct conn *conn, const struct migration *m)
{
	char *sql = sqlite3_mprintf("INSERT INTO schema_version VALUES (%d, %Q, %lld);"
				    "PRAGMA user_version = %d",
				    m->number, m->name, (long long)op->now.ms, m->number);
	int code = conn_exec(conn, sql);

	sqlite3_free(sql);
	return code == SQLITE_OK ? RC_OK : conn_fail(op, conn, "schema_version");
}

static enum rc
apply(struct op *op, struct conn *conn, const struct migration *m)
{
	const char *what = arena_printf(op->arena, "migration %d (%s)", m->number, m->name);

	if (conn_own(conn, OWN_BEGIN_WRITE) != SQLITE_OK)
		return conn_fail(op, conn, what);
	if (conn_exec(conn, m->sql) != SQLITE_OK)
		return conn_fail(op, conn, what);
	TRY(record(op, conn, m));
	return conn_own(conn, OWN_COMMIT) == SQLITE_OK ? RC_OK : conn_fail(op, conn, what);
}

/* A database that something else made is left alone. */
static enum rc
claim_file(struct op *op, struct conn *conn)
{
	int64_t id = conn_number(conn, "PRAGMA application_id", -1);
	int64_t tables = conn_number(conn, "SELECT count(*) FROM sqlite_master", -1);

	if (id != APPLICATION_ID && (id != 0 || tables != 0))
		return op_fail(op, RC_BUSY, "%s is a database of another program",
			       settings()->database_path);
	if (id != APPLICATION_ID) {
		char sql[64];

		snprintf(sql, sizeof(sql), "PRAGMA application_id = %d", APPLICATION_ID);
		if (conn_exec(conn, sql) != SQLITE_OK)
			return conn_fail(op, conn, "application_id");
	}
	if (conn_exec(conn, own_schema) != SQLITE_OK)
		return conn_fail(op, conn, "schema_version");
	return RC_OK;
}

/* SQLite would make it readable for everybody, and gives its other files the same mode. Only
 * when it is not there: closing an existing one would drop SQLite's locks. */
static void
create_file(void)
{
	int fd = open(settings()->database_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660);

	if (fd >= 0)
		close(fd);
}

/* The name of a new file is durable only with its folder. */
static void
sync_folder(struct op *op)
{
	int fd = open(open_folder(op), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

enum rc
db_migrate(struct op *op, const struct catalog *catalog, int *applied)
{
	__attribute__((cleanup(end_migration))) struct conn *conn = NULL;
	int64_t found;
	int done = 0;

	secret_start();
	if (stmt_table_size() == 0)
		stmt_table_load(catalog);
	TRY(open_check_folder(op));
	TRY(lock_take(op, DB_PATIENCE_MS));
	create_file();
	TRY(conn_open(op, &conn, CONN_WRITE));
	TRY(claim_file(op, conn));
	found = conn_number(conn, "PRAGMA user_version", 0);
	for (const struct migration *m = catalog->migrations; m->number != 0; m++) {
		if (m->number <= found)
			continue;
		TRY(apply(op, conn, m));
		done++;
	}
	if (conn_checkpoint(conn, true) != SQLITE_OK)
		return conn_fail(op, conn, "the migrated database cannot be written to its file");
	sync_folder(op);
	*applied = done;
	return RC_OK;
}
