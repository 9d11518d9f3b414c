/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suppression_store - who may not be messaged
 *
 * A row hangs on one spelling of a recipient; recipient_alias says which spellings are one person,
 * and every question about a person asks for all of them. Lifting keeps the row as evidence.
 */
#include "store/suppression_store.h"

#include "store/spellings.h"

#define COLUMNS                                                                             \
	"id, account_id, recipient, reason, source, actor, instance_id, inbound_id, text, " \
	"keyword, note, lifted_by, lift_reason, since, lifted_at, language, rule, confirmation_id"

static const struct stmt active = {
	"suppression.active",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM suppression "
	"WHERE account_id = $1 AND lifted_at IS NULL AND recipient IN " SPELLINGS
	" ORDER BY since DESC LIMIT 20",
};

static const struct stmt get = {
	"suppression.get",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM suppression WHERE account_id = $1 AND id = $2",
};

static const struct stmt list = {
	"suppression.list",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM suppression "
	"WHERE account_id = $1 AND (CAST($2 AS TEXT) IS NULL OR reason = $2) "
	"AND ($3 = 1 OR lifted_at IS NULL) AND (CAST($4 AS TEXT) IS NULL OR id < $4) "
	"ORDER BY id DESC LIMIT $5",
};

static const struct stmt list_of = {
	"suppression.list_of",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM suppression "
	"WHERE account_id = $1 AND recipient = $2 AND (CAST($3 AS TEXT) IS NULL OR reason = $3) "
	"AND ($4 = 1 OR lifted_at IS NULL) AND (CAST($5 AS TEXT) IS NULL OR id < $5) "
	"ORDER BY id DESC LIMIT $6",
};

static const struct stmt count = {
	"suppression.count",
	SCOPE_ACCOUNT,
	"SELECT COUNT(*) FROM (SELECT 1 FROM suppression "
	"WHERE account_id = $1 AND lifted_at IS NULL LIMIT 10000) AS counted",
};

static const struct stmt insert = {
	"suppression.insert",
	SCOPE_ACCOUNT,
	"INSERT INTO suppression (account_id, id, recipient, reason, since, source, actor, "
	"instance_id, inbound_id, text, keyword, note, language, rule, confirmation_id) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) "
	"ON CONFLICT DO NOTHING",
};

/* Reasons that do not block are bound as NULL, which IN never finds; an opt-out from before $8 has
 * been overtaken. Every send asks it: so no list leads into an index, as SQLite would make a table
 * of it before it looks, and the joins are in the order of the way, which SQLite keeps for CROSS
 * JOIN. */
static const struct stmt guard = {
	"suppression.guard",
	SCOPE_ACCOUNT,
	"SELECT id FROM suppression "
	"WHERE account_id = $1 AND lifted_at IS NULL AND recipient = $2 "
	"AND lower(reason) IN ($3, $4, $5, $6, $7) "
	"AND (reason <> 'opted_out' OR since >= $8) "
	"UNION ALL "
	"SELECT s.id FROM recipient_alias a CROSS JOIN recipient_alias b CROSS JOIN suppression s "
	"WHERE a.account_id = $1 AND a.alias = $2 "
	"AND b.account_id = a.account_id AND b.identity = a.identity "
	"AND s.account_id = b.account_id AND s.recipient = b.alias AND s.lifted_at IS NULL "
	"AND lower(s.reason) IN ($3, $4, $5, $6, $7) "
	"AND (s.reason <> 'opted_out' OR s.since >= $8) LIMIT 1",
};

static const struct stmt renew = {
	"suppression.renew",
	SCOPE_ACCOUNT,
	"UPDATE suppression SET since = $3 WHERE account_id = $1 AND lifted_at IS NULL "
	"AND reason = 'opted_out' AND since < $3 AND recipient IN " SPELLINGS,
};

static const struct stmt lift_made_by = {
	"suppression.lift_made_by",
	SCOPE_ACCOUNT,
	"UPDATE suppression SET lifted_at = $3, lifted_by = $4, lift_reason = $5 "
	"WHERE account_id = $1 AND lifted_at IS NULL AND source = $6 AND since <= $7 "
	"AND recipient IN " SPELLINGS,
};

static const struct stmt lift = {
	"suppression.lift",
	SCOPE_ACCOUNT,
	"UPDATE suppression SET lifted_at = $3, lifted_by = $4, lift_reason = $5 "
	"WHERE account_id = $1 AND id = $2 AND lifted_at IS NULL",
};

const struct stmt *const suppression_store_stmts[] = {
	&active, &get, &list, &list_of, &count, &insert, &guard, &renew, &lift_made_by, &lift, NULL,
};

enum rc
suppression_store_active(struct op *op, struct list *out, const char *recipient)
{
	return db_all(op, out, sizeof(struct suppression), suppression_shape, &active,
		      BINDS(bind_text(recipient)));
}

enum rc
suppression_store_get(struct op *op, struct suppression *out, const char *id)
{
	return db_one(op, out, suppression_shape, &get, BINDS(bind_text(id)));
}

enum rc
suppression_store_list(struct op *op, struct list *out, const char *recipient, const char *reason,
		       bool lifted, const char *before, int64_t limit)
{
	if (recipient != NULL)
		return db_all(op, out, sizeof(struct suppression), suppression_shape, &list_of,
			      BINDS(bind_text(recipient), bind_text(reason), bind_bool(lifted),
				    bind_text(before), bind_int(limit)));
	return db_all(
		op, out, sizeof(struct suppression), suppression_shape, &list,
		BINDS(bind_text(reason), bind_bool(lifted), bind_text(before), bind_int(limit)));
}

enum rc
suppression_store_count(struct op *op, int64_t *out)
{
	return db_number(op, out, &count, NO_BINDS);
}

static int
add_insert(struct batch *batch, enum expectation want, const struct suppression *s)
{
	return batch_add(batch, &insert, want, RC_CONFLICT,
			 BINDS(bind_text(s->id), bind_text(s->recipient), bind_text(s->reason),
			       bind_time(s->since), bind_text(s->source), bind_text(s->actor),
			       bind_text(s->instance_id), bind_text(s->inbound_id),
			       bind_text(s->text), bind_text(s->keyword), bind_text(s->note),
			       bind_text(s->language), bind_text(s->rule),
			       bind_text(s->confirmation_id)));
}

int
suppression_store_insert(struct batch *batch, const struct suppression *suppression)
{
	return add_insert(batch, EXPECT_ANY, suppression);
}

void
suppression_store_add(struct batch *batch, const struct suppression *suppression)
{
	add_insert(batch, EXPECT_ONE, suppression);
}

int
suppression_store_guard(struct batch *batch, const char *recipient, const char *purpose,
			const char *essential, struct instant wrote)
{
	enum { REASONS = 5 };
	struct bind binds[2 + REASONS] = { bind_text(recipient) };

	for (size_t i = 0; i < REASONS; i++) {
		const char *reason = suppression_reasons[i];

		binds[1 + i] = suppression_blocks(reason, purpose, essential) ? bind_text(reason)
									      : bind_null();
	}
	binds[1 + REASONS] = bind_int(wrote.ms);
	expect(suppression_reasons[REASONS] == NULL);
	return batch_add(batch, &guard, EXPECT_NONE, RC_DENIED, binds, ARRAY_LEN(binds));
}

void
suppression_store_renew(struct batch *batch, const char *recipient, struct instant at)
{
	batch_add(batch, &renew, EXPECT_ANY, RC_OK, BINDS(bind_text(recipient), bind_time(at)));
}

void
suppression_store_lift_made_by(struct batch *batch, const char *recipient, const char *source,
			       const struct suppression_lift *how)
{
	batch_add(batch, &lift_made_by, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(recipient), bind_time(how->at), bind_text(how->by),
			bind_text(how->why), bind_text(source), bind_time(how->said_at)));
}

void
suppression_store_lift(struct batch *batch, const char *id, struct instant at, const char *by,
		       const char *why)
{
	batch_add(batch, &lift, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(id), bind_time(at), bind_text(by), bind_text(why)));
}
