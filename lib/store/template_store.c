/* SPDX-License-Identifier: Apache-2.0 */
/*
 * template_store - message templates, and when each business account's list was read
 *
 * Every send of a template asks for its category from memory, so nothing here writes a row that
 * did not change, and what keeps the syncs' time is quiet. A row never goes back: what Meta said
 * about an earlier moment (as_of) changes nothing.
 */
#include "store/template_store.h"

#define COLUMNS                                                                     \
	"t.id, t.account_id, t.waba_id, t.name, t.language, t.category, t.status, " \
	"t.quality, t.rejected_reason, t.parameter_format, t.components, "          \
	"t.previous_category, t.correct_category, t.as_of, t.updated_at, t.deleted_at"

#define SYNC_COLUMNS "account_id, waba_id, reason, failures, due_at, tried_at, synced_at"

/* One row always, so that what is not known is remembered like what is. */
static const struct stmt category_of = {
	"template.category",
	SCOPE_ACCOUNT,
	KEPT "SELECT MAX(category) AS category FROM wa_template "
	     "WHERE account_id = $1 AND waba_id = $2 AND name = $3 AND language = $4",
};

static const struct stmt get = {
	"template.get",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM wa_template t WHERE t.account_id = $1 AND t.id = $2 "
	"ORDER BY t.updated_at DESC LIMIT 1",
};

static const struct stmt list = {
	"template.list",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM wa_template t "
	"WHERE t.account_id = $1 AND t.waba_id = $2 AND t.deleted_at IS NULL "
	"AND (CAST($3 AS TEXT) IS NULL OR t.name = $3) "
	"AND (CAST($4 AS TEXT) IS NULL OR t.status = $4) "
	"AND (CAST($5 AS TEXT) IS NULL OR t.category = $5) "
	"AND (CAST($6 AS TEXT) IS NULL OR t.language = $6) "
	"AND (t.name, t.language) > ($7, $8) ORDER BY t.name, t.language LIMIT $9",
};

static const struct stmt keys = {
	"template.keys",
	SCOPE_ACCOUNT,
	"SELECT name, language FROM wa_template "
	"WHERE account_id = $1 AND waba_id = $2 AND deleted_at IS NULL "
	"AND (name, language) > ($3, $4) ORDER BY name, language LIMIT $5",
};

static const struct stmt put = {
	"template.put",
	SCOPE_ACCOUNT,
	"INSERT INTO wa_template (account_id, waba_id, name, language, id, category, status, "
	"quality, rejected_reason, parameter_format, components, previous_category, "
	"correct_category, as_of, updated_at) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) "
	"ON CONFLICT (account_id, waba_id, name, language) DO UPDATE SET id = excluded.id, "
	"category = excluded.category, status = excluded.status, "
	"status_at = CASE WHEN wa_template.status <> excluded.status THEN excluded.updated_at "
	"ELSE wa_template.status_at END, "
	"quality = COALESCE(excluded.quality, wa_template.quality), "
	"rejected_reason = excluded.rejected_reason, "
	"parameter_format = COALESCE(excluded.parameter_format, wa_template.parameter_format), "
	"components = COALESCE(excluded.components, wa_template.components), "
	"previous_category = excluded.previous_category, "
	"correct_category = excluded.correct_category, as_of = excluded.as_of, "
	"updated_at = excluded.updated_at, deleted_at = NULL "
	"WHERE wa_template.as_of <= excluded.as_of AND (wa_template.deleted_at IS NOT NULL "
	"OR wa_template.id <> excluded.id OR wa_template.category <> excluded.category "
	"OR wa_template.status <> excluded.status "
	"OR wa_template.quality IS DISTINCT FROM COALESCE(excluded.quality, wa_template.quality) "
	"OR wa_template.rejected_reason IS DISTINCT FROM excluded.rejected_reason "
	"OR wa_template.parameter_format IS DISTINCT FROM "
	"COALESCE(excluded.parameter_format, wa_template.parameter_format) "
	"OR wa_template.components IS DISTINCT FROM "
	"COALESCE(excluded.components, wa_template.components) "
	"OR wa_template.previous_category IS DISTINCT FROM excluded.previous_category "
	"OR wa_template.correct_category IS DISTINCT FROM excluded.correct_category)",
};

#define HEARD(noun, set)                                                          \
	{                                                                         \
		"template." noun, SCOPE_ACCOUNT,                                  \
			"UPDATE wa_template SET " set ", as_of = $4, "            \
			"updated_at = $5 WHERE account_id = $1 AND waba_id = $2 " \
			"AND id = $3 AND as_of <= $4"                             \
	}

static const struct stmt set_status =
	HEARD("status", "status_at = CASE WHEN status <> $6 THEN $5 ELSE status_at END, "
			"status = $6, rejected_reason = $7, deleted_at = CAST($8 AS BIGINT)");
static const struct stmt set_quality = HEARD("quality", "quality = $6");
static const struct stmt set_category =
	HEARD("recategorize", "category = $6, previous_category = $7, correct_category = $8");
static const struct stmt set_components = HEARD("components", "components = $6");

static const struct stmt gone = {
	"template.gone",
	SCOPE_ACCOUNT,
	"UPDATE wa_template SET deleted_at = $4, updated_at = $4, as_of = $5 "
	"WHERE account_id = $1 AND waba_id = $2 AND name = $3 AND deleted_at IS NULL "
	"AND as_of <= $5 AND (CAST($6 AS TEXT) IS NULL OR language = $6) "
	"AND (CAST($7 AS TEXT) IS NULL OR id = $7)",
};

static const struct stmt sync_get = {
	"template_sync.get",
	SCOPE_ACCOUNT,
	"SELECT " SYNC_COLUMNS " FROM wa_template_sync WHERE account_id = $1 AND waba_id = $2",
};

static const struct stmt sync_due = {
	"template_sync.due",
	SCOPE_SYSTEM,
	"SELECT " SYNC_COLUMNS " FROM wa_template_sync WHERE due_at <= $1 "
	"ORDER BY due_at LIMIT $2",
};

static const struct stmt sync_want = {
	"template_sync.want",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO wa_template_sync (account_id, waba_id, due_at) VALUES ($1, $2, $3) "
	      "ON CONFLICT (account_id, waba_id) DO UPDATE SET due_at = CASE "
	      "WHEN wa_template_sync.failures > 0 AND $4 = 0 THEN wa_template_sync.due_at "
	      "WHEN wa_template_sync.tried_at + $5 > excluded.due_at "
	      "THEN wa_template_sync.tried_at + $5 ELSE excluded.due_at END, "
	      "failures = CASE WHEN $4 = 0 THEN wa_template_sync.failures ELSE 0 END",
};

static const struct stmt sync_begin = {
	"template_sync.begin",
	SCOPE_ACCOUNT,
	QUIET "UPDATE wa_template_sync SET tried_at = $3, due_at = $4 "
	      "WHERE account_id = $1 AND waba_id = $2 AND due_at <= $3",
};

/* $4 is the lease of the one that ends: where due_at is another, somebody has wished for the next.
 */
#define NEXT "due_at = CASE WHEN due_at = $3 THEN CAST($4 AS BIGINT) ELSE due_at END"

static const struct stmt sync_done = {
	"template_sync.done",
	SCOPE_ACCOUNT,
	QUIET "UPDATE wa_template_sync SET " NEXT ", synced_at = tried_at, failures = 0, "
	      "reason = NULL WHERE account_id = $1 AND waba_id = $2",
};

static const struct stmt sync_failed = {
	"template_sync.failed",
	SCOPE_ACCOUNT,
	QUIET "UPDATE wa_template_sync SET " NEXT ", failures = failures + 1, reason = $5 "
	      "WHERE account_id = $1 AND waba_id = $2",
};

static const struct stmt sync_rest = {
	"template_sync.rest",
	SCOPE_ACCOUNT,
	QUIET "UPDATE wa_template_sync SET due_at = NULL "
	      "WHERE account_id = $1 AND waba_id = $2 AND due_at = $3",
};

const struct stmt *const template_store_stmts[] = {
	&category_of, &get,          &list,           &keys,        &put,       &set_status,
	&set_quality, &set_category, &set_components, &gone,        &sync_get,  &sync_due,
	&sync_want,   &sync_begin,   &sync_done,      &sync_failed, &sync_rest, NULL,
};

static const struct shape category_shape[] = {
	SHAPE(struct wa_template, category),
	SHAPE_END,
};

static const struct shape key_shape[] = {
	SHAPE(struct template_key, name),
	SHAPE(struct template_key, language),
	SHAPE_END,
};

/* ---- templates --------------------------------------------------------------------------- */

enum rc
template_store_category(struct op *op, const char **category, const char *waba_id, const char *name,
			const char *language)
{
	struct wa_template found = { 0 };

	TRY(db_one(op, &found, category_shape, &category_of,
		   BINDS(bind_text(waba_id), bind_text(name), bind_text(language))));
	if (found.category == NULL)
		return RC_MISSING;
	*category = found.category;
	return RC_OK;
}

enum rc
template_store_get(struct op *op, struct wa_template *out, const char *id)
{
	return db_one(op, out, wa_template_shape, &get, BINDS(bind_text(id)));
}

static struct bind
bind_after(const char *text) /* "" stands before every name and language */
{
	return bind_text(text == NULL ? "" : text);
}

enum rc
template_store_list(struct op *op, struct list *out, const struct template_query *q)
{
	return db_all(op, out, sizeof(struct wa_template), wa_template_shape, &list,
		      BINDS(bind_text(q->waba_id), bind_text(q->name), bind_text(q->status),
			    bind_text(q->category), bind_text(q->language),
			    bind_after(q->after_name), bind_after(q->after_language),
			    bind_int(q->limit)));
}

enum rc
template_store_keys(struct op *op, struct list *out, const char *waba_id,
		    const struct template_key *after, int64_t limit)
{
	return db_all(op, out, sizeof(struct template_key), key_shape, &keys,
		      BINDS(bind_text(waba_id), bind_after(after->name),
			    bind_after(after->language), bind_int(limit)));
}

int
template_store_put(struct batch *batch, const struct wa_template *t, struct instant now)
{
	return batch_add(batch, &put, EXPECT_ANY, RC_OK,
			 BINDS(bind_text(t->waba_id), bind_text(t->name), bind_text(t->language),
			       bind_text(t->id), bind_text(t->category), bind_text(t->status),
			       bind_text(t->quality), bind_text(t->rejected_reason),
			       bind_text(t->parameter_format), bind_text(t->components),
			       bind_text(t->previous_category), bind_text(t->correct_category),
			       bind_time(t->as_of), bind_time(now)));
}

void
template_store_status(struct batch *batch, const struct wa_template *t, struct instant now)
{
	struct instant deleted_at = wa_template_is_gone(t->status) ? now : (struct instant){ 0 };

	batch_add(batch, &set_status, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(t->waba_id), bind_text(t->id), bind_time(t->as_of),
			bind_time(now), bind_text(t->status), bind_text(t->rejected_reason),
			bind_time(deleted_at)));
}

void
template_store_quality(struct batch *batch, const struct wa_template *t, struct instant now)
{
	batch_add(batch, &set_quality, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(t->waba_id), bind_text(t->id), bind_time(t->as_of),
			bind_time(now), bind_text(t->quality)));
}

void
template_store_recategorize(struct batch *batch, const struct wa_template *t, struct instant now)
{
	batch_add(batch, &set_category, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(t->waba_id), bind_text(t->id), bind_time(t->as_of),
			bind_time(now), bind_text(t->category), bind_text(t->previous_category),
			bind_text(t->correct_category)));
}

void
template_store_components(struct batch *batch, const struct wa_template *t, struct instant now)
{
	batch_add(batch, &set_components, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(t->waba_id), bind_text(t->id), bind_time(t->as_of),
			bind_time(now), bind_text(t->components)));
}

int
template_store_gone(struct batch *batch, const struct wa_template *t, struct instant now)
{
	return batch_add(batch, &gone, EXPECT_ANY, RC_OK,
			 BINDS(bind_text(t->waba_id), bind_text(t->name), bind_time(now),
			       bind_time(t->as_of), bind_text(t->language), bind_text(t->id)));
}

/* ---- syncs ------------------------------------------------------------------------------- */

enum rc
template_store_sync(struct op *op, struct template_sync *out, const char *waba_id)
{
	return db_one(op, out, template_sync_shape, &sync_get, BINDS(bind_text(waba_id)));
}

enum rc
template_store_due(struct op *op, struct list *out, struct instant now, int64_t limit)
{
	return db_all(op, out, sizeof(struct template_sync), template_sync_shape, &sync_due,
		      BINDS(bind_time(now), bind_int(limit)));
}

void
template_store_want(struct batch *batch, const char *waba_id, struct instant now, bool afresh)
{
	batch_add(batch, &sync_want, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(waba_id), bind_time(now), bind_bool(afresh),
			bind_int(TEMPLATE_SYNC_SPACING_MS)));
}

static struct instant
lease_of(struct instant began)
{
	return clock_after(began, TEMPLATE_SYNC_LEASE_MS);
}

void
template_store_begin(struct batch *batch, const char *waba_id, struct instant now)
{
	batch_add(batch, &sync_begin, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(waba_id), bind_time(now), bind_time(lease_of(now))));
}

void
template_store_synced(struct batch *batch, const char *waba_id, struct instant began,
		      struct instant next_at)
{
	batch_add(batch, &sync_done, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(waba_id), bind_time(lease_of(began)), bind_time(next_at)));
}

void
template_store_failed(struct batch *batch, const char *waba_id, struct instant began,
		      struct instant next_at, const char *reason)
{
	batch_add(batch, &sync_failed, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(waba_id), bind_time(lease_of(began)), bind_time(next_at),
			bind_text(reason)));
}

void
template_store_rest(struct batch *batch, const char *waba_id, struct instant began)
{
	batch_add(batch, &sync_rest, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(waba_id), bind_time(lease_of(began))));
}
