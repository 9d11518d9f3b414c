/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue between those who commit and the way to the writer. Its lock is held for a few
 * instructions only. "led" is the right to move batches; it passes directly from one waiter
 * to the next, each of which sleeps on a semaphore of its own, so that nobody wakes in vain.
 * A batch under way belongs to the leader alone.
 */
#include "db/commit_queue.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

#include "db/commit_way.h"
#include "db/inline_commit.h"
#include "db/writer_client.h"

/* What a waiter finds when it wakes. */
enum wake { WAKE_DONE, WAKE_LEAD };

struct waiter {
	sem_t wake;
	enum wake why;
	size_t left; /* batches not settled; the leader's to count */
};

static struct {
	pthread_mutex_t lock;
	struct batch *first, **last;
	bool led;
	bool threaded, idle, stop;
	pthread_t thread;
	pthread_cond_t work;
} queue = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.last = &queue.first,
	.work = PTHREAD_COND_INITIALIZER,
};

enum { THREAD_STACK = 256 << 10 };

/* One move of the leader: finishes something, or waits a short while for it. */
static void
step(void)
{
	queue_expire();
	if (way_is_inline())
		inline_step();
	else
		client_step();
}

/* ---- for the leader ---------------------------------------------------------------------- */

size_t
queue_take(struct batch **out, size_t max, size_t bytes)
{
	size_t n = 0, total = 0;

	pthread_mutex_lock(&queue.lock);
	while (queue.first != NULL && n < max) {
		struct batch *b = queue.first;

		total += b->bytes.n;
		if (n > 0 && total > bytes)
			break;
		queue.first = b->next;
		out[n++] = b;
	}
	if (queue.first == NULL)
		queue.last = &queue.first;
	pthread_mutex_unlock(&queue.lock);
	return n;
}

void
queue_put_back(struct batch *const *batches, size_t n)
{
	pthread_mutex_lock(&queue.lock);
	while (n-- > 0) {
		struct batch *b = batches[n];

		if (b == NULL)
			continue;
		b->next = queue.first;
		if (queue.first == NULL)
			queue.last = &b->next;
		queue.first = b;
	}
	pthread_mutex_unlock(&queue.lock);
}

static enum rc
conclude(struct op *op, struct batch *batch)
{
	if (batch->rc != RC_OK && !text_empty(batch->why))
		return op_fail(op, batch->rc, "%s", batch->why);
	return batch->rc;
}

/* After the post the batch, its op and the waiter may be gone. */
static void
tell(struct batch *b)
{
	struct waiter *w = b->waiter;

	if (w == NULL) {
		batch_open(b);
		b->done(b->op, b, conclude(b->op, b), b->arg);
	} else if (--w->left == 0) {
		w->why = WAKE_DONE;
		sem_post(&w->wake);
	}
}

void
queue_finish(struct batch *const *batches, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (batches[i] != NULL)
			tell(batches[i]);
}

static struct batch *
take_expired(void)
{
	int64_t now = clock_elapsed_us();
	struct batch *expired = NULL, **at = &queue.first;

	pthread_mutex_lock(&queue.lock);
	while (*at != NULL) {
		struct batch *b = *at;

		if (b->give_up_us > now) {
			at = &b->next;
			continue;
		}
		*at = b->next;
		b->next = expired;
		expired = b;
	}
	queue.last = at;
	pthread_mutex_unlock(&queue.lock);
	return expired;
}

void
queue_expire(void)
{
	static int64_t looked_us; /* the leader's */
	int64_t now = clock_elapsed_us();
	struct batch *next;

	if (now - looked_us < 10 * 1000)
		return;
	looked_us = now;
	for (struct batch *b = take_expired(); b != NULL; b = next) {
		next = b->next;
		batch_fail(b, RC_BUSY,
			   "the database writer does not answer: see that wagate-writer runs and "
			   "what it logs");
		tell(b);
	}
}

/* ---- for those who commit ---------------------------------------------------------------- */

static int64_t
give_up_at(const struct op *op)
{
	int64_t ms = DB_PATIENCE_MS;

	if (op->deadline.ms != 0) {
		int64_t left = op->deadline.ms - clock_now().ms;

		if (left < ms)
			ms = left > 0 ? left : 0;
	}
	return clock_elapsed_us() + ms * 1000;
}

/* Make it ready; false when it is settled already. */
static bool
prepare(struct op *op, struct batch *batch)
{
	db_rest(op);
	batch->give_up_us = give_up_at(op);
	batch->next = NULL;
	if (!buf_ok(&batch->bytes)) {
		batch_fail(batch, RC_INTERNAL, "a batch of writes is larger than 16 MiB");
		return false;
	}
	batch_seal(batch);
	return batch->statements > 0;
}

/* With the lock held: wake the thread, once for all that is queued before it runs. */
static void
wake_thread(void)
{
	if (queue.idle)
		pthread_cond_signal(&queue.work);
	queue.idle = false;
}

static void
enqueue(struct batch *batch)
{
	*queue.last = batch;
	queue.last = &batch->next;
}

static void
pass_lead(void)
{
	struct waiter *next = NULL;

	pthread_mutex_lock(&queue.lock);
	if (!queue.threaded && queue.first != NULL)
		next = queue.first->waiter;
	else if (!queue.threaded)
		next = client_waiter();
	queue.led = next != NULL;
	if (queue.threaded)
		wake_thread();
	pthread_mutex_unlock(&queue.lock);
	if (next != NULL) {
		next->why = WAKE_LEAD;
		sem_post(&next->wake);
	}
}

/* Called with the lock held, gives it up. Returns when the waiter's batches are settled. */
static void
wait_settled(struct waiter *w)
{
	bool lead = !queue.led && !queue.threaded;

	if (queue.threaded && pthread_equal(queue.thread, pthread_self()))
		bug("db_commit on the thread that calls batch_done");
	if (lead)
		queue.led = true;
	else
		wake_thread();
	pthread_mutex_unlock(&queue.lock);
	if (!lead) {
		while (sem_wait(&w->wake) != 0)
			;
		lead = w->why == WAKE_LEAD;
	}
	if (!lead)
		return;
	while (w->left > 0)
		step();
	pass_lead();
}

static void
commit_many(struct op *op, struct batch *const *batches, size_t n)
{
	struct waiter w = { .left = 0 };

	expect(sem_init(&w.wake, 0, 0) == 0);
	for (size_t i = 0; i < n; i++)
		batches[i]->waiter = prepare(op, batches[i]) ? &w : NULL;
	pthread_mutex_lock(&queue.lock);
	for (size_t i = 0; i < n; i++) {
		if (batches[i]->waiter == NULL)
			continue;
		enqueue(batches[i]);
		w.left++;
	}
	if (w.left > 0)
		wait_settled(&w);
	else
		pthread_mutex_unlock(&queue.lock);
	sem_destroy(&w.wake);
	for (size_t i = 0; i < n; i++)
		batch_open(batches[i]);
}

enum rc
db_commit(struct op *op, struct batch *batch)
{
	commit_many(op, &batch, 1);
	return conclude(op, batch);
}

void
db_commit_all(struct op *op, struct batch *const *batches, size_t n, enum rc *rcs)
{
	commit_many(op, batches, n);
	for (size_t i = 0; i < n; i++)
		rcs[i] = batches[i]->rc;
}

/* ---- without waiting --------------------------------------------------------------------- */

static void *
lead_for_good(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&queue.lock);
	while (!queue.stop) {
		if (queue.led || (queue.first == NULL && !client_busy())) {
			queue.idle = true;
			pthread_cond_wait(&queue.work, &queue.lock);
			continue;
		}
		queue.led = true;
		pthread_mutex_unlock(&queue.lock);
		step();
		pthread_mutex_lock(&queue.lock);
		queue.led = false;
	}
	pthread_mutex_unlock(&queue.lock);
	return NULL;
}

/* With the lock held. Signals stay with the threads that the program made. */
static void
start_thread(void)
{
	sigset_t all, before;
	pthread_attr_t attr;

	if (queue.threaded)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_STACK);
	if (pthread_create(&queue.thread, &attr, lead_for_good, NULL) != 0)
		fatal("cannot start a thread: %m");
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	queue.threaded = true;
}

void
db_submit(struct op *op, struct batch *batch, batch_done *done, void *arg)
{
	if (way_is_inline() || !prepare(op, batch)) {
		commit_many(op, &batch, 1);
		done(op, batch, conclude(op, batch), arg);
		return;
	}
	batch->waiter = NULL;
	batch->done = done;
	batch->arg = arg;
	pthread_mutex_lock(&queue.lock);
	enqueue(batch);
	start_thread();
	wake_thread();
	pthread_mutex_unlock(&queue.lock);
}

void
queue_close(void)
{
	pthread_mutex_lock(&queue.lock);
	queue.stop = true;
	wake_thread();
	pthread_mutex_unlock(&queue.lock);
	if (queue.threaded)
		pthread_join(queue.thread, NULL);
	expect(queue.first == NULL && !queue.led);
	client_close();
	queue.threaded = queue.stop = false;
	way_forget();
}
