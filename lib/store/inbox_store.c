/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbox_store - the raw inbox
 *
 * A row is written before the provider is answered, and stays new until everything in it has been
 * applied; a lease keeps two workers from doing the same, and a worker that died gives way when
 * its lease runs out or when the next one starts on its machine.
 */
#include "store/inbox_store.h"

static const struct shape claimed_shape[] = {
	SHAPE(struct inbox, id),          SHAPE(struct inbox, provider),
	SHAPE(struct inbox, instance_id), SHAPE(struct inbox, tries),
	SHAPE(struct inbox, received_at), SHAPE(struct inbox, items),
	SHAPE(struct inbox, unclaimed),   SHAPE_END,
};

static const struct shape body_shape[] = {
	SHAPE(struct inbox, raw),
	SHAPE(struct inbox, encoding),
	SHAPE_END,
};

static const struct shape isolated_shape[] = {
	SHAPE(struct isolated, phone_number_id),
	SHAPE_END,
};

static const struct stmt insert = {
	"inbox.insert",
	SCOPE_SYSTEM,
	QUIET "INSERT INTO inbox (id, provider, instance_id, raw, encoding, received_at, state) "
	      "VALUES ($1, $2, $3, $4, $5, $6, 'new')",
};

static const struct stmt claim = {
	"inbox.claim",
	SCOPE_SYSTEM,
	QUIET "UPDATE inbox SET lease_until = $2, lease_by = $3, tries = tries + 1 "
	      "WHERE state = 'new' AND (lease_until IS NULL OR lease_until <= $1) AND id IN "
	      "(SELECT i.id FROM inbox i WHERE i.state = 'new' "
	      "AND (i.lease_until IS NULL OR i.lease_until <= $1) ORDER BY i.id LIMIT $4) "
	      "RETURNING id, provider, instance_id, tries, received_at, items, unclaimed",
};

static const struct stmt body = {
	"inbox.body",
	SCOPE_SYSTEM,
	"SELECT raw, encoding FROM inbox WHERE id = $1",
};

static const struct stmt applied = {
	"inbox.applied",
	SCOPE_SYSTEM,
	QUIET "UPDATE inbox SET state = 'applied', applied_at = $2, items = $3, unclaimed = $4, "
	      "lease_until = NULL, lease_by = NULL WHERE id = $1 AND state = 'new'",
};

static const struct stmt unclear = {
	"inbox.unclear",
	SCOPE_SYSTEM,
	QUIET "UPDATE inbox SET state = 'unclear', applied_at = $2, note = $3, "
	      "lease_until = NULL, lease_by = NULL WHERE id = $1 AND state = 'new'",
};

static const struct stmt break_off = {
	"inbox.break_off",
	SCOPE_SYSTEM,
	QUIET "UPDATE inbox SET items = $2, unclaimed = $3, lease_until = NULL, lease_by = NULL, "
	      "tries = tries - 1 WHERE id = $1 AND state = 'new'",
};

static const struct stmt release = {
	"inbox.release",
	SCOPE_SYSTEM,
	QUIET "UPDATE inbox SET lease_until = $2, lease_by = NULL WHERE id = $1 AND state = 'new'",
};

static const struct stmt unclaim = {
	"inbox.unclaim",
	SCOPE_SYSTEM,
	QUIET "UPDATE inbox SET lease_until = NULL, lease_by = NULL, tries = tries - 1 "
	      "WHERE id = $1 AND state = 'new'",
};

static const struct stmt recover = {
	"inbox.recover",
	SCOPE_SYSTEM,
	QUIET "UPDATE inbox SET lease_until = NULL, lease_by = NULL "
	      "WHERE state = 'new' AND lease_by = $1",
};

static const struct stmt oldest = {
	"inbox.oldest",
	SCOPE_SYSTEM,
	"SELECT COALESCE(replayed_at, received_at) FROM inbox WHERE state = 'new' "
	"ORDER BY id LIMIT 1",
};

static const struct stmt is_due = {
	"inbox.is_due",
	SCOPE_SYSTEM,
	"SELECT COUNT(*) FROM (SELECT 1 FROM inbox WHERE state = 'new' "
	"AND (lease_until IS NULL OR lease_until <= $1) LIMIT 1) AS first",
};

static const struct stmt count_unclear = {
	"inbox.count_unclear",
	SCOPE_SYSTEM,
	"SELECT COUNT(*) FROM (SELECT 1 FROM inbox WHERE state = 'unclear' LIMIT 10000) AS some",
};

static const struct stmt isolated = {
	"inbox.isolated",
	SCOPE_SYSTEM,
	"SELECT phone_number_id FROM instance "
	"WHERE phone_number_id IS NOT NULL AND isolated_at IS NOT NULL AND deleted_at IS NULL "
	"ORDER BY id LIMIT 200",
};

const struct stmt *const inbox_store_stmts[] = {
	&insert,  &claim,   &body,   &applied, &unclear,       &break_off, &release,
	&unclaim, &recover, &oldest, &is_due,  &count_unclear, &isolated,  NULL,
};

void
inbox_store_insert(struct batch *batch, const struct inbox *i)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text(i->id), bind_text(i->provider), bind_text(i->instance_id),
			bind_text(i->raw), bind_text(i->encoding), bind_time(i->received_at)));
}

int
inbox_store_claim(struct batch *batch, struct instant now, struct instant lease_until,
		  const char *by, int64_t limit)
{
	return batch_add(
		batch, &claim, EXPECT_ANY, RC_OK,
		BINDS(bind_time(now), bind_time(lease_until), bind_text(by), bind_int(limit)));
}

enum rc
inbox_store_claimed(struct op *op, const struct batch *batch, int index, struct list *out)
{
	return batch_rows(op, batch, index, out, sizeof(struct inbox), claimed_shape);
}

enum rc
inbox_store_body(struct op *op, const char **raw, const char **encoding, const char *id)
{
	struct inbox row = { .id = id };

	TRY(db_one(op, &row, body_shape, &body, BINDS(bind_text(id))));
	*raw = row.raw;
	*encoding = row.encoding;
	return RC_OK;
}

void
inbox_store_applied(struct batch *batch, const char *id, struct instant at, int64_t items,
		    int64_t unclaimed)
{
	batch_add(batch, &applied, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(id), bind_time(at), bind_int(items), bind_int(unclaimed)));
}

void
inbox_store_unclear(struct batch *batch, const char *id, struct instant at, const char *note)
{
	batch_add(batch, &unclear, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(id), bind_time(at), bind_text(note)));
}

void
inbox_store_break_off(struct batch *batch, const char *id, int64_t items, int64_t unclaimed)
{
	batch_add(batch, &break_off, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(id), bind_int(items), bind_int(unclaimed)));
}

void
inbox_store_release(struct batch *batch, const char *id, struct instant not_before)
{
	batch_add(batch, &release, EXPECT_ANY, RC_OK, BINDS(bind_text(id), bind_time(not_before)));
}

void
inbox_store_unclaim(struct batch *batch, const char *id)
{
	batch_add(batch, &unclaim, EXPECT_ANY, RC_OK, BINDS(bind_text(id)));
}

void
inbox_store_recover(struct batch *batch, const char *by)
{
	batch_add(batch, &recover, EXPECT_ANY, RC_OK, BINDS(bind_text(by)));
}

enum rc
inbox_store_oldest(struct op *op, struct instant *out)
{
	enum rc rc = db_number(op, &out->ms, &oldest, NO_BINDS);

	if (rc != RC_MISSING)
		return rc;
	out->ms = 0;
	return RC_OK;
}

enum rc
inbox_store_is_due(struct op *op, bool *out, struct instant now)
{
	int64_t n;

	TRY(db_number(op, &n, &is_due, BINDS(bind_time(now))));
	*out = n > 0;
	return RC_OK;
}

enum rc
inbox_store_count_unclear(struct op *op, int64_t *out)
{
	return db_number(op, out, &count_unclear, NO_BINDS);
}

enum rc
inbox_store_isolated(struct op *op, struct list *out)
{
	return db_all(op, out, sizeof(struct isolated), isolated_shape, &isolated, NO_BINDS);
}
