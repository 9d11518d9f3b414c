/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_DOCS_H
#define SITE_VIEW_DOCS_H

#include "site/site.h"

/* What templates/home.html, docs.html, quickstart.html,
 * docs-notices.html and acceptable-use.html may use. */
struct docs_page {
	const char *curl, *curl_proxy, *key_hint, *instance_slug;
};
extern const struct shape docs_page_shape[];
/* Answer with one of them. */
MUST_CHECK enum rc view_docs_show(struct web *web, const struct page *which);

/* What templates/docs-send.html may use. */
struct send_docs {
	struct list samples; /* of code */
};
extern const struct shape send_docs_shape[];
void view_send_docs(struct op *op, struct send_docs *page);

#endif
