/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery_wait_store - deliveries that wait for people: suspended, disabled, deleted
 *
 * Those of a suspended instance are laid aside when their turn comes, so that they neither leave
 * nor stand in the way, and are taken up again in their order. Those of a disabled endpoint stay
 * where they are for as long as the schedule would have gone on.
 */
#include "store/delivery_store.h"
#include "store/delivery_walk.h"

/* Has it an instance that is not suspended? */
#define SPEAKS                                                                               \
	"EXISTS (SELECT 1 FROM instance i WHERE i.account_id = e.account_id "                \
	"AND i.suspended_at IS NULL AND (e.all_instances = 1 OR EXISTS "                     \
	"(SELECT 1 FROM endpoint_instance b WHERE b.endpoint_id = e.id AND b.instance_id = " \
	"i.id)))"

static const struct stmt speaks = {
	"delivery.speaks",
	SCOPE_SYSTEM,
	"SELECT COUNT(*) FROM endpoint e WHERE e.id = $1 AND " SPEAKS,
};

static const struct stmt suspended = {
	"delivery.suspended",
	SCOPE_SYSTEM,
	"SELECT DISTINCT i.account_id AS id FROM instance i "
	"WHERE i.suspended_at IS NOT NULL AND i.deleted_at IS NULL LIMIT 1000",
};

static const struct stmt waiting = {
	"delivery.waiting",
	SCOPE_SYSTEM,
	BUSY "SELECT busy.id AS endpoint_id, " EARLIEST("0") " AS first_at, " EARLIEST(
		"1") " AS again_at, e.held_until, "
		     "CASE WHEN e.failing_since IS NOT NULL THEN 1 ELSE 0 END AS failing "
		     "FROM busy JOIN endpoint e ON e.id = busy.id "
		     "WHERE e.enabled = 1 AND " SPEAKS " ORDER BY busy.n LIMIT $2",
};

static const struct stmt under_way = {
	"delivery.under_way",
	SCOPE_SYSTEM,
	"SELECT COUNT(*) FROM (SELECT 1 FROM delivery d WHERE d.status = 'sending' "
	"AND d.lease_until IS NOT NULL AND d.endpoint_id = $1 LIMIT $2) AS leased",
};

static const struct stmt hold = {
	"delivery.hold",
	SCOPE_SYSTEM,
	QUIET "UPDATE delivery SET queue = queue + 2 WHERE status = 'pending' "
	      "AND id IN (SELECT w.id " WINDOW("$4") "WHERE " SUSPENDED ")",
};

/* From one instance to the next along the index. */
static const struct stmt releasable = {
	"delivery.releasable",
	SCOPE_SYSTEM,
	"WITH RECURSIVE held (id) AS ("
	"SELECT (SELECT MIN(d.instance_id) FROM delivery d "
	"WHERE d.status = 'pending' AND d.queue >= 2) "
	"UNION ALL SELECT (SELECT MIN(d.instance_id) FROM delivery d "
	"WHERE d.status = 'pending' AND d.queue >= 2 AND d.instance_id > held.id) "
	"FROM held WHERE held.id IS NOT NULL) "
	"SELECT held.id FROM held JOIN instance i ON i.id = held.id "
	"WHERE i.suspended_at IS NULL OR i.deleted_at IS NOT NULL LIMIT 1",
};

static const struct stmt release = {
	"delivery.release",
	SCOPE_SYSTEM,
	QUIET "UPDATE delivery SET queue = queue - 2 WHERE status = 'pending' AND queue >= 2 "
	      "AND id IN (SELECT d.id FROM delivery d WHERE d.status = 'pending' AND d.queue >= 2 "
	      "AND d.instance_id = $1 ORDER BY d.due_at LIMIT $2)",
};

static const struct stmt abandon = {
	"delivery.abandon",
	SCOPE_SYSTEM,
	QUIET "UPDATE delivery SET status = 'failed', done_at = $2, last_error = $3 "
	      "WHERE status = 'pending' AND id IN (SELECT d.id FROM delivery d "
	      "WHERE d.endpoint_id = $1 AND d.status = 'pending' LIMIT $4)",
};

/* Disabled endpoints with something waiting. */
static const struct stmt disabled = {
	"delivery.disabled",
	SCOPE_SYSTEM,
	BUSY "SELECT e.id FROM busy JOIN endpoint e ON e.id = busy.id "
	     "WHERE e.enabled = 0 AND e.deleted_at IS NULL ORDER BY busy.n LIMIT $2",
};

/* What its endpoint has been disabled for too long to get. */
static const struct stmt expire = {
	"delivery.expire",
	SCOPE_SYSTEM,
	QUIET "UPDATE delivery SET status = 'failed', done_at = $2, last_error = $3 "
	      "WHERE status = 'pending' AND id IN (SELECT d.id FROM delivery d "
	      "WHERE d.endpoint_id = $1 AND d.status = 'pending' AND d.queue = $6 "
	      "AND d.due_at <= $4 AND EXISTS "
	      "(SELECT 1 FROM endpoint e WHERE e.id = $1 AND e.enabled = 0) "
	      "ORDER BY d.due_at LIMIT $5)",
};

const struct stmt *const delivery_wait_store_stmts[] = {
	&speaks,  &suspended, &waiting,  &under_way, &hold, &releasable,
	&release, &abandon,   &disabled, &expire,    NULL,
};

static const struct shape waiting_shape[] = {
	SHAPE(struct due_endpoint, endpoint_id), SHAPE(struct due_endpoint, first_at),
	SHAPE(struct due_endpoint, again_at),    SHAPE(struct due_endpoint, held_until),
	SHAPE(struct due_endpoint, failing),     SHAPE_END,
};

static const struct shape id_shape[] = {
	SHAPE(struct waiting_id, id),
	SHAPE_END,
};

enum rc
delivery_store_speaks(struct op *op, bool *out, const char *endpoint_id)
{
	int64_t n;

	TRY(db_number(op, &n, &speaks, BINDS(bind_text(endpoint_id))));
	*out = n > 0;
	return RC_OK;
}

enum rc
delivery_store_suspended(struct op *op, struct list *out)
{
	return db_all(op, out, sizeof(struct waiting_id), id_shape, &suspended, NO_BINDS);
}

enum rc
delivery_store_waiting(struct op *op, struct list *out, int64_t limit)
{
	return db_all(op, out, sizeof(struct due_endpoint), waiting_shape, &waiting,
		      BINDS(bind_text(""), bind_int(limit)));
}

enum rc
delivery_store_disabled(struct op *op, struct list *out, int64_t limit)
{
	return db_all(op, out, sizeof(struct waiting_id), id_shape, &disabled,
		      BINDS(bind_text(""), bind_int(limit)));
}

enum rc
delivery_store_under_way(struct op *op, int64_t *out, const char *endpoint_id, int64_t limit)
{
	return db_number(op, out, &under_way, BINDS(bind_text(endpoint_id), bind_int(limit)));
}

int
delivery_store_hold(struct batch *batch, const char *endpoint_id, enum delivery_queue queue,
		    struct instant now, int64_t limit)
{
	return batch_add(
		batch, &hold, EXPECT_ANY, RC_OK,
		BINDS(bind_text(endpoint_id), bind_int(queue), bind_time(now), bind_int(limit)));
}

enum rc
delivery_store_releasable(struct op *op, const char **instance_id)
{
	struct waiting_id held = { 0 };
	enum rc rc = db_one(op, &held, id_shape, &releasable, NO_BINDS);

	if (rc != RC_OK && rc != RC_MISSING)
		return rc;
	*instance_id = held.id;
	return RC_OK;
}

void
delivery_store_release(struct batch *batch, const char *instance_id, int64_t limit)
{
	batch_add(batch, &release, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(instance_id), bind_int(limit)));
}

void
delivery_store_abandon(struct batch *batch, const char *endpoint_id, struct instant now,
		       const char *why, int64_t limit)
{
	batch_add(batch, &abandon, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(endpoint_id), bind_time(now), bind_text(why), bind_int(limit)));
}

int
delivery_store_expire(struct batch *batch, const char *endpoint_id, enum delivery_queue queue,
		      struct instant due, struct instant now, const char *why, int64_t limit)
{
	return batch_add(batch, &expire, EXPECT_ANY, RC_OK,
			 BINDS(bind_text(endpoint_id), bind_time(now), bind_text(why),
			       bind_time(due), bind_int(limit), bind_int(queue)));
}
