/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net_loop - the epoll behind curl's multi interface
 *
 * Calls to addresses that customers chose and calls to the operator's own have separate
 * connection pools: a kept connection is not judged again, so one that the operator opened must
 * not be found by a customer's call. curl looks for an idle connection among all that it has to
 * a host, so a thousand calls to one provider are spread over pools, of which the first that has
 * room is taken. All of this belongs to the loop's thread, but for loop_wake().
 */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/net_inside.h"

enum {
	CONNECTIONS_KEPT = 2048,
	WATCHES_MAX = 16,
	EVENTS_MAX = 256,
	HEARD_MAX = 16384,
	POOL_CALLS = 128, /* at once, in each of the operator's pools but the last */
	POOLS = 1 + 16    /* the customers', the operator's */
};

/* Who an event on a descriptor is for, in the upper half of epoll's data. */
enum { FOR_POOL, FOR_BELL = POOLS, FOR_WATCH };

struct pool {
	CURLM *multi;   /* NULL: not opened yet */
	int64_t due_us; /* curl wants to be called then; -1: not */
	size_t calls;   /* under way */
};

struct watch {
	int fd;
	void (*ready)(void *arg);
	void *arg;
};

static int epoll = -1;
static int bell = -1;
/* What the kernel reports of curl's descriptors, kept up after curl has lost interest: the next
 * call on the connection asks for the same. */
static struct heard {
	uint8_t events; /* EPOLLIN, EPOLLOUT; 0: nothing */
	bool idle;      /* nobody waits for it */
} heard[HEARD_MAX];
static struct pool pools[POOLS];
/* TLS sessions, so that a second connection is cheap. */
static struct {
	CURLSH *customers, *operators;
} shares;
static struct flight *under_way;
static struct watch watches[WATCHES_MAX];
static size_t watch_count;

void
loop_wake(void)
{
	uint64_t one = 1;
	int fd = __atomic_load_n(&bell, __ATOMIC_ACQUIRE);

	/* A full counter has woken the loop already. */
	if (fd >= 0 && write(fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		fatal("cannot wake the loop of calls out: %s", strerror(errno));
}

static void
watch_descriptor(int fd, uint64_t tag, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.u64 = tag << 32 | (uint32_t)fd };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 &&
	    (errno != EEXIST || epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) < 0))
		fatal("cannot watch a connection: %s", strerror(errno));
}

static void
ignore_descriptor(int fd)
{
	epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
	loop_forget(fd);
}

void
loop_forget(int fd)
{
	if (fd < HEARD_MAX)
		heard[fd] = (struct heard){ 0 };
}

static void
socket_wanted(int fd, uint64_t tag, uint32_t events)
{
	if (fd >= HEARD_MAX || heard[fd].events != events)
		watch_descriptor(fd, tag, events);
	if (fd < HEARD_MAX)
		heard[fd] = (struct heard){ .events = (uint8_t)events };
}

static int
socket_changed(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	const struct pool *pool = arg;
	uint32_t events = 0;

	(void)easy;
	(void)known;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= EPOLLIN;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= EPOLLOUT;
	if (what != CURL_POLL_REMOVE)
		socket_wanted(fd, FOR_POOL + (uint64_t)(pool - pools), events);
	else if (fd < HEARD_MAX)
		heard[fd].idle = true;
	else
		ignore_descriptor(fd);
	return 0;
}

static int
timer_changed(CURLM *multi, long ms, void *arg)
{
	struct pool *pool = arg;

	(void)multi;
	pool->due_us = ms < 0 ? -1 : clock_elapsed_us() + (int64_t)ms * 1000;
	return 0;
}

static CURLSH *
share_open(void)
{
	CURLSH *share = curl_share_init();

	if (share == NULL)
		fatal("cannot ready HTTP out: out of memory");
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	return share;
}

static void
pool_open(struct pool *pool)
{
	pool->multi = curl_multi_init();
	if (pool->multi == NULL)
		fatal("cannot ready HTTP out: out of memory");
	pool->due_us = -1;
	curl_multi_setopt(pool->multi, CURLMOPT_SOCKETFUNCTION, socket_changed);
	curl_multi_setopt(pool->multi, CURLMOPT_SOCKETDATA, pool);
	curl_multi_setopt(pool->multi, CURLMOPT_TIMERFUNCTION, timer_changed);
	curl_multi_setopt(pool->multi, CURLMOPT_TIMERDATA, pool);
	curl_multi_setopt(pool->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
}

static struct pool *
pool_for(const struct flight *flight)
{
	struct pool *pool = &pools[0], *last = &pools[POOLS - 1];

	if (flight->call->guard != NET_CUSTOMER)
		for (pool++; pool < last && pool->calls >= POOL_CALLS;)
			pool++;
	if (pool->multi == NULL)
		pool_open(pool);
	return pool;
}

static void
under_way_add(struct flight *flight)
{
	flight->older = under_way;
	if (under_way != NULL)
		under_way->newer = flight;
	under_way = flight;
}

static void
under_way_remove(struct flight *flight)
{
	if (flight->newer != NULL)
		flight->newer->older = flight->older;
	else
		under_way = flight->older;
	if (flight->older != NULL)
		flight->older->newer = flight->newer;
}

void
loop_launch(struct flight *flight)
{
	bool customers = flight->call->guard == NET_CUSTOMER;

	if (!flight_open(flight, customers ? shares.customers : shares.operators)) {
		flight_abandon(flight, NET_BLOCKED, false,
			       "not called: a request header contains a line break or colon");
		flight_tell(flight);
		return;
	}
	under_way_add(flight);
	flight->pool = pool_for(flight);
	flight->pool->calls++;
	if (curl_multi_add_handle(flight->pool->multi, flight->easy) != CURLM_OK)
		fatal("cannot start a call out: out of memory");
}

static void
land(struct flight *flight, CURLcode code)
{
	curl_multi_remove_handle(flight->pool->multi, flight->easy);
	flight->pool->calls--;
	under_way_remove(flight);
	flight_close(flight, code);
	flight_tell(flight);
}

void
loop_drop(struct flight *flight)
{
	land(flight, CURLE_ABORTED_BY_CALLBACK);
}

void
loop_go_on(struct flight *flight)
{
	curl_easy_pause(flight->easy, CURLPAUSE_CONT);
}

static void
pool_collect(struct pool *pool)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(pool->multi, &left)) != NULL) {
		struct flight *flight;

		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&flight);
		land(flight, message->data.result);
	}
}

static void
pool_act(struct pool *pool, curl_socket_t fd, int mask)
{
	int running;

	curl_multi_socket_action(pool->multi, fd, mask, &running);
	pool_collect(pool);
}

static void
serve_watch(int fd)
{
	for (size_t i = 0; i < watch_count; i++)
		if (watches[i].fd == fd) {
			watches[i].ready(watches[i].arg);
			return;
		}
}

static void
serve_event(const struct epoll_event *event)
{
	uint64_t tag = event->data.u64 >> 32, rung;
	int fd = (int)(uint32_t)event->data.u64, mask = 0;

	if (tag == FOR_BELL) {
		if (read(fd, &rung, sizeof(rung)) < 0 && errno != EAGAIN)
			fatal("the loop of calls out lost its bell: %s", strerror(errno));
		return;
	}
	if (tag == FOR_WATCH) {
		serve_watch(fd);
		return;
	}
	if (fd < HEARD_MAX && heard[fd].idle) {
		ignore_descriptor(fd);
		return;
	}
	/* An error is found by curl where it reads or writes, with its cause. */
	if ((event->events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0)
		mask |= CURL_CSELECT_IN;
	if ((event->events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0)
		mask |= CURL_CSELECT_OUT;
	pool_act(&pools[tag - FOR_POOL], fd, mask);
}

/* Milliseconds until the next thing is due, rounded up; -1: nothing is. */
static int
wait_ms(int64_t until_us)
{
	int64_t due = timer_next_us(), now = clock_elapsed_us();

	for (size_t i = 0; i < POOLS; i++)
		if (pools[i].multi != NULL && pools[i].due_us >= 0 && pools[i].due_us < due)
			due = pools[i].due_us;
	if (until_us < due)
		due = until_us;
	if (due == INT64_MAX)
		return -1;
	if (due <= now)
		return 0;
	due = (due - now + 999) / 1000;
	return due > MINUTE_MS ? (int)MINUTE_MS : (int)due;
}

void
loop_wait(int64_t until_us)
{
	struct epoll_event events[EVENTS_MAX];
	int n = epoll_wait(epoll, events, EVENTS_MAX, wait_ms(until_us));

	if (n < 0 && errno != EINTR)
		fatal("cannot wait for connections: %s", strerror(errno));
	for (int i = 0; i < n; i++)
		serve_event(&events[i]);
}

void
loop_time(void)
{
	int64_t now = clock_elapsed_us();

	for (size_t i = 0; i < POOLS; i++)
		if (pools[i].multi != NULL && pools[i].due_us >= 0 && pools[i].due_us <= now) {
			pools[i].due_us = -1;
			pool_act(&pools[i], CURL_SOCKET_TIMEOUT, 0);
		}
}

void
loop_watch(int fd, void (*ready)(void *arg), void *arg)
{
	expect(watch_count < WATCHES_MAX);
	watches[watch_count++] = (struct watch){ fd, ready, arg };
	watch_descriptor(fd, FOR_WATCH, EPOLLIN);
}

/* The bell stays for the life of the process: a thread that is late may still ring it. */
static void
bell_open(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (fd < 0)
		fatal("cannot ready HTTP out: %s", strerror(errno));
	__atomic_store_n(&bell, fd, __ATOMIC_RELEASE);
}

void
loop_open(void)
{
	if (bell < 0)
		bell_open();
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0)
		fatal("cannot ready HTTP out: %s", strerror(errno));
	watch_descriptor(bell, FOR_BELL, EPOLLIN);
	watch_count = 0;
	shares.customers = share_open();
	shares.operators = share_open();
}

void
loop_close(void)
{
	while (under_way != NULL)
		land(under_way, CURLE_ABORTED_BY_CALLBACK);
	flight_handles_clear();
	for (size_t i = 0; i < POOLS; i++) {
		curl_multi_cleanup(pools[i].multi);
		pools[i].multi = NULL;
	}
	curl_share_cleanup(shares.customers);
	curl_share_cleanup(shares.operators);
	close(epoll);
	epoll = -1;
	memset(heard, 0, sizeof(heard));
}
