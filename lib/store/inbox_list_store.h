/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_INBOX_LIST_STORE_H
#define STORE_INBOX_LIST_STORE_H

#include "db/db.h"
#include "domain/inbox_entry.h"

/* The raw inbox as the operator sees it and has it applied again. System scope throughout. */

/* struct inbox_entry, newest first, those before the id `before`. */
MUST_CHECK enum rc inbox_list_store_list(struct op *op, struct list *out, enum inbox_kind kind,
					 const char *before, int64_t limit);
MUST_CHECK enum rc inbox_list_store_get(struct op *op, struct inbox_entry *out, const char *id);

/* One row is unread again. RC_CONFLICT: it is unread already. */
void inbox_list_store_replay(struct batch *batch, const char *id, struct instant now);

/* The same for the first `limit` of a kind whose ids lie between after and before, both excluded.
 * Returns the batch index; inbox_list_store_replayed reads the ids (struct inbox_entry with nothing
 * but its id) in no order. */
int inbox_list_store_replay_some(struct batch *batch, enum inbox_kind kind, const char *after,
				 const char *before, struct instant now, int64_t limit);
MUST_CHECK enum rc
inbox_list_store_replayed(struct op *op, const struct batch *batch, int index, struct list *out);

extern const struct stmt *const inbox_list_store_stmts[];

#endif
