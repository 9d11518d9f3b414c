/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_KEY_H
#define SITE_VIEW_KEY_H

#include "site/view_names.h"

struct key_view {
	const char *id, *number, *name, *environment, *masked, *instance, *status, *status_class;
	const char *scopes, *cidrs, *limits; /* cidrs, limits: NULL: none of its own */
	const struct moment *created, *last_used, *expires;
	bool active, kept; /* kept: it can be shown again */
};
extern const struct shape key_view_shape[];

/* A list of struct api_key as struct key_view. */
struct list view_keys(struct web *web, const struct names *names, const struct list *keys);

#endif
