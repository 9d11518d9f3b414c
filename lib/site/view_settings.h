/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_SETTINGS_H
#define SITE_VIEW_SETTINGS_H

#include "site/view.h"

/* What the form sends. notices: the kinds that are wanted, and "" so that it is never empty. */
struct settings_input {
	const char *time_zone;
	struct texts notices;
};
extern const struct field settings_fields[];

/* What templates/settings.html may use. */
struct settings_page {
	const char *problem, *people;
	const struct field_view *time_zone;
	struct list zones, kinds, incidents;
	bool has_people, has_incidents;
};
extern const struct shape settings_page_shape[];

/* input: what the form sent, or NULL. */
MUST_CHECK enum rc
view_settings(struct web *web, struct settings_page *page, const struct settings_input *input);

/* The kinds that are not among those wanted, as the account keeps them. */
const char *settings_off(struct op *op, const struct texts *wanted);

#endif
