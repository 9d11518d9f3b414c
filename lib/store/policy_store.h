/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_POLICY_STORE_H
#define STORE_POLICY_STORE_H

#include "db/db.h"
#include "domain/policy.h"

/* All in the op's account. */

void policy_store_insert(struct batch *batch, const struct policy_event *event);
/* The same, but what a key is refused with one code within one minute is one event, the first,
 * with a count. */
void policy_store_tally(struct batch *batch, const struct policy_event *event);

MUST_CHECK enum rc policy_store_get(struct op *op, struct policy_event *out, const char *id);

/* Newest first; action, code NULL: any. */
struct policy_query {
	const char *action, *code, *before; /* before: the last id of the page before; NULL */
	struct instant since;               /* 0: from the beginning */
	int64_t limit;
};
MUST_CHECK enum rc
policy_store_list(struct op *op, struct list *out, const struct policy_query *query);

extern const struct stmt *const policy_store_stmts[];

#endif
