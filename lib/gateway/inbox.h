/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_INBOX_H
#define GATEWAY_INBOX_H

#include "domain/inbox_entry.h"
#include "gateway/engine.h"

/* The raw inbox, for the operator: what could not be understood or belonged to nobody, and having
 * it applied again, after an upgrade that understands it or once the number is set up. Whatever was
 * applied before is known again: a replay changes nothing that is right and repeats no event. */

struct inbox_filter {
	struct page_query page;
	enum inbox_kind kind;
};
MUST_CHECK enum rc gateway_list_inbox(struct op *op, struct list *out, const char **next_cursor,
				      const struct inbox_filter *filter);
/* One of them; *body: as it came, or its base64 when it is no UTF-8. RC_MISSING. */
MUST_CHECK enum rc
gateway_find_inbox(struct op *op, struct inbox_entry *out, const char **body, const char *id);

/* RC_MISSING; RC_CONFLICT: it waits to be applied already. */
MUST_CHECK enum rc gateway_replay_inbox(struct op *op, const char *id);
/* All of a kind that came from since to until (0: open); *n: how many. */
MUST_CHECK enum rc
gateway_replay_inbox_range(struct op *op, enum inbox_kind kind, struct instant since,
			   struct instant until, int64_t *n);

#endif
