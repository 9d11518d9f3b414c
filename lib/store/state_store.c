/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state_store - switches of the whole gateway
 *
 * A switch is on when its row is there, so that reading one is one look at a tiny table.
 */
#include "store/state_store.h"

static const struct stmt is_on = {
	"state.is_on",
	SCOPE_SYSTEM,
	"SELECT COUNT(*) FROM gateway_state WHERE name = $1",
};

static const struct stmt turn_on = {
	"state.turn_on",
	SCOPE_SYSTEM,
	"INSERT INTO gateway_state (name, value, changed_at) VALUES ($1, 'on', $2) "
	"ON CONFLICT DO NOTHING",
};

static const struct stmt turn_off = {
	"state.turn_off",
	SCOPE_SYSTEM,
	"DELETE FROM gateway_state WHERE name = $1",
};

const struct stmt *const state_store_stmts[] = { &is_on, &turn_on, &turn_off, NULL };

enum rc
state_store_is_on(struct op *op, const char *name, bool *on)
{
	int64_t n;

	TRY(db_number(op, &n, &is_on, BINDS(bind_text(name))));
	*on = n > 0;
	return RC_OK;
}

void
state_store_set(struct batch *batch, const char *name, bool on, struct instant at)
{
	if (on)
		batch_add(batch, &turn_on, EXPECT_ANY, RC_OK,
			  BINDS(bind_text(name), bind_time(at)));
	else
		batch_add(batch, &turn_off, EXPECT_ANY, RC_OK, BINDS(bind_text(name)));
}
