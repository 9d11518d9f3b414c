/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_REPLY_H
#define SITE_VIEW_REPLY_H

#include "site/reply.h"

/* A value that the chosen template asks for. */
struct slot_view {
	const char *field, *label, *value;
};

/* Until when this person may be answered, and the box for it. text: a free message may go;
 * templates: they are offered, one of them chosen perhaps. */
struct reply_box {
	const char *window, *window_class, *unread, *problem, *message, *trouble, *chosen;
	const char *header, *body, *footer, *choose_url, *write_url;
	struct list templates, slots;
	bool text, has_templates;
};
extern const struct shape reply_box_shape[];

/* said: what was typed and refused; NULL: nothing yet. */
MUST_CHECK enum rc view_reply_box(struct web *web, const struct reply_box **out,
				  const struct inbound *inbound, const struct reply *said);

#endif
