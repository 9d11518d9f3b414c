/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_RETENTION_STORE_H
#define STORE_RETENTION_STORE_H

#include "db/db.h"

/* Old rows, over all accounts, by id (by account and id: policy events) behind account and after
 * ("" at first), at most limit; from before that time. */
struct old_row {
	const char *account_id, *id;
};
struct retention_query {
	const char *account, *after;
	struct instant before;
	int64_t limit;
};

/* Applied webhooks. */
MUST_CHECK enum rc
retention_store_inbox(struct op *op, struct list *out, const struct retention_query *query);
/* Events of which nothing waits or is under way, and nothing has ended since. */
MUST_CHECK enum rc
retention_store_events(struct op *op, struct list *out, const struct retention_query *query);
MUST_CHECK enum rc
retention_store_policy(struct op *op, struct list *out, const struct retention_query *query);

void retention_store_drop_inbox(struct batch *batch, const struct old_row *row);
/* With its deliveries and their attempts; RC_CONFLICT: something of it waits again. */
void retention_store_drop_event(struct batch *batch, const struct old_row *row);
void retention_store_drop_policy(struct batch *batch, const struct old_row *row);

extern const struct stmt *const retention_store_stmts[];

#endif
