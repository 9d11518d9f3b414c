/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_BATCH_H
#define DB_BATCH_H

#include "core/buf.h"
#include "db/db.h"

/* What one statement of a committed batch gave: cells and names still in the reply's bytes. */
struct result {
	size_t count, columns, rows;
	struct bytes names, cells;
};

struct waiter;

/* The whole of db.h's batch. Belongs to whoever has its op in hand: the caller, from
 * enqueueing to the outcome the leader of the commit queue, then the caller again. */
struct batch {
	struct op *op;
	struct buf bytes; /* as wire.h has it, ready to be sent */
	uint16_t statements;

	enum rc rc;
	int missed;
	const char *why;
	struct bytes reply; /* empty until there is one; in the op's arena */
	struct result *results;

	struct batch *next;
	struct waiter *waiter; /* of db_commit; else done */
	batch_done *done;
	void *arg;
	int64_t give_up_us; /* on clock_elapsed_us(), while not under way */
};

/* The batch's bytes with their length filled in. */
struct bytes batch_seal(struct batch *batch);

/* Settle without a reply: why is a constant or in the op's arena. */
void batch_fail(struct batch *batch, enum rc rc, const char *why);

/* Settle with a reply's bytes, which live in the op's arena. */
void batch_answer(struct batch *batch, struct bytes reply);

/* In the thread that has the op in hand again: read the reply. */
void batch_open(struct batch *batch);

#endif
