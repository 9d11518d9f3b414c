/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_MAIL_STORE_H
#define STORE_MAIL_STORE_H

#include "db/db.h"
#include "domain/incident.h"

/* The outbox of letters, over all accounts. */

void mail_store_insert(struct batch *batch, const struct mail *mail);

/* What is due at `now`, the longest first. */
MUST_CHECK enum rc
mail_store_due(struct op *op, struct list *out, struct instant now, int64_t limit);

/* Take one in hand until then; RC_CONFLICT when somebody else has, or it is done. */
void mail_store_claim(struct batch *batch, const char *id, struct instant now, struct instant until,
		      const char *machine);
/* What came of a try: state, due_at, done_at, tries and answer as in *mail. */
void mail_store_settle(struct batch *batch, const struct mail *mail);
/* What that machine's worker had in hand when it died is due now. */
void mail_store_recover(struct batch *batch, const char *machine, struct instant now);

/* Remove what was done before then, so many at most. Returns the batch index. */
int mail_store_forget(struct batch *batch, struct instant before, int64_t limit);

/* How the outbox is: letters that wait for another try, that were given up since then, and the
 * answer that the newest of either has. */
struct mail_trouble {
	int64_t retried, failed;
	const char *answer;
};
MUST_CHECK enum rc
mail_store_trouble(struct op *op, struct mail_trouble *out, struct instant since);

extern const struct stmt *const mail_store_stmts[];

#endif
