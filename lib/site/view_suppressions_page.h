/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_SUPPRESSIONS_PAGE_H
#define SITE_VIEW_SUPPRESSIONS_PAGE_H

#include "gateway/suppressions.h"
#include "site/view_suppression.h"

/* What the form, and POST /api/suppressions, send. */
struct suppression_input {
	const char *phone, *reason, *note;
};
extern const struct field suppression_fields[];
/* What lifting one sends. */
struct lift_input {
	const char *why;
};
extern const struct field lift_fields[];

/* What templates/suppressed-recipients.html may use. */
struct suppressions_page {
	const char *problem, *filter_number;
	const struct field_view *phone, *note;
	struct list reasons, filter_reasons, rows;
	const struct pager *pager;
	bool form_open, filtered, filter_lifted, has_rows;
};
extern const struct shape suppressions_page_shape[];

/* input: what the form sent, or NULL. */
MUST_CHECK enum rc view_suppressions_page(struct web *web, struct suppressions_page *page,
					  const struct suppression_input *input);

/* The one in force that the form names: to say the same twice is no mistake. */
MUST_CHECK enum rc
find_suppression(struct web *web, struct suppression *out, const struct suppression_input *input);

#endif
