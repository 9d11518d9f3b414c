/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbound_store - messages from WhatsApp users
 *
 * The provider's id makes a message unique in its instance: the same webhook again changes
 * nothing.
 */
#include "store/inbound_store.h"

#include "store/inbound_columns.h"

#define SELECT "SELECT " INBOUND_COLUMNS " FROM inbound "

static const struct stmt insert = {
	"inbound.insert",
	SCOPE_ACCOUNT,
	QUIET
	"INSERT INTO inbound (account_id, id, instance_id, provider_id, sender, sender_user_id, "
	"sender_name, type, text, reply_to, payload, opted_out, provider_at, received_at, "
	"possible_opt_out) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) "
	"ON CONFLICT DO NOTHING",
};

static const struct stmt get = {
	"inbound.get",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND id = $2",
};

static const struct stmt by_provider_id = {
	"inbound.by_provider_id",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND id IN "
	       "(SELECT i.id FROM inbound i WHERE i.provider_id = $2) ORDER BY id LIMIT 1",
};

static const struct stmt identity = {
	"inbound.identity",
	SCOPE_ACCOUNT,
	"SELECT identity FROM recipient_alias WHERE account_id = $1 AND alias = $2",
};

/* From the few spellings of a person to their lines: || keeps the planner from walking all lines
 * of the instance instead. */
static const struct stmt thread = {
	"inbound.thread",
	SCOPE_ACCOUNT,
	"WITH person (spelling) AS (SELECT CAST($3 AS TEXT) UNION SELECT b.alias "
	"FROM recipient_alias a JOIN recipient_alias b ON b.account_id = a.account_id "
	"AND b.identity = a.identity WHERE a.account_id = $1 AND a.alias = $3) "
	"SELECT id, direction, text, type, status, payload, source, at FROM ("
	"SELECT * FROM (SELECT m.id, 'out' AS direction, NULL AS text, m.type, m.status, "
	"m.payload, 'gateway' AS source, m.created_at AS at FROM person p CROSS JOIN message m "
	"WHERE m.account_id = $1 AND m.recipient = p.spelling AND m.instance_id || '' = $2 "
	"ORDER BY m.id DESC LIMIT $4) AS sent "
	"UNION ALL SELECT * FROM (SELECT n.id, 'in' AS direction, n.text, n.type, "
	"'received' AS status, NULL AS payload, 'gateway' AS source, n.received_at AS at "
	"FROM person p CROSS JOIN inbound n "
	"WHERE n.account_id = $1 AND n.sender = p.spelling AND n.instance_id || '' = $2 "
	"ORDER BY n.id DESC LIMIT $4) AS received "
	"UNION ALL SELECT * FROM (SELECT u.id, 'in' AS direction, u.text, u.type, "
	"'received' AS status, NULL AS payload, 'gateway' AS source, u.received_at AS at "
	"FROM person p CROSS JOIN inbound u "
	"WHERE u.account_id = $1 AND u.sender_user_id = p.spelling "
	"AND u.sender_user_id IS NOT NULL AND u.sender IS NULL AND u.instance_id || '' = $2 "
	"ORDER BY u.id DESC LIMIT $4) AS unnamed "
	"UNION ALL SELECT * FROM (SELECT h.provider_id AS id, h.direction, h.text, h.type, "
	"COALESCE(h.status, CASE h.direction WHEN 'in' THEN 'received' ELSE 'sent' END) "
	"AS status, NULL AS payload, h.source, h.provider_at AS at "
	"FROM person p CROSS JOIN phone_message h "
	"WHERE h.account_id = $1 AND h.person = p.spelling AND h.instance_id || '' = $2 "
	"AND NOT EXISTS (SELECT 1 FROM inbound i WHERE i.provider_id = h.provider_id "
	"AND i.instance_id = h.instance_id) "
	"AND NOT EXISTS (SELECT 1 FROM message o WHERE o.provider_id = h.provider_id "
	"AND o.instance_id = h.instance_id AND o.provider_id IS NOT NULL) "
	"ORDER BY h.provider_at DESC LIMIT $4) AS phoned"
	") AS lines ORDER BY at DESC, id DESC LIMIT $4",
};

const struct stmt *const inbound_store_stmts[] = {
	&insert, &get, &by_provider_id, &identity, &thread, NULL,
};

struct identity_row {
	const char *identity;
};

static const struct shape identity_shape[] = {
	SHAPE(struct identity_row, identity),
	SHAPE_END,
};

static const struct shape exchanged_shape[] = {
	SHAPE(struct exchanged, id),
	SHAPE(struct exchanged, direction),
	SHAPE(struct exchanged, text),
	SHAPE(struct exchanged, type),
	SHAPE(struct exchanged, status),
	SHAPE(struct exchanged, at),
	SHAPE(struct exchanged, payload),
	SHAPE(struct exchanged, source),
	SHAPE_END,
};

void
inbound_store_insert(struct batch *batch, const struct inbound *i)
{
	batch_add(batch, &insert, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(i->id), bind_text(i->instance_id), bind_text(i->provider_id),
			bind_text(i->sender), bind_text(i->sender_user_id),
			bind_text(i->sender_name), bind_text(i->type), bind_text(i->text),
			bind_text(i->reply_to), bind_text(i->payload), bind_bool(i->opted_out),
			bind_time(i->provider_at), bind_time(i->received_at),
			bind_bool(i->possible_opt_out)));
}

enum rc
inbound_store_get(struct op *op, struct inbound *out, const char *id)
{
	return db_one(op, out, inbound_shape, &get, BINDS(bind_text(id)));
}

enum rc
inbound_store_by_provider_id(struct op *op, struct inbound *out, const char *provider_id)
{
	return db_one(op, out, inbound_shape, &by_provider_id, BINDS(bind_text(provider_id)));
}

enum rc
inbound_store_identity(struct op *op, const char **out, const char *spelling)
{
	struct identity_row row = { NULL };
	enum rc rc = db_one(op, &row, identity_shape, &identity, BINDS(bind_text(spelling)));

	if (rc == RC_OK || rc == RC_MISSING)
		*out = rc == RC_OK ? row.identity : spelling;
	return rc == RC_MISSING ? RC_OK : rc;
}

enum rc
inbound_store_thread(struct op *op, struct list *out, const char *instance_id,
		     const char *recipient, int64_t limit)
{
	return db_all(op, out, sizeof(struct exchanged), exchanged_shape, &thread,
		      BINDS(bind_text(instance_id), bind_text(recipient), bind_int(limit)));
}
