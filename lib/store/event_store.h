/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_EVENT_STORE_H
#define STORE_EVENT_STORE_H

#include "db/db.h"
#include "domain/event.h"

/* In the op's account. digest, when not NULL: RC_CONFLICT when this instance has told of the same
 * before. */
void event_store_insert(struct batch *batch, const struct event *event, const char *digest);

/* With its bodies, in the op's account. */
MUST_CHECK enum rc event_store_get(struct op *op, struct event *out, const char *id);

/* What one delivery of an event sends; body is NULL when it has none in that format. System scope.
 */
struct event_body {
	const char *id, *name, *body;
	bool test;
};
MUST_CHECK enum rc
event_store_body(struct op *op, struct event_body *out, const char *id, const char *format);

/* A stretch of the account's events that have a normalized form; each filter NULL or false when
 * not wanted. */
struct event_query {
	const char *from, *to; /* ids; the first is in it */
	bool forward;          /* oldest first */
	const char *name, *instance_id;
	bool only_tests;
	int64_t limit;
};
/* struct event_body, of the normalized form. */
MUST_CHECK enum rc
event_store_list(struct op *op, struct list *out, const struct event_query *query);
/* The id of the stretch's nth event in its direction, whatever the filters; RC_MISSING when it has
 * fewer. */
MUST_CHECK enum rc
event_store_edge(struct op *op, const char **out, const struct event_query *query, int64_t n);

extern const struct stmt *const event_store_stmts[];

#endif
