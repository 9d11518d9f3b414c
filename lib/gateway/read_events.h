/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_READ_EVENTS_H
#define GATEWAY_READ_EVENTS_H

#include "gateway/engine.h"

/* What an account wants to know of the last EVENT_DAYS days. */
struct event_filter {
	/* cursor: an event's id, or what the page before gave. */
	struct page_query page;
	bool forward;                 /* oldest first, from the cursor on */
	const char *event, *instance; /* NULL: any; instance is a reference */
	struct instant since;         /* 0: from the beginning */
	bool only_tests;              /* simulated ones: what a sandbox key may see */
};
enum { EVENT_DAYS = 30 };

/*
 * Normalized bodies as JSON texts (const char *). Newest first *next_cursor is NULL at the end.
 * Forward it never is: it says where to go on, now or later, and nothing is ever passed over; for
 * that the last EVENT_SETTLE_MS are left for the next time. A filtered page may be short, or
 * empty, before the end. RC_INPUT: op->code names the wrong member.
 */
enum { EVENT_SETTLE_MS = 10 * 1000 };
MUST_CHECK enum rc gateway_list_events(struct op *op, struct list *out, const char **next_cursor,
				       const struct event_filter *filter);

#endif
