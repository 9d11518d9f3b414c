/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net_stream - bodies that are read while they leave, answers that are read while they arrive
 *
 * A body comes from a function that the loop calls; there is none to wind it back, so that curl
 * cannot send it twice. An answer may go to such a function too.
 *
 * Between the loop, which writes, and the one thread that reads stands a ring of fixed size. A
 * full ring pauses the transfer, so that TCP slows the other side down; the reader, who must not
 * touch curl, asks the loop to go on, or to end a transfer that nobody wants any longer. One lock
 * serves all streams: what is done under it is a copy of a few KiB. A stream is its call's, so
 * the reader leaves only when the loop has let go of it.
 */
#include <pthread.h>

#include "net/net_inside.h"

enum { RING = 65536 };

struct stream {
	pthread_cond_t changed;
	struct flight *flight;
	struct stream *next; /* among those that ask for the loop */
	unsigned char *ring;
	size_t first, n;
	bool news;     /* something happened since the reader looked */
	bool paused;   /* the transfer waits for room */
	bool asking;   /* in the list */
	bool unwanted; /* the reader is gone */
	bool ended;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct stream *asking;

static void
tell_reader(struct stream *s)
{
	__atomic_store_n(&s->news, true, __ATOMIC_RELEASE);
	pthread_cond_signal(&s->changed);
}

/* ---- on the loop's thread ---- */

static void
ring_put(struct stream *s, const char *from, size_t n)
{
	size_t at = (s->first + s->n) % RING;
	size_t to_end = RING - at < n ? RING - at : n;

	memcpy(s->ring + at, from, to_end);
	memcpy(s->ring, from + to_end, n - to_end);
	s->n += n;
}

size_t
stream_take(struct flight *flight, const char *from, size_t n)
{
	struct stream *s = flight->stream;
	size_t taken = n;

	expect(n <= RING);
	flight_head(flight);
	pthread_mutex_lock(&lock);
	if (s->unwanted) {
		taken = CURL_WRITEFUNC_ERROR;
	} else if (RING - s->n < n) {
		s->paused = true;
		taken = CURL_WRITEFUNC_PAUSE;
	} else {
		ring_put(s, from, n);
		tell_reader(s);
	}
	pthread_mutex_unlock(&lock);
	return taken;
}

static void
stream_ended(struct net_call *call, void *arg)
{
	struct stream *s = arg;

	(void)call;
	pthread_mutex_lock(&lock);
	s->ended = true;
	tell_reader(s);
	pthread_mutex_unlock(&lock);
}

/* What the next one asks for; false when nobody does. */
static bool
stream_next(struct flight **drop, struct flight **go_on)
{
	struct stream *s;

	pthread_mutex_lock(&lock);
	s = asking;
	*drop = *go_on = NULL;
	if (s != NULL) {
		asking = s->next;
		s->asking = false;
		/* Before curl has it there is nothing to end; its first bytes will. */
		if (!s->ended && s->unwanted && s->flight->easy != NULL)
			*drop = s->flight;
		else if (!s->ended && s->paused)
			*go_on = s->flight;
		s->paused = false;
		tell_reader(s);
	}
	pthread_mutex_unlock(&lock);
	return s != NULL;
}

void
stream_serve(void)
{
	struct flight *drop, *go_on;

	while (stream_next(&drop, &go_on)) {
		if (drop != NULL)
			loop_drop(drop);
		if (go_on != NULL)
			loop_go_on(go_on);
	}
}

/* ---- the body ---- */

static size_t
give_source(char *to, size_t size, size_t n, void *arg)
{
	struct flight *flight = arg;
	const struct net_source *source = flight->call->source;
	size_t room = size * n, got;

	if ((uint64_t)flight->source_left < room)
		room = (size_t)flight->source_left;
	if (room == 0)
		return 0;
	got = source->read(source->arg, to, room);
	flight->unread = got == 0;
	flight->source_left -= (int64_t)got;
	return flight->unread ? CURL_READFUNC_ABORT : got;
}

void
source_set(struct flight *flight)
{
	flight->source_left = flight->call->source->length;
	curl_easy_setopt(flight->easy, CURLOPT_POST, 1L);
	curl_easy_setopt(flight->easy, CURLOPT_POSTFIELDSIZE_LARGE,
			 (curl_off_t)flight->source_left);
	curl_easy_setopt(flight->easy, CURLOPT_READFUNCTION, give_source);
	curl_easy_setopt(flight->easy, CURLOPT_READDATA, flight);
}

/* ---- the answer, for a sink ---- */

bool
sink_take(struct flight *flight, struct bytes piece, size_t *taken)
{
	const struct net_sink *sink = flight->call->sink;

	if (sink == NULL)
		return false;
	flight_head(flight);
	if (flight->call->status / 100 != 2)
		return false;
	flight->answer_bytes += piece.n;
	flight->untaken = !sink->write(sink->arg, piece);
	*taken = flight->untaken ? CURL_WRITEFUNC_ERROR : piece.n;
	return true;
}

/* ---- the reader ---- */

/* With the lock held. */
static void
ask_loop(struct stream *s)
{
	if (s->asking)
		return;
	s->asking = true;
	s->next = asking;
	asking = s;
	loop_wake();
}

/* With the lock held: until something happens, driving the loop where it has no thread. */
static void
await_news(struct stream *s)
{
	while (!s->news) {
		if (net_is_threaded()) {
			pthread_cond_wait(&s->changed, &lock);
			continue;
		}
		pthread_mutex_unlock(&lock);
		net_drive(&s->news, -1);
		pthread_mutex_lock(&lock);
	}
	s->news = false;
}

void
net_open(struct net_call *call)
{
	struct stream *s = arena_alloc(call->op->arena, sizeof(*s));

	s->changed = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
	s->ring = arena_alloc(call->op->arena, RING);
	s->flight = flight_new(call, stream_ended, s);
	s->flight->stream = s;
	flight_submit(s->flight);
	pthread_mutex_lock(&lock);
	while (s->n == 0 && !s->ended)
		await_news(s);
	pthread_mutex_unlock(&lock);
}

size_t
net_read(struct net_call *call, void *out, size_t n)
{
	struct stream *s = ((struct flight *)call->private_)->stream;
	size_t to_end;

	pthread_mutex_lock(&lock);
	while (s->n == 0 && !s->ended)
		await_news(s);
	n = n < s->n ? n : s->n;
	to_end = RING - s->first < n ? RING - s->first : n;
	memcpy(out, s->ring + s->first, to_end);
	memcpy((char *)out + to_end, s->ring, n - to_end);
	s->first = (s->first + n) % RING;
	s->n -= n;
	if (s->paused && s->n <= RING / 2)
		ask_loop(s);
	pthread_mutex_unlock(&lock);
	return n;
}

void
net_close(struct net_call *call)
{
	struct stream *s = ((struct flight *)call->private_)->stream;

	pthread_mutex_lock(&lock);
	s->unwanted = true;
	if (!s->ended)
		ask_loop(s);
	while (!s->ended || s->asking)
		await_news(s);
	pthread_mutex_unlock(&lock);
	pthread_cond_destroy(&s->changed);
}
