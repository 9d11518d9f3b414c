/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_NAMES_H
#define SITE_VIEW_NAMES_H

#include "site/view.h"

/* What the account calls its instances and people, read once per page: rows hold ids. */
struct names {
	struct list instances; /* struct instance */
	struct list users;     /* struct user */
};
MUST_CHECK enum rc names_read(struct web *web, struct names *out);

/* NULL for NULL, the id itself when it is gone. */
const char *names_instance(const struct names *names, const char *id);
/* "user:usr_..." is an e-mail address, "key:..." an API key, and so on. */
const char *names_actor(struct web *web, const struct names *names, const char *actor);

/* The instances to choose from; first is the label of the empty choice, NULL: there is none. */
struct list
names_options(struct web *web, const struct names *names, const char *first, const char *selected);

#endif
