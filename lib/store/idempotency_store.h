/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_IDEMPOTENCY_STORE_H
#define STORE_IDEMPOTENCY_STORE_H

#include "db/db.h"

/* A customer's own key for one request, and what came of it. */
struct idempotency {
	const char *api_key_id, *route, *key;
	const char *hash; /* of the request that took the key */
	const char *message_id;
	const char *answer; /* JSON of send_idempotency.c; NULL: the message tells */
};

/* A message of unknown outcome that a request without key would double. */
struct twin {
	const char *id;
	int64_t log_id;
};

/* ---- in the op's account ---- */

/* By its api_key_id, route and key; RC_MISSING: they are free. */
MUST_CHECK enum rc
idempotency_store_find(struct op *op, struct idempotency *out, const struct idempotency *asked);

/* An unknown message of that API key and hash made after an instant; RC_MISSING: none. */
MUST_CHECK enum rc idempotency_store_twin(struct op *op, struct twin *out, const char *api_key_id,
					  const char *hash, struct instant after);

/* Take the key, without an answer yet; the batch fails with RC_CONFLICT when it is taken. Returns
 * the batch index, to be compared with batch_missed. */
int idempotency_store_take(struct batch *batch, const struct idempotency *taken, struct instant at);

/* Keep the first answer of a key that was taken. One that has been forgotten is let go. */
void idempotency_store_keep(struct batch *batch, const struct idempotency *answered);

/* A key that was taken is free again. */
void idempotency_store_release(struct batch *batch, const struct idempotency *taken);

/* ---- over all accounts, for the worker; both give the batch index that counts the rows ---- */

/* Of the limit keys that have stood the longest, and since before an instant, forget those whose
 * message is at its end and has not changed since that instant either. */
int idempotency_store_forget(struct batch *batch, struct instant before, int64_t limit);
/* The others stand since their message's last change: now, where it may yet change. */
int idempotency_store_move_on(struct batch *batch, struct instant before, struct instant now,
			      int64_t limit);

extern const struct stmt *const idempotency_store_stmts[];

#endif
