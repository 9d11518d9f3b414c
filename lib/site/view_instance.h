/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_INSTANCE_H
#define SITE_VIEW_INSTANCE_H

#include "domain/instance.h"
#include "site/view.h"

struct instance_view {
	const char *id, *slug, *name, *state, *state_class, *reason, *reason_level;
	const char *number, *verified_name, *quality, *quality_class, *window, *check_result;
	const struct moment *checked, *created;
	bool paused;
};
extern const struct shape instance_view_shape[];

void view_instance(struct web *web, struct instance_view *out, const struct instance *instance);
/* A list of struct instance as struct instance_view. */
struct list view_instances(struct web *web, const struct list *instances);

#endif
