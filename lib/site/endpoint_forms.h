/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_ENDPOINT_FORMS_H
#define SITE_ENDPOINT_FORMS_H

#include "site/view_endpoint_form.h"

/* From the forms of endpoints to verbs, and back to pages. */

/* What the buttons below an endpoint send. */
struct endpoint_act {
	const char *instance, *enabled;
};
extern const struct field endpoint_act_fields[];

/* What templates/endpoint-secret.html may use. */
struct endpoint_secret_page {
	const char *title, *url, *secret, *instance_id;
	bool meta, rotating;
};
extern const struct shape endpoint_secret_shape[];
#define ENDPOINT_PAGE                                                              \
	{                                                                          \
		"endpoint.html", endpoint_page_shape, sizeof(struct endpoint_page) \
	}
#define ENDPOINT_SECRET_PAGE                                                                       \
	{                                                                                          \
		"endpoint-secret.html", endpoint_secret_shape, sizeof(struct endpoint_secret_page) \
	}

/* The form of a new endpoint, or of the one in the route's :id, with what was sent. */
MUST_CHECK enum rc show_endpoint_new(struct web *web);
MUST_CHECK enum rc show_endpoint(struct web *web);
/* What its forms and buttons post. */
MUST_CHECK enum rc post_endpoint_new(struct web *web);
MUST_CHECK enum rc post_endpoint(struct web *web);
MUST_CHECK enum rc post_endpoint_enabled(struct web *web);
MUST_CHECK enum rc post_endpoint_rotate(struct web *web);
MUST_CHECK enum rc post_endpoint_switch(struct web *web);
MUST_CHECK enum rc post_endpoint_delete(struct web *web);

/* Send a test event and show the form with the answer: with values that are not saved, new or
 * of the one in the route's :id; or with its stored ones. */
MUST_CHECK enum rc try_endpoint_new(struct web *web);
MUST_CHECK enum rc try_endpoint(struct web *web);
MUST_CHECK enum rc test_endpoint(struct web *web);

#endif
