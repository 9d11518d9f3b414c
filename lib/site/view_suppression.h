/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_SUPPRESSION_H
#define SITE_VIEW_SUPPRESSION_H

#include "site/view_names.h"

struct suppression_view {
	const char *id, *number, *reason, *reason_class, *effect, *by, *text, *note;
	const char *instance, *inbound_id, *lifted_by, *lift_reason;
	const struct moment *since, *lifted;
	bool active;
};
extern const struct shape suppression_view_shape[];

/* A list of struct suppression as struct suppression_view. */
struct list
view_suppressions(struct web *web, const struct names *names, const struct list *suppressions);
/* Reasons to choose from; first is the label of the empty choice, NULL: there is none. */
struct list view_reasons(struct web *web, const char *first, const char *selected);

#endif
