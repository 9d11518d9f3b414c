/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_EXCHANGE_H
#define WEB_EXCHANGE_H

#include <pthread.h>
#include <stdatomic.h>

#include "web/form.h"
#include "web/web.h"

/*
 * Inside of web/: one request on its way, whatever brought it. Not for other rooms.
 */
enum {
	WEB_BODY_MAX = 1 << 20,    /* bytes of a body where the route names no limit */
	WEB_ANSWER_MAX = 16 << 20, /* bytes of an answer */
	WEB_DRAIN_MAX = 16 << 20,  /* bytes of a refused body that are read and dropped */
	WEB_URI_MAX = 8192         /* bytes of path and query */
};

/* What brings a request and takes its answer. */
struct transport {
	/* CGI variable ("HTTP_HOST"), NULL when absent. */
	const char *(*param)(struct transport *t, const char *name);
	/* Read up to n bytes of the body; 0 at its end or when the peer is gone. */
	size_t (*read)(struct transport *t, void *out, size_t n);
	/* Write a part of the answer; false: nobody takes it any longer. */
	bool (*write)(struct transport *t, struct bytes part);
	/* Let the answer leave. whole: false when it ends short of its length, which the server
	 * must not take for its end. */
	void (*close)(struct transport *t, bool whole);
	/* Give the connection back; params and t are gone afterwards. */
	void (*end)(struct transport *t);
	/* A body without a stated length may follow until the end of the input. */
	bool open_ended;
};

/* Who answers a parked request: the handler's thread and the one that unparks meet here. */
enum parking { PARKING_NONE, PARKING_ASKED, PARKING_LEFT, PARKING_READY };

struct exchange {
	struct web web; /* first: handlers get its address */
	const struct web_site *site;
	bool head; /* asked by HEAD: the body is not sent */
	bool body_read;
	size_t body_taken, body_max; /* bytes read by web_body_next, and how many may be */
	int64_t body_length;         /* of such a body: as stated, or -1 */
	web_source *source;          /* of the answer's body; NULL: web.out */
	void *source_arg;
	int64_t source_length;    /* -1: not known */
	const char *allow;        /* methods of the path, where the asked one is not among them */
	struct web_header *query; /* decoded pairs */
	size_t query_count;
	const char *param_names[WEB_PARAMS_MAX];
	int64_t started_us;
	_Atomic int parking;
	web_handler *finish;   /* set by web_unpark */
	struct exchange *next; /* in the queue of completions */
};

static inline struct exchange *
exchange_of(const struct web *web)
{
	return (struct exchange *)(uintptr_t)web;
}

/* ---- exchange.c ---- */
/* Serve what the transport brought, to its end or until it is parked; t is given away. */
void
exchange_serve(const struct program *program, const struct web_site *site, struct transport *t);
/* The second half of a parked one: run its finish function, answer, end. */
void exchange_resume(struct exchange *x);

/* ---- web_request.c, web_body.c ---- */
/* Read path, query, method, content type and peer; RC_INPUT with web->status set. */
MUST_CHECK enum rc request_read(struct exchange *x);
/* The stated length, -1: none is stated; RC_INPUT: it is no number, or over max (413). */
MUST_CHECK enum rc request_length(struct exchange *x, int64_t *out, size_t max);
/* Read the body once into web->body. */
MUST_CHECK enum rc request_read_body(struct exchange *x, size_t max);

/* ---- web_pairs.c ---- */
/* name=value pairs of a query or an urlencoded body; RC_INPUT when there are too many or
 * one cannot be decoded. */
MUST_CHECK enum rc
request_pairs(struct op *op, struct web_header **out, size_t *count, struct bytes text);

/* ---- web_route.c ---- */
/* Does path fit the route's path? Fills values (slices in arena) and names when it does. */
bool route_match(struct arena *arena, const char *route, const char *path,
		 const char *names[WEB_PARAMS_MAX], const char *values[WEB_PARAMS_MAX]);
/* Find the route of web->path: RC_MISSING (404) or RC_INPUT (405, x->allow set). */
MUST_CHECK enum rc route_find(struct exchange *x);
/* fatal() when the table cannot be served: no gate, no handler, hidden by an earlier route. */
void route_check(const struct program *program);

/* ---- web_answer.c ---- */
/* Forget what has been answered so far, headers included. */
void answer_reset(struct web *web);
/* Headers and body to the transport. */
void answer_send(struct exchange *x);

/* ---- web_park.c ---- */
/* After the handler's return: true when another thread has the exchange now, or gets it. */
bool park_leave(struct exchange *x, enum rc rc);
/* Under FastCGI: wait until no request is parked, then end the completion threads. */
void park_drain(void);
/* Under plain CGI: if the request is parked, wait for web_unpark and resume it. */
void park_wait(void);

/* ---- web_fcgi.c, web_cgi.c ---- */
void fcgi_serve(const struct program *program, const struct web_site *site);
void cgi_serve(const struct program *program, const struct web_site *site);

/* ---- web_main.c ---- */
/* A thread with a small stack that gets no signals; fatal() when there is none to be had. */
void web_thread_start(pthread_t *out, void *(*run)(void *));

#endif
