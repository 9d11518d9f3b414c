/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_ERRORS_H
#define SITE_VIEW_ERRORS_H

#include "site/site.h"

/* What templates/docs-errors.html may use. */
struct errors_page {
	struct list dialects;
};
extern const struct shape errors_page_shape[];

/* Every code of every dialect, each once, from the tables that answer with them. */
void view_errors(struct op *op, struct errors_page *page);

#endif
