/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_EVENT_STORE_H
#define STORE_EVENT_STORE_H

#include "db/db.h"
#include "domain/event.h"

/* In the op's account. digest, when not NULL: RC_CONFLICT when this instance has told of the same
 * before. */
void event_store_insert(struct batch *batch, const struct event *event, const char *digest);

/* What one delivery of an event sends; body is NULL when it has none in that format. System scope.
 */
struct event_body {
	const char *id, *name, *body;
	bool test;
};
MUST_CHECK enum rc
event_store_body(struct op *op, struct event_body *out, const char *id, const char *format);

extern const struct stmt *const event_store_stmts[];

#endif
