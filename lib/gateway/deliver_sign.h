/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_DELIVER_SIGN_H
#define GATEWAY_DELIVER_SIGN_H

#include "core/op.h"

/*
 * Signatures over a delivery. secret is what the customer sees: "whsec_" and base64, or their own
 * text. All are made with HMAC-SHA256 (RFC 2104).
 */

/* "sha256=<hex>" over timestamp.body, keyed with the secret's text; the timestamp has no dot. */
const char *
sign_gateway(struct op *op, const char *secret, const char *timestamp, struct bytes body);

/* "v1,<base64>" over id.seconds.body (Standard Webhooks 1.0.0), keyed with the bytes behind
 * "whsec_"; a secret without that prefix is its own bytes. */
const char *sign_standard(struct op *op, const char *secret, const char *id, int64_t seconds,
			  struct bytes body);

/* "sha256=<hex>" over the body, keyed with the secret's text: as Meta signs. */
const char *sign_hub(struct op *op, const char *secret, struct bytes body);

#endif
