/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_DELIVER_FLIGHT_H
#define GATEWAY_DELIVER_FLIGHT_H

#include "db/db.h"
#include "domain/event.h"
#include "gateway/endpoints.h"
#include "net/net.h"

/* One delivery under way, in an op of its own from the claim to the commit of its outcome. */
struct flight {
	struct flight *next;
	struct op *op;
	struct delivery delivery;
	struct net_call call;
	struct instant started_at;
	bool endpoint_failing;  /* as known when it started */
	bool over;              /* the exchange has ended */
	const char *unsendable; /* why there was no exchange at all */
};

/* An endpoint that something may be claimed for. */
struct target {
	struct endpoint endpoint;
	struct endpoint_secrets keys;
	int claim;           /* index in the batch; -1: none */
	int64_t room, share; /* it may have so many more; so many are claimed */
};

/* A flight for a claimed delivery, ready to be submitted, or with the reason why it cannot be sent.
 * The body is read by the turn's op. */
struct flight *
delivery_flight(struct op *turn, const struct target *target, const struct delivery *delivery);

/* Judge a flight that is over and append to the batch what came of it: the delivery, the attempt,
 * the turn of the next in its lane, what it says about the endpoint. delivery.due_at: the next
 * attempt, when its status is pending again. */
void deliver_settle(struct batch *batch, struct flight *flight, struct instant now);

/* Count these attempts, which ended now, at their endpoints; a list of at most 500. */
void deliver_tally(struct batch *batch, const struct flight *settled, struct instant now);

#endif
