/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery_list_store - deliveries as their account sees them: lists, attempts, replay
 *
 * A list walks the index of its narrowest filter, newest first, so that a page costs a page.
 */
#include "store/delivery_columns.h"
#include "store/delivery_store.h"
#include "store/stretch.h"

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

static const struct stmt beside = {
	"delivery.beside",
	SCOPE_ACCOUNT,
	"SELECT e.instance_id, e.message_id, e.inbound_id, e.test, a.excerpt, a.slow "
	"FROM delivery d JOIN event e ON e.id = d.event_id "
	"LEFT JOIN attempt a ON a.delivery_id = d.id AND a.number = d.attempts "
	"WHERE d.account_id = $1 AND d.id = $2",
};

/* It takes its place behind the open ones of its lane, and $4 later where there are any: the turn
 * is passed on to it before. */
#define OPEN_OF_LANE                                                  \
	"FROM delivery q WHERE q.endpoint_id = delivery.endpoint_id " \
	"AND q.lane = delivery.lane AND q.status IN ('pending', 'sending')"

static const struct stmt replay = {
	"delivery.replay",
	SCOPE_ACCOUNT,
	QUIET "UPDATE delivery SET status = 'pending', done_at = NULL, replayed_after = attempts, "
	      "queue = 1, "
	      "seq = COALESCE((SELECT MAX(q.seq) " OPEN_OF_LANE "), 0) + 1, "
	      "due_at = CASE WHEN EXISTS (SELECT 1 " OPEN_OF_LANE ") THEN $3 + $4 ELSE $3 END "
	      "WHERE account_id = $1 AND id = $2 AND status = $5",
};

/* $2, $3: the ids between which the page lies. */
#define RANGE " AND id < $2 AND id >= $3"

/* $5 to $8: filters that do not lead. */
#define PAGE(noun, lead)                                                             \
	{                                                                            \
		"delivery." noun, SCOPE_ACCOUNT,                                     \
			SELECT "WHERE account_id = $1" lead RANGE                    \
			       " AND (CAST($5 AS TEXT) IS NULL OR status = $5)"      \
			       " AND (CAST($6 AS TEXT) IS NULL OR event = $6)"       \
			       " AND (CAST($7 AS TEXT) IS NULL OR instance_id = $7)" \
			       " AND ($8 = 0 OR EXISTS (SELECT 1 FROM event e "      \
			       "WHERE e.id = delivery.event_id AND e.test = 1)) "    \
			       "ORDER BY id DESC LIMIT $4"                           \
	}

/* Where a stretch of so many ends; of these columns the index alone is read. */
#define EDGE(noun, lead)                                                           \
	{                                                                          \
		"delivery." noun, SCOPE_ACCOUNT,                                   \
			"SELECT id FROM delivery WHERE account_id = $1" lead RANGE \
			" ORDER BY id DESC LIMIT 1 OFFSET $4"                      \
	}

#define OF_ENDPOINT " AND endpoint_id = $9"
#define WITH_STATUS " AND status = $9"
#define UNDELIVERED " AND status IN ('failed', 'blocked') AND status = $5 AND endpoint_id = $9"

static const struct stmt list = PAGE("list", "");
static const struct stmt list_of_endpoint = PAGE("list_of_endpoint", OF_ENDPOINT);
static const struct stmt list_with_status = PAGE("list_with_status", WITH_STATUS);
static const struct stmt list_undelivered = PAGE("list_undelivered", UNDELIVERED);
static const struct stmt edge = EDGE("edge", "");
static const struct stmt edge_of_endpoint = EDGE("edge_of_endpoint", " AND endpoint_id = $5");
static const struct stmt edge_with_status = EDGE("edge_with_status", " AND status = $5");
static const struct stmt edge_undelivered =
	EDGE("edge_undelivered",
	     " AND status IN ('failed', 'blocked') AND status = $6 AND endpoint_id = $5");

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
	&get,        &attempts,         &beside,           &replay,
	&list,       &list_of_endpoint, &list_with_status, &list_undelivered,
	&edge,       &edge_of_endpoint, &edge_with_status, &edge_undelivered,
	&of_inbound, &of_message,       &count_open,       NULL,
};

static const struct shape beside_shape[] = {
	SHAPE(struct delivery_beside, instance_id),
	SHAPE(struct delivery_beside, message_id),
	SHAPE(struct delivery_beside, inbound_id),
	SHAPE(struct delivery_beside, test),
	SHAPE(struct delivery_beside, excerpt),
	SHAPE(struct delivery_beside, slow),
	SHAPE_END,
};

int
delivery_store_replay(struct batch *batch, const char *id, const char *status, struct instant now,
		      int64_t holds_ms)
{
	batch_wakes_worker(batch);
	return batch_add(
		batch, &replay, EXPECT_ANY, RC_OK,
		BINDS(bind_text(id), bind_time(now), bind_int(holds_ms), bind_text(status)));
}

enum rc
delivery_store_get(struct op *op, struct delivery *out, const char *id)
{
	return db_one(op, out, delivery_shape, &get, BINDS(bind_text(id)));
}

enum rc
delivery_store_beside(struct op *op, struct delivery_beside *out, const char *id)
{
	return db_one(op, out, beside_shape, &beside, BINDS(bind_text(id)));
}

enum rc
delivery_store_attempts(struct op *op, struct list *out, const char *id)
{
	return db_all(op, out, sizeof(struct attempt), attempt_shape, &attempts,
		      BINDS(bind_text(id)));
}

/* A way through the table: its page, where a stretch of it ends, and the value that leads it (NULL:
 * none). */
struct way {
	const struct stmt *page, *edge;
	const char *leads;
	bool sifts; /* a filter that does not lead makes pages of what is scattered */
};

static struct way
narrowest(const struct delivery_query *q)
{
	bool undelivered = text_equal(q->status, "failed") || text_equal(q->status, "blocked");
	bool sifts = q->event != NULL || q->instance_id != NULL || q->only_tests;

	if (q->endpoint_id != NULL && undelivered)
		return (struct way){ &list_undelivered, &edge_undelivered, q->endpoint_id, sifts };
	if (q->endpoint_id != NULL)
		return (struct way){ &list_of_endpoint, &edge_of_endpoint, q->endpoint_id,
				     sifts || q->status != NULL };
	if (q->status != NULL)
		return (struct way){ &list_with_status, &edge_with_status, q->status, sifts };
	return (struct way){ &list, &edge, NULL, sifts };
}

enum rc
delivery_store_list(struct op *op, struct list *out, const struct delivery_query *q)
{
	struct way way = narrowest(q);
	const struct bind binds[] = {
		bind_text(stretch_before(op, "dlv", q->before, q->until)),
		bind_text(stretch_from(op, "dlv", q->from, q->since)),
		bind_int(q->limit),
		bind_text(q->status),
		bind_text(q->event),
		bind_text(q->instance_id),
		bind_bool(q->only_tests),
		bind_text(way.leads),
	};

	return db_all(op, out, sizeof(struct delivery), delivery_shape, way.page, binds,
		      ARRAY_LEN(binds) - (way.leads == NULL));
}

enum rc
delivery_store_edge(struct op *op, const char **out, const struct delivery_query *q, int64_t n)
{
	struct way way = narrowest(q);
	const struct bind binds[] = {
		bind_text(stretch_before(op, "dlv", q->before, q->until)),
		bind_text(stretch_from(op, "dlv", q->from, q->since)),
		bind_int(n - 1),
		bind_text(way.leads),
		bind_text(q->status),
	};

	if (!way.sifts)
		return RC_OK;
	return stretch_edge(op, out, way.edge, binds,
			    ARRAY_LEN(binds) - (way.leads == NULL) -
				    (way.edge != &edge_undelivered));
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
