/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SUPPRESSIONS_H
#define GATEWAY_SUPPRESSIONS_H

#include "domain/message.h"
#include "gateway/engine.h"

struct suppression_filter {
	struct page_query page;
	const char *recipient, *reason;
	bool lifted; /* also the lifted ones */
};
MUST_CHECK enum rc
gateway_list_suppressions(struct op *op, struct list *out, const char **next_cursor,
			  const struct suppression_filter *filter);
/* What would be added: recipient, reason and note; RC_INPUT names the member that is wrong. */
MUST_CHECK enum rc
gateway_check_suppression(struct op *op, struct suppression *out, const char *phone,
			  const char *reason, const char *note);
/* phone: a number as written, or a user id; RC_INPUT when it is neither, RC_CONFLICT when that
 * reason is active already. */
MUST_CHECK enum rc
gateway_add_suppression(struct op *op, struct suppression *out, const char *phone,
			const char *reason, const char *source, const char *note);
/* By id or phone (all its reasons). why: the person's reason, kept. */
MUST_CHECK enum rc gateway_lift_suppression(struct op *op, const char *ref, const char *why);

#endif
