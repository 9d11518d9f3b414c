/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_DELIVER_REQUEST_H
#define GATEWAY_DELIVER_REQUEST_H

#include "gateway/endpoints.h"
#include "net/net.h"

/* One attempt of a delivery, before it is a request. */
struct letter {
	const char *url, *format;
	const char *event_id, *event, *body;
	struct endpoint_secrets keys;
	bool test;
	struct instant at; /* of the attempt; in every signature */
};

/* Everything of the call but who waits for it: address, body, headers, limits, the guard. RC_INPUT
 * when the customer's headers are not an object. */
MUST_CHECK enum rc
deliver_request(struct op *op, struct net_call *out, const struct letter *letter);

/* The first 1 KiB of an answer as text, for the log; NULL when there is none. */
const char *deliver_excerpt(struct op *op, const struct net_call *call);

/* What went wrong, for people ("answered 500"); NULL when the receiver took it. */
const char *deliver_problem(struct op *op, const struct net_call *call);

/* Any 2xx. */
bool deliver_was_taken(const struct net_call *call);

#endif
