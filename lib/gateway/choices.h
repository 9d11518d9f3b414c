/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_CHOICES_H
#define GATEWAY_CHOICES_H

#include "db/db.h"
#include "domain/instance.h"
#include "domain/message.h"
#include "domain/optout.h"

/* What follows from a person's choice, as parts of the batch in which it becomes true. */

/* A person by the spellings that came with what they said. */
struct chooser {
	const char *who;      /* a number, or the user id where there is none */
	const char *also;     /* the user id beside a number; NULL */
	const char *identity; /* under which they are known */
};

/*
 * Cancel what waits for the person on any number of the account, as far as a suppression of this
 * reason keeps it back (suppression_blocks), each with its event; at most CANCELLED_MAX, what is
 * left is refused when it is due. RC_BUSY from the batch: one of them has left the queue meanwhile.
 */
enum { CANCELLED_MAX = 1000 };
MUST_CHECK enum rc
choice_cancel(struct op *op, struct batch *batch, const struct chooser *person, const char *reason);

/* Queue the one answer to a stop or a start. */
struct confirmation {
	const struct instance *instance; /* where it was said, and goes out */
	const struct chooser *person;
	enum optout_kind kind;  /* OPTOUT_STOP or OPTOUT_START */
	const char *language;   /* of the keyword */
	struct instant said_at; /* opens the conversation's window */
};

/*
 * *message_id: of the queued answer; untouched where there is none to give: it is switched off, the
 * window is closed, one of its kind went to the person within CONFIRMATION_MS, or a suppression
 * that is no opt-out keeps everything back. RC_BUSY from the batch: somebody was quicker.
 */
#define CONFIRMATION_MS DAY_MS
MUST_CHECK enum rc choice_confirm(struct op *op, struct batch *batch, const char **message_id,
				  const struct confirmation *confirmation);

#endif
