/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_AUDIT_STORE_H
#define STORE_AUDIT_STORE_H

#include "db/db.h"

/* Who did what. account_id "": the whole gateway. */
struct audit_entry {
	const char *id, *account_id, *actor, *verb, *object, *details;
	struct instant at;
};
void audit_store_insert(struct batch *batch, const struct audit_entry *entry);

extern const struct stmt *const audit_store_stmts[];

#endif
