/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_DELIVERY_H
#define SITE_VIEW_DELIVERY_H

#include "domain/event.h"
#include "site/view.h"

/* url: the endpoint's address; excerpt: the beginning of the last answer. instance, excerpt and
 * slow are there where a list was filled by view_deliveries_beside. */
struct delivery_view {
	const char *id, *event, *event_id, *url, *endpoint_id, *status, *status_class, *answer,
		*attempts, *instance, *excerpt, *error;
	const struct moment *created, *due, *done;
	bool slow;
};
extern const struct shape delivery_view_shape[];

/* A list of struct delivery as struct delivery_view; endpoints: struct endpoint, for the
 * addresses (NULL: they are not shown). */
struct list
view_deliveries(struct web *web, const struct list *endpoints, const struct list *deliveries);

/* What a list does not read of each row: its instance, the last answer. */
struct names;
MUST_CHECK enum rc
view_deliveries_beside(struct web *web, const struct names *names, const struct list *views);

/* The address that an endpoint has; a word for one that is gone. */
const char *view_endpoint_url(const struct list *endpoints, const char *id);

/* The endpoints to choose from, by address, behind the n choices that come first. */
struct list view_endpoint_options(struct web *web, const struct list *endpoints,
				  const struct option_view *first, size_t n, const char *selected);

/* The states to choose from. */
struct list view_delivery_statuses(struct web *web, const char *selected);

#endif
