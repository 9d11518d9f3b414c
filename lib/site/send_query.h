/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_SEND_QUERY_H
#define SITE_SEND_QUERY_H

#include "site/site.h"

/* Requests of the send API in, as their dialects say them. Failures are answered by the site. */

/* A send from headers, query and body. RC_INPUT: no JSON, too large, or a query member wrong. */
MUST_CHECK enum rc send_query(struct web *web, struct send *out);

/* The answer to a request for a list: what the key may see, filtered as the query says.
 * RC_DENIED without the scope "read". */
MUST_CHECK enum rc send_list(struct web *web);

/* One message by any of its names; RC_MISSING also when the key may not see it. */
MUST_CHECK enum rc send_find(struct web *web, struct message *out, const char *ref);

/* The answer to a request to take a queued or scheduled message back: the message as it is then.
 * RC_DENIED without the scope "send", RC_MISSING as above, RC_CONFLICT when it is too late. */
MUST_CHECK enum rc send_cancel(struct web *web);

#endif
