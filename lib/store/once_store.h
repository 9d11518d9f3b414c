/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ONCE_STORE_H
#define STORE_ONCE_STORE_H

#include "db/db.h"

/* Numbers of forms that count once, in the op's account. */

/* RC_CONFLICT from the batch when it has counted. */
void once_store_claim(struct batch *batch, const char *nonce, struct instant at);
void once_store_release(struct batch *batch, const char *nonce);
/* Those that were claimed before that. */
void once_store_forget(struct batch *batch, struct instant before);

extern const struct stmt *const once_store_stmts[];

#endif
