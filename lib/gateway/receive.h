/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_RECEIVE_H
#define GATEWAY_RECEIVE_H

#include "core/shape.h"
#include "domain/event.h"
#include "domain/message.h"
#include "gateway/engine.h"

/* GET of a webhook address: the challenge when the token is right; RC_DENIED (WH_001).
 * instance: id of /webhooks/meta/{instance}, NULL for the operator's app. */
MUST_CHECK enum rc
gateway_verify_webhook(struct op *op, const char *instance, const char *mode, const char *token);

/* POST: verify the signature, store raw in the inbox, durable on return. RC_AUTH with code
 * WH_002 or WH_003; RC_MISSING for an unknown instance; RC_BUSY when it cannot be stored or
 * the instance or gateway is isolated. */
MUST_CHECK enum rc
gateway_receive(struct op *op, const char *instance, struct bytes raw, const char *signature);

/* Worker: apply up to max waiting inbox rows, statuses waiting for their message; *n counts. */
MUST_CHECK enum rc gateway_apply_inbox(struct op *op, int64_t max, int64_t *n);

/* Worker: let statuses go that have waited a day for a message that never appeared. */
MUST_CHECK enum rc gateway_forget_statuses(struct op *op, int64_t *n);

/* Each NULL, 0 or false when not wanted. endpoint: to which it was forwarded, "none": to nobody.
 * until: received before it. after: id of the newest that is known, for what came since; what came
 * in the seconds before it may be told again. */
struct inbound_filter {
	struct page_query page;
	const char *instance, *from, *text, *type, *endpoint, *after;
	struct instant since, until;
	bool only_opt_outs;
	bool only_possible_opt_outs; /* not beside only_opt_outs */
};
/* Newest first. A page of what is scattered may be short, or empty, before the end: then
 * *next_cursor says how far was looked. */
MUST_CHECK enum rc gateway_list_inbound(struct op *op, struct list *out, const char **next_cursor,
					const struct inbound_filter *filter);
MUST_CHECK enum rc gateway_find_inbound(struct op *op, struct inbound *out, const char *ref);

/* A line of a conversation with one person, both directions, oldest first. direction: "in" or
 * "out". source: "gateway", "phone" (typed there) or "history" (from before the number came here);
 * the id is ours, and of the last two the provider's. */
struct thread_line {
	const char *id, *direction, *text, *type, *status, *source;
	struct instant at;
};
extern const struct shape thread_line_shape[];
MUST_CHECK enum rc gateway_read_thread(struct op *op, struct list *out, const char *instance_id,
				       const char *recipient, int64_t limit);

#endif
