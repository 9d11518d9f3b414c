/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_APPLY_INBOUND_H
#define GATEWAY_APPLY_INBOUND_H

#include "domain/optout.h"
#include "gateway/apply.h"

/* A message from a person while it is worked on. */
struct coming {
	struct item *item;
	const json_t *message;
	struct inbound row;
	const char *who;   /* the number, or the user id where there is none */
	const char *group; /* NULL: a conversation of two */
	const char *lane;
};

/* What the message asks for: nothing, no more messages, or messages again. */
struct optout choice_of(const struct coming *c);

/* Writes what follows from it into the item's batch, behind the inbound row and its event. */
MUST_CHECK enum rc choice_heed(struct coming *c, struct optout choice);

#endif
