/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_DELIVERIES_PAGE_H
#define SITE_VIEW_DELIVERIES_PAGE_H

#include "gateway/deliver.h"
#include "site/view_delivery.h"
#include "site/view_replay.h"

/* An endpoint with what did not arrive there; NULL counts: nothing. */
struct undelivered_view {
	const char *id, *url, *state, *state_class, *failed, *blocked;
};

/* What templates/deliveries.html may use. */
struct deliveries_page {
	const char *filter_event, *export_url, *replay_url;
	const struct field_view *since, *until;
	struct list endpoints, instances, statuses, events, rows, undelivered, replays;
	const struct pager *pager;
	const struct moment *searched;
	bool filtered, has_rows, has_undelivered, has_replays, has_endpoints;
};
extern const struct shape deliveries_page_shape[];
MUST_CHECK enum rc view_deliveries_page(struct web *web, struct deliveries_page *page);

/* What templates/delivery.html may use. */
struct attempt_view {
	const char *number, *status, *status_class, *latency, *error, *excerpt;
	const struct moment *at;
	bool slow;
};
struct delivery_page {
	const char *title, *body, *format, *inbound_id, *endpoint_trouble;
	const struct delivery_view *delivery;
	struct list tries;
	bool has_attempts, may_replay, test, waits, open;
};
extern const struct shape delivery_page_shape[];
MUST_CHECK enum rc view_delivery_page(struct web *web, struct delivery_page *page, const char *id);

/* The list that the page shows, as a file. */
MUST_CHECK enum rc export_deliveries(struct web *web);

#endif
