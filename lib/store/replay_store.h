/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_REPLAY_STORE_H
#define STORE_REPLAY_STORE_H

#include "db/db.h"
#include "domain/replay.h"

/* ---- in the op's account ---- */

void replay_store_insert(struct batch *batch, const struct replay *replay);
/* RC_CONFLICT: it is not running. */
void replay_store_stop(struct batch *batch, const char *id, struct instant now);
MUST_CHECK enum rc replay_store_get(struct op *op, struct replay *out, const char *id);
/* Newest first, asked for since then. */
MUST_CHECK enum rc
replay_store_recent(struct op *op, struct list *out, struct instant since, int64_t limit);

/* A delivery that it comes past; wanted: it is one of those that are to be replayed. */
struct replay_row {
	const char *id, *status;
	int64_t seq; /* in its lane */
	bool wanted;
};
/* The next of them after replay->reached, oldest first, at most limit. */
MUST_CHECK enum rc
replay_store_rows(struct op *op, struct list *out, const struct replay *replay, int64_t limit);
/* How many of its deliveries there are, none of them looked at but in the index: a failed or
 * blocked one of an endpoint. At most limit. */
MUST_CHECK enum rc
replay_store_count(struct op *op, int64_t *out, const struct replay *replay, int64_t limit);

/* ---- system scope: the worker's ---- */

/* The running one after that id; RC_MISSING: none. */
MUST_CHECK enum rc replay_store_next(struct op *op, struct replay *out, const char *after);
/* It has come from replay->reached to `reached`, n more are due, and its state is this from now
 * on. RC_CONFLICT: somebody else was there first, or it was stopped. */
void replay_store_step(struct batch *batch, const struct replay *replay, const char *reached,
		       int64_t n, const char *state, struct instant now);

extern const struct stmt *const replay_store_stmts[];

#endif
