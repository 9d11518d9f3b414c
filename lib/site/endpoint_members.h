/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_ENDPOINT_MEMBERS_H
#define SITE_ENDPOINT_MEMBERS_H

#include "gateway/deliver.h"
#include "site/site.h"

/* An endpoint as the API says it. */

enum { ENDPOINT_MEMBERS_MAX = 16 };

/* Members of a body as settings of the gateway's, in the order of the body. */
struct endpoint_members {
	struct instance_change changes[ENDPOINT_MEMBERS_MAX];
	size_t n;
};

/* Read the request's JSON object. for_test: the members of a test, and no body is an empty one.
 * RC_INPUT at the member that is unknown, of the wrong type, or names an instance that the key may
 * not see. */
MUST_CHECK enum rc
endpoint_members_read(struct web *web, struct endpoint_members *out, bool for_test);
/* NULL: it is not there, or null. */
const char *endpoint_member(const struct endpoint_members *members, const char *key);

/* The answer's object; secret: shown this once, or NULL. */
MUST_CHECK enum rc endpoint_members_json(struct op *op, json_t **out,
					 const struct endpoint *endpoint, const char *secret);

/* What the gateway calls otherwise is called as in the body: for the rc of its verbs. */
MUST_CHECK enum rc endpoint_members_blame(struct op *op, enum rc rc);

#endif
