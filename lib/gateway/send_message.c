/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_message - the pipeline: every send of every dialect, page and command goes through here
 *
 * A send reads and decides on the thread that brought it, commits once so that the message is
 * durably `sending`, is handed to the provider, and commits once more with what came of it. Each
 * phase ends by naming what it waits for and the phase that comes then, so that the same phases
 * run waiting (pages, CLI, plain CGI) and without keeping any thread (FastCGI).
 */
#include "gateway/send_inside.h"

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

/* A step refuses at once by what it reads, or adds a statement to the batch that refuses when
 * it is committed: whatever must hold against parallel sends is of the second kind. */
static enum rc (*const steps[STEP__MAX])(struct send_work *work) = {
	[STEP_KEY] = send_step_key,
	[STEP_ACCOUNT] = send_step_account,
	[STEP_JSON] = send_step_json,
	[STEP_FIELDS] = send_step_fields,
	[STEP_PURPOSE] = send_step_purpose,
	[STEP_INSTANCE] = send_step_instance,
	[STEP_IDEMPOTENCY] = NULL, /* not asked yet: the key's first answer, an unknown twin */
	[STEP_RATE] = NULL,        /* not asked yet: sends per second and minute */
	[STEP_PAIR] = NULL,        /* not asked yet: sends to one recipient */
	[STEP_PLAN] = NULL,        /* not asked yet: the plan's day and month */
	[STEP_BALANCE] = NULL,     /* not asked yet: the wallet */
	[STEP_SUPPRESSION] = send_step_suppression,
	[STEP_WINDOW] = NULL, /* not asked yet: the conversation window */
	[STEP_RISK] = NULL,   /* not asked yet: velocity and content */
	[STEP_PROVIDER] = send_step_provider,
};

enum rc
send_refuse(struct send_work *work, enum refusal refusal, const char *format, ...)
{
	char sentence[sizeof(work->op->why)];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
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

enum send_next
send_give_up(struct send_work *work, enum rc rc)
{
	struct send *send = work->send;

	if (send->refusal == REFUSAL_NONE)
		send->refusal = rc == RC_BUSY ? REFUSAL_BUSY : REFUSAL_INTERNAL;
	return NEXT_END;
}

/* The body's trees are read by the steps alone; what waits for the provider is text. */
static enum send_next
decide(struct send_work *work)
{
	const void *mark = arena_mark(work->op->arena);

	for (enum step step = STEP_KEY; step < STEP__MAX; step++) {
		enum rc rc = steps[step] == NULL ? RC_OK : steps[step](work);

		if (rc != RC_OK)
			return send_give_up(work, rc);
	}
	work->root = work->send->payload = NULL;
	arena_release(work->op->arena, mark);
	work->then = send_reserved;
	return NEXT_COMMIT;
}

static struct send_work *
work_new(struct op *op, struct send *send)
{
	struct send_work *work = arena_alloc(op->arena, sizeof(*work));

	work->op = op;
	work->send = send;
	work->batch = batch_new(op);
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
	struct send_work *work = work_new(op, send);

	work->done = done;
	work->arg = arg;
	advance(work, decide(work));
}

void
gateway_send_wait(struct op *op, struct send *send)
{
	struct send_work *work = work_new(op, send);
	enum send_next next = decide(work);

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
