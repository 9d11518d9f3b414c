/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_QUEUE_STORE_H
#define STORE_QUEUE_STORE_H

#include "db/db.h"
#include "domain/message.h"

/* Messages that wait for the worker: queued, scheduled, and simulated ones whose next status is
 * still to be told. */

/* A number with something in its queue, and when the first of it is due. */
struct queue_lane {
	const char *instance_id;
	struct instant due_at;
	bool suspended;
};
/* In order of instance ids behind `after` ("" at first), at most limit; over all accounts. */
MUST_CHECK enum rc
queue_store_lanes(struct op *op, struct list *out, const char *after, int64_t limit);

/* One that is due. log_id: the order of acceptance. head_due_at: of the message to the same person
 * through the same number that was accepted first and is still queued; 0: it is that one. */
struct queued {
	const char *id, *account_id, *recipient, *status;
	int64_t log_id;
	struct instant due_at, head_due_at;
};
/* What is due in a lane, first due first, at most limit; over all accounts. */
MUST_CHECK enum rc queue_store_due(struct op *op, struct list *out, const char *instance_id,
				   struct instant now, int64_t limit);

/* Simulated messages that wait for a status, due or not, first due first (struct queued without
 * head_due_at); over all accounts. */
MUST_CHECK enum rc queue_store_pretending(struct op *op, struct list *out, int64_t limit);

/* ---- writes in the op's account; RC_CONFLICT: the message is not in that state any more ---- */

/* queued or scheduled becomes `sending` until message->sending_until, or, for a simulated one, what
 * message says (status, provider_id, sent_at, due_at). Returns the index whose batch_number is the
 * log id. */
int queue_store_begin(struct batch *batch, const struct message *message);

/* From that status back into the queue until message->due_at; refusals: how many more of the
 * provider's it has seen. */
void queue_store_put_off(struct batch *batch, const struct message *message, const char *from,
			 int64_t refusals);

/* queued or scheduled becomes failed, with message's error and failed_at. */
void queue_store_fail(struct batch *batch, const struct message *message);

/* queued or scheduled becomes cancelled at message->cancelled_at; miss instead of RC_CONFLICT. */
void queue_store_cancel(struct batch *batch, const struct message *message, enum rc miss);

/* A simulated message moves on from a status to message's, with its delivered_at, read_at and
 * due_at. */
void queue_store_pretend(struct batch *batch, const struct message *message, const char *from);

extern const struct stmt *const queue_store_stmts[];

#endif
