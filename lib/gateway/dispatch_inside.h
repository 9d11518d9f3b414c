/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_DISPATCH_INSIDE_H
#define GATEWAY_DISPATCH_INSIDE_H

#include "gateway/send_inside.h"
#include "store/queue_store.h"

/* Between the files of the worker's hand on the queue; nobody else includes this. */

/* One queued message under way, in an op of its own from the queue to its outcome. */
struct dispatch {
	struct dispatch *next;
	struct op *op;
	struct send send;
	struct send_work *work;
	struct message row;
	enum send_next wants;
	bool over; /* the call has ended */
};

/* Read the message again and ask the steps; wants says how it goes on. NULL: it is not waiting any
 * more. RC_BUSY, RC_INTERNAL: nothing could be read, recorded in op. */
MUST_CHECK enum rc dispatch_new(struct op *op, struct dispatch **out, const struct queued *queued);

/* A number's queue in this turn. */
struct lane {
	const char *instance_id;
	int64_t room, share; /* it may have so many more under way; so many are started now */
};

/* ---- which lanes rest: in memory, because a worker that starts anew may try once ---- */
void dispatch_rest(const char *instance_id, struct instant until);
/* 0: it does not. */
struct instant dispatch_rests_until(const char *instance_id, struct instant now);

/* Of what is due in a lane, those that may start now, at most lane->share. wait: when there may be
 * more (0: once something under way has ended). Those that stand in others' way are put off. */
struct picked {
	const struct queued *rows[256];
	size_t n;
	bool more; /* the lane has more that may start at once */
	struct instant wait;
};
MUST_CHECK enum rc dispatch_pick(struct op *op, struct picked *out, const struct lane *lane,
				 const struct dispatch *under_way);

#endif
