/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_DB_H
#define DB_DB_H

#include "core/op.h"
#include "core/shape.h"

/*
 * One face for the database: named statements, typed binds, rows by name, and writes as
 * batches. Knows no table. SQLite is the engine of this file's functions today; texts are
 * written so that PostgreSQL takes them too.
 *
 * In account scope $1 is op->account_id, bound here and never by the caller, who binds from
 * $2 on; in system scope the caller binds from $1.
 */
enum scope { SCOPE_ACCOUNT, SCOPE_SYSTEM };

struct stmt {
	const char *name; /* "message.insert": log key and name on the wire to the writer */
	enum scope scope;
	const char *sql;
};

/*
 * Marks in front of a text. KEPT: the answer may come from memory as long as no statement has
 * changed anything since, but QUIET ones. QUIET: what it changes is of no interest to any KEPT
 * statement. So KEPT is for what is asked all the time and changed by hand, QUIET for what is
 * changed all the time; a forgotten QUIET costs speed, a wrong one lets a KEPT answer be wrong
 * for a second.
 */
#define KEPT "/* kept */ "
#define QUIET "/* quiet */ "

static inline bool
stmt_is_kept(const struct stmt *stmt)
{
	return strncmp(stmt->sql, KEPT, sizeof(KEPT) - 1) == 0;
}
static inline bool
stmt_is_quiet(const struct stmt *stmt)
{
	return strncmp(stmt->sql, QUIET, sizeof(QUIET) - 1) == 0;
}

/* All statements of the product and its migrations; store/catalog.c has the only one. */
struct migration {
	int number;
	const char *name;
	const char *sql;
};

struct catalog {
	/* NULL-terminated array of NULL-terminated arrays of statements, one per store file */
	const struct stmt *const *const *lists;
	const struct migration *migrations; /* in order of number, ended by number 0 */
};

enum bind_kind { BIND_NULL, BIND_TEXT, BIND_INT };

struct bind {
	enum bind_kind kind;
	const char *text;
	int64_t integer;
};

static inline struct bind
bind_text(const char *t) /* NULL binds NULL */
{
	return (struct bind){ t == NULL ? BIND_NULL : BIND_TEXT, t, 0 };
}
static inline struct bind
bind_int(int64_t i)
{
	return (struct bind){ BIND_INT, NULL, i };
}
static inline struct bind
bind_bool(bool b)
{
	return (struct bind){ BIND_INT, NULL, b ? 1 : 0 };
}
static inline struct bind
bind_time(struct instant t) /* 0 binds NULL */
{
	return (struct bind){ t.ms == 0 ? BIND_NULL : BIND_INT, NULL, t.ms };
}
static inline struct bind
bind_null(void)
{
	return (struct bind){ BIND_NULL, NULL, 0 };
}

#define BINDS(...)                            \
	(const struct bind[]){ __VA_ARGS__ }, \
		sizeof((const struct bind[]){ __VA_ARGS__ }) / sizeof(struct bind)
#define NO_BINDS NULL, 0

/*
 * Open the database named in the settings. Refuses network file systems, a schema that is
 * older or newer than the catalog, and a file it may not read, each with a sentence that says
 * what to do (RC_BUSY). for_migrate: skip the schema check.
 */
MUST_CHECK enum rc db_open(struct op *op, const struct catalog *catalog, bool for_migrate);
void db_close(void);

/* Long-running programs: where the writer is "auto", wait for the daemon instead of committing
 * in this process when it is not there. Before the first commit. */
void db_require_writer(bool required);

/* Read one row into a zeroed *out by the shape; RC_MISSING when there is none, RC_BUSY when
 * the database cannot be read. A shape member without a column is a bug(), so is a second row. */
MUST_CHECK enum rc db_one(struct op *op, void *out, const struct shape *shape,
			  const struct stmt *stmt, const struct bind *binds, size_t n);

/* All rows; the statement has a LIMIT. size is the struct's. */
MUST_CHECK enum rc db_all(struct op *op, struct list *out, size_t size, const struct shape *shape,
			  const struct stmt *stmt, const struct bind *binds, size_t n);

/* The first column of the only row as a number; RC_MISSING when there is none. */
MUST_CHECK enum rc
db_number(struct op *op, int64_t *out, const struct stmt *stmt, const struct bind *binds, size_t n);

/* Give the op's read connection (and its snapshot) back before the op waits for something;
 * op_end does it otherwise. */
void db_rest(struct op *op);

/* ---- writes ---------------------------------------------------------------------------- */

/* What a statement of a batch must find: rows returned, or rows changed without RETURNING. */
enum expectation { EXPECT_ANY, EXPECT_ONE, EXPECT_SOME, EXPECT_NONE };

struct batch; /* lives in its op's arena */

struct batch *batch_new(struct op *op);

/*
 * Append a statement. miss is the batch's rc when the expectation is not met; then nothing of
 * the batch happens. Binds are copied. Returns the statement's index in the batch.
 */
int batch_add(struct batch *batch, const struct stmt *stmt, enum expectation want, enum rc miss,
	      const struct bind *binds, size_t n);

/* After a durable commit, ring the worker's doorbell. */
void batch_wakes_worker(struct batch *batch);

/*
 * Commit durably, all or nothing. RC_OK; the missed statement's rc; RC_CONFLICT: a unique index
 * (or primary key) is taken; RC_BUSY: certainly not committed (the writer is away, the disk is
 * full); RC_INTERNAL: another constraint or a broken statement, or the batch is in doubt because
 * the writer went away in the middle and has not come back (DB_DOUBT_MS). For all but a miss, of
 * which the caller knows more, a sentence is recorded. Gives the op's snapshot back: what is
 * read afterwards sees the batch. Never commits twice: a batch that was under way when the
 * writer died is asked about, not repeated.
 */
MUST_CHECK enum rc db_commit(struct op *op, struct batch *batch);

/*
 * The same without waiting. done runs once, on the database client's own thread (or before
 * db_submit returns where there is no writer daemon), with the op in hand again; it must not
 * block. Between db_submit and done nobody touches the op.
 */
typedef void batch_done(struct op *op, struct batch *batch, enum rc rc, void *arg);
void db_submit(struct op *op, struct batch *batch, batch_done *done, void *arg);

/* How long a commit waits for the writer before it is RC_BUSY (op->deadline if sooner), and how
 * much longer when the batch was under way, before it is RC_INTERNAL. */
enum { DB_PATIENCE_MS = 5000, DB_DOUBT_MS = 30000 };

/* Commit many independent batches; each gets its own outcome in rcs. One group, one wait.
 * Records nothing in op: batch_why has the sentence of each. */
void db_commit_all(struct op *op, struct batch *const *batches, size_t n, enum rc *rcs);

/* After the commit: which statement missed or failed (-1: none), and what RETURNING gave. */
int batch_missed(const struct batch *batch);
const char *batch_why(const struct batch *batch); /* what the database said; "" when nothing */
size_t batch_count(const struct batch *batch, int index); /* rows returned or changed */
MUST_CHECK enum rc batch_row(struct op *op, const struct batch *batch, int index, void *out,
			     const struct shape *shape);
MUST_CHECK enum rc batch_rows(struct op *op, const struct batch *batch, int index, struct list *out,
			      size_t size, const struct shape *shape);
MUST_CHECK enum rc batch_number(const struct batch *batch, int index, int64_t *out);

/* ---- keeping house ----------------------------------------------------------------------- */

/* Apply the catalog's migrations that are missing, each in a transaction, under the lock file;
 * *applied counts them. Creates the file. */
MUST_CHECK enum rc db_migrate(struct op *op, const struct catalog *catalog, int *applied);

/* Facts for doctor, health and tests. */
struct db_health {
	bool writer_alive; /* answered a ping within 1 s, or inline */
	int64_t writer_ms; /* age of its last answer to this process; -1: none yet */
	int64_t disk_free_percent;
	int64_t disk_free_bytes;
	int64_t schema; /* newest migration applied */
};
void db_health(struct op *op, struct db_health *out);
MUST_CHECK enum rc db_integrity(struct op *op, const char **verdict); /* PRAGMA quick_check */

/* Prepare every statement of the catalog; problems are one line each, "" when there are none.
 * For tests. */
MUST_CHECK enum rc db_prepare_all(struct op *op, const char **problems);
/* The query plan of a statement, for the test that finds scans. */
MUST_CHECK enum rc db_plan(struct op *op, const struct stmt *stmt, const char **plan);

/* The writer daemon: own the only writing connection until SIGTERM. Returns the exit status. */
int db_writer_main(const struct catalog *catalog);

/* The worker's side of the doorbell: a descriptor that is readable after db_commit of a batch
 * that wakes the worker; drain it after poll. -1 when it cannot be made. */
int db_doorbell_open(void);
void db_doorbell_drain(int fd);
/* Nobody finds it any more; what has rung is still heard. */
void db_doorbell_hide(void);
/* Is there a worker that listens to it? */
bool db_doorbell_is_heard(void);
/* Has this process made work for the worker since it was asked last? */
bool db_made_work(void);

#endif
