/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SEND_INSIDE_H
#define GATEWAY_SEND_INSIDE_H

#include "db/db.h"
#include "gateway/send_message.h"
#include "net/net.h"
#include "provider/provider.h"
#include "store/conversation_store.h"

/* Between the files of the send pipeline, and of media, which takes some of its steps; nobody else
 * includes this. */

/* What a phase of a send wants done before its next phase. */
enum send_next { NEXT_COMMIT, NEXT_CALL, NEXT_END };

/* Which steps are asked, and what the last one makes of the message. */
enum send_mode {
	SEND_NOW,      /* all steps, then the provider is called */
	SEND_ACCEPT,   /* scheduled or queued: stored for the worker */
	SEND_DISPATCH, /* of a stored one, by the worker: the steps that depend on the time */
	SEND_RECEIPT   /* a read receipt or typing: passed on, nothing is stored */
};

struct send_work;
struct send_guard;

/* Asked after a guard's miss, reading what is true by then: fill in send->details, retry_after_ms
 * and what else the answer needs; may refuse with a sentence of its own, or set work->answered. */
typedef enum rc send_explain(struct send_work *work, const struct send_guard *guard);

/* A statement of the batch that refuses the send when it misses. */
struct send_guard {
	int index;
	enum refusal refusal;
	const char *sentence;
	send_explain *explain; /* NULL: nothing to add */
};

enum { SEND_GUARDS_MAX = 16 };

/* One send under way, in its op's arena. */
struct send_work {
	struct op *op;
	struct send *send;
	send_done *done;
	void *arg;
	enum send_mode mode;

	/* while deciding */
	const char *id;       /* the message's, once it is well said */
	const char *hash;     /* of query and body, where somebody needs it */
	json_t *root;         /* the body as it came */
	struct bytes payload; /* what the provider gets */
	struct batch *batch;
	struct send_guard guards[SEND_GUARDS_MAX];
	size_t guard_count;
	int stored;         /* index of the insert, whose number is the log id */
	int paced;          /* index of the key's windows after this send; -1: not asked */
	bool answered;      /* a step knows the answer: nothing more is done */
	bool located;       /* send->instance has been read */
	bool first_contact; /* nothing was ever said between this person and this number */
	const struct conversation *conversation; /* NULL: not read */
	int64_t risk_score;                      /* 0 to 100 */
	const char *risk_parts;                  /* JSON object; NULL: the score is 0 */
	const char *risk_action;                 /* "allow", "review", "block" */

	/* of a dispatch */
	const struct message *row; /* as it waited in the queue */
	struct instant rest_until; /* nothing more through this number before then; 0: go on */

	/* while calling out and settling */
	const struct provider *provider;
	struct net_call call;
	struct send_result result;
	int completed; /* index of the row as a status webhook left it */

	enum send_next (*then)(struct send_work *work, enum rc rc);
};

/* A send at its beginning. The driver asks send_decide, does what it wants done, and goes on with
 * work->then until NEXT_END. */
struct send_work *send_work_new(struct op *op, struct send *send, enum send_mode mode);
enum send_next send_decide(struct send_work *work);

/* Refuse: remember why, for whichever dialect answers. Gives the rc of the refusal. */
MUST_CHECK enum rc send_refuse(struct send_work *work, enum refusal refusal, const char *format,
			       ...) PRINTF_LIKE(3, 4);
/* The same for one member of the body: "<field> <reason>". */
MUST_CHECK enum rc send_refuse_field(struct send_work *work, enum refusal refusal,
				     const char *field, const char *reason);
/* A statement just added to the batch refuses when it misses. */
void send_guard_add(struct send_work *work, const struct send_guard *guard);
/* What a step has found by reading refuses only if no guard before it does: the refusal becomes a
 * guard that always misses, and nothing of the batch happens. */
void send_refuse_last(struct send_work *work, enum refusal refusal, const char *sentence,
		      send_explain *explain);

/* ---- the steps, in the order of the pipeline; RC_OK lets the send pass ---- */
MUST_CHECK enum rc send_step_key(struct send_work *work);
MUST_CHECK enum rc send_step_account(struct send_work *work);
MUST_CHECK enum rc send_step_json(struct send_work *work);
MUST_CHECK enum rc send_step_fields(struct send_work *work);
MUST_CHECK enum rc send_step_purpose(struct send_work *work);
MUST_CHECK enum rc send_step_instance(struct send_work *work);
MUST_CHECK enum rc send_step_idempotency(struct send_work *work);
MUST_CHECK enum rc send_step_rate(struct send_work *work);
MUST_CHECK enum rc send_step_pair(struct send_work *work);
MUST_CHECK enum rc send_step_plan(struct send_work *work);
MUST_CHECK enum rc send_step_balance(struct send_work *work);
MUST_CHECK enum rc send_step_suppression(struct send_work *work);
MUST_CHECK enum rc send_step_window(struct send_work *work);
MUST_CHECK enum rc send_step_risk(struct send_work *work);
MUST_CHECK enum rc send_step_provider(struct send_work *work);

/* ---- what several steps ask for: read once ---- */

/* The number that it goes through, into send->instance, whether it may send now or not: reading
 * goes on while it is paused. Refuses when there is none. */
MUST_CHECK enum rc send_find_instance(struct send_work *work);
/* What was last between it and the recipient. */
MUST_CHECK enum rc send_conversation(struct send_work *work, const struct conversation **out);
/* The same from memory, as far as it never becomes untrue: true when anything was ever said there,
 * *heard_at is not after when the person last did. False: not remembered. */
bool send_has_spoken(const struct send_work *work, struct instant *heard_at);
/* Is it for one person, not for a group? */
bool send_is_for_person(const struct send_work *work);
/* Is it the queued answer to a person's stop or start? source: SOURCE_OPT_OUT or SOURCE_OPT_IN. */
bool send_is_confirmation(const struct send_work *work, const char *source);

/* ---- step 4, in two files ---- */

/* Meta's member for what a status shall bring back. */
extern const char send_tag[];

/* How a recipient must be written. */
struct send_spelling {
	enum recipient_kind kind;
	bool (*is_good)(const char *written); /* NULL: whatever can be read as that kind */
	const char *reason;                   /* "must be ..." */
};
extern const struct send_spelling send_user_id;

/* A member of the body; NULL also when it is null. */
json_t *send_member(const struct send_work *work, const char *name);
/* Whom it is for, from the member called name: send->to. */
MUST_CHECK enum rc
send_read_recipient(struct send_work *work, const char *name, const struct send_spelling *spelling);
/* message_check(), and the refusal. */
MUST_CHECK enum rc send_check_message(struct send_work *work, const json_t *message);
/* The guarded dialect's body: send->payload, work->payload and what is the gateway's own. */
MUST_CHECK enum rc send_read_guarded(struct send_work *work);

/* ---- what belongs to a step and happens at another time ---- */

/* The batch that makes the message also keeps the answer, where a key asks for it: when the answer
 * is known at once (queued, simulated), or with the settlement. */
void send_idempotency_keep(struct send_work *work, struct batch *batch);
/* What send_replay needs to give the send's answer once more, as JSON. */
const char *send_replay_text(struct send_work *work);
/* Answer as the message was answered, or, where no answer was kept (NULL), by what its row says. */
MUST_CHECK enum rc
send_replay(struct send_work *work, const struct message *message, const char *answer);
/* The key's windows for the answer's headers, where they belong there: as the batch counted them,
 * or, for what counted nothing in them, by reading. Before a failure is recorded in the op. */
void send_rate_read(struct send_work *work);
void send_rate_look(struct send_work *work);
/* A refusal on its way to the caller: its policy event, if it gets one, is the batch to commit. */
enum send_next send_policy_refused(struct send_work *work);
/* The decision about a message, in the batch that stores it. */
MUST_CHECK enum rc send_policy_store(struct send_work *work);

/* ---- what follows them: each phase says what to wait for, and sets what comes then ---- */

/* After the batch in which all steps had their say. */
enum send_next send_reserved(struct send_work *work, enum rc rc);
/* After the provider's answer, or its absence. */
enum send_next send_answered(struct send_work *work, enum rc rc);
/* A receipt has passed its steps. */
enum send_next send_receipt_passed(struct send_work *work);
/* The provider's error as every dialect tells it. */
json_t *send_error_details(struct op *op, const struct send_result *result);
/* End the send by an rc that no step explained. */
enum send_next send_give_up(struct send_work *work, enum rc rc);

/* Type, words and template of send->payload, for the steps behind. */
void send_describe(struct send_work *work);

/* ---- sending later: what the queue needs of the pipeline ---- */

/* The message waits for the worker: its status, when it is due, and until when it is any good. */
void send_queue_accept(struct send_work *work);

/* A dispatch that a step refused, or that was never begun: the limits of speed and our own trouble
 * delay it, everything else ends it as failed, with the refusal's word. */
enum send_next send_dispatch_refused(struct send_work *work);
/* The statement that takes the message out of the queue; whoever finds it gone leaves it alone. */
void send_dispatch_begin(struct send_work *work);
/* The provider's answer to a dispatch: true when the very same message is to be sent again later.
 * Then work->batch puts it back into the queue, and work->then follows its commit. */
bool send_dispatch_again(struct send_work *work);

/* A simulated message is sent: fills in the send's message and tells it in the batch. */
MUST_CHECK enum rc send_simulate(struct send_work *work);

/* At least so often a number that rests is tried again. */
#define SEND_REST_MAX_MS MINUTE_MS

/* The instance as events name it; one that is gone, or built in, by its id alone. */
MUST_CHECK enum rc
send_instance_of(struct op *op, struct instance *out, const struct message *message);

/* How long an unknown message waits for a status that tells. */
#define UNKNOWN_WAIT_MS DAY_MS

#endif
