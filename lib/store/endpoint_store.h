/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ENDPOINT_STORE_H
#define STORE_ENDPOINT_STORE_H

#include "db/db.h"
#include "domain/instance.h"

/* Deleted endpoints are not found by any of these. Secrets stay sealed. Lists: newest first. */

/* The op's account: those bound to the instance or to all, for events. What is recorded for one
 * that the gateway has disabled waits for it; one that its people have switched off gets nothing.
 */
MUST_CHECK enum rc
endpoint_store_for_instance(struct op *op, struct list *out, const char *instance_id);
/* The op's account: enabled or not; instance_id NULL: all of the account. */
MUST_CHECK enum rc endpoint_store_list(struct op *op, struct list *out, const char *instance_id);
MUST_CHECK enum rc endpoint_store_get(struct op *op, struct endpoint *out, const char *id);

/* System scope. */
MUST_CHECK enum rc endpoint_store_by_id(struct op *op, struct endpoint *out, const char *id);

/* The op's account. RC_LIMIT: the account has ENDPOINTS_MAX. */
void endpoint_store_insert(struct batch *batch, const struct endpoint *endpoint);
void endpoint_store_bind(struct batch *batch, const char *endpoint_id, const char *instance_id);
/* Its instances, before they are bound anew. */
void endpoint_store_unbind(struct batch *batch, const char *endpoint_id);
/* Address, format, events, filters, secrets, headers and whether it is enabled; enabling forgets
 * why it was disabled and since when it failed; any change ends a slowdown. read: its
 * updated_at when it was read; RC_CONFLICT when it has changed since, or is gone. */
void
endpoint_store_update(struct batch *batch, const struct endpoint *endpoint, struct instant read);
void endpoint_store_delete(struct batch *batch, const char *id, struct instant at);

/* What deliveries teach about it; system scope. */
void
endpoint_store_disable(struct batch *batch, const char *id, const char *reason, struct instant at);
/* One more failed attempt, and the first of them, if it is the first. */
void endpoint_store_failed(struct batch *batch, const char *id, struct instant at);
/* Disable it if it has failed for too long, ENDPOINT_GIVE_UP_*. */
void
endpoint_store_give_up(struct batch *batch, const char *id, const char *reason, struct instant at);
/* Nothing is to be started before; 0: at any time. */
void endpoint_store_hold(struct batch *batch, const char *id, struct instant until);
void endpoint_store_succeeded(struct batch *batch, const char *id);

/* Attempts of the last 24 to 25 hours; refused: and those that got no answer. */
struct endpoint_attempts {
	int64_t taken, refused;
};
/* System scope. */
void endpoint_store_count_attempts(struct batch *batch, const char *id, struct instant at,
				   int64_t taken, int64_t refused);
/* The op's account. */
MUST_CHECK enum rc
endpoint_store_attempts(struct op *op, struct endpoint_attempts *out, const char *id);

extern const struct stmt *const endpoint_store_stmts[];

#endif
