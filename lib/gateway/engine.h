/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_ENGINE_H
#define GATEWAY_ENGINE_H

#include "core/shape.h"

/*
 * The product's engine in a process: settings, log, secrets, database, HTTP out. Programs call
 * this and stay ignorant of db/ and store/.
 */

/* How a process calls out. Named only by those that do: net/ brings two dozen libraries along, and
 * their memory. */
struct outward {
	enum rc (*ready)(struct op *op); /* RC_INPUT with the sentence when it is set up wrong */
	void (*start)(bool threaded);    /* NULL: whoever calls out starts it */
	void (*stop)(void);
	bool (*has_timer)(void);
	void (*after)(int64_t ms, void (*fire)(void *arg), void *arg);
};
extern const struct outward
	gateway_outward; /* addresses guarded, calls made by a thread of theirs */
extern const struct outward gateway_guarded; /* addresses guarded */

/* Read settings (config: NULL for $WAGATE_CONFIG), open the log, load the master key, open the
 * database. fatal() with what to do when any of it cannot be. outward: NULL where nothing calls
 * out. */
void gateway_start(const char *program, const char *config, const struct outward *outward);
void gateway_stop(void);
/* Where calls go out by a thread of their own, that thread can do something later; fire must not
 * block. */
bool gateway_has_timer(void);
void gateway_after(int64_t ms, void (*fire)(void *arg), void *arg);
/* Call this once more before the database closes; the last one who asks is heard. */
void gateway_before_stop(void (*say)(void));

/* This process lives on (FastCGI, worker): with [database] writer = auto it waits for the writer
 * daemon when that is just being restarted, instead of committing past it (not under CGI), and
 * malloc keeps memory for the next unit of work. */
void gateway_stay(void);

/* Parts of that, for programs that go their own way: the log as the settings say (after
 * settings_load), and the database, where a failure is told instead of fatal. */
void gateway_log(const char *program);
MUST_CHECK enum rc gateway_open_database(struct op *op);

/* Body of the writer daemon. Returns the exit status. */
int gateway_writer(void);

/* For the CLI. */
MUST_CHECK enum rc gateway_migrate(struct op *op, int *applied);

/* Give the op's snapshot of the database back before it waits for somebody; what is read afterwards
 * is read anew. */
void gateway_rest(struct op *op);

/* A page of a list, newest first. */
struct page_query {
	const char *cursor; /* opaque, from the page before; NULL: the first */
	int64_t limit;      /* 1 to 200; 0: 50 */
};

enum { PAGE_LIMIT = 50, PAGE_LIMIT_MAX = 200 };

/* How many rows to ask a store for: the limit, brought into bounds, and one more. */
int64_t page_rows(struct page_query page);
/* Drop the row too many and name the next page's cursor, the id of the last row (every noun's
 * first member); NULL when this page is the last. */
const char *page_cut(struct list *list, size_t size, struct page_query page);

/* One fact of /readyz and doctor. */
struct check {
	const char *name; /* "writer", "disk", "inbox", "deliveries", ... */
	bool ok;
	const char *sentence; /* what is wrong and what to do, or what is fine */
};
extern const struct shape check_shape[];
MUST_CHECK enum rc gateway_ready(struct op *op, struct list *checks, bool *ready);
/* Prometheus text. */
MUST_CHECK enum rc gateway_metrics(struct op *op, const char **text);

#endif
