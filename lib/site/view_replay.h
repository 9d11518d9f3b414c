/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_REPLAY_H
#define SITE_VIEW_REPLAY_H

#include "gateway/replay_deliveries.h"
#include "site/delivery_api.h"
#include "site/view_names.h"
#include "site/view_period.h"

/* One of the last day. share: percent for a bar, when it is known how many there are. */
struct replay_view {
	const char *id, *what, *state, *state_class, *progress, *share, *by;
	const struct moment *asked;
	bool running;
};
extern const struct shape replay_view_shape[];
MUST_CHECK enum rc view_replays(struct web *web, const struct names *names,
				const struct list *endpoints, struct list *out);

/* What templates/replay-deliveries.html may use: a plan to be confirmed. Its form says again what
 * the plan was made from. */
struct replay_page {
	const char *title, *what, *count, *period, *trouble, *problem, *endpoint, *instance,
		*status;
	const struct field_view *since, *until;
	struct list endpoints, statuses;
	bool any, more, all_endpoints, delivered;
};
extern const struct shape replay_page_shape[];
#define REPLAY_PAGE                                                                     \
	{                                                                               \
		"replay-deliveries.html", replay_page_shape, sizeof(struct replay_page) \
	}
MUST_CHECK enum rc
view_replay_page(struct web *web, struct replay_page *page, const struct replay_input *input);

/* Begin what the form says. RC_INPUT, RC_MISSING, RC_CONFLICT as gateway_begin_replay; nothing to
 * repeat: RC_CONFLICT. */
MUST_CHECK enum rc
begin_replay(struct web *web, struct replay *out, const struct replay_input *input);

#endif
