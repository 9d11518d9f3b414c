/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_BACKLOG_STORE_H
#define STORE_BACKLOG_STORE_H

#include "db/db.h"

/* How much is waiting, and how it has been going. Counts stop at a bound: more is all the same to
 * a reader. */

/* Of the op's account's last 1,000 deliveries not older than an id: how many have ended, and how
 * many of them well. */
struct outcomes {
	int64_t ended, delivered;
};
MUST_CHECK enum rc backlog_store_outcomes(struct op *op, struct outcomes *out, const char *since);

/* Over all accounts, up to 10,000. Deliveries that have not ended. */
MUST_CHECK enum rc backlog_store_deliveries(struct op *op, int64_t *out);
/* Messages that are queued or scheduled. */
MUST_CHECK enum rc backlog_store_messages(struct op *op, int64_t *out);
/* Inbox rows that nothing has been made of yet. */
MUST_CHECK enum rc backlog_store_inbox(struct op *op, int64_t *out);

extern const struct stmt *const backlog_store_stmts[];

#endif
