/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_TEMPLATE_API_H
#define SITE_TEMPLATE_API_H

#include "site/site.h"

/* Message templates in the proxy dialect: /v1/wa/templates and, with a parameter called name,
 * /v1/wa/templates/:name. Lists are Meta's list in the envelope, read from the store. */
MUST_CHECK enum rc template_list(struct web *web);
MUST_CHECK enum rc template_show(struct web *web);
MUST_CHECK enum rc template_create(struct web *web);
MUST_CHECK enum rc template_edit(struct web *web);
MUST_CHECK enum rc template_delete(struct web *web);       /* ?name= */
MUST_CHECK enum rc template_delete_named(struct web *web); /* of the address */

#endif
