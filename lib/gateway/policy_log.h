/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_POLICY_LOG_H
#define GATEWAY_POLICY_LOG_H

#include "domain/policy.h"
#include "gateway/engine.h"

/* The log of what the guard decided, in the op's account. Recipients are masked. */

struct policy_filter {
	struct page_query page;
	const char *action, *code; /* NULL: any */
	struct instant since;
};
/* struct policy_event. RC_INPUT names the filter that is wrong as op->code. */
MUST_CHECK enum rc gateway_list_policy(struct op *op, struct list *out, const char **next_cursor,
				       const struct policy_filter *filter);
MUST_CHECK enum rc gateway_find_policy(struct op *op, struct policy_event *out, const char *id);

/* Refusals that are counted alone, newest day first: no key, no module, paused, no JSON. */
struct refusal_count {
	const char *day; /* "2026-11-21" in the account's time zone */
	const char *code;
	int64_t n;
};
extern const struct shape refusal_count_shape[];
/* days: 1 to 90, today included. */
MUST_CHECK enum rc gateway_count_refusals(struct op *op, struct list *out, int64_t days);

#endif
