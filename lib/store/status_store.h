/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STATUS_STORE_H
#define STORE_STATUS_STORE_H

#include "db/db.h"
#include "domain/message.h"

/* A status webhook about one message. */
struct status {
	const char *instance_id, *provider_id, *status;
	const char *participant; /* of a group, whose status it is; "" otherwise */
	const char *account_id;
	const char *message_id; /* NULL: not known yet */
	const char *payload;    /* the status object as the provider sent it */
	struct instant provider_at, recorded_at, applied_at;
};

/*
 * RC_CONFLICT: it came before. applied_at 0: it waits for its message. Without message_id it
 * takes the message that has the provider's id by the time of the commit, so that a send that
 * is being settled right now is not missed. In the op's account.
 */
void status_store_insert(struct batch *batch, const struct status *status);

/*
 * A message has got its provider's id: statuses that came before it are its own from now on, and
 * the worker applies them. For the batch that writes the id; rings the worker when needed at no
 * cost to others. In the op's account.
 */
void status_store_adopt(struct batch *batch, const char *instance_id, const char *provider_id,
			const char *message_id);

/* Statuses whose message is known and can take them on (it is not in `sending`), oldest first. */
MUST_CHECK enum rc status_store_adopted(struct op *op, struct list *out, int64_t limit);
/* RC_CONFLICT: applied already. In the op's account. */
void status_store_applied(struct batch *batch, const struct status *status, struct instant at);

/* Let up to limit statuses go that came before an instant and never found a message. System scope.
 * Returns the batch index: batch_count tells how many. */
int
status_store_give_up(struct batch *batch, struct instant before, struct instant at, int64_t limit);

/*
 * Write what a status made of a message: status, times, error, price, the provider's id. from: the
 * status it was read with; RC_BUSY when it has changed since, so that the caller reads again. In
 * the op's account.
 */
void status_store_move(struct batch *batch, const struct message *message, const char *from);

extern const struct stmt *const status_store_stmts[];

#endif
