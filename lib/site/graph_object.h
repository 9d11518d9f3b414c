/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_GRAPH_OBJECT_H
#define SITE_GRAPH_OBJECT_H

#include "site/site.h"

/* The Graph dialect's management calls. What an id names must be the account's own (and the key's
 * instance's); anything else is answered as Meta answers for an object that is not there. */

/* /vN.M/{id} where the id is a phone number, a WhatsApp Business Account or a template that is
 * known here; what else there may be is for `otherwise` to answer (NULL: nothing else). */
MUST_CHECK enum rc graph_object(struct web *web, const char *id, web_handler *otherwise);

/* 400, code 100, subcode 33. */
MUST_CHECK enum rc graph_object_missing(struct web *web, const char *id);

/* Handlers of addresses below a version, whose parameter is called id. */
MUST_CHECK enum rc graph_templates(struct web *web);     /* GET, POST, DELETE */
MUST_CHECK enum rc graph_phone_numbers(struct web *web); /* GET */
MUST_CHECK enum rc graph_profile(struct web *web);       /* GET, POST */

#endif
