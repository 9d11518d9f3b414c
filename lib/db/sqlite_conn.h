/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_SQLITE_CONN_H
#define DB_SQLITE_CONN_H

#include <sqlite3.h>

#include "core/op.h"
#include "db/db.h"

enum conn_use {
	CONN_READ,
	CONN_WRITE /* opened and used under the write lock only */
};

/* Statements of the machinery itself. */
enum conn_own {
	OWN_BEGIN,
	OWN_BEGIN_WRITE,
	OWN_COMMIT,
	OWN_ROLLBACK,
	OWN_SAVE,
	OWN_RELEASE,
	OWN_UNDO,
	OWN_KEEP_REPLY,
	OWN_KEPT_REPLY,
	OWN_FORGET_REPLIES,
	OWN__MAX
};

struct mapping;

/* A statement of the catalog on one connection. */
struct prepared {
	const struct stmt *stmt;
	sqlite3_stmt *handle;
	struct mapping *mappings; /* shapes it has been read into */
	bool quiet;               /* changes nothing that anybody keeps in memory */
	size_t n;                 /* the highest "$n" of the text */
	unsigned char places[];   /* of "$1" to "$n" in SQLite's count; 0: does not occur */
};

/* A connection, its statements and the memory of both. One thread at a time. */
struct conn {
	sqlite3 *db;
	struct arena *arena;
	struct prepared **prepared;
	sqlite3_stmt *own[OWN__MAX];
	struct conn *next; /* while it is idle in the pool */
	int wal_pages;     /* in the WAL after the last commit */
	int moved_pages;   /* of which a checkpoint has seen */
};

MUST_CHECK enum rc conn_open(struct op *op, struct conn **out, enum conn_use use);
void conn_close(struct conn *conn);

/* What a result code of SQLite means to callers. */
enum rc conn_rc(int code);

/* Record "what: SQLite's words" with conn_rc of the connection's last error. */
MUST_CHECK enum rc conn_fail(struct op *op, struct conn *conn, const char *what);

/* The following return SQLite's codes: SQLITE_OK where nothing else is said. */
int conn_exec(struct conn *conn, const char *sql);
int conn_own(struct conn *conn, enum conn_own which);
int conn_own_get(struct conn *conn, enum conn_own which, sqlite3_stmt **out);
int conn_prepare(struct conn *conn, size_t number, struct prepared **out);

/* The first column of the first row, or absent. */
int64_t conn_number(struct conn *conn, const char *sql, int64_t absent);

/* Move the WAL into the file when it has grown by 4 MiB (or at all, when eager), and shrink it
 * when it is large. Under the write lock. Not SQLITE_OK: the disk failed. */
int conn_checkpoint(struct conn *conn, bool eager);
bool conn_wants_checkpoint(const struct conn *conn, bool eager);

#endif
