/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_ENDPOINT_INSIDE_H
#define GATEWAY_ENDPOINT_INSIDE_H

#include "db/db.h"
#include "gateway/endpoints.h"

/* Shared by the verbs of endpoints alone. */

/* RC_INPUT: what an endpoint may not be told. */
MUST_CHECK enum rc endpoint_check(struct op *op, const struct endpoint_draft *draft);

/* "whsec_" and 32 random bytes in base64. */
const char *endpoint_make_secret(struct op *op);

/* Bind it to each of the instances, which are found before anything is stored. */
MUST_CHECK enum rc endpoint_bind(struct op *op, struct batch *batch, const char *endpoint_id,
				 const char *const *refs, size_t n);

#endif
