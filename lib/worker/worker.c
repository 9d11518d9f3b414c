/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker - the loop of background work
 *
 * One thread: jobs in turn, then sleep until the doorbell rings, an exchange ends, a job is due or
 * a second has passed; calls out go on while it sleeps. A job that fails is logged once and has its
 * next turn after a pause; it never stops the others. Nothing is kept in memory that is not leased
 * in the database, so a worker may die at any point.
 */
#include "worker/worker.h"

#include <signal.h>

#include "core/log.h"
#include "core/settings.h"
#include "gateway/deliver.h"
#include "gateway/doorbell.h"
#include "gateway/keep_media.h"
#include "gateway/notices.h"
#include "gateway/send_message.h"
#include "gateway/templates.h"
#include "worker/jobs.h"

#define POLL_MS SECOND_MS
#define PAUSE_MS (2 * SECOND_MS)
#define FAREWELL_MS (10 * SECOND_MS)

static volatile sig_atomic_t stopping, reopen;

static void
on_signal(int number)
{
	if (number == SIGHUP)
		reopen = 1;
	else
		stopping = 1;
	gateway_rouse();
}

static void
take_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Run a job in an op of its own. Returns the milliseconds after which it wants its next turn. */
static int64_t
run_job(struct job *job, int64_t *done)
{
	struct progress progress = { 0, -1 };
	struct op *op = op_begin("worker");
	int64_t started_us = clock_elapsed_us();
	enum rc rc = job->run(op, &progress);
	int64_t us = clock_elapsed_us() - started_us;

	if (rc != RC_OK)
		log_op(op, job->name, rc, us);
	else if (progress.done > 0)
		log_line(LOG_DEBUG, "event=job verb=%s done=%lld us=%lld", job->name,
			 (long long)progress.done, (long long)us);
	op_end(op);
	if (rc != RC_OK)
		progress.next_ms = PAUSE_MS;
	job->due_us = clock_elapsed_us() +
		      (rc != RC_OK && job->every_ms == 0 ? PAUSE_MS : job->every_ms) * 1000;
	*done += progress.done;
	return progress.next_ms;
}

/* One turn of all jobs that are due. Returns how long the loop may sleep. */
static int64_t
run_jobs(int64_t *done)
{
	int64_t sleep_ms = POLL_MS;

	for (struct job *job = worker_jobs; job->name != NULL && !stopping; job++) {
		int64_t next_ms;

		if (job->due_us > clock_elapsed_us())
			continue;
		next_ms = run_job(job, done);
		if (next_ms >= 0 && next_ms < sleep_ms)
			sleep_ms = next_ms;
	}
	return sleep_ms;
}

/* Calls out that have not been settled. */
static int64_t
pending(void)
{
	return gateway_dispatch_pending() + gateway_deliver_pending() +
	       gateway_templates_pending() + gateway_keep_pending() + gateway_mail_pending();
}

static void
finish(const char *verb, enum rc (*run)(struct op *op, int64_t *settled))
{
	struct op *op = op_begin("worker");
	int64_t settled;
	enum rc rc = run(op, &settled);

	if (rc != RC_OK)
		log_op(op, verb, rc, 0);
	op_end(op);
}

/* What is under way may end; what does not is leased, and the next worker takes it up. */
static void
farewell(void)
{
	int64_t until_us = clock_elapsed_us() + FAREWELL_MS * 1000;

	while (pending() > 0 && clock_elapsed_us() < until_us) {
		finish("dispatch.finish", gateway_dispatch_finish);
		finish("delivery.finish", gateway_deliver_finish);
		finish("media.finish", gateway_keep_finish);
		finish("mail.finish", gateway_mail_finish);
		if (pending() > 0)
			gateway_wait(100);
	}
	gateway_keep_stop();
}

static enum rc
begin(struct op *op)
{
	TRY(gateway_listen(op));
	take_signals();
	return gateway_recover(op);
}

int
worker_main(void)
{
	struct op *op = op_begin("worker");
	enum rc rc = begin(op);
	int64_t done = 0;

	if (rc != RC_OK)
		fatal("%s", op->why);
	op_end(op);
	log_line(LOG_INFO, "event=worker.start");
	while (!stopping) {
		gateway_wait(run_jobs(&done));
		if (reopen) {
			reopen = 0;
			log_reopen();
		}
	}
	farewell();
	gateway_mail_stop();
	gateway_unlisten();
	log_line(LOG_INFO, "event=worker.stop done=%lld left=%lld", (long long)done,
		 (long long)pending());
	return 0;
}

/* Longer than the first retry of a delivery takes to fall due. */
#define IDLE_MS (7 * SECOND_MS)
/* A slice before ours, and its farewell. */
#define TURN_MS(slice_s) ((slice_s)*SECOND_MS + 2 * FAREWELL_MS)

/* Until the slice is over, or nothing has been done for so long. */
static void
work_for(int64_t ms, int64_t *all)
{
	int64_t now_us = clock_elapsed_us(), end_us = now_us + ms * 1000;
	int64_t idle_us = now_us + IDLE_MS * 1000;

	while (!stopping && now_us < end_us && (now_us < idle_us || pending() > 0)) {
		int64_t done = 0;

		gateway_wait(run_jobs(&done));
		now_us = clock_elapsed_us();
		if (done > 0)
			idle_us = now_us + IDLE_MS * 1000;
		*all += done;
	}
}

/* Everything that is due now, as long as ms have not passed. */
static void
drain(int64_t ms, int64_t *all)
{
	int64_t done, end_us = clock_elapsed_us() + ms * 1000;

	do {
		done = 0;
		gateway_wait(run_jobs(&done) == 0 ? 0 : 20);
		*all += done;
	} while (!stopping && (done > 0 || pending() > 0) && clock_elapsed_us() < end_us);
}

int
worker_slice(void)
{
	struct op *op = op_begin("worker");
	enum rc rc = gateway_listen_next(op, TURN_MS(settings()->worker_slice));
	int64_t all = 0;

	if (rc == RC_OK) {
		take_signals();
		rc = gateway_recover(op);
	}
	if (rc != RC_OK && rc != RC_BUSY)
		log_op(op, "worker.slice", rc, 0);
	op_end(op);
	if (rc != RC_OK)
		return rc == RC_BUSY ? 0 : 1;
	work_for(settings()->worker_slice * SECOND_MS, &all);
	/* Work made from now on starts a slice of its own; what was made before is done here. */
	gateway_deafen();
	drain(SECOND_MS, &all);
	farewell();
	gateway_unlisten();
	log_line(LOG_INFO, "event=worker.slice done=%lld", (long long)all);
	return 0;
}

int
worker_once(void)
{
	struct op *op = op_begin("worker");
	enum rc rc = begin(op);
	int64_t all = 0;

	if (rc != RC_OK)
		log_op(op, "worker.once", rc, 0);
	op_end(op);
	if (rc != RC_OK)
		return rc == RC_BUSY ? 0 : 1;
	drain(DAY_MS, &all);
	farewell();
	gateway_mail_stop();
	gateway_unlisten();
	log_line(LOG_INFO, "event=worker.once done=%lld", (long long)all);
	return 0;
}
