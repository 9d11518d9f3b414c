/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance_state_store - what the provider says about a number, in whichever order it comes
 *
 * News carry the moment at which they held. The newest count: what comes late changes nothing, so
 * that repeated and reordered webhooks leave the same behind.
 */
#include "store/instance_state_store.h"

static const struct stmt hear = {
	"instance_state.hear",
	SCOPE_ACCOUNT,
	"UPDATE instance SET state = $4, state_reason = $5, state_cause = $6, "
	"restricted_until = $7, state_as_of = $8 "
	"WHERE account_id = $1 AND id = $2 AND state = $3 AND deleted_at IS NULL "
	"AND (state_as_of IS NULL OR state_as_of <= $8)",
};

#define HEAR(noun, column)                                                          \
	{                                                                           \
		"instance_state." noun, SCOPE_ACCOUNT,                              \
			"UPDATE instance SET " column " = $3, " noun "_as_of = $4 " \
			"WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL " \
			"AND (" noun "_as_of IS NULL OR " noun "_as_of <= $4)"      \
	}

static const struct stmt hear_quality = HEAR("quality", "quality");
static const struct stmt hear_name = HEAR("name", "verified_name");

static const struct stmt own = {
	"instance_state.own",
	SCOPE_ACCOUNT,
	"UPDATE instance SET state_cause = NULL, restricted_until = NULL "
	"WHERE account_id = $1 AND id = $2",
};

static const struct stmt released = {
	"instance_state.released",
	SCOPE_SYSTEM,
	"SELECT id, account_id FROM instance WHERE restricted_until IS NOT NULL "
	"AND restricted_until <= $1 AND deleted_at IS NULL ORDER BY restricted_until LIMIT $2",
};

const struct stmt *const instance_state_store_stmts[] = {
	&hear, &hear_quality, &hear_name, &own, &released, NULL,
};

static const struct shape released_shape[] = {
	SHAPE(struct instance, id),
	SHAPE(struct instance, account_id),
	SHAPE_END,
};

void
instance_state_store_hear(struct batch *batch, const struct instance *i, const char *from)
{
	batch_add(batch, &hear, EXPECT_ONE, RC_BUSY,
		  BINDS(bind_text(i->id), bind_text(from), bind_text(i->state),
			bind_text(i->state_reason), bind_text(i->state_cause),
			bind_time(i->restricted_until), bind_time(i->state_as_of)));
}

void
instance_state_store_quality(struct batch *batch, const char *id, const char *quality,
			     struct instant as_of)
{
	batch_add(batch, &hear_quality, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(id), bind_text(quality), bind_time(as_of)));
}

void
instance_state_store_name(struct batch *batch, const char *id, const char *verified_name,
			  struct instant as_of)
{
	batch_add(batch, &hear_name, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(id), bind_text(verified_name), bind_time(as_of)));
}

void
instance_state_store_own(struct batch *batch, const char *id)
{
	batch_add(batch, &own, EXPECT_ANY, RC_OK, BINDS(bind_text(id)));
}

enum rc
instance_state_store_released(struct op *op, struct list *out, int64_t limit)
{
	return db_all(op, out, sizeof(struct instance), released_shape, &released,
		      BINDS(bind_time(op->now), bind_int(limit)));
}
