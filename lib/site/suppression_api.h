/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_SUPPRESSION_API_H
#define SITE_SUPPRESSION_API_H

#include "site/view_suppressions_page.h"

/* Handlers of /api/suppressions, and what a page and a program send alike. */
extern const struct form suppression_form;
MUST_CHECK enum rc list_suppressions(struct web *web);
MUST_CHECK enum rc post_suppression(struct web *web);
MUST_CHECK enum rc delete_suppressions(struct web *web);

/* Add what the form in web->input says; source: "portal", "api". */
MUST_CHECK enum rc add_suppression(struct web *web, struct suppression *out, const char *source);

#endif
