/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_DELIVERY_API_H
#define SITE_DELIVERY_API_H

#include "site/site.h"

/* Handlers of /api/deliveries and /api/replays. A key that is bound to an instance has that one's
 * deliveries alone, a sandbox key those of tests. */
MUST_CHECK enum rc api_list_deliveries(struct web *web);
MUST_CHECK enum rc api_get_delivery(struct web *web);
MUST_CHECK enum rc api_replay_delivery(struct web *web);
MUST_CHECK enum rc api_replay_deliveries(struct web *web);
MUST_CHECK enum rc api_get_replay(struct web *web);

/* What asks for many: NULL for what was not said. */
struct replay_input {
	const char *endpoint, *instance, *status, *since, *until;
};
extern const struct field replay_fields[];

#endif
