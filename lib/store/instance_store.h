/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_INSTANCE_STORE_H
#define STORE_INSTANCE_STORE_H

#include "db/db.h"
#include "domain/instance.h"

/* Deleted instances are not found by any of these. Credentials stay sealed. */

/* The op's account. ref: id, slug, or a display name that only one of them has, in this order. */
MUST_CHECK enum rc instance_store_by_ref(struct op *op, struct instance *out, const char *ref);
/* The account's only instance; RC_MISSING when it has none or several. */
MUST_CHECK enum rc instance_store_only(struct op *op, struct instance *out);
MUST_CHECK enum rc
instance_store_list(struct op *op, struct list *out, const char *before, int64_t limit);

/* The op's account: those that an endpoint is bound to, oldest first, at most 200. */
MUST_CHECK enum rc
instance_store_of_endpoint(struct op *op, struct list *out, const char *endpoint_id);

/* System scope. */
MUST_CHECK enum rc instance_store_by_id(struct op *op, struct instance *out, const char *id);
MUST_CHECK enum rc
instance_store_by_phone(struct op *op, struct instance *out, const char *phone_number_id);
/* All of a WhatsApp business account, oldest first, at most 200. */
MUST_CHECK enum rc instance_store_by_waba(struct op *op, struct list *out, const char *waba_id);
/* Over all accounts by id, slug or name: for the operator who names no account. At most 2. */
MUST_CHECK enum rc instance_store_anywhere(struct op *op, struct list *out, const char *ref);

/* The op's account. A new one: no numbers and no credentials but its verify token. RC_CONFLICT: the
 * slug is taken. */
void instance_store_insert(struct batch *batch, const struct instance *instance);
/* Name, policy, numbers, credentials, state; RC_MISSING when it is gone, RC_CONFLICT when another
 * instance has the phone_number_id. */
void instance_store_update(struct batch *batch, const struct instance *instance);
/* State and what the provider said about the number. */
void instance_store_checked(struct batch *batch, const struct instance *instance);
/* at 0: off. */
void instance_store_pause(struct batch *batch, const char *id, struct instant at);
void instance_store_suspend(struct batch *batch, const char *id, struct instant at);
void instance_store_isolate(struct batch *batch, const char *id, struct instant at);
void instance_store_delete(struct batch *batch, const char *id, struct instant at);

/* The provider refuses its credentials: closed with a reason. Nothing when it is closed or deleted
 * already. System scope. */
void instance_store_close(struct batch *batch, const char *id, const char *reason);

extern const struct stmt *const instance_store_stmts[];

#endif
