/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_MESSAGE_STORE_H
#define STORE_MESSAGE_STORE_H

#include "db/db.h"
#include "domain/message.h"

/* ---- reads in the op's account; RC_MISSING when there is no such message ---- */
MUST_CHECK enum rc message_store_get(struct op *op, struct message *out, const char *id);
MUST_CHECK enum rc message_store_by_log_id(struct op *op, struct message *out, int64_t log_id);
MUST_CHECK enum rc
message_store_by_provider_id(struct op *op, struct message *out, const char *provider_id);

/* What a list shows: newest first, each filter NULL or 0 when not wanted. */
struct message_query {
	const char *recipient; /* digits */
	const char *status, *instance_id;
	bool only_simulated;
	struct instant since;
	const char *before; /* id of the last message of the page before */
	int64_t limit;
};
MUST_CHECK enum rc
message_store_list(struct op *op, struct list *out, const struct message_query *query);

/* ---- reads over all accounts, for the worker; at most limit ---- */

/* In `sending` although their process should have settled them by now. */
MUST_CHECK enum rc
message_store_orphans(struct op *op, struct list *out, struct instant now, int64_t limit);
/* Unknown for longer than their time to wait for a status. */
MUST_CHECK enum rc
message_store_undecided(struct op *op, struct list *out, struct instant now, int64_t limit);

/* ---- writes in the op's account ---- */

/* Add the message with the account's next log id. The index is of the statement whose
 * batch_number is that log id. */
int message_store_insert(struct batch *batch, const struct message *message);

/* What became of a message in `sending`, or in `unknown` when more is known now: status, the
 * provider's ids, error and times. RC_CONFLICT when a status webhook has moved it on already. */
void message_store_settle(struct batch *batch, const struct message *message);

/* For one that was moved on already: fill what only the answer tells (the provider's ids,
 * sent_at) where it is empty, keep the status. Returns the index of the row as it is now. */
int message_store_complete(struct batch *batch, const struct message *message);

/* No status came in time: it stays unknown, and is not waited for any more. RC_CONFLICT when
 * one came after all. */
void message_store_give_up(struct batch *batch, const struct message *message);

extern const struct stmt *const message_store_stmts[];

#endif
