/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_DELIVER_INSIDE_H
#define GATEWAY_DELIVER_INSIDE_H

#include "gateway/deliver_flight.h"

/* Between the files of the worker's turns at endpoints; nobody else includes this. */

enum {
	DELIVER_TARGETS = 256, /* endpoints in one turn; the others have theirs in the next */
	DELIVER_WISHES = DELIVER_TARGETS * DELIVERY_QUEUES
};

/* What a target would like to have claimed of one of its queues, and what it gets. */
struct wish {
	struct target *target;
	enum delivery_queue queue;
	enum slot_pool pool;
	int64_t share;
	int claim, held;    /* indices in the batch; -1: none */
	bool cut;           /* there was room for more than its share */
	bool is_one_of_two; /* the earlier of two: it leaves half of the room */
	bool dealt;         /* its share is known */
};

struct turn {
	struct op *op;
	struct batch *batch;
	struct target targets[DELIVER_TARGETS];
	size_t target_count;
	struct wish wishes[DELIVER_WISHES];
	size_t wish_count;
	struct list suspended; /* accounts with a suspended instance */
	struct flight *settled;
	int64_t settled_count, started;
	int64_t next_due_ms;
	bool worth_it; /* the batch has something in it */
	bool more;     /* somebody had more to claim than the slots that were its share */
};

/* The endpoints that may have something started now, into t->targets. Nothing while the whole
 * gateway is suspended. */
MUST_CHECK enum rc deliver_find_targets(struct turn *t);
/* Are there endpoints that this turn has not looked at? */
bool deliver_has_unseen(void);

/* Share the free slots out among them: first among accounts, then among each one's endpoints. */
void deliver_share(struct turn *t);

#endif
