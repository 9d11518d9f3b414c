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

static const struct stmt get = {
	"event.get",
	SCOPE_ACCOUNT,
	"SELECT id, account_id, instance_id, name, topic, lane, normalized, meta, message_id, "
	"inbound_id, test, created_at FROM event WHERE account_id = $1 AND id = $2",
};

#define RANGE "WHERE account_id = $1 AND normalized IS NOT NULL AND id >= $2 AND id < $3 "

#define PAGE(noun, order)                                                             \
	{                                                                             \
		"event." noun, SCOPE_ACCOUNT,                                         \
			"SELECT id, name, test, normalized AS body FROM event " RANGE \
			"AND (CAST($5 AS TEXT) IS NULL OR name = $5) "                \
			"AND (CAST($6 AS TEXT) IS NULL OR instance_id = $6) "         \
			"AND ($7 = 0 OR test = 1) ORDER BY id " order " LIMIT $4"     \
	}

/* Where a stretch of so many events ends. */
#define EDGE(noun, order)                                                                       \
	{                                                                                       \
		"event." noun, SCOPE_ACCOUNT,                                                   \
			"SELECT id FROM event " RANGE "ORDER BY id " order " LIMIT 1 OFFSET $4" \
	}

static const struct stmt newest_first = PAGE("newest_first", "DESC");
static const struct stmt oldest_first = PAGE("oldest_first", "ASC");
static const struct stmt edge_back = EDGE("edge_back", "DESC");
static const struct stmt edge_on = EDGE("edge_on", "ASC");

const struct stmt *const event_store_stmts[] = {
	&insert, &body, &get, &newest_first, &oldest_first, &edge_back, &edge_on, NULL,
};

static const struct shape event_body_shape[] = {
	SHAPE(struct event_body, id),
	SHAPE(struct event_body, name),
	SHAPE(struct event_body, body),
	SHAPE(struct event_body, test),
	SHAPE_END,
};

static const struct shape event_id_shape[] = {
	SHAPE(struct event_body, id),
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
event_store_get(struct op *op, struct event *out, const char *id)
{
	return db_one(op, out, event_shape, &get, BINDS(bind_text(id)));
}

enum rc
event_store_body(struct op *op, struct event_body *out, const char *id, const char *format)
{
	return db_one(op, out, event_body_shape, &body, BINDS(bind_text(id), bind_text(format)));
}

enum rc
event_store_list(struct op *op, struct list *out, const struct event_query *q)
{
	return db_all(op, out, sizeof(struct event_body), event_body_shape,
		      q->forward ? &oldest_first : &newest_first,
		      BINDS(bind_text(q->from), bind_text(q->to), bind_int(q->limit),
			    bind_text(q->name), bind_text(q->instance_id),
			    bind_bool(q->only_tests)));
}

enum rc
event_store_edge(struct op *op, const char **out, const struct event_query *q, int64_t n)
{
	struct event_body row = { .id = NULL };

	TRY(db_one(op, &row, event_id_shape, q->forward ? &edge_on : &edge_back,
		   BINDS(bind_text(q->from), bind_text(q->to), bind_int(n - 1))));
	*out = row.id;
	return RC_OK;
}
