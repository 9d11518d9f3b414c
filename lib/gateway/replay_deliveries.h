/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_REPLAY_DELIVERIES_H
#define GATEWAY_REPLAY_DELIVERIES_H

#include "domain/replay.h"
#include "gateway/engine.h"

/*
 * Deliver again what has ended: all failed deliveries of an endpoint, or those of a stretch of
 * time. The wish is stored and carried out by the worker in portions; each delivery takes its place
 * behind what its conversation has open, oldest first, and its event keeps its id. What is recorded
 * or fails anew after the wish is not part of it.
 */
struct replay_wish {
	const char *endpoint;        /* id; NULL: every endpoint of the account */
	const char *instance;        /* reference; NULL: of every instance */
	const char *status;          /* failed, blocked, delivered or all; NULL: failed */
	struct instant since, until; /* when they were recorded; 0: from the beginning, till now */
	bool only_tests;             /* of simulated events */
};

/* What would be done, and to how many: nothing is stored, and the id is NULL. RC_INPUT: op->code
 * names the wrong member; RC_MISSING: there is no such endpoint. */
MUST_CHECK enum rc
gateway_plan_replay(struct op *op, struct replay *out, const struct replay_wish *wish);
/* Also RC_CONFLICT: one for that endpoint and status is running. */
MUST_CHECK enum rc
gateway_begin_replay(struct op *op, struct replay *out, const struct replay_wish *wish);
/* What is due by then stays due. RC_CONFLICT: it is over. */
MUST_CHECK enum rc gateway_stop_replay(struct op *op, const char *id);

/* How many of an endpoint have failed, or were blocked, counted up to limit. */
MUST_CHECK enum rc gateway_count_undelivered(struct op *op, int64_t *out, const char *endpoint_id,
					     const char *status, int64_t limit);

MUST_CHECK enum rc gateway_find_replay(struct op *op, struct replay *out, const char *id);
/* Those of the last day, newest first, a few of them. */
MUST_CHECK enum rc gateway_recent_replays(struct op *op, struct list *out);

/* Worker: a portion of one that is running, each in its turn; *n counts the deliveries that it
 * came past, *next_ms is 0 while there is more. */
MUST_CHECK enum rc gateway_replay_turn(struct op *op, int64_t *n, int64_t *next_ms);

#endif
