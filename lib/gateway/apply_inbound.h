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

	/* apply_choice.c */
	struct optout choice; /* nothing, no more messages, or messages again */
	struct instant at;    /* when it was said, not later than it was received */
	const char *told_as;  /* the event that tells of it; NULL: none */
	const char *told_why; /* its reason */
};

/* What does it ask for? Into c->choice and the marks of the row. */
MUST_CHECK enum rc choice_read(struct coming *c);

/* What follows from it, into the item's batch behind the inbound row. */
MUST_CHECK enum rc choice_heed(struct coming *c);

/* The event that tells of it, behind the message's own. */
MUST_CHECK enum rc choice_tell(const struct coming *c);

#endif
