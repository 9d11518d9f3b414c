/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net - HTTP out: calls in, outcomes back
 *
 * Calls are queued by any thread and begin on the loop's: judged, their name looked up, then
 * handed to curl. The loop runs on a thread of its own or inside net_drive(). Only the queue,
 * the timers and the names are shared with other threads.
 */
#include "net/net.h"

#include <pthread.h>
#include <signal.h>

#include "core/settings.h"
#include "net/guard.h"
#include "net/net_inside.h"

static struct {
	pthread_mutex_t lock; /* the queue, started and stopping */
	struct flight *first, *last;
	bool started, threaded, stopping;
	pthread_t thread;
} net = { .lock = PTHREAD_MUTEX_INITIALIZER };

static const char stopping_words[] = "this program is stopping";

static const char *
resolution_refused(const struct flight *flight, const struct resolution *found)
{
	if (flight->call->guard != NET_CUSTOMER)
		return NULL;
	if (found->forbidden == NULL && text_equal(flight->url.scheme, "http") &&
	    !found->all_allowed)
		return "a public address by plain http";
	return found->forbidden;
}

static void
host_resolved(struct flight *flight, const struct resolution *found)
{
	struct arena *arena = flight->call->op->arena;
	const char *refused = found->words == NULL ? resolution_refused(flight, found) : NULL;

	if (found->words != NULL) {
		flight_abandon(flight, NET_NOT_SENT, found->own_fault, found->words);
		flight_tell(flight);
	} else if (refused != NULL) {
		flight_abandon(flight, NET_BLOCKED, false,
			       arena_printf(arena, "not called: the address leads to %s", refused));
		flight_tell(flight);
	} else {
		flight->resolved =
			curl_slist_append(NULL, arena_printf(arena, "+%s:%s:%s", flight->url.host,
							     flight->url.port, found->addresses));
		loop_launch(flight);
	}
}

/* NULL, or why the call cannot be made at all. */
static const char *
flight_judge(struct flight *flight)
{
	struct arena *arena = flight->call->op->arena;
	const char *reason = url_parse(arena, &flight->url, flight->call->url);

	if (reason == NULL && flight->call->guard == NET_CUSTOMER)
		reason = guard_parts(arena, flight->url.scheme, flight->url.host, flight->url.port);
	if (reason == NULL && (text_empty(flight->url.host) || flight->url.port == NULL))
		reason = "the address names no host";
	return reason;
}

static void
flight_begin(struct flight *flight)
{
	const char *reason = flight_judge(flight);

	if (reason != NULL) {
		flight_abandon(flight, NET_BLOCKED, false, reason);
		flight_tell(flight);
	} else if (flight->url.literal) {
		loop_launch(flight);
	} else {
		resolve_start(flight, host_resolved);
	}
}

static struct flight *
queue_take(void)
{
	struct flight *flight;

	pthread_mutex_lock(&net.lock);
	flight = net.first;
	net.first = net.last = NULL;
	pthread_mutex_unlock(&net.lock);
	return flight;
}

static void
queue_begin(void)
{
	struct flight *flight = queue_take(), *next;

	for (; flight != NULL; flight = next) {
		next = flight->next;
		flight->next = NULL;
		flight_begin(flight);
	}
}

static void
turn(int64_t until_us)
{
	loop_wait(until_us);
	resolve_collect();
	queue_begin();
	stream_serve();
	timer_run(clock_elapsed_us());
	loop_time();
}

static bool
is_stopping(void)
{
	bool stopping;

	pthread_mutex_lock(&net.lock);
	stopping = net.stopping;
	pthread_mutex_unlock(&net.lock);
	return stopping;
}

static void *
run(void *arg)
{
	(void)arg;
	while (!is_stopping())
		turn(INT64_MAX);
	return NULL;
}

static void
thread_start(void)
{
	sigset_t all, before;
	int error;

	/* Signals are the program's business, not the loop's. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	error = pthread_create(&net.thread, NULL, run, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0)
		fatal("cannot start the thread of calls out: %s", strerror(error));
}

static void
guard_start(void)
{
	struct op *op = op_begin("net");

	if (guard_configure(op, settings()->destinations_allow) != RC_OK)
		fatal("%s", op->why);
	op_end(op);
}

void
net_start(bool threaded)
{
	static bool once;

	if (net.started)
		return;
	/* A peer that is gone must be an error, not the end of the process. */
	signal(SIGPIPE, SIG_IGN);
	if (!once && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		fatal("cannot ready HTTP out");
	once = true;
	guard_start();
	loop_open();
	net.stopping = false;
	net.threaded = threaded;
	net.started = true;
	if (threaded)
		thread_start();
}

static void
queue_cancel(void)
{
	struct flight *flight = queue_take(), *next;

	for (; flight != NULL; flight = next) {
		next = flight->next;
		flight_abandon(flight, NET_NOT_SENT, true, stopping_words);
		flight_tell(flight);
	}
}

void
net_stop(void)
{
	if (!net.started)
		return;
	pthread_mutex_lock(&net.lock);
	net.stopping = true;
	pthread_mutex_unlock(&net.lock);
	loop_wake();
	if (net.threaded)
		pthread_join(net.thread, NULL);
	queue_cancel();
	resolve_cancel();
	loop_close();
	stream_serve();
	timer_clear();
	net.started = false;
}

bool
net_has_thread(void)
{
	return net.started && net.threaded;
}

/* A call that is made again starts without the outcome of the former. */
static void
outcome_clear(struct net_call *call)
{
	call->outcome = NET_UNKNOWN;
	call->status = 0;
	call->answer = (struct bytes){ NULL, 0 };
	call->answer_headers = NULL;
	call->answer_header_count = 0;
	call->words = NULL;
	call->own_fault = false;
	call->us = 0;
	call->peer = NULL;
}

struct flight *
flight_new(struct net_call *call, net_done *done, void *arg)
{
	struct flight *flight = arena_alloc(call->op->arena, sizeof(*flight));

	expect(net.started && call->timeout_ms > 0);
	*flight = (struct flight){
		.call = call, .done = done, .arg = arg, .started_us = clock_elapsed_us()
	};
	outcome_clear(call);
	call->private_ = flight;
	return flight;
}

void
flight_submit(struct flight *flight)
{
	bool stopping, first;

	pthread_mutex_lock(&net.lock);
	stopping = net.stopping;
	/* Whoever queued the first of a burst rings for all of it. */
	first = net.first == NULL;
	if (!stopping && !first)
		net.last->next = flight;
	else if (!stopping)
		net.first = flight;
	if (!stopping)
		net.last = flight;
	pthread_mutex_unlock(&net.lock);
	if (stopping) {
		flight_abandon(flight, NET_NOT_SENT, true, stopping_words);
		flight_tell(flight);
	} else if (first) {
		loop_wake();
	}
}

void
net_submit(struct net_call *call, net_done *done, void *arg)
{
	flight_submit(flight_new(call, done, arg));
}

bool
net_is_threaded(void)
{
	return net.threaded;
}

/* Somebody waits for one call. */
struct waiter {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool done;
};

static void
waiter_done(struct net_call *call, void *arg)
{
	struct waiter *waiter = arg;

	(void)call;
	pthread_mutex_lock(&waiter->lock);
	waiter->done = true;
	pthread_cond_signal(&waiter->changed);
	pthread_mutex_unlock(&waiter->lock);
}

void
net_perform(struct net_call *call)
{
	struct waiter waiter = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };

	expect(!net.threaded || !pthread_equal(pthread_self(), net.thread));
	net_submit(call, waiter_done, &waiter);
	if (!net.threaded) {
		net_drive(&waiter.done, -1);
		return;
	}
	pthread_mutex_lock(&waiter.lock);
	while (!waiter.done)
		pthread_cond_wait(&waiter.changed, &waiter.lock);
	pthread_mutex_unlock(&waiter.lock);
}

void
net_drive(const bool *stop, int64_t ms)
{
	int64_t until_us = ms < 0 ? INT64_MAX : clock_elapsed_us() + ms * 1000;

	expect(net.started && !net.threaded);
	while (!__atomic_load_n(stop, __ATOMIC_ACQUIRE)) {
		turn(until_us);
		if (clock_elapsed_us() >= until_us)
			return;
	}
}

void
net_watch(int fd, void (*ready)(void *arg), void *arg)
{
	expect(net.started && !net.threaded);
	loop_watch(fd, ready, arg);
}

void
net_after(int64_t ms, void (*fire)(void *arg), void *arg)
{
	expect(net.started);
	timer_add(clock_elapsed_us() + ms * 1000, fire, arg);
	loop_wake();
}

const char *
net_header(const struct net_call *call, const char *lower_case_name)
{
	for (size_t i = 0; i < call->answer_header_count; i++)
		if (text_equal(call->answer_headers[i].name, lower_case_name))
			return call->answer_headers[i].value;
	return NULL;
}
