/* SPDX-License-Identifier: Apache-2.0 */
/*
 * once_store - numbers of forms that count once
 *
 * The primary key decides between two that come at once, on however many machines.
 */
#include "store/once_store.h"

static const struct stmt claim = {
	"once.claim",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO form_once (account_id, nonce, created_at) VALUES ($1, $2, $3)",
};

static const struct stmt release = {
	"once.release",
	SCOPE_ACCOUNT,
	QUIET "DELETE FROM form_once WHERE account_id = $1 AND nonce = $2",
};

static const struct stmt forget = {
	"once.forget",
	SCOPE_ACCOUNT,
	QUIET "DELETE FROM form_once WHERE account_id = $1 AND created_at < $2",
};

const struct stmt *const once_store_stmts[] = { &claim, &release, &forget, NULL };

void
once_store_claim(struct batch *batch, const char *nonce, struct instant at)
{
	batch_add(batch, &claim, EXPECT_ONE, RC_CONFLICT, BINDS(bind_text(nonce), bind_time(at)));
}

void
once_store_release(struct batch *batch, const char *nonce)
{
	batch_add(batch, &release, EXPECT_ANY, RC_OK, BINDS(bind_text(nonce)));
}

void
once_store_forget(struct batch *batch, struct instant before)
{
	batch_add(batch, &forget, EXPECT_ANY, RC_OK, BINDS(bind_time(before)));
}
