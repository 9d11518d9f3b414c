/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_API_KEY_STORE_H
#define STORE_API_KEY_STORE_H

#include "db/db.h"
#include "domain/account.h"
#include "domain/api_key.h"

/* By the SHA-256 (hex) of the whole key, with its account and the gateway's switch, in one read;
 * revoked and expired ones too. System scope. */
struct key_entry {
	struct api_key key;
	struct account account;
	bool suspended; /* the whole gateway */
};
MUST_CHECK enum rc api_key_store_for_send(struct op *op, struct key_entry *out, const char *hash);

/* last_used_at, when it is older than a minute; system scope. */
void api_key_store_touch(struct batch *batch, const char *id, struct instant at);

/* The op's account. ref: id, or a name that only one key in force has. */
MUST_CHECK enum rc api_key_store_by_ref(struct op *op, struct api_key *out, const char *ref);
MUST_CHECK enum rc
api_key_store_list(struct op *op, struct list *out, const char *before, int64_t limit);
void api_key_store_insert(struct batch *batch, const struct api_key *key);
/* RC_CONFLICT when it is revoked already. */
void api_key_store_revoke(struct batch *batch, const char *id, struct instant at);

extern const struct stmt *const api_key_store_stmts[];

#endif
