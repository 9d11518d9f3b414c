/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_message - the pipeline: every send of every dialect, page and command goes through here
 *
 * A send reads and decides on the thread that brought it, commits once so that the message is
 * durably `sending`, is handed to the provider, and commits once more with what came of it. Each
 * phase ends by naming what it waits for and the phase that comes then, so that the same phases
 * run waiting (pages, CLI, plain CGI) and without keeping any thread (FastCGI).
 */
#include "core/crash_point.h"
#include "gateway/send_inside.h"
#include "store/account_store.h"

#include <stdarg.h>

/* The pipeline. What a step refuses uses nothing of what later steps count. */
enum step {
	STEP_KEY = 1,
	STEP_ACCOUNT,
	STEP_JSON,
	STEP_FIELDS,
	STEP_PURPOSE,
	STEP_INSTANCE,
	STEP_IDEMPOTENCY,
	STEP_RATE,
	STEP_PAIR,
	STEP_PLAN,
	STEP_BALANCE,
	STEP_SUPPRESSION,
	STEP_WINDOW,
	STEP_RISK,
	STEP_PROVIDER,
	STEP__MAX
};

#define NOW (1U << SEND_NOW)
#define ACCEPT (1U << SEND_ACCEPT)
#define DISPATCH (1U << SEND_DISPATCH)
#define RECEIPT (1U << SEND_RECEIPT)
#define MESSAGES (NOW | ACCEPT | DISPATCH)

/* A step refuses at once by what it reads, or adds a statement to the batch that refuses when it
 * is committed: whatever must hold against parallel sends is of the second kind. From step 7 on
 * what a step has read refuses by way of the batch too, so that the first step in this order has
 * its say first. */
static const struct {
	enum rc (*ask)(struct send_work *work);
	unsigned modes; /* in which it is asked */
} steps[STEP__MAX] = {
	[STEP_KEY] = { send_step_key, NOW | ACCEPT | RECEIPT },
	[STEP_ACCOUNT] = { send_step_account, MESSAGES | RECEIPT },
	[STEP_JSON] = { send_step_json, NOW | ACCEPT | RECEIPT },
	[STEP_FIELDS] = { send_step_fields, NOW | ACCEPT | RECEIPT },
	[STEP_PURPOSE] = { send_step_purpose, NOW | ACCEPT },
	[STEP_INSTANCE] = { send_step_instance, MESSAGES | RECEIPT },
	[STEP_IDEMPOTENCY] = { send_step_idempotency, NOW | ACCEPT },
	[STEP_RATE] = { send_step_rate, NOW | DISPATCH | RECEIPT },
	[STEP_PAIR] = { send_step_pair, NOW | DISPATCH },
	[STEP_PLAN] = { send_step_plan, NOW | DISPATCH },
	[STEP_BALANCE] = { send_step_balance, NOW | DISPATCH },
	[STEP_SUPPRESSION] = { send_step_suppression, MESSAGES },
	[STEP_WINDOW] = { send_step_window, NOW | DISPATCH },
	[STEP_RISK] = { send_step_risk, MESSAGES },
	[STEP_PROVIDER] = { send_step_provider, MESSAGES | RECEIPT },
};

enum rc
send_refuse(struct send_work *work, enum refusal refusal, const char *format, ...)
{
	char sentence[sizeof(work->op->why)];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	/* Before step 7 it was none of the sends that a key has so many of. */
	if (refusal >= REFUSAL_IN_PROGRESS && refusal <= REFUSAL_POLICY)
		send_rate_look(work);
	work->send->refusal = refusal;
	return op_refuse(work->op, refusal_rc(refusal), refusal_word(refusal), "%s", sentence);
}

enum rc
send_refuse_field(struct send_work *work, enum refusal refusal, const char *field,
		  const char *reason)
{
	work->send->field = field;
	work->send->field_reason = reason;
	return send_refuse(work, refusal, "%s %s", field, reason);
}

void
send_guard_add(struct send_work *work, const struct send_guard *guard)
{
	expect(work->guard_count < SEND_GUARDS_MAX);
	work->guards[work->guard_count++] = *guard;
}

void
send_refuse_last(struct send_work *work, enum refusal refusal, const char *sentence,
		 send_explain *explain)
{
	send_guard_add(work, &(struct send_guard){
				     .index = account_store_never(work->batch),
				     .refusal = refusal,
				     .sentence = sentence,
				     .explain = explain,
			     });
}

enum send_next
send_give_up(struct send_work *work, enum rc rc)
{
	struct send *send = work->send;

	if (send->refusal == REFUSAL_NONE)
		send->refusal = rc == RC_BUSY ? REFUSAL_BUSY : REFUSAL_INTERNAL;
	if (work->mode == SEND_DISPATCH)
		return send_dispatch_refused(work);
	return send_policy_refused(work);
}

/* What a fresh send wants to be, as far as its body has been read. */
static enum send_mode
mode_of(const struct send *send)
{
	if (send->receipt)
		return SEND_RECEIPT;
	return send->respond_async || send->send_at.ms != 0 ? SEND_ACCEPT : SEND_NOW;
}

/* The body's trees are read by the steps alone; what waits for the provider is text. */
enum send_next
send_decide(struct send_work *work)
{
	const void *mark = arena_mark(work->op->arena);

	CRASH_POINT("send.came");
	for (enum step step = STEP_KEY; step < STEP__MAX && !work->answered; step++) {
		enum rc rc = RC_OK;

		if ((steps[step].modes & (1U << work->mode)) != 0)
			rc = steps[step].ask(work);
		if (rc != RC_OK)
			return send_give_up(work, rc);
		if (step == STEP_FIELDS && work->mode != SEND_DISPATCH)
			work->mode = mode_of(work->send);
	}
	if (work->answered)
		return NEXT_END;
	work->root = work->send->payload = NULL;
	arena_release(work->op->arena, mark);
	work->then = send_reserved;
	CRASH_POINT("send.decided");
	return NEXT_COMMIT;
}

struct send_work *
send_work_new(struct op *op, struct send *send, enum send_mode mode)
{
	struct send_work *work = arena_alloc(op->arena, sizeof(*work));

	work->op = op;
	work->send = send;
	work->mode = mode;
	work->batch = batch_new(op);
	work->paced = -1;
	return work;
}

static void advance(struct send_work *work, enum send_next next);

static void
committed(struct op *op, struct batch *batch, enum rc rc, void *arg)
{
	struct send_work *work = arg;

	(void)op;
	(void)batch;
	advance(work, work->then(work, rc));
}

static void
called(struct net_call *call, void *arg)
{
	struct send_work *work = arg;

	(void)call;
	advance(work, work->then(work, RC_OK));
}

/* Whoever runs this has the op in hand and loses it with the call. */
static void
advance(struct send_work *work, enum send_next next)
{
	db_rest(work->op);
	switch (next) {
	case NEXT_COMMIT:
		db_submit(work->op, work->batch, committed, work);
		return;
	case NEXT_CALL:
		net_submit(&work->call, called, work);
		return;
	case NEXT_END:
		work->done(work->op, work->send, work->arg);
		return;
	}
}

void
gateway_send(struct op *op, struct send *send, send_done *done, void *arg)
{
	struct send_work *work = send_work_new(op, send, mode_of(send));

	work->done = done;
	work->arg = arg;
	advance(work, send_decide(work));
}

void
gateway_send_wait(struct op *op, struct send *send)
{
	struct send_work *work = send_work_new(op, send, mode_of(send));
	enum send_next next = send_decide(work);

	while (next != NEXT_END) {
		enum rc rc = RC_OK;

		db_rest(op);
		if (next == NEXT_COMMIT)
			rc = db_commit(op, work->batch);
		else
			net_perform(&work->call);
		next = work->then(work, rc);
	}
}
