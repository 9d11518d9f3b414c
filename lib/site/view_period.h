/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_PERIOD_H
#define SITE_VIEW_PERIOD_H

#include "site/view.h"

/* A stretch of time that somebody chose: ?since= and ?until=, as browsers write local times
 * ("2026-05-08T10:00"), in the account's zone; also RFC 3339 and bare dates. 0: open. */
struct period {
	const struct field_view *since, *until; /* as typed, with what is wrong */
	struct instant from, to;
	bool wrong;
};
void view_period(struct web *web, struct period *out, const char *since, const char *until);
bool view_has_period(const struct period *period);

/* The instant that a person means by a local time; false when it is none. */
bool view_local_time(struct web *web, struct instant *out, const char *text);

/* Below a list that was searched for what is scattered: how far back. NULL when the page is full,
 * or it was the last. */
const struct moment *
view_searched(struct web *web, size_t rows, struct page_query page, const char *next_cursor);

/* The address of another page for the same filters, without the cursor: "/deliveries/export.csv".
 */
const char *view_with_filters(struct web *web, const char *path);

#endif
