/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_DELIVERY_H
#define SITE_VIEW_DELIVERY_H

#include "domain/event.h"
#include "site/view.h"

struct delivery_view {
	const char *event, *url, *status, *status_class, *answer, *attempts;
	const struct moment *created, *due;
};
extern const struct shape delivery_view_shape[];

/* A list of struct delivery as struct delivery_view; endpoints: struct endpoint, for the
 * addresses (NULL: they are not shown). */
struct list
view_deliveries(struct web *web, const struct list *endpoints, const struct list *deliveries);

#endif
