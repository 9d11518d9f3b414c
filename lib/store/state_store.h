/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STATE_STORE_H
#define STORE_STATE_STORE_H

#include "db/db.h"

/* Switches of the whole gateway that survive restarts: "suspended", "isolated". System scope. */
MUST_CHECK enum rc state_store_is_on(struct op *op, const char *name, bool *on);
void state_store_set(struct batch *batch, const char *name, bool on, struct instant at);

extern const struct stmt *const state_store_stmts[];

#endif
