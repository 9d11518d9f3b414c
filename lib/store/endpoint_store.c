/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoint_store - customers' webhook destinations and which instances they listen to
 *
 * Deleting keeps the row for its deliveries' sake and drops its secrets.
 */
#include "store/endpoint_store.h"

#define COLUMNS                                                                            \
	"e.id, e.account_id, e.url, e.format, e.events, e.disabled_reason, e.updated_by, " \
	"e.secret, e.bearer, e.headers, e.all_instances, e.include_read, e.enabled, "      \
	"e.failing_since, e.created_at, e.updated_at, e.deleted_at, e.message_types, "     \
	"e.previous_secret, e.previous_until, e.switched_at, e.failing_attempts, "         \
	"e.held_until, e.disabled_at"

/* ENDPOINTS_MAX are all that there can be. */
static const struct stmt for_instance = {
	"endpoint.for_instance",
	SCOPE_ACCOUNT,
	KEPT "SELECT " COLUMNS " FROM endpoint e "
	     "WHERE e.account_id = $1 AND e.deleted_at IS NULL "
	     "AND (e.enabled = 1 OR e.disabled_reason IS NOT NULL) "
	     "AND (e.all_instances = 1 OR EXISTS (SELECT 1 FROM endpoint_instance b "
	     "WHERE b.endpoint_id = e.id AND b.instance_id = $2)) ORDER BY e.id DESC LIMIT 1000",
};

static const struct stmt list = {
	"endpoint.list",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM endpoint e "
	"WHERE e.account_id = $1 AND e.deleted_at IS NULL AND (CAST($2 AS TEXT) IS NULL "
	"OR e.all_instances = 1 OR EXISTS (SELECT 1 FROM endpoint_instance b "
	"WHERE b.endpoint_id = e.id AND b.instance_id = $2)) ORDER BY e.id DESC LIMIT 1000",
};

static const struct stmt get = {
	"endpoint.get",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM endpoint e "
	"WHERE e.account_id = $1 AND e.id = $2 AND e.deleted_at IS NULL",
};

static const struct stmt by_id = {
	"endpoint.by_id",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM endpoint e WHERE e.id = $1 AND e.deleted_at IS NULL",
};

static const struct stmt insert = {
	"endpoint.insert",
	SCOPE_ACCOUNT,
	"INSERT INTO endpoint (account_id, id, all_instances, url, format, events, include_read, "
	"secret, bearer, headers, enabled, created_at, updated_at, updated_by, message_types) "
	"SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14 "
	"WHERE (SELECT COUNT(*) FROM endpoint n WHERE n.account_id = $1 "
	"AND n.deleted_at IS NULL) < $15",
};

/* The instance must be the account's own and still there. */
static const struct stmt bind_instance = {
	"endpoint.bind",
	SCOPE_ACCOUNT,
	"INSERT INTO endpoint_instance (endpoint_id, instance_id) SELECT $2, i.id "
	"FROM instance i WHERE i.account_id = $1 AND i.id = $3 AND i.deleted_at IS NULL",
};

/* As it was when it was read: what changed meanwhile is not written over. */
/* What failed was another address, or lies before the time it was switched off. */
#define BEGINS_ANEW "url <> $3 OR ($10 = 1 AND enabled = 0)"

static const struct stmt update = {
	"endpoint.update",
	SCOPE_ACCOUNT,
	"UPDATE endpoint SET url = $3, format = $4, events = $5, include_read = $6, secret = $7, "
	"bearer = $8, headers = $9, message_types = $13, all_instances = $14, "
	"previous_secret = $15, previous_until = $16, switched_at = $17, "
	"failing_since = CASE WHEN " BEGINS_ANEW " THEN NULL ELSE failing_since END, "
	"failing_attempts = CASE WHEN " BEGINS_ANEW " THEN 0 ELSE failing_attempts END, "
	"held_until = NULL, "
	"disabled_reason = CASE WHEN $10 = 1 THEN NULL ELSE disabled_reason END, "
	"disabled_at = CASE WHEN $10 = 1 THEN NULL WHEN enabled = 1 THEN $11 ELSE disabled_at END, "
	"enabled = $10, updated_at = $11, updated_by = $12 "
	"WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL AND updated_at = $18",
};

static const struct stmt delete_one = {
	"endpoint.delete",
	SCOPE_ACCOUNT,
	"UPDATE endpoint SET deleted_at = $3, enabled = 0, secret = NULL, bearer = NULL, "
	"headers = NULL, previous_secret = NULL "
	"WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
};

static const struct stmt unbind = {
	"endpoint.unbind",
	SCOPE_ACCOUNT,
	"DELETE FROM endpoint_instance WHERE endpoint_id = "
	"(SELECT e.id FROM endpoint e WHERE e.account_id = $1 AND e.id = $2)",
};

static const struct stmt disable = {
	"endpoint.disable",
	SCOPE_SYSTEM,
	"UPDATE endpoint SET enabled = 0, disabled_reason = $2, disabled_at = $3, updated_at = $3 "
	"WHERE id = $1 AND enabled = 1",
};

/* Judged by the row: of several attempts that end together each counts. */
static const struct stmt give_up = {
	"endpoint.give_up",
	SCOPE_SYSTEM,
	"UPDATE endpoint SET enabled = 0, disabled_reason = $2, disabled_at = $3, updated_at = $3 "
	"WHERE id = $1 AND enabled = 1 AND failing_since <= $4 AND failing_attempts >= $5",
};

/* A slot that holds another hour begins anew. */
static const struct stmt count_attempts = {
	"endpoint.count_attempts",
	SCOPE_SYSTEM,
	QUIET "INSERT INTO endpoint_hour (endpoint_id, slot, hour, taken, refused) "
	      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (endpoint_id, slot) DO UPDATE SET "
	      "taken = CASE WHEN endpoint_hour.hour = $3 THEN endpoint_hour.taken ELSE 0 END + $4, "
	      "refused = CASE WHEN endpoint_hour.hour = $3 THEN endpoint_hour.refused ELSE 0 END "
	      "+ $5, hour = $3",
};

static const struct stmt attempts = {
	"endpoint.attempts",
	SCOPE_ACCOUNT,
	"SELECT COALESCE(SUM(h.taken), 0) AS taken, COALESCE(SUM(h.refused), 0) AS refused "
	"FROM endpoint_hour h WHERE h.endpoint_id = "
	"(SELECT e.id FROM endpoint e WHERE e.account_id = $1 AND e.id = $2) AND h.hour > $3",
};

static const struct stmt failed = {
	"endpoint.failed",
	SCOPE_SYSTEM,
	QUIET "UPDATE endpoint SET failing_since = COALESCE(failing_since, $2), "
	      "failing_attempts = failing_attempts + 1 WHERE id = $1",
};

static const struct stmt hold = {
	"endpoint.hold",
	SCOPE_SYSTEM,
	QUIET "UPDATE endpoint SET held_until = $2 WHERE id = $1",
};

static const struct stmt succeeded = {
	"endpoint.succeeded",
	SCOPE_SYSTEM,
	QUIET "UPDATE endpoint SET failing_since = NULL, failing_attempts = 0, held_until = NULL "
	      "WHERE id = $1 AND (failing_since IS NOT NULL OR held_until IS NOT NULL)",
};

const struct stmt *const endpoint_store_stmts[] = {
	&for_instance,   &list,       &get,     &by_id,     &insert, &bind_instance,
	&update,         &delete_one, &disable, &give_up,   &failed, &hold,
	&count_attempts, &attempts,   &unbind,  &succeeded, NULL,
};

enum rc
endpoint_store_for_instance(struct op *op, struct list *out, const char *instance_id)
{
	return db_all(op, out, sizeof(struct endpoint), endpoint_shape, &for_instance,
		      BINDS(bind_text(instance_id)));
}

enum rc
endpoint_store_list(struct op *op, struct list *out, const char *instance_id)
{
	return db_all(op, out, sizeof(struct endpoint), endpoint_shape, &list,
		      BINDS(bind_text(instance_id)));
}

enum rc
endpoint_store_get(struct op *op, struct endpoint *out, const char *id)
{
	return db_one(op, out, endpoint_shape, &get, BINDS(bind_text(id)));
}

enum rc
endpoint_store_by_id(struct op *op, struct endpoint *out, const char *id)
{
	return db_one(op, out, endpoint_shape, &by_id, BINDS(bind_text(id)));
}

void
endpoint_store_insert(struct batch *batch, const struct endpoint *e)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_LIMIT,
		  BINDS(bind_text(e->id), bind_bool(e->all_instances), bind_text(e->url),
			bind_text(e->format), bind_text(e->events), bind_bool(e->include_read),
			bind_text(e->secret), bind_text(e->bearer), bind_text(e->headers),
			bind_bool(e->enabled), bind_time(e->created_at), bind_text(e->updated_by),
			bind_text(e->message_types), bind_int(ENDPOINTS_MAX)));
}

void
endpoint_store_bind(struct batch *batch, const char *endpoint_id, const char *instance_id)
{
	batch_add(batch, &bind_instance, EXPECT_ONE, RC_MISSING,
		  BINDS(bind_text(endpoint_id), bind_text(instance_id)));
}

void
endpoint_store_update(struct batch *batch, const struct endpoint *e, struct instant read)
{
	batch_add(batch, &update, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(e->id), bind_text(e->url), bind_text(e->format),
			bind_text(e->events), bind_bool(e->include_read), bind_text(e->secret),
			bind_text(e->bearer), bind_text(e->headers), bind_bool(e->enabled),
			bind_time(e->updated_at), bind_text(e->updated_by),
			bind_text(e->message_types), bind_bool(e->all_instances),
			bind_text(e->previous_secret), bind_time(e->previous_until),
			bind_time(e->switched_at), bind_time(read)));
}

void
endpoint_store_unbind(struct batch *batch, const char *endpoint_id)
{
	batch_add(batch, &unbind, EXPECT_ANY, RC_OK, BINDS(bind_text(endpoint_id)));
}

void
endpoint_store_delete(struct batch *batch, const char *id, struct instant at)
{
	batch_add(batch, &delete_one, EXPECT_ONE, RC_MISSING, BINDS(bind_text(id), bind_time(at)));
}

void
endpoint_store_disable(struct batch *batch, const char *id, const char *reason, struct instant at)
{
	batch_add(batch, &disable, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(id), bind_text(reason), bind_time(at)));
}

void
endpoint_store_give_up(struct batch *batch, const char *id, const char *reason, struct instant at)
{
	batch_add(batch, &give_up, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(id), bind_text(reason), bind_time(at),
			bind_time(clock_after(at, -ENDPOINT_GIVE_UP_MS)),
			bind_int(ENDPOINT_GIVE_UP_ATTEMPTS)));
}

void
endpoint_store_hold(struct batch *batch, const char *id, struct instant until)
{
	batch_add(batch, &hold, EXPECT_ANY, RC_OK, BINDS(bind_text(id), bind_time(until)));
}

void
endpoint_store_failed(struct batch *batch, const char *id, struct instant at)
{
	batch_add(batch, &failed, EXPECT_ANY, RC_OK, BINDS(bind_text(id), bind_time(at)));
}

void
endpoint_store_succeeded(struct batch *batch, const char *id)
{
	batch_add(batch, &succeeded, EXPECT_ANY, RC_OK, BINDS(bind_text(id)));
}

/* ---- how deliveries went ----------------------------------------------------------------- */

enum { HOURS_KEPT = 25 };

static const struct shape attempts_shape[] = {
	SHAPE(struct endpoint_attempts, taken),
	SHAPE(struct endpoint_attempts, refused),
	SHAPE_END,
};

void
endpoint_store_count_attempts(struct batch *batch, const char *id, struct instant at, int64_t taken,
			      int64_t refused)
{
	int64_t hour = at.ms / HOUR_MS;

	batch_add(batch, &count_attempts, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(id), bind_int(hour % HOURS_KEPT), bind_int(hour), bind_int(taken),
			bind_int(refused)));
}

enum rc
endpoint_store_attempts(struct op *op, struct endpoint_attempts *out, const char *id)
{
	return db_one(op, out, attempts_shape, &attempts,
		      BINDS(bind_text(id), bind_int(op->now.ms / HOUR_MS - HOURS_KEPT)));
}
