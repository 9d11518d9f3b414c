/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_DELIVER_FLIGHT_H
#define GATEWAY_DELIVER_FLIGHT_H

#include "db/db.h"
#include "domain/event.h"
#include "gateway/deliver_slots.h"
#include "gateway/endpoints.h"
#include "net/net.h"

/* One delivery under way, in an op of its own from the claim to the commit of its outcome. */
struct flight {
	struct flight *next;
	struct op *op;
	struct delivery delivery; /* as it was claimed */
	struct delivery outcome;  /* by deliver_settle */
	struct net_call call;
	struct instant started_at;
	struct holder *endpoint, *account;
	enum slot_pool pool;
	bool tiring;            /* the endpoint has failed for long: this may be the last straw */
	bool over;              /* the exchange has ended */
	bool unread;            /* nothing was sent: what to send could not be read just now */
	const char *unsendable; /* why there was no exchange at all, and never can be */
};

/* An endpoint that something may be claimed for. */
struct target {
	struct endpoint endpoint;
	struct endpoint_secrets keys;
	struct holder *slots, *account;
	struct instant due_at[DELIVERY_QUEUES]; /* of the first in each queue; 0: none is */
	int64_t room;                           /* it may have so many more */
	bool partly_suspended;                  /* some of what waits may not go out now */
};

/* A flight for a claimed delivery, ready to be submitted, or with the reason why it cannot be sent.
 * The body is read by the turn's op. */
struct flight *
delivery_flight(struct op *turn, const struct target *target, const struct delivery *delivery);

/* Judge a flight that is over and append to the batch what came of it: the delivery, the attempt,
 * the turn of the next in its lane, what it says about the endpoint. May be done again when the
 * batch was not committed. */
void deliver_settle(struct batch *batch, struct flight *flight, struct instant now);

/* Count these attempts, which ended now, at their endpoints; a list of at most 500. */
void deliver_tally(struct batch *batch, const struct flight *settled, struct instant now);

#endif
