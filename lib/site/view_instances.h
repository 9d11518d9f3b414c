/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_INSTANCES_H
#define SITE_VIEW_INSTANCES_H

#include "site/view_instance.h"

/* What the forms of the list send. */
struct instance_input {
	const char *name, *provider;
};
extern const struct field instance_fields[];
struct switch_input {
	const char *what; /* pause, resume */
};
extern const struct field switch_fields[];

struct pause_input {
	const char *what, *reason; /* pause, resume */
};
extern const struct field pause_fields[];

/* What templates/instances.html and instance-new.html may use. */
struct instances_page {
	struct list instances;
	const struct pager *pager;
	bool has_instances;
};
extern const struct shape instances_page_shape[];

struct instance_new_page {
	const char *title;
	const struct field_view *name;
	struct list providers;
};
extern const struct shape instance_new_page_shape[];

#define INSTANCES_PAGE                                                                \
	{                                                                             \
		"instances.html", instances_page_shape, sizeof(struct instances_page) \
	}
#define INSTANCE_NEW_PAGE                                                                      \
	{                                                                                      \
		"instance-new.html", instance_new_page_shape, sizeof(struct instance_new_page) \
	}

/* The list; the form of a new one, with what was sent. */
MUST_CHECK enum rc show_instances(struct web *web);
MUST_CHECK enum rc show_instance_new(struct web *web);

/* Pause or resume the whole account, then back to the list. */
MUST_CHECK enum rc switch_account(struct web *web);

/* The list for an API key: its own instance, or all of the account. */
MUST_CHECK enum rc list_instances(struct web *web);

#endif
