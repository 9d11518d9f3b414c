/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status_store - what the provider says became of messages
 *
 * A row per distinct status, so that a repeated webhook is known as one. A status may be here
 * before its message has the provider's id, or even the row of another system's message: it waits
 * until it is adopted, or for a day. Moving a message names the status it was read with; whoever
 * comes second reads again.
 */
#include "store/status_store.h"

static const struct shape status_shape[] = {
	SHAPE(struct status, instance_id),
	SHAPE(struct status, provider_id),
	SHAPE(struct status, status),
	SHAPE(struct status, participant),
	SHAPE(struct status, account_id),
	SHAPE(struct status, message_id),
	SHAPE(struct status, payload),
	SHAPE(struct status, provider_at),
	SHAPE(struct status, recorded_at),
	SHAPE(struct status, applied_at),
	SHAPE_END,
};

static const struct stmt insert = {
	"status.insert",
	SCOPE_ACCOUNT,
	QUIET
	"INSERT INTO message_status (account_id, instance_id, provider_id, status, participant, "
	"message_id, payload, provider_at, recorded_at, applied_at) "
	"VALUES ($1, $2, $3, $4, $5, COALESCE($6, (SELECT m.id FROM message m "
	"WHERE m.account_id = $1 AND m.provider_id = $3 AND m.instance_id = $2)), "
	"$7, $8, $9, $10) ON CONFLICT DO NOTHING",
};

static const struct stmt adopt = {
	"status.adopt",
	SCOPE_ACCOUNT,
	QUIET "UPDATE message_status SET message_id = $4 WHERE account_id = $1 "
	      "AND instance_id = $2 AND provider_id = $3 AND message_id IS NULL",
};

/* Statuses of one second are told apart by their place on the ladder. */
static const struct stmt adopted = {
	"status.adopted",
	SCOPE_SYSTEM,
	"SELECT s.instance_id, s.provider_id, s.status, s.participant, s.account_id, "
	"s.message_id, s.payload, s.provider_at, s.recorded_at, s.applied_at "
	"FROM message_status s "
	"JOIN message m ON m.account_id = s.account_id AND m.id = s.message_id "
	"WHERE s.applied_at IS NULL AND s.message_id IS NOT NULL AND m.status <> 'sending' "
	"ORDER BY s.recorded_at, s.provider_at, CASE s.status WHEN 'sent' THEN 0 "
	"WHEN 'delivered' THEN 1 WHEN 'read' THEN 2 ELSE 3 END LIMIT $1",
};

static const struct stmt applied = {
	"status.applied",
	SCOPE_ACCOUNT,
	QUIET
	"UPDATE message_status SET applied_at = $6 WHERE account_id = $1 AND instance_id = $2 "
	"AND provider_id = $3 AND status = $4 AND participant = $5 AND applied_at IS NULL",
};

static const struct stmt give_up = {
	"status.give_up",
	SCOPE_SYSTEM,
	QUIET
	"UPDATE message_status SET applied_at = $2 WHERE applied_at IS NULL "
	"AND (instance_id, provider_id, status, participant) IN "
	"(SELECT s.instance_id, s.provider_id, s.status, s.participant FROM message_status s "
	"WHERE s.applied_at IS NULL AND s.message_id IS NULL AND s.recorded_at < $1 LIMIT $3)",
};

static const struct stmt move = {
	"status.move",
	SCOPE_ACCOUNT,
	QUIET
	"UPDATE message SET status = $4, provider_id = COALESCE(provider_id, $5), "
	"error_code = $6, error_title = $7, error_details = $8, error_retryable = $9, "
	"price = COALESCE($10, price), sent_at = COALESCE(sent_at, $11), "
	"provider_sent_at = $12, delivered_at = $13, read_at = $14, played_at = $15, "
	"failed_at = $16, unknown_until = $17 WHERE account_id = $1 AND id = $2 AND status = $3",
};

const struct stmt *const status_store_stmts[] = {
	&insert, &adopt, &adopted, &applied, &give_up, &move, NULL,
};

void
status_store_insert(struct batch *batch, const struct status *s)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(s->instance_id), bind_text(s->provider_id), bind_text(s->status),
			bind_text(s->participant), bind_text(s->message_id), bind_text(s->payload),
			bind_time(s->provider_at), bind_time(s->recorded_at),
			bind_time(s->applied_at)));
}

void
status_store_adopt(struct batch *batch, const char *instance_id, const char *provider_id,
		   const char *message_id)
{
	batch_add(batch, &adopt, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(instance_id), bind_text(provider_id), bind_text(message_id)));
}

enum rc
status_store_adopted(struct op *op, struct list *out, int64_t limit)
{
	return db_all(op, out, sizeof(struct status), status_shape, &adopted,
		      BINDS(bind_int(limit)));
}

void
status_store_applied(struct batch *batch, const struct status *s, struct instant at)
{
	batch_add(batch, &applied, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(s->instance_id), bind_text(s->provider_id), bind_text(s->status),
			bind_text(s->participant), bind_time(at)));
}

int
status_store_give_up(struct batch *batch, struct instant before, struct instant at, int64_t limit)
{
	return batch_add(batch, &give_up, EXPECT_ANY, RC_OK,
			 BINDS(bind_time(before), bind_time(at), bind_int(limit)));
}

void
status_store_move(struct batch *batch, const struct message *m, const char *from)
{
	struct bind code = m->error_code == 0 ? bind_null() : bind_int(m->error_code);

	batch_add(batch, &move, EXPECT_ONE, RC_BUSY,
		  BINDS(bind_text(m->id), bind_text(from), bind_text(m->status),
			bind_text(m->provider_id), code, bind_text(m->error_title),
			bind_text(m->error_details), bind_bool(m->error_retryable),
			bind_text(m->price), bind_time(m->sent_at), bind_time(m->provider_sent_at),
			bind_time(m->delivered_at), bind_time(m->read_at), bind_time(m->played_at),
			bind_time(m->failed_at), bind_time(m->unknown_until)));
}
