/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_store - letters until somebody has taken them
 *
 * Written in the transaction of what they tell, so that none is lost or written twice. One in hand
 * has its due time in the future: a worker that dies leaves it to the next.
 */
#include "store/mail_store.h"

#define COLUMNS                                                                         \
	"id, account_id, incident_id, recipient, subject, body, state, tries, due_at, " \
	"answer, created_at, done_at"

static const struct stmt insert = {
	"mail.insert",
	SCOPE_SYSTEM,
	QUIET "INSERT INTO mail (id, account_id, incident_id, recipient, subject, body, state, "
	      "due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $7)",
};

static const struct stmt due = {
	"mail.due",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM mail WHERE state = 'waiting' AND due_at <= $1 "
	"ORDER BY due_at LIMIT $2",
};

static const struct stmt claim = {
	"mail.claim",
	SCOPE_SYSTEM,
	QUIET "UPDATE mail SET due_at = $3, lease_by = $4 "
	      "WHERE id = $1 AND state = 'waiting' AND due_at <= $2",
};

static const struct stmt settle = {
	"mail.settle",
	SCOPE_SYSTEM,
	QUIET "UPDATE mail SET state = $2, tries = $3, due_at = $4, done_at = $5, answer = $6, "
	      "lease_by = NULL WHERE id = $1 AND state = 'waiting'",
};

static const struct stmt recover = {
	"mail.recover",
	SCOPE_SYSTEM,
	QUIET "UPDATE mail SET due_at = $2, lease_by = NULL "
	      "WHERE lease_by = $1 AND state = 'waiting'",
};

static const struct stmt forget = {
	"mail.forget",
	SCOPE_SYSTEM,
	QUIET "DELETE FROM mail WHERE id IN (SELECT id FROM mail WHERE done_at < $1 LIMIT $2)",
};

/* What waits is little as long as mail leaves at all; the counts stop where they say enough. */
static const struct stmt trouble = {
	"mail.trouble",
	SCOPE_SYSTEM,
	"SELECT (SELECT COUNT(*) FROM (SELECT id FROM mail WHERE state = 'waiting' "
	"AND tries > 0 LIMIT 1000) AS w) AS retried, "
	"(SELECT COUNT(*) FROM (SELECT id FROM mail WHERE state = 'failed' "
	"AND done_at >= $1 LIMIT 1000) AS f) AS failed, "
	"COALESCE((SELECT answer FROM mail WHERE state = 'waiting' AND tries > 0 "
	"ORDER BY due_at DESC LIMIT 1), (SELECT answer FROM mail WHERE state = 'failed' "
	"AND done_at >= $1 ORDER BY done_at DESC LIMIT 1)) AS answer",
};

const struct stmt *const mail_store_stmts[] = {
	&insert, &due, &claim, &settle, &recover, &forget, &trouble, NULL,
};

static const struct shape mail_trouble_shape[] = {
	SHAPE(struct mail_trouble, retried),
	SHAPE(struct mail_trouble, failed),
	SHAPE(struct mail_trouble, answer),
	SHAPE_END,
};

void
mail_store_insert(struct batch *batch, const struct mail *m)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text(m->id), bind_text(m->account_id), bind_text(m->incident_id),
			bind_text(m->recipient), bind_text(m->subject), bind_text(m->body),
			bind_time(m->created_at)));
}

enum rc
mail_store_due(struct op *op, struct list *out, struct instant now, int64_t limit)
{
	return db_all(op, out, sizeof(struct mail), mail_shape, &due,
		      BINDS(bind_time(now), bind_int(limit)));
}

void
mail_store_claim(struct batch *batch, const char *id, struct instant now, struct instant until,
		 const char *machine)
{
	batch_add(batch, &claim, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(id), bind_time(now), bind_time(until), bind_text(machine)));
}

void
mail_store_settle(struct batch *batch, const struct mail *m)
{
	batch_add(batch, &settle, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(m->id), bind_text(m->state), bind_int(m->tries),
			bind_time(m->due_at), bind_time(m->done_at), bind_text(m->answer)));
}

void
mail_store_recover(struct batch *batch, const char *machine, struct instant now)
{
	batch_add(batch, &recover, EXPECT_ANY, RC_OK, BINDS(bind_text(machine), bind_time(now)));
}

int
mail_store_forget(struct batch *batch, struct instant before, int64_t limit)
{
	return batch_add(batch, &forget, EXPECT_ANY, RC_OK,
			 BINDS(bind_time(before), bind_int(limit)));
}

enum rc
mail_store_trouble(struct op *op, struct mail_trouble *out, struct instant since)
{
	return db_one(op, out, mail_trouble_shape, &trouble, BINDS(bind_time(since)));
}
