/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_TROUBLE_STORE_H
#define STORE_TROUBLE_STORE_H

#include "db/db.h"

/* Where something may be the matter that no incident is open for: subjects to be looked at, over
 * all accounts, by indexes that hold what is unwell alone. */
struct suspect {
	const char *account_id, *subject;
};

/* Instances that are closed or restricted; of a quality below GREEN. */
MUST_CHECK enum rc trouble_store_instances(struct op *op, struct list *out, int64_t limit);
MUST_CHECK enum rc trouble_store_quality(struct op *op, struct list *out, int64_t limit);
/* Templates (Meta's id) whose status became rejected, paused or disabled while they were known. */
MUST_CHECK enum rc trouble_store_templates(struct op *op, struct list *out, int64_t limit);
/* Endpoints that the gateway has disabled, or that fail since that time or longer. */
MUST_CHECK enum rc
trouble_store_endpoints(struct op *op, struct list *out, struct instant failing, int64_t limit);
/* API keys that expire between the two. */
MUST_CHECK enum rc trouble_store_keys(struct op *op, struct list *out, struct instant from,
				      struct instant until, int64_t limit);
/* Accounts (as subjects too) whose plan has limits, by id after that one ("": from the first),
 * whether or not an incident is open. */
MUST_CHECK enum rc
trouble_store_limited(struct op *op, struct list *out, const char *after, int64_t limit);

extern const struct stmt *const trouble_store_stmts[];

#endif
