/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_ENGINE_H
#define GATEWAY_ENGINE_H

#include "core/shape.h"

/*
 * The product's engine in a process: settings, log, secrets, database, HTTP out. Programs call
 * this and stay ignorant of db/ and store/.
 */

/* Read settings (config: NULL for $WAGATE_CONFIG), open the log, load the master key, open the
 * database. fatal() with what to do when any of it cannot be. calls_out: also ready net/. */
void gateway_start(const char *program, const char *config, bool calls_out);
void gateway_stop(void);

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
