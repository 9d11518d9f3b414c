/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "core/json.h"

/*
 * HTTP in. A program is a table of routes handed to web_main, which owns the transports
 * (FastCGI with threads, or one request of plain CGI), parsing, dispatch and the answer.
 * Knows no product noun: gates and error shapes are hooks that site/ fills.
 */
struct web;
struct program;

typedef enum rc web_handler(struct web *web);

/* The next bytes of an answer's body, at most n; 0: its end; -1: it broke off. */
typedef int64_t web_source(void *arg, void *out, size_t n);

struct form;

enum { WEB_PARAMS_MAX = 4 };

struct route {
	const char *method;      /* "GET" answers HEAD too */
	const char *path;        /* "/api-keys/:id/revoke"; a last "*name" takes the rest,
				    which may be empty, and "vN.M" stands for a version such as
				    v23.0. The first that fits answers; a slash at the end makes
				    no difference. */
	int gate;                /* of site/gate.h; 0 is refused at start */
	const struct form *form; /* what may come in; NULL: nothing is parsed */
	web_handler *handle;
	size_t max_body; /* of the form, or what the handler takes; 0: 1 MiB */
};

/* A page the program can show: its template and what the template may use. */
struct page {
	const char *template; /* "api-keys.html" */
	const struct shape *shape;
	size_t size;
};

struct program {
	const char *name; /* "api-keys" */
	const struct route *routes;
	size_t route_count;
	const struct page *pages;
	size_t page_count;
	bool streams;        /* answers may be large: servers pass them on as they come */
	int64_t threads;     /* accepting threads under FastCGI; 0: one */
	void (*start)(void); /* once per process, after settings; may be NULL */
	void (*stop)(void);
};

#define ROUTES(a) .routes = (a), .route_count = ARRAY_LEN(a)
#define PAGES(a) .pages = (a), .page_count = ARRAY_LEN(a)

struct web_header {
	const char *name, *value;
};

/* One request and its answer. */
struct web {
	struct op *op;
	const struct program *program;
	const struct route *route;

	/* request */
	const char *method;       /* HEAD is shown as GET */
	const char *path, *query; /* path is decoded, starts with "/" */
	struct bytes body;
	const char *content_type;           /* without parameters, lower case; "" when absent */
	const char *client;                 /* numeric address of the peer the server vouches for */
	bool secure;                        /* https at the server or a trusted proxy */
	void *input;                        /* the route's form, filled */
	const char *params[WEB_PARAMS_MAX]; /* values of :names in order */
	struct {
		const char *name, *message;
	} field_errors[16];
	size_t field_error_count;

	/* who (filled by the gate in site/) */
	void *who;              /* struct session, struct api_key, ... */
	const char *csrf_token; /* for forms on this page; NULL without session */

	/* answer, built in memory, then written. When problem() is called, status says what HTTP
	 * has a word for (400, 404, 405, 413, 414, 415), or 0: then rc alone decides. */
	int status;
	struct web_header out_headers[24];
	size_t out_header_count;
	struct buf out;
	bool answered; /* status and body are set */
	bool parked;   /* the handler returned early: web_unpark() answers */
	void *transport;
};

/* Hooks of site/: who may come in, how failures look, and what every page's frame needs. */
struct web_site {
	enum rc (*gate)(struct web *web);             /* before the body is parsed */
	void (*problem)(struct web *web, enum rc rc); /* make the answer for a failure */
	void (*headers)(struct web *web);             /* headers that every answer carries */
	/* values for {{names}} that a page's own shape lacks: layout, navigation, csrf_token */
	const struct shape *frame_shape;
	const void *(*frame)(struct web *web);
	const char *(*gate_name)(int gate); /* for web_describe(); may be NULL */
	void (*after)(void);                /* once an answer is out; may be NULL */
};

/* Run a program: under FastCGI (descriptor 0 is a listening socket) with its threads, else as
 * CGI. Settings must be loaded. Returns the exit status: 0 after SIGTERM, SIGINT or SIGUSR1,
 * once all requests are answered. SIGHUP reopens the log. */
int web_main(const struct program *program, const struct web_site *site);

/* Print what the program answers on standard output, for --describe:
 * {"program":...,"routes":[{"method","path","gate","max_body"}],"pages":[...],"streams":true},
 * the last members where they are set. Returns the exit status. */
int web_describe(const struct program *program, const struct web_site *site);

/* ---- reading the request ---- */
/* All texts are valid UTF-8 and live as long as the op; NULL when absent or not UTF-8, of
 * headers also when empty. */
const char *web_header_in(const struct web *web, const char *name); /* "Authorization" */
bool web_has_header(const struct web *web, const char *name);       /* also empty, or not UTF-8 */
const char *web_query(const struct web *web, const char *name);     /* decoded; the first */
const char *web_param(const struct web *web, const char *name);     /* of the route's path */
const char *web_cookie(struct web *web, const char *name);
/* Read the body that the route did not declare a form for. RC_INPUT when it is longer than max
 * bytes (status 413; what is over is not read) or ends early (400). */
MUST_CHECK enum rc web_body(struct web *web, struct bytes *out, size_t max);

/*
 * The same piece by piece, in place of web_body. web_body_begin refuses a stated length over max;
 * *length is the stated one, -1: none is stated. web_body_next gives the next bytes, at most n; 0:
 * the end. RC_INPUT: longer than max (413), or it ended early (400).
 */
MUST_CHECK enum rc web_body_begin(struct web *web, int64_t *length, size_t max);
MUST_CHECK enum rc web_body_next(struct web *web, void *out, size_t n, size_t *got);

/* ---- answering ---- */
/* A header, in place of an earlier one of that name (not Set-Cookie); a control character in
 * it is a bug(). */
void web_set(struct web *web, const char *name, const char *value);
MUST_CHECK enum rc web_reply(struct web *web, int status, const char *type, struct bytes body);
/* A body that is made while it is written, of length bytes (-1: not known). The source is asked
 * after the handler's return, until the op ends, and not at all for HEAD. */
void web_reply_from(struct web *web, int status, const char *type, int64_t length,
		    web_source *source, void *arg);
MUST_CHECK enum rc web_text(struct web *web, int status, const char *text);
MUST_CHECK enum rc
web_json(struct web *web, int status, const struct shape *shape, const void *object);
MUST_CHECK enum rc web_json_value(struct web *web, int status, const json_t *value);
MUST_CHECK enum rc web_json_text(struct web *web, int status, const char *json);
/* 303; controls and non-ASCII in location are percent-encoded. */
MUST_CHECK enum rc web_see_other(struct web *web, const char *location);
/* Render a page inside layout.html. */
MUST_CHECK enum rc
web_page(struct web *web, int status, const struct page *page, const void *object);
/* HttpOnly, SameSite=Lax, Path=/; under https also Secure and named __Host-<name>, which
 * web_cookie() then reads alone. max_age_s 0: forget it now; below 0: until the browser closes. */
void web_set_cookie(struct web *web, const char *name, const char *value, int64_t max_age_s);

/*
 * Leave a request without a thread: the handler calls web_park and returns RC_OK; later, from
 * any thread, web_unpark runs `finish` on a completion thread with the request, sends the
 * answer and ends the op. Under plain CGI web_park makes web_main wait for web_unpark, running
 * the function of web_idle() meanwhile. A handler that fails after web_park takes the parking
 * back: then nobody may call web_unpark. After web_unpark the caller may not touch the request.
 */
void web_park(struct web *web);
void web_unpark(struct web *web, web_handler *finish);

/* Number of requests parked now. */
int64_t web_parked(void);

/* For plain CGI: what to run while waiting for web_unpark. Set once in program->start. */
void web_idle(void (*drive)(const bool *done));

/* True when this process serves plain CGI: one request, no threads. */
bool web_is_cgi(void);

#endif
