/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit_store - who did what, for ever
 *
 * Written in the transaction of what it tells about, never changed afterwards.
 */
#include "store/audit_store.h"

static const struct stmt insert = {
	"audit.insert",
	SCOPE_SYSTEM,
	"INSERT INTO audit (id, account_id, actor, verb, object, details, at) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7)",
};

const struct stmt *const audit_store_stmts[] = { &insert, NULL };

void
audit_store_insert(struct batch *batch, const struct audit_entry *e)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text(e->id), bind_text(e->account_id), bind_text(e->actor),
			bind_text(e->verb), bind_text(e->object), bind_text(e->details),
			bind_time(e->at)));
}
