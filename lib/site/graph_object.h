/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_GRAPH_OBJECT_H
#define SITE_GRAPH_OBJECT_H

#include "site/site.h"

/* The Graph dialect's management calls. What an id names must be the account's own (and the key's
 * instance's); anything else is answered as Meta answers for an object that is not there. */

/*
 * GET and POST of /vN.M/{id} where the id is a phone number, a WhatsApp Business Account or a
 * template: answered, *handled is true. Otherwise *handled is false and nothing is answered: the
 * id may be media.
 */
MUST_CHECK enum rc graph_object_answer(struct web *web, const char *id, bool *handled);

/* 400, code 100, subcode 33. */
MUST_CHECK enum rc graph_object_missing(struct web *web, const char *id);

/* Handlers of addresses below a version, whose parameter is called id. */
MUST_CHECK enum rc graph_templates(struct web *web);     /* GET, POST, DELETE */
MUST_CHECK enum rc graph_phone_numbers(struct web *web); /* GET */
MUST_CHECK enum rc graph_profile(struct web *web);       /* GET, POST */

#endif
