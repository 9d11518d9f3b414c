/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phone_store - messages that went past the gateway
 *
 * Typed on the phone, or written before the number came here. They are lines of a conversation and
 * nothing else: no limit, no count and no opt-out looks at them.
 */
#include "store/phone_store.h"

static const struct stmt insert = {
	"phone.insert",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO phone_message (account_id, instance_id, provider_id, person, "
	      "direction, type, text, status, payload, provider_at, recorded_at, source) "
	      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'phone') "
	      "ON CONFLICT (instance_id, provider_id) DO UPDATE SET source = 'phone', "
	      "person = excluded.person, direction = excluded.direction, "
	      "type = excluded.type, text = excluded.text, payload = excluded.payload "
	      "WHERE phone_message.source = 'history'",
};

/* excluded's value where the row has only a placeholder, or nobody's name. */
static const struct stmt remember = {
	"phone.remember",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO phone_message (account_id, instance_id, provider_id, person, "
	      "direction, type, text, status, payload, provider_at, recorded_at, source) "
	      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'history') "
	      "ON CONFLICT (instance_id, provider_id) DO UPDATE SET "
	      "status = COALESCE(phone_message.status, excluded.status), "
	      "type = CASE WHEN phone_message.type = 'media_placeholder' "
	      "THEN excluded.type ELSE phone_message.type END, "
	      "text = CASE WHEN phone_message.type = 'media_placeholder' "
	      "THEN excluded.text ELSE phone_message.text END, "
	      "payload = CASE WHEN phone_message.type = 'media_placeholder' "
	      "THEN excluded.payload ELSE phone_message.payload END, "
	      "direction = CASE WHEN phone_message.person = '' "
	      "THEN excluded.direction ELSE phone_message.direction END, "
	      "person = CASE WHEN phone_message.person = '' "
	      "THEN excluded.person ELSE phone_message.person END "
	      "WHERE phone_message.source = 'history'",
};

const struct stmt *const phone_store_stmts[] = { &insert, &remember, NULL };

static void
add(struct batch *batch, const struct stmt *stmt, enum expectation want,
    const struct phone_message *m)
{
	batch_add(batch, stmt, want, RC_CONFLICT,
		  BINDS(bind_text(m->instance_id), bind_text(m->provider_id), bind_text(m->person),
			bind_text(m->direction), bind_text(m->type), bind_text(m->text),
			bind_text(m->status), bind_text(m->payload), bind_time(m->provider_at),
			bind_time(m->recorded_at)));
}

void
phone_store_insert(struct batch *batch, const struct phone_message *message)
{
	add(batch, &insert, EXPECT_ONE, message);
}

void
phone_store_remember(struct batch *batch, const struct phone_message *message)
{
	add(batch, &remember, EXPECT_ANY, message);
}
