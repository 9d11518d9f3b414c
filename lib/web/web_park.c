/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests without a thread. A handler parks its request and returns; whoever has the result
 * calls web_unpark from any thread, perhaps before the handler is back. The two meet at one
 * atomic word: whoever comes second carries the request on, so exactly one thread owns it at
 * any moment. Completion threads start with the first parked request; under plain CGI the
 * main thread takes the same queue instead.
 */
#include "web/exchange.h"

#include <malloc.h>
#include <pthread.h>

enum {
	COMPLETION_THREADS = 2,
	TAKE_MAX = 8, /* requests that a thread takes at once: as many may wait for a slow peer */
	CROWD = 256
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t news;
	struct exchange *first, **last; /* to be resumed */
	size_t sleeping;                /* threads that nobody has woken yet */
	bool ready;                     /* something was queued: ends the drive function */
	bool ending;
	pthread_t threads[COMPLETION_THREADS];
	size_t thread_count;
	_Atomic int64_t parked; /* changed under the lock */
	int64_t most;           /* parked at once since none was */
	void (*drive)(const bool *done);
} park = { .lock = PTHREAD_MUTEX_INITIALIZER,
	   .news = PTHREAD_COND_INITIALIZER,
	   .last = &park.first };

/* With the lock held. */
static void
park_wake_one(void)
{
	if (park.sleeping == 0)
		return;
	park.sleeping--;
	pthread_cond_signal(&park.news);
}

/* With the lock held: the first of the queue as a chain. */
static struct exchange *
park_cut(size_t max)
{
	struct exchange *chain = park.first, **end = &chain;

	while (max-- > 0 && *end != NULL)
		end = &(*end)->next;
	park.first = *end;
	*end = NULL;
	if (park.first == NULL)
		park.last = &park.first;
	return chain;
}

static bool
park_has_ended(void)
{
	return park.ending && park.parked == 0;
}

/* Some of what is queued; NULL at the end. What is left is for the next thread. */
static struct exchange *
park_take(void)
{
	struct exchange *chain;

	pthread_mutex_lock(&park.lock);
	while (park.first == NULL && !park_has_ended()) {
		park.sleeping++;
		pthread_cond_wait(&park.news, &park.lock);
	}
	chain = park_cut(TAKE_MAX);
	if (park.first != NULL)
		park_wake_one();
	pthread_mutex_unlock(&park.lock);
	return chain;
}

/* Where others are queued already, a thread is on its way. */
static void
park_queue(struct exchange *x)
{
	pthread_mutex_lock(&park.lock);
	x->next = NULL;
	if (park.first == NULL)
		park_wake_one();
	*park.last = x;
	park.last = &x->next;
	__atomic_store_n(&park.ready, true, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&park.lock);
}

/* So many parked requests less, whoever answered them. */
static void
park_count_down(int64_t n)
{
	bool was_crowd = false;

	pthread_mutex_lock(&park.lock);
	park.parked -= n;
	if (park.parked == 0) {
		was_crowd = park.most > CROWD;
		park.most = 0;
		if (park.ending)
			pthread_cond_broadcast(&park.news);
	}
	pthread_mutex_unlock(&park.lock);
	/* A waiting request holds some 25 KiB; malloc would keep a crowd's for good. */
	if (was_crowd)
		malloc_trim(0);
}

static void
park_resume(struct exchange *chain)
{
	int64_t n = 0;

	for (struct exchange *next; chain != NULL; chain = next, n++) {
		next = chain->next;
		exchange_resume(chain);
	}
	park_count_down(n);
}

static void *
park_complete(void *arg)
{
	struct exchange *x;

	(void)arg;
	while ((x = park_take()) != NULL)
		park_resume(x);
	return NULL;
}

static void
park_start(void)
{
	if (web_is_cgi())
		return;
	for (size_t i = 0; i < COMPLETION_THREADS; i++)
		web_thread_start(&park.threads[park.thread_count++], park_complete);
}

void
web_park(struct web *web)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct exchange *x = exchange_of(web);

	pthread_once(&once, park_start);
	web->parked = true;
	x->parking = PARKING_ASKED;
	pthread_mutex_lock(&park.lock);
	if (++park.parked > park.most)
		park.most = park.parked;
	pthread_mutex_unlock(&park.lock);
}

void
web_unpark(struct web *web, web_handler *finish)
{
	struct exchange *x = exchange_of(web);
	int before;

	x->finish = finish;
	before = atomic_exchange(&x->parking, PARKING_READY);
	if (before == PARKING_LEFT)
		park_queue(x);
	else if (before != PARKING_ASKED)
		bug("web_unpark of a request that is not parked");
}

bool
park_leave(struct exchange *x, enum rc rc)
{
	int asked = PARKING_ASKED;

	if (!x->web.parked)
		return false;
	if (rc != RC_OK) {
		if (!atomic_compare_exchange_strong(&x->parking, &asked, PARKING_NONE))
			bug("a handler failed after its request was unparked");
		x->web.parked = false;
		park_count_down(1);
		return false;
	}
	if (!atomic_compare_exchange_strong(&x->parking, &asked, PARKING_LEFT))
		park_resume(x);
	return true;
}

void
park_drain(void)
{
	pthread_mutex_lock(&park.lock);
	park.ending = true;
	pthread_cond_broadcast(&park.news);
	pthread_mutex_unlock(&park.lock);
	for (size_t i = 0; i < park.thread_count; i++)
		pthread_join(park.threads[i], NULL);
}

void
park_wait(void)
{
	if (park.parked == 0)
		return;
	if (park.drive != NULL)
		park.drive(&park.ready);
	park_resume(park_take());
}

int64_t
web_parked(void)
{
	return park.parked;
}

void
web_idle(void (*drive)(const bool *done))
{
	park.drive = drive;
}
