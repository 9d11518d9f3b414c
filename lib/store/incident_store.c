/* SPDX-License-Identifier: Apache-2.0 */
/*
 * incident_store - what was the matter, and since when
 *
 * A unique index over what is open has two workers that find the same trouble tell of it once.
 * What is open is walked through again and again, so it has an index of its own.
 */
#include "store/incident_store.h"

#define COLUMNS                                                                                    \
	"id, account_id, kind, subject, name, state, level, told, text, outcome, returns, since, " \
	"opened_at, ended_at"

static const struct stmt last = {
	"incident.last",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM incident WHERE account_id = $1 AND kind = $2 AND subject = $3 "
	"ORDER BY id DESC LIMIT 1",
};

static const struct stmt list = {
	"incident.list",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM incident WHERE account_id = $1 "
	"AND (CAST($2 AS TEXT) IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
};

static const struct stmt list_open = {
	"incident.list_open",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM incident WHERE account_id = $1 AND ended_at IS NULL "
	"AND (CAST($2 AS TEXT) IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
};

static const struct stmt open_one = {
	"incident.open",
	SCOPE_ACCOUNT,
	QUIET
	"INSERT INTO incident (account_id, id, kind, subject, name, state, level, told, text, "
	"returns, since, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
	"$12) ON CONFLICT DO NOTHING",
};

static const struct stmt change = {
	"incident.change",
	SCOPE_ACCOUNT,
	QUIET "UPDATE incident SET state = $3, level = $4, told = $5, text = $6, name = $7 "
	      "WHERE account_id = $1 AND id = $2 AND ended_at IS NULL AND told = $8",
};

static const struct stmt end_one = {
	"incident.end",
	SCOPE_ACCOUNT,
	QUIET "UPDATE incident SET ended_at = $3, outcome = $4 "
	      "WHERE account_id = $1 AND id = $2 AND ended_at IS NULL",
};

static const struct stmt walk = {
	"incident.walk",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM incident WHERE ended_at IS NULL AND id > $1 ORDER BY id LIMIT $2",
};

static const struct stmt forget = {
	"incident.forget",
	SCOPE_SYSTEM,
	QUIET "DELETE FROM incident WHERE id IN "
	      "(SELECT id FROM incident WHERE ended_at < $1 LIMIT $2)",
};

const struct stmt *const incident_store_stmts[] = {
	&last, &list, &list_open, &open_one, &change, &end_one, &walk, &forget, NULL,
};

enum rc
incident_store_last(struct op *op, struct incident *out, const char *kind, const char *subject)
{
	return db_one(op, out, incident_shape, &last, BINDS(bind_text(kind), bind_text(subject)));
}

enum rc
incident_store_list(struct op *op, struct list *out, bool open, const char *before, int64_t limit)
{
	return db_all(op, out, sizeof(struct incident), incident_shape, open ? &list_open : &list,
		      BINDS(bind_text(before), bind_int(limit)));
}

void
incident_store_open(struct batch *batch, const struct incident *i)
{
	batch_add(batch, &open_one, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(i->id), bind_text(i->kind), bind_text(i->subject),
			bind_text(i->name), bind_text(i->state), bind_int(i->level),
			bind_int(i->told), bind_text(i->text), bind_int(i->returns),
			bind_time(i->since), bind_time(i->opened_at)));
}

void
incident_store_change(struct batch *batch, const struct incident *i, int64_t told_before)
{
	batch_add(batch, &change, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(i->id), bind_text(i->state), bind_int(i->level),
			bind_int(i->told), bind_text(i->text), bind_text(i->name),
			bind_int(told_before)));
}

void
incident_store_end(struct batch *batch, const struct incident *i)
{
	batch_add(batch, &end_one, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(i->id), bind_time(i->ended_at), bind_text(i->outcome)));
}

enum rc
incident_store_walk(struct op *op, struct list *out, const char *after, int64_t limit)
{
	return db_all(op, out, sizeof(struct incident), incident_shape, &walk,
		      BINDS(bind_text(after), bind_int(limit)));
}

int
incident_store_forget(struct batch *batch, struct instant before, int64_t limit)
{
	return batch_add(batch, &forget, EXPECT_ANY, RC_OK,
			 BINDS(bind_time(before), bind_int(limit)));
}
