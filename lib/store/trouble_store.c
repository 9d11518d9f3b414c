/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble_store - where to look for what is the matter
 *
 * Superficial on purpose: it finds rows by the few states that trouble has and leaves out what an
 * incident is open for. Whether it is trouble, and in which words, is decided with the whole noun
 * in hand, by those who read it.
 */
#include "store/trouble_store.h"

#define NOT_OPEN(kind, table)                                                  \
	"AND NOT EXISTS (SELECT 1 FROM incident n WHERE n.account_id = " table \
	".account_id AND n.kind = '" kind "' AND n.subject = " table ".id AND n.ended_at IS NULL)"

static const struct stmt instances = {
	"trouble.instances",
	SCOPE_SYSTEM,
	"SELECT i.account_id, i.id AS subject FROM instance i WHERE i.deleted_at IS NULL "
	"AND i.state IN ('closed', 'restricted') " NOT_OPEN("instance", "i") " LIMIT $1",
};

static const struct stmt quality = {
	"trouble.quality",
	SCOPE_SYSTEM,
	"SELECT i.account_id, i.id AS subject FROM instance i WHERE i.deleted_at IS NULL "
	"AND i.quality IN ('YELLOW', 'RED') " NOT_OPEN("quality", "i") " LIMIT $1",
};

static const struct stmt templates = {
	"trouble.templates",
	SCOPE_SYSTEM,
	"SELECT t.account_id, t.id AS subject FROM wa_template t WHERE t.status_at IS NOT NULL "
	"AND t.deleted_at IS NULL AND t.status IN ('REJECTED', 'PAUSED', 'DISABLED') " NOT_OPEN(
		"template", "t") " LIMIT $1",
};

static const struct stmt endpoints = {
	"trouble.endpoints",
	SCOPE_SYSTEM,
	"SELECT e.account_id, e.id AS subject FROM endpoint e WHERE e.deleted_at IS NULL "
	"AND e.enabled = 1 AND e.failing_since <= $1 " NOT_OPEN(
		"endpoint", "e") " UNION ALL SELECT e.account_id, e.id AS subject FROM endpoint e "
				 "WHERE e.deleted_at IS NULL AND e.enabled = 0 AND "
				 "e.disabled_reason IS NOT NULL " NOT_OPEN("endpoint",
									   "e") " LIMIT $2",
};

static const struct stmt keys = {
	"trouble.keys",
	SCOPE_SYSTEM,
	"SELECT k.account_id, k.id AS subject FROM api_key k WHERE k.revoked_at IS NULL "
	"AND k.expires_at > $1 AND k.expires_at <= $2 " NOT_OPEN("key", "k") " LIMIT $3",
};

static const struct stmt limited = {
	"trouble.limited",
	SCOPE_SYSTEM,
	"SELECT a.id AS account_id, a.id AS subject FROM account a "
	"WHERE a.plan <> 'unlimited' AND a.id > $1 ORDER BY a.id LIMIT $2",
};

const struct stmt *const trouble_store_stmts[] = {
	&instances, &quality, &templates, &endpoints, &keys, &limited, NULL,
};

static const struct shape suspect_shape[] = {
	SHAPE(struct suspect, account_id),
	SHAPE(struct suspect, subject),
	SHAPE_END,
};

#define SUSPECTS(op, out, stmt, ...) \
	db_all(op, out, sizeof(struct suspect), suspect_shape, stmt, BINDS(__VA_ARGS__))

enum rc
trouble_store_instances(struct op *op, struct list *out, int64_t limit)
{
	return SUSPECTS(op, out, &instances, bind_int(limit));
}

enum rc
trouble_store_quality(struct op *op, struct list *out, int64_t limit)
{
	return SUSPECTS(op, out, &quality, bind_int(limit));
}

enum rc
trouble_store_templates(struct op *op, struct list *out, int64_t limit)
{
	return SUSPECTS(op, out, &templates, bind_int(limit));
}

enum rc
trouble_store_endpoints(struct op *op, struct list *out, struct instant failing, int64_t limit)
{
	return SUSPECTS(op, out, &endpoints, bind_time(failing), bind_int(limit));
}

enum rc
trouble_store_keys(struct op *op, struct list *out, struct instant from, struct instant until,
		   int64_t limit)
{
	return SUSPECTS(op, out, &keys, bind_time(from), bind_time(until), bind_int(limit));
}

enum rc
trouble_store_limited(struct op *op, struct list *out, const char *after, int64_t limit)
{
	return SUSPECTS(op, out, &limited, bind_text(after), bind_int(limit));
}
