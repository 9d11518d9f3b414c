/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CHOICE_STORE_H
#define STORE_CHOICE_STORE_H

#include "db/db.h"
#include "domain/message.h"

/* What people have chosen, when, and what they are answered; all in the op's account. */

/* The newest of each kind that is known of a person; 0: never. */
struct choice_times {
	struct instant keyword, meta; /* a stop or start by them, in words or by Meta's switch */
	struct instant stop_confirmed, start_confirmed; /* the last answer to it */
};
MUST_CHECK enum rc
choice_store_times(struct op *op, struct choice_times *out, const char *recipient);

/* Note one, named like its member. RC_BUSY from the batch: there is a newer one by now. */
void
choice_store_note(struct batch *batch, const char *identity, const char *what, struct instant at);

/* Note an answer. RC_BUSY from the batch: there is one of the last once_in_ms by now. */
void choice_store_note_answer(struct batch *batch, const char *identity, const char *what,
			      struct instant at, int64_t once_in_ms);

/* The instance's own text for a kind ("stop", "start") and language; RC_MISSING: none. */
MUST_CHECK enum rc choice_store_text(struct op *op, const char **out, const char *instance_id,
				     const char *kind, const char *language);
struct confirmation_text {
	const char *kind, *language, *text;
};
/* All of an instance. */
MUST_CHECK enum rc choice_store_texts(struct op *op, struct list *out, const char *instance_id);
/* text NULL: none any more. */
void choice_store_set_text(struct batch *batch, const char *instance_id,
			   const struct confirmation_text *text);
/* RC_MISSING: there is no such instance. */
void choice_store_set_answering(struct batch *batch, const char *instance_id, bool on);

/* Messages that wait for a person on any number, at most limit, oldest first: struct message. */
MUST_CHECK enum rc
choice_store_waiting(struct op *op, struct list *out, const char *recipient, int64_t limit);

extern const struct stmt *const choice_store_stmts[];

#endif
