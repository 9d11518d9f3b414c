/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_NET_H
#define NET_NET_H

#include "core/op.h"

/*
 * HTTP out: one epoll + curl_multi loop per process, connections kept for life, and the guard
 * that says which addresses may be called. Knows no provider and never retries.
 */
enum net_outcome {
	NET_ANSWERED, /* a whole HTTP answer is here */
	NET_NOT_SENT, /* no byte of the request left: DNS, connect or TLS failed */
	NET_UNKNOWN,  /* the request began to leave, no whole answer came */
	NET_BLOCKED   /* the guard refused the address, URL or port */
};

enum net_guard {
	NET_OPERATOR, /* address from the operator's configuration: any */
	NET_CUSTOMER  /* address chosen by a customer: public addresses and allowed ones only */
};

struct net_header {
	const char *name, *value;
};

/* A body that is read while it leaves, in place of `body`. */
struct net_source {
	int64_t length;
	/* The next bytes, at most n; 0: they cannot be read, and the call breaks off. On the
	 * loop's thread: files, but nobody that has to be waited for. */
	size_t (*read)(void *arg, void *out, size_t n);
	void *arg;
};

/* Where the body of a 2xx answer goes while it arrives, in place of `answer`. */
struct net_sink {
	/* Take the next bytes; status and headers are valid by then. False: no more of them, and
	 * the call breaks off. On the loop's thread: files, but nobody that has to be waited for.
	 */
	bool (*write)(void *arg, struct bytes piece);
	void *arg;
};

struct net_call {
	/* in; everything lives in the op's arena */
	struct op *op;
	const char *method; /* "GET", "POST", "DELETE" */
	const char *url;
	const struct net_header *headers;
	size_t header_count;
	struct bytes body;
	const struct net_source *source; /* POST; NULL: body */
	const struct net_sink *sink;     /* NULL: answer */
	int64_t timeout_ms;              /* the whole exchange */
	int64_t stall_ms;                /* cut when for so long next to nothing moved; 0: never */
	int64_t connect_timeout_ms;      /* 0: 5 s */
	size_t max_answer;               /* bytes of the body that are kept */
	bool cut_answer; /* true: keep the first max_answer bytes and count as answered;
			    false: a longer body makes the outcome unknown */
	enum net_guard guard;
	const char *ca_file; /* NULL: the system's authorities */

	/* out */
	enum net_outcome outcome;
	int status; /* HTTP status, 0 without answer */
	struct bytes answer;
	const struct net_header *answer_headers; /* names lower case */
	size_t answer_header_count;
	const char *words; /* why not, for people: "timed out after 10.0 s while waiting
			      for the answer", "certificate expired" */
	bool own_fault;    /* our side's trouble (resolver down, no route, no descriptors) */
	int64_t us;        /* from start to end */
	const char *peer;  /* numeric address that was called, or NULL */
	void *private_;
};

/* Called once, on the loop's thread; must not block. */
typedef void net_done(struct net_call *call, void *arg);

/* Ready the loop. threaded: its own thread runs it; otherwise net_drive() does. Idempotent. */
void net_start(bool threaded);
void net_stop(void); /* ends what is under way as unknown */

/* Is the loop run by a thread of its own? */
bool net_has_thread(void);

/* Start a call from any thread; done follows. */
void net_submit(struct net_call *call, net_done *done, void *arg);

/* Submit and wait for it. */
void net_perform(struct net_call *call);

/*
 * An answer that is read while it arrives, in bounded memory (max_answer is not asked): whoever
 * reads slowly slows the other side down. net_open submits and waits until bytes are here or the
 * call has ended; status and headers are valid from then on if there is an answer at all. net_read
 * waits for the next bytes; 0: the end, whole only if the outcome is NET_ANSWERED. net_close must
 * follow net_open, and before the op ends; what is still to come is dropped. Until then the op is
 * the loop's: whoever reads works in another one.
 */
void net_open(struct net_call *call);
size_t net_read(struct net_call *call, void *out, size_t n);
void net_close(struct net_call *call);

/* Unthreaded: run the loop until *stop is true, or ms passed (-1: for ever); fds of the
 * caller's own may be watched, see net_watch. */
void net_drive(const bool *stop, int64_t ms);

/* Unthreaded: call ready(arg) from net_drive when fd is readable. */
void net_watch(int fd, void (*ready)(void *arg), void *arg);

/* Call fire(arg) on the loop's thread after ms milliseconds; must not block. From any thread.
 * What is still waiting at net_stop is dropped. */
void net_after(int64_t ms, void (*fire)(void *arg), void *arg);

/* Scheme, host and port of a URL, in the arena, as the call would have them; false: it is none. */
struct net_place {
	const char *scheme, *host, *port;
};
bool net_place_of(struct arena *arena, struct net_place *out, const char *url);

/* The answer's header, or NULL. */
const char *net_header(const struct net_call *call, const char *lower_case_name);

#endif
