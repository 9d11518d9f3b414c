/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_ENDPOINT_API_H
#define SITE_ENDPOINT_API_H

#include "site/site.h"

/* Webhook endpoints by API: :id is the instance, :ep the endpoint. A key that is bound to an
 * instance sees what belongs to that one alone; a sandbox key nothing, as endpoints get real
 * events.
 */
MUST_CHECK enum rc endpoint_api_list(struct web *web);
MUST_CHECK enum rc endpoint_api_create(struct web *web);
MUST_CHECK enum rc endpoint_api_show(struct web *web);
MUST_CHECK enum rc endpoint_api_change(struct web *web);
MUST_CHECK enum rc endpoint_api_delete(struct web *web);
MUST_CHECK enum rc endpoint_api_test(struct web *web);
MUST_CHECK enum rc endpoint_api_rotate(struct web *web);
MUST_CHECK enum rc endpoint_api_switch(struct web *web);

#endif
