/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Committing in this process: plain CGI, the command line, and programs that are told to. The
 * writing connection is opened at the first commit and kept; everything it does happens under
 * the write lock, next to a daemon or other processes that do the same.
 */
#include "db/commit_queue.h"
#include "db/inline_commit.h"
#include "db/sqlite_group.h"
#include "db/sqlite_lock.h"
#include "db/wire.h"

enum { GROUP_MAX = 256 };

static struct conn *writing; /* the leader's */

static enum rc
run_batches(struct group *g, struct batch *const *batches, size_t n)
{
	struct buf reply;

	for (size_t i = 0; i < n; i++) {
		struct batch *b = batches[i];

		buf_init(&reply, b->op->arena, WIRE_BATCH_MAX);
		TRY(group_run(g, buf_bytes(&b->bytes), &reply));
		batch_answer(b, buf_bytes(&reply));
	}
	return RC_OK;
}

static enum rc
run_locked(struct op *op, struct batch *const *batches, size_t n)
{
	struct group group;
	enum rc rc;

	if (writing == NULL)
		TRY(conn_open(op, &writing, CONN_WRITE));
	TRY(group_begin(&group, op, writing, true));
	rc = run_batches(&group, batches, n);
	if (rc == RC_OK)
		rc = group_commit(&group);
	else
		group_abandon(&group);
	if (rc == RC_OK && conn_checkpoint(writing, false) == SQLITE_OK)
		return RC_OK;
	/* A fresh connection looks at the disk with fresh eyes. */
	inline_close();
	return rc;
}

void
inline_step(void)
{
	struct batch *batches[GROUP_MAX];
	size_t n = queue_take(batches, GROUP_MAX, SIZE_MAX);
	struct op *op;
	enum rc rc;

	if (n == 0)
		return;
	op = op_begin("database");
	rc = lock_take(op, DB_PATIENCE_MS);
	if (rc == RC_OK) {
		rc = run_locked(op, batches, n);
		lock_give();
	}
	for (size_t i = 0; rc != RC_OK && i < n; i++) {
		batches[i]->reply = (struct bytes){ NULL, 0 };
		batch_fail(batches[i], rc, arena_dup(batches[i]->op->arena, op->why));
	}
	op_end(op);
	queue_finish(batches, n);
}

void
inline_close(void)
{
	conn_close(writing);
	writing = NULL;
}
