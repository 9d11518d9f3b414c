/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SEND_INSIDE_H
#define GATEWAY_SEND_INSIDE_H

#include "db/db.h"
#include "gateway/send_message.h"
#include "net/net.h"
#include "provider/provider.h"

/* Between the files of the send pipeline; nobody else includes this. */

/* What a phase of a send wants done before its next phase. */
enum send_next { NEXT_COMMIT, NEXT_CALL, NEXT_END };

/* A statement of the batch that refuses the send when it misses. */
struct send_guard {
	int index;
	enum refusal refusal;
	const char *sentence;
	json_t *(*details)(struct op *op); /* for send->details */
};

enum { SEND_GUARDS_MAX = 8 };

/* One send under way, in its op's arena. */
struct send_work {
	struct op *op;
	struct send *send;
	send_done *done;
	void *arg;

	/* while deciding */
	const char *id;       /* the message's, once it is well said */
	json_t *root;         /* the body as it came */
	struct bytes payload; /* what the provider gets */
	struct batch *batch;
	struct send_guard guards[SEND_GUARDS_MAX];
	size_t guard_count;
	int stored; /* index of the insert, whose number is the log id */

	/* while calling out and settling */
	const struct provider *provider;
	struct net_call call;
	struct send_result result;
	int completed; /* index of the row as a status webhook left it */

	enum send_next (*then)(struct send_work *work, enum rc rc);
};

/* Refuse: remember why, for whichever dialect answers. Gives the rc of the refusal. */
MUST_CHECK enum rc send_refuse(struct send_work *work, enum refusal refusal, const char *format,
			       ...) PRINTF_LIKE(3, 4);
/* The same for one member of the body: "<field> <reason>". */
MUST_CHECK enum rc send_refuse_field(struct send_work *work, enum refusal refusal,
				     const char *field, const char *reason);
/* A statement just added to the batch refuses when it misses. */
void send_guard_add(struct send_work *work, const struct send_guard *guard);

/* ---- the steps, in the order of the pipeline; RC_OK lets the send pass ---- */
MUST_CHECK enum rc send_step_key(struct send_work *work);
MUST_CHECK enum rc send_step_account(struct send_work *work);
MUST_CHECK enum rc send_step_json(struct send_work *work);
MUST_CHECK enum rc send_step_fields(struct send_work *work);
MUST_CHECK enum rc send_step_purpose(struct send_work *work);
MUST_CHECK enum rc send_step_instance(struct send_work *work);
MUST_CHECK enum rc send_step_suppression(struct send_work *work);
MUST_CHECK enum rc send_step_provider(struct send_work *work);

/* ---- what follows them: each phase says what to wait for, and sets what comes then ---- */

/* After the batch in which all steps had their say. */
enum send_next send_reserved(struct send_work *work, enum rc rc);
/* After the provider's answer, or its absence. */
enum send_next send_answered(struct send_work *work, enum rc rc);
/* End the send by an rc that no step explained. */
enum send_next send_give_up(struct send_work *work, enum rc rc);

/* How long an unknown message waits for a status that tells. */
#define UNKNOWN_WAIT_MS DAY_MS

#endif
