/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_store - what happened, with its bodies in both formats
 *
 * Bodies are made once, when the event is recorded: each attempt of each delivery sends the same
 * bytes, whatever has changed since.
 */
#include "store/event_store.h"

static const struct stmt insert = {
	"event.insert",
	SCOPE_ACCOUNT,
	QUIET
	"INSERT INTO event (account_id, id, instance_id, name, topic, lane, normalized, meta, "
	"test, "
	"message_id, inbound_id, digest, created_at) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "
	"ON CONFLICT DO NOTHING",
};

static const struct stmt body = {
	"event.body",
	SCOPE_SYSTEM,
	"SELECT id, name, test, CASE WHEN $2 = 'meta' THEN meta ELSE normalized END AS body "
	"FROM event WHERE id = $1",
};

const struct stmt *const event_store_stmts[] = { &insert, &body, NULL };

static const struct shape event_body_shape[] = {
	SHAPE(struct event_body, id),
	SHAPE(struct event_body, name),
	SHAPE(struct event_body, body),
	SHAPE(struct event_body, test),
	SHAPE_END,
};

void
event_store_insert(struct batch *batch, const struct event *e, const char *digest)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(e->id), bind_text(e->instance_id), bind_text(e->name),
			bind_text(e->topic), bind_text(e->lane), bind_text(e->normalized),
			bind_text(e->meta), bind_bool(e->test), bind_text(e->message_id),
			bind_text(e->inbound_id), bind_text(digest), bind_time(e->created_at)));
}

enum rc
event_store_body(struct op *op, struct event_body *out, const char *id, const char *format)
{
	return db_one(op, out, event_body_shape, &body, BINDS(bind_text(id), bind_text(format)));
}
