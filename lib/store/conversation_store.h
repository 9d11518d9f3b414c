/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CONVERSATION_STORE_H
#define STORE_CONVERSATION_STORE_H

#include "db/db.h"

/*
 * One person and one number of ours, in the op's account. recipient is any spelling; rows hang on
 * the person's identity (recipient_alias), and what is asked of a person is asked of all rows whose
 * spelling is that person.
 */
struct conversation {
	struct instant first_out_at;     /* the first message to the person; 0: none yet */
	struct instant heard_at;         /* their last message or call; 0: never */
	struct instant last_out_at;      /* the last message to them, from here or the phone */
	struct instant paced_until;      /* see conversation_store_pace; 0: never paced */
	struct instant fake_paced_until; /* the same of simulated sends */
	int64_t unread;                  /* messages of theirs that nobody has read in the portal */
};

/* Over all spellings the first and the latest; zeroes when nothing is known. */
MUST_CHECK enum rc conversation_store_get(struct op *op, struct conversation *out,
					  const char *instance_id, const char *recipient);

/*
 * One more message to the person: at most burst at once, then one per period (a leaky bucket as
 * GCRA: paced_until is when the bucket is empty). A full bucket fails the batch with RC_LIMIT and
 * changes nothing. Simulated sends have a bucket of their own, and are no first message; others
 * note it. period_ms 0: never full. Returns the index.
 */
struct conversation_pace {
	const char *instance_id, *recipient;
	struct instant now;
	int64_t period_ms, burst;
	bool simulated;
};
int conversation_store_pace(struct batch *batch, const struct conversation_pace *pace);

/* From when on such a bucket has room, by its paced_until. */
static inline struct instant
conversation_frees_at(struct instant paced_until, int64_t period_ms, int64_t burst)
{
	return clock_after(paced_until, -(burst - 1) * period_ms);
}

/* The provider says to wait: nothing to that person before then. */
void conversation_store_hold(struct batch *batch, const char *instance_id, const char *recipient,
			     struct instant until, int64_t burst, int64_t period_ms);

/* The person wrote (unread 1) or called (0) at that time. closes_at: when the window that this
 * opens is to be looked at; 0: it opens none. */
void conversation_store_heard(struct batch *batch, const char *instance_id, const char *sender,
			      struct instant at, int64_t unread, struct instant closes_at);
/* A message to the person that was not sent from here. */
void conversation_store_spoke(struct batch *batch, const char *instance_id, const char *recipient,
			      struct instant at);
/* So many of the person's messages have been read. */
void conversation_store_read(struct batch *batch, const char *instance_id, const char *sender,
			     int64_t seen);

/* A window that is to be looked at. */
struct closing {
	const char *account_id, *instance_id, *identity;
	struct instant heard_at, closes_at;
};
/* System scope: those that are due, longest first. */
MUST_CHECK enum rc conversation_store_closing(struct op *op, struct list *out, int64_t limit);
/* Then again; 0: it is closed. RC_CONFLICT: the person has spoken meanwhile. */
void conversation_store_look_again(struct batch *batch, const struct closing *closing,
				   struct instant at);

extern const struct stmt *const conversation_store_stmts[];

#endif
