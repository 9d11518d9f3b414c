/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One SQLite connection with the settings that everything rests on. SQLite before 3.51.3 can
 * lose committed data when one connection checkpoints while another commits or checkpoints
 * (sqlite.org/wal.html#walresetbug): so no connection checkpoints by itself, neither after a
 * commit nor at its close, memory maps are off, and writing connections live under the write
 * lock (sqlite_lock.h).
 */
#include "db/sqlite_conn.h"

#include <pthread.h>

#include "core/settings.h"
#include "db/generation.h"
#include "db/sqlite_wal.h"
#include "db/stmt_table.h"

enum {
	BUSY_MS = 5000,
	CHECKPOINT_PAGES = 1024, /* 4 MiB: move them into the file */
	TRUNCATE_PAGES = 16384,  /* 64 MiB: also shrink the WAL */
	TRUNCATE_WAIT_MS = 100,  /* for readers of the old end */
	LOOKASIDE_SLOT = 256,
	LOOKASIDE_SLOTS = 128,
	TEXT_MAX = 32 << 20
};

static const char keep_reply[] = "INSERT INTO db_session (session, seq, reply, at)"
				 " VALUES (?, ?, ?, ?) ON CONFLICT (session) DO UPDATE"
				 " SET seq = excluded.seq, reply = excluded.reply,"
				 " at = excluded.at";

static const char *const own_texts[OWN__MAX] = {
	[OWN_BEGIN] = "BEGIN",
	[OWN_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[OWN_COMMIT] = "COMMIT",
	[OWN_ROLLBACK] = "ROLLBACK",
	[OWN_SAVE] = "SAVEPOINT batch",
	[OWN_RELEASE] = "RELEASE batch",
	[OWN_UNDO] = "ROLLBACK TO batch",
	[OWN_KEEP_REPLY] = keep_reply,
	[OWN_KEPT_REPLY] = "SELECT reply FROM db_session WHERE session = ? AND seq = ?",
	[OWN_FORGET_REPLIES] = "DELETE FROM db_session WHERE at < ?",
};

static const char common_pragmas[] = "PRAGMA mmap_size = 0;"
				     "PRAGMA wal_autocheckpoint = 0;"
				     "PRAGMA temp_store = MEMORY;"
				     "PRAGMA trusted_schema = OFF;"
				     "PRAGMA cell_size_check = ON;";
static const char read_pragmas[] = "PRAGMA cache_size = -256;"
				   "PRAGMA query_only = ON;";
/* The first two are what sqlite_wal.h rests on. */
static const char write_pragmas[] = "PRAGMA synchronous = FULL;"
				    "PRAGMA cache_spill = OFF;"
				    "PRAGMA journal_mode = WAL;"
				    "PRAGMA foreign_keys = ON;"
				    "PRAGMA journal_size_limit = 67108864;"
				    "PRAGMA secure_delete = FAST;"
				    "PRAGMA cache_size = -2048;";

static void
start_sqlite(void)
{
	/* Its memory counters are a lock that all threads would meet at. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (sqlite3_initialize() != SQLITE_OK)
		fatal("SQLite does not start");
}

static int
count_wal(void *arg, sqlite3 *db, const char *schema, int pages)
{
	struct conn *conn = arg;

	(void)db;
	(void)schema;
	conn->wal_pages = pages;
	if (pages < conn->moved_pages)
		conn->moved_pages = 0;
	return SQLITE_OK;
}

static int
configure(struct conn *conn, enum conn_use use)
{
	sqlite3 *db = conn->db;
	int code;

	sqlite3_db_config(db, SQLITE_DBCONFIG_LOOKASIDE, NULL, LOOKASIDE_SLOT, LOOKASIDE_SLOTS);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, TEXT_MAX);
	sqlite3_busy_timeout(db, BUSY_MS);
	code = conn_exec(conn, common_pragmas);
	if (code == SQLITE_OK)
		code = conn_exec(conn, use == CONN_READ ? read_pragmas : write_pragmas);
	if (code == SQLITE_OK && use != CONN_READ) {
		sqlite3_wal_hook(db, count_wal, conn);
		/* What a killed process left in the WAL counts as new. */
		conn->wal_pages = CHECKPOINT_PAGES;
	}
	return code;
}

/* The writer before may have died between a commit and its move. */
static enum rc
ready_generation(struct op *op)
{
	TRY(generation_open(op));
	generation_move();
	return RC_OK;
}

enum rc
conn_open(struct op *op, struct conn **out, enum conn_use use)
{
	static pthread_once_t started = PTHREAD_ONCE_INIT;
	struct arena *arena = arena_new(0);
	struct conn *conn = arena_alloc(arena, sizeof(*conn));
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int code;
	enum rc rc;

	pthread_once(&started, start_sqlite);
	conn->arena = arena;
	conn->prepared = arena_array(arena, stmt_table_size() + 1, sizeof(struct prepared *));
	code = sqlite3_open_v2(settings()->database_path, &conn->db, flags,
			       use == CONN_READ ? NULL : wal_vfs());
	if (code == SQLITE_OK)
		code = configure(conn, use);
	rc = code == SQLITE_OK ? RC_OK : conn_fail(op, conn, "the database cannot be opened");
	if (rc == RC_OK && use == CONN_WRITE)
		rc = ready_generation(op);
	if (rc == RC_OK) {
		*out = conn;
		return RC_OK;
	}
	conn_close(conn);
	return rc;
}

void
conn_close(struct conn *conn)
{
	if (conn == NULL)
		return;
	for (size_t i = 0; i < OWN__MAX; i++)
		sqlite3_finalize(conn->own[i]);
	for (size_t i = 0; i < stmt_table_size(); i++)
		if (conn->prepared[i] != NULL)
			sqlite3_finalize(conn->prepared[i]->handle);
	sqlite3_close(conn->db);
	arena_free(conn->arena);
}

/* Nothing happened, and the next try may go better: the disk, the locks, memory. */
static bool
is_passing(int code)
{
	static const int passing[] = {
		SQLITE_BUSY,    SQLITE_LOCKED,   SQLITE_FULL,     SQLITE_IOERR,
		SQLITE_NOMEM,   SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PROTOCOL,
		SQLITE_CORRUPT, SQLITE_NOTADB,   SQLITE_PERM,
	};

	for (size_t i = 0; i < ARRAY_LEN(passing); i++)
		if ((code & 0xff) == passing[i])
			return true;
	return false;
}

enum rc
conn_rc(int code)
{
	switch (code) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return RC_OK;
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
		return RC_CONFLICT;
	default:
		return is_passing(code) ? RC_BUSY : RC_INTERNAL;
	}
}

enum rc
conn_fail(struct op *op, struct conn *conn, const char *what)
{
	int code = sqlite3_extended_errcode(conn->db);
	enum rc rc = conn_rc(code);

	return op_fail(op, rc == RC_OK ? RC_INTERNAL : rc, "%s: %s (SQLite %d, %s)", what,
		       sqlite3_errmsg(conn->db), code, settings()->database_path);
}

int
conn_exec(struct conn *conn, const char *sql)
{
	return sqlite3_exec(conn->db, sql, NULL, NULL, NULL);
}

int
conn_own_get(struct conn *conn, enum conn_own which, sqlite3_stmt **out)
{
	if (conn->own[which] == NULL) {
		int code = sqlite3_prepare_v3(conn->db, own_texts[which], -1,
					      SQLITE_PREPARE_PERSISTENT, &conn->own[which], NULL);

		if (code != SQLITE_OK)
			return code;
	}
	*out = conn->own[which];
	return SQLITE_OK;
}

int
conn_own(struct conn *conn, enum conn_own which)
{
	sqlite3_stmt *handle;
	int code = conn_own_get(conn, which, &handle);

	if (code != SQLITE_OK)
		return code;
	sqlite3_step(handle);
	return sqlite3_reset(handle);
}

/* Binding goes by name: SQLite itself numbers "$2" by first appearance. */
static void
find_places(struct prepared *p)
{
	for (int i = 1; i <= sqlite3_bind_parameter_count(p->handle); i++) {
		const char *name = sqlite3_bind_parameter_name(p->handle, i);

		if (name == NULL || name[0] != '$')
			bug("statement %s has a parameter without $", p->stmt->name);
		p->places[strtoul(name + 1, NULL, 10) - 1] = (unsigned char)i;
	}
}

int
conn_prepare(struct conn *conn, size_t number, struct prepared **out)
{
	const struct stmt *stmt = stmt_table_at(number);
	struct prepared *p = conn->prepared[number];
	size_t n = stmt_table_params(number);
	sqlite3_stmt *handle;
	int code;

	if (p == NULL) {
		code = sqlite3_prepare_v3(conn->db, stmt->sql, -1, SQLITE_PREPARE_PERSISTENT,
					  &handle, NULL);
		if (code != SQLITE_OK)
			return code;
		p = arena_alloc(conn->arena, sizeof(*p) + n);
		p->stmt = stmt;
		p->handle = handle;
		p->quiet = stmt_is_quiet(stmt) || sqlite3_stmt_readonly(handle);
		p->n = n;
		find_places(p);
		conn->prepared[number] = p;
	}
	*out = p;
	return SQLITE_OK;
}

int64_t
conn_number(struct conn *conn, const char *sql, int64_t absent)
{
	sqlite3_stmt *handle;
	int64_t number = absent;

	if (sqlite3_prepare_v2(conn->db, sql, -1, &handle, NULL) != SQLITE_OK)
		return absent;
	if (sqlite3_step(handle) == SQLITE_ROW)
		number = sqlite3_column_int64(handle, 0);
	sqlite3_finalize(handle);
	return number;
}

bool
conn_wants_checkpoint(const struct conn *conn, bool eager)
{
	return conn->wal_pages - conn->moved_pages >= (eager ? 1 : CHECKPOINT_PAGES);
}

/* PASSIVE waits for nobody. TRUNCATE waits a little for readers and does it next time when
 * they stay. */
int
conn_checkpoint(struct conn *conn, bool eager)
{
	bool large = conn->wal_pages > TRUNCATE_PAGES;
	int code;

	if (!conn_wants_checkpoint(conn, eager))
		return SQLITE_OK;
	sqlite3_busy_timeout(conn->db, TRUNCATE_WAIT_MS);
	code = sqlite3_wal_checkpoint_v2(
		conn->db, NULL, large ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
		NULL, NULL);
	sqlite3_busy_timeout(conn->db, BUSY_MS);
	conn->moved_pages = conn->wal_pages;
	return (code & 0xff) == SQLITE_IOERR ? code : SQLITE_OK;
}
