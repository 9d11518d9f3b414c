/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_CONVERSATIONS_H
#define GATEWAY_CONVERSATIONS_H

#include "core/shape.h"
#include "db/db.h"
#include "domain/instance.h"

/*
 * Where a conversation of one person and one number of ours stands, under all spellings of the
 * person, in the op's account. "conversation.updated" tells it on the first word of the person,
 * when the window opens again or closes, and when the messages are read; it is recorded where an
 * endpoint of the instance wants it, and nowhere else.
 */
struct conversation_state {
	const char *contact; /* E.164 with +, or a user id */
	/* 0: never; 0 too while the window is closed */
	struct instant last_message_at, window_expires_at;
	int64_t unread; /* messages of theirs that nobody has read here */
};
extern const struct shape conversation_state_shape[];

/* person: any spelling, as it is stored. All zeroes where nothing was ever said. */
MUST_CHECK enum rc gateway_find_conversation(struct op *op, struct conversation_state *out,
					     const char *instance_id, const char *person);

/* Somebody has looked at it in the portal: nothing is unread any more. */
MUST_CHECK enum rc
gateway_read_conversation(struct op *op, const struct instance *instance, const char *person);

/* Worker: windows that have closed, a portion of them; *n counts what was looked at. */
MUST_CHECK enum rc gateway_close_windows(struct op *op, int64_t *n);

/* The person wrote (unread) or called at that time, not later than now: part of the batch. */
MUST_CHECK enum rc
conversation_heard(struct op *op, struct batch *batch, const struct instance *instance,
		   const char *person, struct instant at, bool unread);

#endif
