/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_ENDPOINT_H
#define SITE_VIEW_ENDPOINT_H

#include "gateway/deliver.h"
#include "gateway/endpoints.h"
#include "site/view_names.h"

/* An endpoint with its last deliveries. */
struct endpoint_view {
	const char *id, *url, *state, *state_class, *trouble, *format, *scope, *success;
	const char *types; /* "text, image"; NULL: all */
	const char *updated_by;
	const struct moment *updated;
	const struct moment *rotating; /* until when two secrets sign, while nobody has switched */
	bool enabled, has_deliveries, reads;
	struct list events; /* of option_view */
	struct list deliveries;
};
extern const struct shape endpoint_view_shape[];
/* The endpoints of an instance, those of the whole account among them. */
MUST_CHECK enum rc view_endpoints(struct web *web, struct list *out, const char *instance);

#endif
