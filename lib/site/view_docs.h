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

/* What templates/docs-send.html and docs-webhooks.html may use. */
struct sample_docs {
	struct list samples; /* of code */
};
extern const struct shape sample_docs_shape[];
/* set: "send" or "receive". */
void view_sample_docs(struct op *op, struct sample_docs *page, const char *set);

#endif
