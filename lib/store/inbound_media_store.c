/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbound_media_store - files that people sent: what waits to be fetched and what is kept
 *
 * Rows point to content by its hash; several may point to the same. Work is found instance by
 * instance, so that one with a hundred thousand waiting costs the others nothing, and those of a
 * number that cannot be asked are not even looked at.
 */
#include "store/inbound_media_store.h"

#define COLUMNS                                                                            \
	"id, account_id, instance_id, inbound_id, media_id, mime_type, filename, sha256, " \
	"state, tries, due_at, lease_until, lease_by, size, hash, last_error, keep_from, " \
	"done_at"

static const struct stmt insert = {
	"inbound_media.insert",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO inbound_media (account_id, id, instance_id, inbound_id, media_id, "
	      "mime_type, filename, sha256, state, due_at, keep_from) "
	      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10)",
};

static const struct stmt kept = {
	"inbound_media.kept",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM inbound_media WHERE account_id = $1 AND media_id = $3 "
	"AND instance_id = $2 AND state = 'kept' AND keep_from > 1 ORDER BY id DESC LIMIT 1",
};

static const struct stmt of = {
	"inbound_media.of",
	SCOPE_ACCOUNT,
	"SELECT " COLUMNS " FROM inbound_media WHERE account_id = $1 AND inbound_id = $2 "
	"ORDER BY id LIMIT 1",
};

static const struct stmt drop = {
	"inbound_media.drop",
	SCOPE_ACCOUNT,
	QUIET "UPDATE inbound_media SET keep_from = 1 WHERE account_id = $1 AND instance_id = $2 "
	      "AND media_id = $3",
};

/* Steps from instance to instance along the index, however many rows each has. */
static const struct stmt due = {
	"inbound_media.due",
	SCOPE_SYSTEM,
	"WITH RECURSIVE busy (id, n) AS ("
	"SELECT (SELECT MIN(m.instance_id) FROM inbound_media m "
	"WHERE m.state = 'waiting' AND m.instance_id > $1), 1 "
	"UNION ALL SELECT (SELECT MIN(m.instance_id) FROM inbound_media m "
	"WHERE m.state = 'waiting' AND m.instance_id > busy.id), busy.n + 1 "
	"FROM busy WHERE busy.id IS NOT NULL AND busy.n <= $2) "
	"SELECT busy.id AS instance_id, i.account_id, (SELECT MIN(m.due_at) FROM inbound_media m "
	"WHERE m.state = 'waiting' AND m.instance_id = busy.id) AS due_at, "
	"CASE WHEN i.deleted_at IS NOT NULL OR (i.state = 'open' AND i.suspended_at IS NULL) "
	"THEN 0 ELSE 1 END AS rests "
	"FROM busy JOIN instance i ON i.id = busy.id ORDER BY busy.n LIMIT $2",
};

static const struct stmt claim = {
	"inbound_media.claim",
	SCOPE_SYSTEM,
	QUIET "UPDATE inbound_media SET state = 'fetching', lease_until = $3, lease_by = $4 "
	      "WHERE state = 'waiting' AND id IN (SELECT m.id FROM inbound_media m "
	      "WHERE m.instance_id = $1 AND m.state = 'waiting' AND m.due_at <= $2 "
	      "ORDER BY m.due_at, m.id LIMIT $5) RETURNING " COLUMNS,
};

static const struct stmt settle = {
	"inbound_media.settle",
	SCOPE_SYSTEM,
	QUIET "UPDATE inbound_media SET state = $3, tries = $4, due_at = $5, size = $6, hash = $7, "
	      "mime_type = $8, last_error = $9, done_at = $10, lease_until = NULL, "
	      "lease_by = NULL WHERE id = $1 AND state = 'fetching' AND lease_until = $2",
};

static const struct stmt reap = {
	"inbound_media.reap",
	SCOPE_SYSTEM,
	QUIET "UPDATE inbound_media SET state = 'waiting', due_at = $1, lease_until = NULL, "
	      "lease_by = NULL WHERE state = 'fetching' AND lease_until <= $1",
};

static const struct stmt recover = {
	"inbound_media.recover",
	SCOPE_SYSTEM,
	QUIET "UPDATE inbound_media SET state = 'waiting', due_at = $2, lease_until = NULL, "
	      "lease_by = NULL WHERE state = 'fetching' AND lease_until IS NOT NULL "
	      "AND lease_by = $1",
};

static const struct stmt aged = {
	"inbound_media.aged",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM inbound_media WHERE keep_from <= $1 AND state <> 'fetching' "
	"ORDER BY keep_from LIMIT $2",
};

static const struct stmt needs = {
	"inbound_media.needs",
	SCOPE_SYSTEM,
	"SELECT COUNT(*) FROM (SELECT 1 FROM inbound_media WHERE hash = $1 AND keep_from > $2 "
	"AND state = 'kept' LIMIT 1) AS first",
};

static const struct stmt forget = {
	"inbound_media.forget",
	SCOPE_SYSTEM,
	QUIET "DELETE FROM inbound_media WHERE id = $1 AND state <> 'fetching'",
};

static const struct stmt count_open = {
	"inbound_media.count_open",
	SCOPE_SYSTEM,
	"SELECT COUNT(*) FROM (SELECT 1 FROM inbound_media WHERE state = 'waiting' "
	"LIMIT 10000) AS open",
};

const struct stmt *const inbound_media_store_stmts[] = {
	&insert, &kept,    &of,   &drop,  &due,    &claim,      &settle,
	&reap,   &recover, &aged, &needs, &forget, &count_open, NULL,
};

static const struct shape due_shape[] = {
	SHAPE(struct due_media, instance_id),
	SHAPE(struct due_media, account_id),
	SHAPE(struct due_media, due_at),
	SHAPE(struct due_media, rests),
	SHAPE_END,
};

void
inbound_media_store_insert(struct batch *batch, const struct inbound_media *m)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(m->id), bind_text(m->instance_id), bind_text(m->inbound_id),
			bind_text(m->media_id), bind_text(m->mime_type), bind_text(m->filename),
			bind_text(m->sha256), bind_time(m->due_at), bind_time(m->keep_from)));
}

enum rc
inbound_media_store_kept(struct op *op, struct inbound_media *out, const char *instance_id,
			 const char *media_id)
{
	return db_one(op, out, inbound_media_shape, &kept,
		      BINDS(bind_text(instance_id), bind_text(media_id)));
}

enum rc
inbound_media_store_of(struct op *op, struct inbound_media *out, const char *inbound_id)
{
	return db_one(op, out, inbound_media_shape, &of, BINDS(bind_text(inbound_id)));
}

void
inbound_media_store_drop(struct batch *batch, const char *instance_id, const char *media_id)
{
	batch_add(batch, &drop, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(instance_id), bind_text(media_id)));
}

enum rc
inbound_media_store_due(struct op *op, struct list *out, const char *after, int64_t limit)
{
	return db_all(op, out, sizeof(struct due_media), due_shape, &due,
		      BINDS(bind_text(after), bind_int(limit)));
}

int
inbound_media_store_claim(struct batch *batch, const char *instance_id, struct instant now,
			  struct instant lease_until, const char *by, int64_t limit)
{
	return batch_add(batch, &claim, EXPECT_ANY, RC_OK,
			 BINDS(bind_text(instance_id), bind_time(now), bind_time(lease_until),
			       bind_text(by), bind_int(limit)));
}

enum rc
inbound_media_store_claimed(struct op *op, const struct batch *batch, int index, struct list *out)
{
	return batch_rows(op, batch, index, out, sizeof(struct inbound_media), inbound_media_shape);
}

void
inbound_media_store_settle(struct batch *batch, const struct inbound_media *m)
{
	batch_add(batch, &settle, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(m->id), bind_time(m->lease_until), bind_text(m->state),
			bind_int(m->tries), bind_time(m->due_at), bind_int(m->size),
			bind_text(m->hash), bind_text(m->mime_type), bind_text(m->last_error),
			bind_time(m->done_at)));
}

void
inbound_media_store_reap(struct batch *batch, struct instant now)
{
	batch_add(batch, &reap, EXPECT_ANY, RC_OK, BINDS(bind_time(now)));
}

void
inbound_media_store_recover(struct batch *batch, const char *by, struct instant now)
{
	batch_add(batch, &recover, EXPECT_ANY, RC_OK, BINDS(bind_text(by), bind_time(now)));
}

enum rc
inbound_media_store_aged(struct op *op, struct list *out, struct instant until, int64_t limit)
{
	return db_all(op, out, sizeof(struct inbound_media), inbound_media_shape, &aged,
		      BINDS(bind_time(until), bind_int(limit)));
}

enum rc
inbound_media_store_needs(struct op *op, bool *out, const char *hash, struct instant until)
{
	int64_t n = 0;

	TRY(db_number(op, &n, &needs, BINDS(bind_text(hash), bind_time(until))));
	*out = n > 0;
	return RC_OK;
}

void
inbound_media_store_forget(struct batch *batch, const char *id)
{
	batch_add(batch, &forget, EXPECT_ANY, RC_OK, BINDS(bind_text(id)));
}

enum rc
inbound_media_store_count_open(struct op *op, int64_t *out)
{
	return db_number(op, out, &count_open, NO_BINDS);
}
