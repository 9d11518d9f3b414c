/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_store - the log of what the guard decided
 *
 * Refusals that come in floods are tallied: a row per key, code and minute. A send without a key
 * has the empty one there, since a unique index takes every NULL for another.
 */
#include "store/policy_store.h"

#include "core/id_range.h"

#define WRITTEN                                                                 \
	"id, instance_id, api_key_id, message_id, source, recipient, purpose, " \
	"code, action, risk_score, parts, sentence, created_at, last_at"

#define SELECT                                                                                \
	"SELECT id, account_id, instance_id, NULLIF(api_key_id, '') AS api_key_id, "          \
	"message_id, source, recipient, purpose, code, action, risk_score, parts, sentence, " \
	"count, created_at, last_at FROM policy_event "

static const struct stmt insert = {
	"policy_event.insert",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO policy_event (account_id, " WRITTEN ") "
	      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
};

static const struct stmt tally = {
	"policy_event.tally",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO policy_event (account_id, " WRITTEN ", minute) VALUES ($1, $2, $3, "
	      "COALESCE($4, ''), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15) "
	      "ON CONFLICT (account_id, api_key_id, code, minute) WHERE minute IS NOT NULL "
	      "DO UPDATE SET count = policy_event.count + 1, last_at = excluded.last_at",
};

static const struct stmt get = {
	"policy_event.get",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND id = $2",
};

#define PAGE                                           \
	" AND id < $2 AND id >= $3"                    \
	" AND (CAST($5 AS TEXT) IS NULL OR code = $5)" \
	" ORDER BY id DESC LIMIT $4"

static const struct stmt list = {
	"policy_event.list",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1" PAGE,
};

static const struct stmt list_with_action = {
	"policy_event.list_with_action",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND action = $6" PAGE,
};

const struct stmt *const policy_store_stmts[] = {
	&insert, &tally, &get, &list, &list_with_action, NULL,
};

enum { INSERT_BINDS = 13 };

static void
bind_event(struct bind binds[INSERT_BINDS], const struct policy_event *e)
{
	const struct bind all[INSERT_BINDS] = {
		bind_text(e->id),         bind_text(e->instance_id), bind_text(e->api_key_id),
		bind_text(e->message_id), bind_text(e->source),      bind_text(e->recipient),
		bind_text(e->purpose),    bind_text(e->code),        bind_text(e->action),
		bind_int(e->risk_score),  bind_text(e->parts),       bind_text(e->sentence),
		bind_time(e->created_at),
	};

	memcpy(binds, all, sizeof(all));
}

void
policy_store_insert(struct batch *batch, const struct policy_event *event)
{
	struct bind binds[INSERT_BINDS];

	bind_event(binds, event);
	batch_add(batch, &insert, EXPECT_ONE, RC_INTERNAL, binds, INSERT_BINDS);
}

void
policy_store_tally(struct batch *batch, const struct policy_event *event)
{
	struct bind binds[INSERT_BINDS + 1];

	bind_event(binds, event);
	binds[INSERT_BINDS] = bind_int(event->created_at.ms / MINUTE_MS);
	batch_add(batch, &tally, EXPECT_ONE, RC_INTERNAL, binds, INSERT_BINDS + 1);
}

enum rc
policy_store_get(struct op *op, struct policy_event *out, const char *id)
{
	return db_one(op, out, policy_event_shape, &get, BINDS(bind_text(id)));
}

enum rc
policy_store_list(struct op *op, struct list *out, const struct policy_query *q)
{
	const struct bind binds[] = {
		bind_text(q->before != NULL ? q->before : id_beyond(op, "pol")),
		bind_text(id_least(op, "pol", q->since)),
		bind_int(q->limit),
		bind_text(q->code),
		bind_text(q->action),
	};
	bool any = q->action == NULL;

	return db_all(op, out, sizeof(struct policy_event), policy_event_shape,
		      any ? &list : &list_with_action, binds, ARRAY_LEN(binds) - any);
}
