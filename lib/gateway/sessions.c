/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sessions - who a cookie belongs to
 *
 * The database knows only the hash of a cookie's value. A session ends when nobody used it for a
 * while, when its time is over, when the person signs out or is disabled.
 */
#include "core/secret.h"
#include "gateway/people.h"
#include "store/session_store.h"

/* How stale seen_at may become before a request writes it. */
#define TOUCH_MS MINUTE_MS

static const char *
hash_of(struct op *op, const char *token)
{
	return secret_sha256_hex(op->arena, bytes_of(token));
}

static bool
is_over(const struct session *session, struct instant now)
{
	return session->expires_at.ms <= now.ms || session->seen_at.ms + SESSION_IDLE_MS <= now.ms;
}

/* A page must not fail because that cannot be written now. */
static void
touch(struct op *op, const struct session *session)
{
	struct batch *batch = batch_new(op);

	if (op->now.ms - session->seen_at.ms < TOUCH_MS)
		return;
	session_store_touch(batch, session->token_hash, op->now);
	if (db_commit(op, batch) != RC_OK)
		op_forgive(op);
}

enum rc
gateway_find_session(struct op *op, struct session *out, const char *token)
{
	struct session session = { 0 };
	enum rc rc = RC_MISSING;

	if (!text_empty(token))
		rc = session_store_by_hash(op, &session, hash_of(op, token));
	if (rc == RC_OK && is_over(&session, op->now))
		rc = RC_MISSING;
	if (rc == RC_MISSING)
		return op_refuse(op, RC_AUTH, "signed_out", "Please sign in");
	TRY(rc);
	touch(op, &session);
	*out = session;
	return RC_OK;
}

enum rc
gateway_sign_out(struct op *op, const char *token)
{
	struct batch *batch = batch_new(op);

	if (text_empty(token))
		return RC_OK;
	session_store_delete(batch, hash_of(op, token));
	return db_commit(op, batch);
}
