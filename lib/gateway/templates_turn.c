/* SPDX-License-Identifier: Apache-2.0 */
/*
 * templates_turn - the worker's part in keeping templates known
 *
 * A few lists are read at once; their calls go on while the worker does other things, and a turn
 * only takes up what was answered. Everything else is in the store: a worker that dies leaves a
 * lease behind.
 */
#include "core/log.h"
#include "gateway/doorbell.h"
#include "gateway/templates.h"
#include "gateway/templates_sync.h"

enum { RUNS_MAX = 4 };

#define LOOK_US (SECOND_MS * 1000)

static struct template_run *runs[RUNS_MAX];
static int64_t looked_us; /* 0: not yet */

int64_t
gateway_templates_pending(void)
{
	int64_t n = 0;

	for (size_t i = 0; i < RUNS_MAX; i++)
		n += runs[i] != NULL;
	return n;
}

static void
answered(struct net_call *call, void *arg)
{
	struct template_run *run = arg;

	(void)call;
	run->answered = true;
	gateway_rouse();
}

static void
ask(struct template_run *run)
{
	template_run_ask(run);
	net_submit(&run->call, answered, run);
}

static enum rc
go_on(struct op *op, struct template_run **slot, int64_t *done)
{
	struct template_run *run = *slot;
	const char *failed = NULL;
	bool over = true;
	enum rc rc = template_run_take(run, &over, &failed);

	++*done;
	if (rc == RC_OK && !over) {
		ask(run);
		return RC_OK;
	}
	*slot = NULL;
	if (failed != NULL)
		log_line(LOG_WARN, "event=template.sync_failed account=%s waba=%s why=\"%s\"",
			 run->op->account_id, run->waba_id, failed);
	if (rc != RC_OK)
		rc = op_fail(op, rc, "templates of the business account %s: %s", run->waba_id,
			     run->op->why);
	template_run_end(run);
	return rc;
}

/* A wish that came meanwhile waits for the end of what is under way. */
static bool
is_running(const struct template_sync *sync)
{
	for (size_t i = 0; i < RUNS_MAX; i++)
		if (runs[i] != NULL && text_equal(runs[i]->waba_id, sync->waba_id) &&
		    text_equal(runs[i]->op->account_id, sync->account_id))
			return true;
	return false;
}

static enum rc
begin(struct op *op, const struct template_sync *sync, int64_t *done)
{
	size_t free = 0;
	enum rc rc;

	if (is_running(sync))
		return RC_OK;

	while (runs[free] != NULL)
		free++;
	rc = template_run_begin(op, &runs[free], sync, false);
	if (rc == RC_CONFLICT) {
		op_forgive(op);
		return RC_OK;
	}
	TRY(rc);
	++*done;
	if (runs[free] != NULL)
		ask(runs[free]);
	return RC_OK;
}

/* What is due, as far as there is room. */
static enum rc
look(struct op *op, int64_t *done)
{
	int64_t room = RUNS_MAX - gateway_templates_pending();
	const struct template_sync *rows;
	struct list due;

	if (room == 0 || (looked_us != 0 && clock_elapsed_us() - looked_us < LOOK_US))
		return RC_OK;
	looked_us = clock_elapsed_us();
	TRY(template_store_due(op, &due, op->now, room));
	rows = due.rows;
	for (size_t i = 0; i < due.n; i++)
		TRY(begin(op, &rows[i], done));
	return RC_OK;
}

enum rc
gateway_templates_turn(struct op *op, int64_t *done, int64_t *next_ms)
{
	*done = 0;
	*next_ms = -1;
	for (size_t i = 0; i < RUNS_MAX; i++)
		if (runs[i] != NULL && runs[i]->answered)
			TRY(go_on(op, &runs[i], done));
	return look(op, done);
}
