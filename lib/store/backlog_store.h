/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_BACKLOG_STORE_H
#define STORE_BACKLOG_STORE_H

#include "db/db.h"

/* How much is waiting over all accounts, counted up to 10,000: more is all the same to a reader.
 * System scope. */

/* Deliveries that have not ended. */
MUST_CHECK enum rc backlog_store_deliveries(struct op *op, int64_t *out);
/* Inbox rows that nothing has been made of yet. */
MUST_CHECK enum rc backlog_store_inbox(struct op *op, int64_t *out);

extern const struct stmt *const backlog_store_stmts[];

#endif
