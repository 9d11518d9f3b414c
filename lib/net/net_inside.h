/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_NET_INSIDE_H
#define NET_NET_INSIDE_H

#include <curl/curl.h>

#include "core/buf.h"
#include "net/net.h"

/* What the files of net/ share. Nobody else includes this. */

enum { NET_HEADERS_MAX = 100, NET_HEADER_BYTES_MAX = 32768, NET_ADDRESSES_MAX = 512 };

/* ---- a URL in its parts (net_url.c) ---- */
struct url_parts {
	CURLU *parsed; /* ends with the arena */
	const char *scheme, *host, *port;
	bool literal; /* the host is a numeric address */
};

/* NULL, or why the text is no URL without credentials. */
const char *url_parse(struct arena *arena, struct url_parts *out, const char *url);

/* guard.c: NULL, or why a customer's URL with these parts may not be called. */
const char *
guard_parts(struct arena *arena, const char *scheme, const char *host, const char *port);

/* ---- one call on its way ---- */
struct stream;
struct flight {
	struct net_call *call;
	net_done *done;
	void *arg;
	struct flight *next;          /* in the queue, or among those waiting for a name */
	struct flight *newer, *older; /* among those with curl */
	struct url_parts url;
	struct pool *pool; /* of connections (net_loop.c) */
	CURL *easy;
	struct curl_slist *headers, *resolved;
	char error[CURL_ERROR_SIZE];
	struct buf answer;
	struct net_header *answer_headers;
	size_t answer_header_count, answer_header_bytes, answer_bytes;
	int64_t started_us;
	bool agreeing;         /* connected; TLS has begun */
	bool sent;             /* curl was about to write the request */
	bool again;            /* and was stopped from writing it once more */
	bool head_whole;       /* all headers are here */
	bool head_told;        /* and in the call, which somebody may be reading */
	bool whole;            /* enough of the answer is here: the rest was cut */
	bool too_long;         /* the answer is longer than the caller wants */
	bool unread;           /* the source could not be read on */
	bool untaken;          /* the sink wants no more */
	int64_t source_left;   /* bytes of it */
	struct stream *stream; /* who reads the answer while it arrives, or NULL */
	const char *blocked;   /* the guard's reason */
	int socket_errno;      /* no socket could be had */
};

/* A call on its way to the queue, and into it (net.c). */
struct flight *flight_new(struct net_call *call, net_done *done, void *arg);
void flight_submit(struct flight *flight);
bool net_is_threaded(void);

/* Make the easy handle ready; false with words in the call when that cannot be. */
bool flight_open(struct flight *flight, CURLSH *share);

/* Read outcome and answer into the call and give the handle back. */
void flight_close(struct flight *flight, CURLcode code);

/* The call ended before curl had it, or because the loop stops. */
void flight_abandon(struct flight *flight, enum net_outcome outcome, bool own, const char *words);

/* The last touch: done() may have ended the op, and the flight with it, when it returns. */
void flight_tell(struct flight *flight);

/* Give up the handles kept for later calls. */
void flight_handles_clear(void);

/* Status and headers into the call, once: a stream's reader has them from then on. */
void flight_head(struct flight *flight);

/* For people: what became of a call that was not answered; also says whose fault it was. */
const char *flight_words(const struct flight *flight, CURLcode code, bool *own_fault);

/* ---- names (resolve.c); loop's thread only ---- */
/* A name's addresses: "192.0.2.1,[2001:db8::1]", or why there are none. */
struct resolution {
	const char *addresses;
	const char *words; /* NULL when there are addresses */
	bool own_fault;
	const char *forbidden; /* the guard's reason against one of them, or NULL */
	bool all_allowed;      /* the operator's list names every one */
};

/* Look the flight's host up; ready follows, at once when the answer is known. */
typedef void resolve_ready(struct flight *flight, const struct resolution *resolution);
void resolve_start(struct flight *flight, resolve_ready *ready);

/* Hand out what lookups have found meanwhile. */
void resolve_collect(void);
void resolve_cancel(void);

/* ---- timers (net_timer.c) ---- */
int64_t timer_next_us(void); /* when the first is due; INT64_MAX: none */
void timer_run(int64_t now_us);
void timer_add(int64_t due_us, void (*fire)(void *arg), void *arg);
void timer_clear(void);

/* ---- what is not held in memory (net_stream.c) ---- */
/* The body from call->source. */
void source_set(struct flight *flight);
/* Bytes of the answer for call->sink; false: there is none, or it is no 2xx. *taken is what a write
 * callback of curl returns. */
bool sink_take(struct flight *flight, struct bytes piece, size_t *taken);
/* Bytes of the answer, as a write callback of curl. */
size_t stream_take(struct flight *flight, const char *from, size_t n);
/* On the loop's thread: go on with those that have room again, end those nobody wants. */
void stream_serve(void);

/* ---- the loop (net_loop.c) ---- */
void loop_open(void);
void loop_close(void);            /* what is under way ends as unknown */
void loop_wake(void);             /* from any thread */
void loop_wait(int64_t until_us); /* serve what is ready, or wait for it */
void loop_time(void);             /* serve curl's own timers */
void loop_launch(struct flight *flight);
void loop_drop(struct flight *flight);  /* end it here and now */
void loop_go_on(struct flight *flight); /* its writing was paused */
void loop_forget(int fd); /* a new socket has this number: what was known of it is void */
void loop_watch(int fd, void (*ready)(void *arg), void *arg);

#endif
