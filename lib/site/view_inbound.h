/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_INBOUND_H
#define SITE_VIEW_INBOUND_H

#include "domain/message.h"
#include "site/view_names.h"

struct inbound_view {
	const char *id, *from, *digits, *name, *user_id, *type, *text, *instance, *instance_id;
	const char *provider_id;
	const char *forwarded, *forwarded_class; /* what became of its webhooks, in a word */
	const struct moment *received, *provider_at;
	bool opted_out, possible_opt_out;
};
extern const struct shape inbound_view_shape[];
void view_inbound(struct web *web, const struct names *names, struct inbound_view *out,
		  const struct inbound *inbound);
/* A list of struct inbound as struct inbound_view. */
struct list view_inbounds(struct web *web, const struct names *names, const struct list *inbounds);

/* To whom it went: what a list does not read of each row. */
MUST_CHECK enum rc view_forwarded(struct web *web, const struct list *views);

/* A line of a conversation. */
struct bubble {
	const char *text, *type, *status, *source; /* source: where it was written, unless here */
	const struct moment *at;
	bool out, this;
};
extern const struct shape bubble_shape[];
/* A list of struct thread_line as struct bubble; the one whose id is this stands out. */
struct list view_thread(struct web *web, const struct list *lines, const char *this);

/* Types of messages to choose from; the empty choice first. */
struct list view_types(struct web *web, const char *selected);

#endif
