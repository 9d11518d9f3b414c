/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_APPLY_H
#define GATEWAY_APPLY_H

#include "gateway/events.h"
#include "provider/provider.h"
#include "store/status_store.h"

/* How something made of many items went: the first failure, with its sentence. */
struct outcome {
	enum rc rc;
	const char *why;
};

/*
 * Inside of the worker's side of receiving. An item is one message, status or other change of a
 * webhook for one account, on its way into the database: one op, one batch, all or nothing.
 */
struct item {
	struct op *op;       /* its own, in the account of its instance */
	struct batch *batch; /* filled by one of the functions below */
	const struct happening *happening;
	const struct instance *instance; /* whose it is */
	struct list also; /* struct instance: of an item for a whole business account */
	struct instant received_at;

	/* for apply_group.c */
	const char *key;         /* items of one key do not share a commit; NULL: no key */
	struct outcome *outcome; /* of what it is a part of; NULL: nobody asks */
};

/* A message from a person: inbound row, opt-out or opt-in, events. RC_CONFLICT from the batch:
 * told before. */
MUST_CHECK enum rc apply_inbound(struct item *item);

/* What became of an outbound message, known here or not (yet). RC_CONFLICT: told before; RC_BUSY:
 * the message moved meanwhile, read again. */
MUST_CHECK enum rc apply_status(struct item *item);

/* A status that waited for its message, which is known now. The instance may be NULL: deleted. */
MUST_CHECK enum rc apply_adopted(struct item *item, const struct status *status);

/* Anything else, known to this build or not: forwarded in the provider's form. */
MUST_CHECK enum rc apply_other(struct item *item);

/* What it says about a template, if it is about one: into the store, as part of the batch. */
MUST_CHECK enum rc apply_template(struct item *item);

/* What it says about people's wish for marketing, if it does: suppressions and events. */
MUST_CHECK enum rc apply_preferences(struct item *item);

/* Meta's timestamps: decimal seconds as text or number; absent or absurd: `otherwise`. */
struct instant apply_time(struct op *op, const json_t *item, struct instant otherwise);

/* The person wrote or called; who NULL: nobody known. Not later than it was received. */
void apply_heard(struct item *item, const char *who, struct instant at);

/* An event in the provider's form only. */
MUST_CHECK enum rc apply_forward(struct item *item, const char *topic, const char *lane,
				 const char *message_id, const char *digest);

#endif
