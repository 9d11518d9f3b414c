/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_USER_STORE_H
#define STORE_USER_STORE_H

#include "db/db.h"
#include "domain/account.h"

/* The op's account's people; there are few, so the list has no pages (at most 200). */
MUST_CHECK enum rc user_store_list(struct op *op, struct list *out);

/* System scope: who runs the gateway, of whatever account; at most 50, without disabled ones. */
MUST_CHECK enum rc user_store_operators(struct op *op, struct list *out);

/* System scope. ref: id or e-mail address, any ASCII case. */
MUST_CHECK enum rc user_store_by_ref(struct op *op, struct user *out, const char *ref);

/* RC_CONFLICT when the address is taken. */
void user_store_insert(struct batch *batch, const struct user *user);
void user_store_set_password(struct batch *batch, const char *id, const char *password_hash);
void user_store_disable(struct batch *batch, const char *id, struct instant at);
void user_store_signed_in(struct batch *batch, const char *id, struct instant at);

extern const struct stmt *const user_store_stmts[];

#endif
