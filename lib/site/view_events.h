/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_EVENTS_H
#define SITE_VIEW_EVENTS_H

#include "site/site.h"

/* What templates/docs-receive.html may use: every event of docs/events.json. */
struct events_docs {
	struct list events;
};
extern const struct shape events_docs_shape[];
MUST_CHECK enum rc view_events_docs(struct op *op, struct events_docs *page);

#endif
