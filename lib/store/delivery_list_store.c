/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery_list_store - deliveries as their account sees them: lists, attempts, replay
 *
 * A list walks the index of its narrowest filter, newest first, so that a page costs a page.
 */
#include "core/id_range.h"
#include "store/delivery_columns.h"
#include "store/delivery_store.h"

#define SELECT "SELECT " DELIVERY_COLUMNS " FROM delivery "

static const struct stmt get = {
	"delivery.get",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND id = $2",
};

static const struct stmt attempts = {
	"delivery.attempts",
	SCOPE_ACCOUNT,
	"SELECT delivery_id, account_id, number, at, status, ms, excerpt, error, slow FROM "
	"(SELECT * FROM attempt WHERE account_id = $1 AND delivery_id = $2 "
	"ORDER BY number DESC LIMIT 100) AS last ORDER BY number",
};

static const struct stmt replay = {
	"delivery.replay",
	SCOPE_ACCOUNT,
	"UPDATE delivery SET status = 'pending', due_at = $3, done_at = NULL, "
	"queue = 1, replayed_after = attempts WHERE account_id = $1 AND id = $2 AND status <> "
	"'sending'",
};

/* $2 to $4: the page; $5, $6: filters that do not lead. */
#define PAGE                                             \
	" AND id < $2 AND id >= $3"                      \
	" AND (CAST($5 AS TEXT) IS NULL OR status = $5)" \
	" AND (CAST($6 AS TEXT) IS NULL OR event = $6)"  \
	" ORDER BY id DESC LIMIT $4"

static const struct stmt list = {
	"delivery.list",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1" PAGE,
};

static const struct stmt list_of_endpoint = {
	"delivery.list_of_endpoint",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND endpoint_id = $7" PAGE,
};

static const struct stmt list_with_status = {
	"delivery.list_with_status",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND status = $7" PAGE,
};

static const struct stmt of_inbound = {
	"delivery.of_inbound",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND id IN (SELECT d.id FROM event e "
	       "JOIN delivery d ON d.event_id = e.id WHERE e.inbound_id = $2) "
	       "ORDER BY id DESC LIMIT 200",
};

static const struct stmt of_message = {
	"delivery.of_message",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND id IN (SELECT d.id FROM event e "
	       "JOIN delivery d ON d.event_id = e.id WHERE e.message_id = $2) "
	       "ORDER BY id DESC LIMIT 200",
};

static const struct stmt count_open = {
	"delivery.count_open",
	SCOPE_ACCOUNT,
	"SELECT COUNT(*) FROM (SELECT 1 FROM delivery WHERE account_id = $1 "
	"AND status IN ('pending', 'sending') LIMIT 10000) AS open",
};

const struct stmt *const delivery_list_store_stmts[] = {
	&get,        &attempts,   &replay,     &list, &list_of_endpoint, &list_with_status,
	&of_inbound, &of_message, &count_open, NULL,
};

void
delivery_store_replay(struct batch *batch, const char *id, struct instant now)
{
	batch_add(batch, &replay, EXPECT_ONE, RC_CONFLICT, BINDS(bind_text(id), bind_time(now)));
	batch_wakes_worker(batch);
}

enum rc
delivery_store_get(struct op *op, struct delivery *out, const char *id)
{
	return db_one(op, out, delivery_shape, &get, BINDS(bind_text(id)));
}

enum rc
delivery_store_attempts(struct op *op, struct list *out, const char *id)
{
	return db_all(op, out, sizeof(struct attempt), attempt_shape, &attempts,
		      BINDS(bind_text(id)));
}

/* The statement whose index fits, with the value that leads it (NULL: none). */
static const struct stmt *
narrowest(const struct delivery_query *q, const char **leads)
{
	*leads = q->endpoint_id;
	if (q->endpoint_id != NULL)
		return &list_of_endpoint;
	*leads = q->status;
	return q->status != NULL ? &list_with_status : &list;
}

enum rc
delivery_store_list(struct op *op, struct list *out, const struct delivery_query *q)
{
	const char *leads;
	const struct stmt *stmt = narrowest(q, &leads);
	const struct bind binds[] = {
		bind_text(q->before != NULL ? q->before : id_beyond(op, "dlv")),
		bind_text(id_least(op, "dlv", q->since)),
		bind_int(q->limit),
		bind_text(q->status),
		bind_text(q->event),
		bind_text(leads),
	};

	return db_all(op, out, sizeof(struct delivery), delivery_shape, stmt, binds,
		      ARRAY_LEN(binds) - (leads == NULL));
}

enum rc
delivery_store_of_inbound(struct op *op, struct list *out, const char *id)
{
	return db_all(op, out, sizeof(struct delivery), delivery_shape, &of_inbound,
		      BINDS(bind_text(id)));
}

enum rc
delivery_store_of_message(struct op *op, struct list *out, const char *id)
{
	return db_all(op, out, sizeof(struct delivery), delivery_shape, &of_message,
		      BINDS(bind_text(id)));
}

enum rc
delivery_store_count_open(struct op *op, int64_t *out)
{
	return db_number(op, out, &count_open, NO_BINDS);
}
