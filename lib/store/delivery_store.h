/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DELIVERY_STORE_H
#define STORE_DELIVERY_STORE_H

#include "db/db.h"
#include "domain/event.h"

/* For how long a failing delivery holds back the later ones of its conversation. */
#define DELIVERY_HOLDS_MS (10 * MINUTE_MS)

/* ---- in the op's account ---- */

/* due_at: when it may start at the earliest. It goes behind the open ones of its lane: then it is
 * due when the last of them is DELIVERY_HOLDS_MS old, or as soon as that one is done. */
void delivery_store_insert(struct batch *batch, const struct delivery *delivery);
/* Due now, with the whole schedule before it; where others of its lane are open it takes its place
 * behind them and is due holds_ms later, or when its turn comes. status: the one it ended with.
 * Returns the batch index; it counts no row when that has changed. */
int delivery_store_replay(struct batch *batch, const char *id, const char *status,
			  struct instant now, int64_t holds_ms);

MUST_CHECK enum rc delivery_store_get(struct op *op, struct delivery *out, const char *id);
/* Whom and what its event is about, and what the last attempt brought. */
MUST_CHECK enum rc
delivery_store_beside(struct op *op, struct delivery_beside *out, const char *id);
/* struct attempt, oldest first, the last 100. */
MUST_CHECK enum rc delivery_store_attempts(struct op *op, struct list *out, const char *id);

/* Newest first, each filter NULL or 0 when not wanted; until: before it. before: the last id of the
 * page before; from: the id at which the list ends. */
struct delivery_query {
	const char *endpoint_id, *instance_id, *status, *event;
	bool only_tests;
	struct instant since, until;
	const char *before, *from;
	int64_t limit;
};
MUST_CHECK enum rc
delivery_store_list(struct op *op, struct list *out, const struct delivery_query *query);
/* Where filters may have to pass over many rows for a page: the id of the n-th that they have to
 * look at. Untouched where no filter has to, and where there are fewer. */
MUST_CHECK enum rc
delivery_store_edge(struct op *op, const char **out, const struct delivery_query *query, int64_t n);
/* Of the events about an inbound or an outbound message; at most 200. */
MUST_CHECK enum rc delivery_store_of_inbound(struct op *op, struct list *out, const char *id);
MUST_CHECK enum rc delivery_store_of_message(struct op *op, struct list *out, const char *id);
/* Waiting or under way, counted up to 10,000. */
MUST_CHECK enum rc delivery_store_count_open(struct op *op, int64_t *out);

/* ---- system scope: the worker's ---- */

/* Endpoints with something waiting, by id after `after`, at most limit. When the earliest of its
 * first and of its later attempts is due (0: none, or it is disabled), and until when it is slowed
 * down. */
struct due_endpoint {
	const char *endpoint_id;
	struct instant first_at, again_at, held_until;
	bool failing; /* of delivery_store_waiting alone */
};
MUST_CHECK enum rc
delivery_store_due(struct op *op, struct list *out, const char *after, int64_t limit);
/* Those that may be called at all: enabled, and not of suspended instances alone. */
MUST_CHECK enum rc delivery_store_waiting(struct op *op, struct list *out, int64_t limit);
struct waiting_id {
	const char *id;
};
/* The disabled ones: struct waiting_id. */
MUST_CHECK enum rc delivery_store_disabled(struct op *op, struct list *out, int64_t limit);
/* Accounts that have a suspended instance, at most 1,000: struct waiting_id. And whether an
 * endpoint listens to an instance that is not suspended. */
MUST_CHECK enum rc delivery_store_suspended(struct op *op, struct list *out);
MUST_CHECK enum rc delivery_store_speaks(struct op *op, bool *out, const char *endpoint_id);
/* How many of an endpoint are under way, counted up to limit. */
MUST_CHECK enum rc
delivery_store_under_way(struct op *op, int64_t *out, const char *endpoint_id, int64_t limit);

/* Take up to limit due ones of an endpoint in hand, none while it is disabled, none that another
 * of its conversation goes before. Returns the batch index; the rows come in no order. */
struct delivery_claim {
	const char *endpoint_id, *by;
	enum delivery_queue queue;
	struct instant now, lease_until;
	int64_t limit;
	bool partly_suspended; /* leave out those of suspended instances */
};
int delivery_store_claim(struct batch *batch, const struct delivery_claim *claim);
/* Among the first limit due ones, those that another goes before wait for it again. */
void delivery_store_line_up(struct batch *batch, const char *endpoint_id, enum delivery_queue queue,
			    struct instant now, int64_t limit);
/* Among the first limit due ones, those of suspended instances are laid aside; and those of one
 * instance that is suspended no more (NULL: there is none) taken up again, earliest first.
 * delivery_store_hold: the batch's index says how many. */
int delivery_store_hold(struct batch *batch, const char *endpoint_id, enum delivery_queue queue,
			struct instant now, int64_t limit);
MUST_CHECK enum rc delivery_store_releasable(struct op *op, const char **instance_id);
void delivery_store_release(struct batch *batch, const char *instance_id, int64_t limit);
MUST_CHECK enum rc
delivery_store_claimed(struct op *op, const struct batch *batch, int index, struct list *out);

/* What came of an attempt: status, attempts, replayed_after, queue, due_at, done_at, last_*.
 * Nothing when the lease was lost to another worker meanwhile (lease_until is the one it was
 * claimed with). */
void delivery_store_settle(struct batch *batch, const struct delivery *delivery);
void delivery_store_attempt(struct batch *batch, const struct attempt *attempt);
/* The delivery is done: the next of its lane, if it waited for it, is due now. */
void
delivery_store_promote(struct batch *batch, const struct delivery *delivery, struct instant now);
/* Up to limit waiting ones of an endpoint that is gone: failed. */
void delivery_store_abandon(struct batch *batch, const char *endpoint_id, struct instant now,
			    const char *why, int64_t limit);
/* Up to limit of a disabled endpoint that have been due since `due` or before: failed. */
int delivery_store_expire(struct batch *batch, const char *endpoint_id, enum delivery_queue queue,
			  struct instant due, struct instant now, const char *why, int64_t limit);
/* Leases that have run out: due now. And whatever this machine's worker had in hand. */
void delivery_store_reap(struct batch *batch, struct instant now);
void delivery_store_recover(struct batch *batch, const char *by, struct instant now);

extern const struct stmt *const delivery_store_stmts[];
extern const struct stmt *const delivery_wait_store_stmts[];
extern const struct stmt *const delivery_list_store_stmts[];

#endif
