/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_SQLITE_GROUP_H
#define DB_SQLITE_GROUP_H

#include "core/buf.h"
#include "db/sqlite_conn.h"

/*
 * A group: batches that are committed by one transaction, each of which happens as a whole or
 * not at all. The writer daemon and the in-process path run the same groups, under the write
 * lock.
 */
struct group {
	struct op *op; /* of the group: sentences about the whole of it */
	struct conn *conn;
	bool guarded; /* a savepoint for each batch */
	bool undid;   /* and one was needed */
	bool wakes;   /* ring the doorbell after the commit */
	bool stirs;   /* move the generation after it */
};

/*
 * A savepoint lets any batch fail alone, and costs a copy of every page that the batch changes.
 * Without savepoints a batch may fail alone only as long as it has changed nothing. RC_BUSY:
 * nothing happened.
 */
MUST_CHECK enum rc group_begin(struct group *g, struct op *op, struct conn *conn, bool guarded);

/* Run one batch and append its reply, whatever came of it. The group must be abandoned, and
 * nothing of it happened: RC_CONFLICT: the batch failed half-way in a group without savepoints,
 * run all of it again with them. RC_BUSY: the transaction is lost (disk full, I/O error). */
MUST_CHECK enum rc group_run(struct group *g, struct bytes batch, struct buf *reply);

/* Make it durable, then ring. RC_BUSY: certainly not committed. RC_INTERNAL: an I/O error; what
 * is on the disk is not known, and this connection may not go on as if it were. */
MUST_CHECK enum rc group_commit(struct group *g);
void group_abandon(struct group *g);

/* Append the reply of a batch of which nothing happened. missed: -1 for none. */
void group_refuse(struct buf *reply, enum rc rc, int missed, const char *why);

#endif
