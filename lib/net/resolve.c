/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolve - names to addresses, before curl hears of a call
 *
 * Done here rather than by curl for two reasons: a customer's name must be refused when any of
 * its addresses is forbidden, so all of them have to be seen; and a resolver of ours that is
 * away must not look like a customer's mistake, so the cause has to be known. getaddrinfo
 * blocks, hence one short-lived thread per lookup; calls for the same name share it. Flights
 * belong to the loop's thread; the slots, which look_up() also writes, are under the lock.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>

#include "net/guard.h"
#include "net/net_inside.h"

enum {
	NAMES_MAX = 512,
	LOOKUPS_MAX = 64,
	HOST_MAX = 254,
	ADDRESSES_KEPT = 8,
	LOOKUP_STACK = 262144
};
static const int64_t LOOKUP_LIMIT_US = 5000000;
static const int64_t KEEP_US = 60000000, KEEP_MISSING_US = 5000000, KEEP_TROUBLE_US = 1000000;

enum state { EMPTY, BUSY, FOUND, KNOWN };

struct name {
	char host[HOST_MAX];
	enum state state;
	int64_t until_us; /* KNOWN: forget then; BUSY: nobody waits longer */
	char addresses[NET_ADDRESSES_MAX];
	struct resolution resolution;
	struct flight *waiting;
	resolve_ready *ready;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct name names[NAMES_MAX];
static size_t running, found;

/* "192.0.2.1" or "[2001:db8::1]", as curl wants them. */
static void
add_text(struct name *name, const char *text, bool bracket)
{
	size_t used = strlen(name->addresses);

	snprintf(name->addresses + used, sizeof(name->addresses) - used, "%s%s%s%s",
		 used > 0 ? "," : "", bracket ? "[" : "", text, bracket ? "]" : "");
}

static void
add_address(struct name *name, const struct sockaddr *address, bool keep)
{
	char text[INET6_ADDRSTRLEN];
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	bool six = address->sa_family == AF_INET6;
	const void *at = six ? (const void *)&v6.sin6_addr : (const void *)&v4.sin_addr;

	if (name->resolution.forbidden == NULL)
		name->resolution.forbidden = guard_address(address);
	name->resolution.all_allowed &= guard_is_allowed(address);
	memcpy(six ? (void *)&v6 : (void *)&v4, address, six ? sizeof(v6) : sizeof(v4));
	if (keep && inet_ntop(address->sa_family, at, text, sizeof(text)) != NULL)
		add_text(name, text, six);
}

static void
keep_addresses(struct name *name, const struct addrinfo *list)
{
	size_t n = 0;

	name->addresses[0] = '\0';
	name->resolution = (struct resolution){ .addresses = name->addresses, .all_allowed = true };
	for (const struct addrinfo *a = list; a != NULL; a = a->ai_next)
		if (a->ai_family == AF_INET || a->ai_family == AF_INET6)
			add_address(name, a->ai_addr, n++ < ADDRESSES_KEPT);
}

static struct resolution
resolution_of_error(int error)
{
	switch (error) {
	case EAI_AGAIN:
	case EAI_SYSTEM:
	case EAI_MEMORY:
		return (struct resolution){
			.words = "the name servers of this machine gave no answer",
			.own_fault = true
		};
	default:
		return (struct resolution){ .words = "the host name does not exist" };
	}
}

static void *
look_up(void *arg)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_IDN };
	struct name *name = arg;
	struct addrinfo *list = NULL;
	int error = getaddrinfo(name->host, NULL, &hints, &list);

	pthread_mutex_lock(&lock);
	if (error == 0)
		keep_addresses(name, list);
	else
		name->resolution = resolution_of_error(error);
	name->state = FOUND;
	running--;
	found++;
	pthread_mutex_unlock(&lock);
	if (list != NULL)
		freeaddrinfo(list);
	loop_wake();
	return NULL;
}

static bool
lookup_spawn(struct name *name)
{
	pthread_attr_t attr;
	pthread_t thread;
	bool ok;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, LOOKUP_STACK);
	ok = running < LOOKUPS_MAX && pthread_create(&thread, &attr, look_up, name) == 0;
	pthread_attr_destroy(&attr);
	running += ok;
	return ok;
}

static void
hand_out(struct name *name, const struct resolution *resolution)
{
	struct flight *flight = name->waiting, *next;

	name->waiting = NULL;
	for (; flight != NULL; flight = next) {
		next = flight->next;
		flight->next = NULL;
		name->ready(flight, resolution);
	}
}

static void
lookup_expired(void *arg)
{
	static const struct resolution late = {
		.words = "the name servers of this machine gave no answer in time",
		.own_fault = true,
	};
	struct name *name = arg;

	/* An old timer of a slot that serves another lookup by now has nothing to say. */
	if (name->waiting != NULL && clock_elapsed_us() >= name->until_us)
		hand_out(name, &late);
}

static struct name *
find_host(const char *host)
{
	for (size_t i = 0; i < NAMES_MAX && names[i].state != EMPTY; i++)
		if (text_equal_nocase(names[i].host, host))
			return &names[i];
	return NULL;
}

/* The slot to be used next: an empty one, else the first to be forgotten. NULL: all are busy. */
static struct name *
find_room(void)
{
	struct name *oldest = NULL;

	for (size_t i = 0; i < NAMES_MAX; i++) {
		if (names[i].state == EMPTY)
			return &names[i];
		if (names[i].state == KNOWN &&
		    (oldest == NULL || names[i].until_us < oldest->until_us))
			oldest = &names[i];
	}
	return oldest;
}

static bool
slot_begin(struct name *name, const char *host, resolve_ready *ready)
{
	snprintf(name->host, sizeof(name->host), "%s", host);
	name->state = BUSY;
	name->ready = ready;
	name->until_us = clock_elapsed_us() + LOOKUP_LIMIT_US;
	if (!lookup_spawn(name)) {
		name->state = KNOWN;
		name->until_us = 0;
		return false;
	}
	timer_add(name->until_us, lookup_expired, name);
	return true;
}

static bool
is_free(const struct name *name)
{
	return name->state == EMPTY || name->state == KNOWN;
}

/* NULL when the name is being looked up, else what is known. */
static const struct resolution *
ask(struct name **out, const char *host, resolve_ready *ready)
{
	static const struct resolution full = {
		.words = "too many host names are being looked up at once",
		.own_fault = true,
	};
	struct name *name = find_host(host);

	if (name != NULL && name->state == KNOWN && clock_elapsed_us() < name->until_us)
		return &name->resolution;
	if (name == NULL)
		name = find_room();
	if (name == NULL || (is_free(name) && !slot_begin(name, host, ready)))
		return &full;
	*out = name;
	return NULL;
}

void
resolve_start(struct flight *flight, resolve_ready *ready)
{
	static const struct resolution too_long = { .words = "the host name is too long" };
	const struct resolution *known = &too_long;
	struct name *name = NULL;

	if (strlen(flight->url.host) < HOST_MAX) {
		pthread_mutex_lock(&lock);
		known = ask(&name, flight->url.host, ready);
		pthread_mutex_unlock(&lock);
	}
	if (known != NULL) {
		ready(flight, known);
		return;
	}
	flight->next = name->waiting;
	name->waiting = flight;
}

static int64_t
keep_for(const struct resolution *resolution)
{
	if (resolution->addresses != NULL)
		return KEEP_US;
	return resolution->own_fault ? KEEP_TROUBLE_US : KEEP_MISSING_US;
}

void
resolve_collect(void)
{
	size_t todo;

	pthread_mutex_lock(&lock);
	todo = found;
	found = 0;
	pthread_mutex_unlock(&lock);
	for (size_t i = 0; i < NAMES_MAX && todo > 0; i++) {
		struct name *name = &names[i];
		bool is_new;

		pthread_mutex_lock(&lock);
		is_new = name->state == FOUND;
		if (is_new)
			name->state = KNOWN;
		pthread_mutex_unlock(&lock);
		if (!is_new)
			continue;
		todo--;
		name->until_us = clock_elapsed_us() + keep_for(&name->resolution);
		hand_out(name, &name->resolution);
	}
}

void
resolve_cancel(void)
{
	static const struct resolution stopping = { .words = "this program is stopping",
						    .own_fault = true };

	for (size_t i = 0; i < NAMES_MAX; i++)
		if (names[i].waiting != NULL)
			hand_out(&names[i], &stopping);
}
