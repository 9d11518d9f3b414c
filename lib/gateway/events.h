/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_EVENTS_H
#define GATEWAY_EVENTS_H

#include "core/json_out.h"
#include "db/db.h"
#include "domain/event.h"
#include "domain/instance.h"
#include "domain/message.h"

struct happening; /* provider/provider.h */

/* What a verb says has happened; bodies are made from it. */
struct event_draft {
	const struct instance *instance;
	const char *name;    /* "message.received" */
	const char *topic;   /* subscription of the meta form, NULL when there is none */
	const char *lane;    /* the conversation's other side; NULL: the instance itself */
	const char *members; /* object's text beyond the common ones; NULL: no normalized form */
	const char *meta;    /* document in meta form, NULL: none */
	const struct happening *happening; /* or where to cut it from, once somebody wants it */
	const char *message_type;          /* of the message it is about; NULL: about none */
	const char *message_id, *inbound_id;
	const char *digest; /* the same digest again: RC_CONFLICT from the batch */
	struct list also;   /* struct instance: endpoints of these hear of it too */
	bool test;
	struct instant at; /* when it happened; 0: op->now */
};

/*
 * Append to the batch, in the op's account: the event and one delivery per endpoint that wants it,
 * waking the worker. Part of the caller's transaction, so that nothing recorded goes unannounced.
 * *id, when wanted, is the event's.
 */
MUST_CHECK enum rc
event_record(struct op *op, struct batch *batch, const struct event_draft *draft, const char **id);

/* Does an endpoint of the instance want the event of that name, in normalized form? */
MUST_CHECK enum rc
event_is_listened(struct op *op, bool *yes, const char *instance_id, const char *name);

/* Add message.<status> for a message in its new state, and message.status_updated, which says the
 * same once more: where an endpoint of the instance wants it, and always for a status that has no
 * event of its own (unknown, cancelled). */
MUST_CHECK enum rc
event_record_message(struct op *op, struct batch *batch, const struct instance *instance,
		     const struct message *message, const char *meta);
/* The same for a status webhook; its meta form is cut from what happened. */
MUST_CHECK enum rc
event_record_status(struct op *op, struct batch *batch, const struct instance *instance,
		    const struct message *message, const struct happening *happening);

#endif
