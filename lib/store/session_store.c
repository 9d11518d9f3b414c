/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_store - signed-in browsers, and failed attempts to become one
 *
 * The table knows only the hash of a cookie's value. Failures are counted per subject in a window
 * that starts with the first of them; what a subject is and how many are too many is not known
 * here.
 */
#include "store/session_store.h"

static const struct shape failure_shape[] = {
	SHAPE(struct sign_in_failure, subject),
	SHAPE(struct sign_in_failure, count),
	SHAPE(struct sign_in_failure, first_at),
	SHAPE(struct sign_in_failure, last_at),
	SHAPE_END,
};

static const struct stmt by_hash = {
	"session.by_hash",
	SCOPE_SYSTEM,
	"SELECT s.token_hash, s.user_id, s.account_id, s.csrf_token, s.client, s.agent, u.email, "
	"u.name AS user_name, u.role, a.name AS account_name, s.created_at, s.seen_at, "
	"s.expires_at "
	"FROM session s JOIN users u ON u.id = s.user_id JOIN account a ON a.id = s.account_id "
	"WHERE s.token_hash = $1 AND u.disabled_at IS NULL",
};

static const struct stmt insert = {
	"session.insert",
	SCOPE_SYSTEM,
	"INSERT INTO session (token_hash, user_id, account_id, csrf_token, client, agent, "
	"created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
};

static const struct stmt touch = {
	"session.touch",
	SCOPE_SYSTEM,
	"UPDATE session SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2",
};

static const struct stmt delete_one = {
	"session.delete",
	SCOPE_SYSTEM,
	"DELETE FROM session WHERE token_hash = $1",
};

static const struct stmt delete_of_user = {
	"session.delete_of_user",
	SCOPE_SYSTEM,
	"DELETE FROM session WHERE user_id = $1",
};

static const struct stmt delete_ended = {
	"session.delete_ended",
	SCOPE_SYSTEM,
	"DELETE FROM session WHERE token_hash IN "
	"(SELECT token_hash FROM session WHERE expires_at < $1 ORDER BY expires_at LIMIT 100)",
};

static const struct stmt failures = {
	"sign_in_failure.get",
	SCOPE_SYSTEM,
	"SELECT subject, count, first_at, last_at FROM sign_in_failure WHERE subject = $1",
};

static const struct stmt take_attempt = {
	"sign_in_failure.take",
	SCOPE_SYSTEM,
	"INSERT INTO sign_in_failure (subject, count, first_at, last_at) VALUES ($1, 1, $2, $2) "
	"ON CONFLICT (subject) DO UPDATE SET "
	"count = CASE WHEN sign_in_failure.first_at < $3 THEN 1 ELSE sign_in_failure.count + 1 "
	"END, first_at = CASE WHEN sign_in_failure.first_at < $3 THEN $2 "
	"ELSE sign_in_failure.first_at END, last_at = $2 "
	"WHERE sign_in_failure.first_at < $3 OR sign_in_failure.count < $4",
};

static const struct stmt return_attempt = {
	"sign_in_failure.return",
	SCOPE_SYSTEM,
	"UPDATE sign_in_failure SET count = count - 1 WHERE subject = $1 AND count > 0",
};

static const struct stmt forget_failures = {
	"sign_in_failure.forget",
	SCOPE_SYSTEM,
	"DELETE FROM sign_in_failure WHERE subject = $1",
};

static const struct stmt delete_failures = {
	"sign_in_failure.delete_old",
	SCOPE_SYSTEM,
	"DELETE FROM sign_in_failure WHERE subject IN "
	"(SELECT subject FROM sign_in_failure WHERE last_at < $1 ORDER BY last_at LIMIT 100)",
};

const struct stmt *const session_store_stmts[] = {
	&by_hash,        &insert,          &touch,           &delete_one,
	&delete_of_user, &delete_ended,    &failures,        &take_attempt,
	&return_attempt, &forget_failures, &delete_failures, NULL,
};

enum rc
session_store_by_hash(struct op *op, struct session *out, const char *hash)
{
	return db_one(op, out, session_shape, &by_hash, BINDS(bind_text(hash)));
}

void
session_store_insert(struct batch *batch, const struct session *s)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_INTERNAL,
		  BINDS(bind_text(s->token_hash), bind_text(s->user_id), bind_text(s->account_id),
			bind_text(s->csrf_token), bind_text(s->client), bind_text(s->agent),
			bind_time(s->created_at), bind_time(s->seen_at), bind_time(s->expires_at)));
}

void
session_store_touch(struct batch *batch, const char *hash, struct instant seen_at)
{
	batch_add(batch, &touch, EXPECT_ANY, RC_OK, BINDS(bind_text(hash), bind_time(seen_at)));
}

void
session_store_delete(struct batch *batch, const char *hash)
{
	batch_add(batch, &delete_one, EXPECT_ANY, RC_OK, BINDS(bind_text(hash)));
}

void
session_store_delete_of_user(struct batch *batch, const char *user_id)
{
	batch_add(batch, &delete_of_user, EXPECT_ANY, RC_OK, BINDS(bind_text(user_id)));
}

void
session_store_delete_ended(struct batch *batch, struct instant before)
{
	batch_add(batch, &delete_ended, EXPECT_ANY, RC_OK, BINDS(bind_time(before)));
}

enum rc
session_store_failures(struct op *op, struct sign_in_failure *out, const char *subject)
{
	return db_one(op, out, failure_shape, &failures, BINDS(bind_text(subject)));
}

void
session_store_take_attempt(struct batch *batch, const char *subject, struct instant at,
			   struct instant since, int64_t limit)
{
	batch_add(batch, &take_attempt, EXPECT_ONE, RC_LIMIT,
		  BINDS(bind_text(subject), bind_time(at), bind_time(since), bind_int(limit)));
}

void
session_store_return_attempt(struct batch *batch, const char *subject)
{
	batch_add(batch, &return_attempt, EXPECT_ANY, RC_OK, BINDS(bind_text(subject)));
}

void
session_store_forget_failures(struct batch *batch, const char *subject)
{
	batch_add(batch, &forget_failures, EXPECT_ANY, RC_OK, BINDS(bind_text(subject)));
}

void
session_store_delete_failures(struct batch *batch, struct instant before)
{
	batch_add(batch, &delete_failures, EXPECT_ANY, RC_OK, BINDS(bind_time(before)));
}
