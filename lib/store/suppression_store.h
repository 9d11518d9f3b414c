/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SUPPRESSION_STORE_H
#define STORE_SUPPRESSION_STORE_H

#include "db/db.h"
#include "domain/message.h"

/* All in the op's account. A recipient is digits or a user id; where spellings of one person are
 * known (recipient_alias), a row of one of them holds for all. */

/* Active rows of a person, at most 20. */
MUST_CHECK enum rc suppression_store_active(struct op *op, struct list *out, const char *recipient);

MUST_CHECK enum rc suppression_store_get(struct op *op, struct suppression *out, const char *id);
/* recipient, reason NULL: any; recipient is a spelling, not a person. */
MUST_CHECK enum rc
suppression_store_list(struct op *op, struct list *out, const char *recipient, const char *reason,
		       bool lifted, const char *before, int64_t limit);
/* Active rows, counted up to 10,000. */
MUST_CHECK enum rc suppression_store_count(struct op *op, int64_t *out);

/* Nothing when that reason is active for that recipient already. account_id and id are taken from
 * the struct's id and the op. Returns the batch index: batch_count tells whether it is new. */
int suppression_store_insert(struct batch *batch, const struct suppression *suppression);
/* The same, but then the batch fails with RC_CONFLICT. */
void suppression_store_add(struct batch *batch, const struct suppression *suppression);

/*
 * The batch fails with RC_DENIED when an active row of that person keeps a message of this
 * purpose back (suppression_blocks). essential: the account's purposes that pass opted_out;
 * wrote: an opted_out from before it keeps nothing back (0: none is from before it).
 * Returns the batch index, to be compared with batch_missed.
 */
int suppression_store_guard(struct batch *batch, const char *recipient, const char *purpose,
			    const char *essential, struct instant wrote);

/* The person has opted out once more: what stands counts from then on. */
void suppression_store_renew(struct batch *batch, const char *recipient, struct instant at);

/* Lift what was made from one source ("keyword", "review", "meta") up to the moment at which the
 * person said otherwise, and nothing else. */
struct suppression_lift {
	const char *by, *why;
	struct instant at, said_at;
};
void suppression_store_lift_made_by(struct batch *batch, const char *recipient, const char *source,
				    const struct suppression_lift *lift);
/* RC_CONFLICT when it is lifted already. */
void suppression_store_lift(struct batch *batch, const char *id, struct instant at, const char *by,
			    const char *why);

extern const struct stmt *const suppression_store_stmts[];

#endif
