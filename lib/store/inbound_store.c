/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbound_store - messages from WhatsApp users
 *
 * The provider's id makes a message unique in its instance: the same webhook again changes
 * nothing. A list walks the index of its narrowest filter, newest first.
 */
#include "store/inbound_store.h"

#include "core/id_range.h"

#define COLUMNS                                                                           \
	"id, account_id, instance_id, provider_id, sender, sender_user_id, sender_name, " \
	"type, text, reply_to, payload, opted_out, provider_at, received_at"

#define SELECT "SELECT " COLUMNS " FROM inbound "

static const struct stmt insert = {
	"inbound.insert",
	SCOPE_ACCOUNT,
	QUIET
	"INSERT INTO inbound (account_id, id, instance_id, provider_id, sender, sender_user_id, "
	"sender_name, type, text, reply_to, payload, opted_out, provider_at, received_at) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
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

/* $2, $3: the page; $4 to $6: filters that do not lead. */
#define PAGE                                                                                     \
	" AND id < $2 AND (CAST($4 AS TEXT) IS NULL OR instance_id = $4)"                        \
	" AND (CAST($5 AS TEXT) IS NULL OR type = $5)"                                           \
	" AND (CAST($6 AS TEXT) IS NULL OR lower(text) LIKE '%' || lower($6) || '%' ESCAPE '!')" \
	" ORDER BY id DESC LIMIT $3"

static const struct stmt list = {
	"inbound.list",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1" PAGE,
};

static const struct stmt list_from = {
	"inbound.list_from",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND sender = $7" PAGE,
};

static const struct stmt list_from_user = {
	"inbound.list_from_user",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND sender_user_id = $7" PAGE,
};

static const struct stmt list_opt_outs = {
	"inbound.list_opt_outs",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND opted_out = 1" PAGE,
};

static const struct stmt list_of_instance = {
	"inbound.list_of_instance",
	SCOPE_ACCOUNT,
	SELECT "WHERE account_id = $1 AND instance_id = $7" PAGE,
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
	&insert,
	&get,
	&by_provider_id,
	&list,
	&list_from,
	&list_from_user,
	&list_opt_outs,
	&list_of_instance,
	&identity,
	&thread,
	NULL,
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
			bind_time(i->provider_at), bind_time(i->received_at)));
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

/* The part of a text that is looked for, with the characters that LIKE gives a meaning. */
static const char *
escape_like(struct op *op, const char *text)
{
	struct buf b;

	if (text == NULL)
		return NULL;
	buf_init(&b, op->arena, 2 * strlen(text) + 1);
	for (; *text != '\0'; text++) {
		if (strchr("%_!", *text) != NULL)
			buf_char(&b, '!');
		buf_char(&b, *text);
	}
	return buf_str(&b);
}

/* The statement whose index fits, with the value that leads it (NULL: none). */
static const struct stmt *
narrowest(const struct inbound_query *q, const char **leads)
{
	*leads = q->sender;
	if (q->sender != NULL)
		return strspn(q->sender, "0123456789") == strlen(q->sender) ? &list_from
									    : &list_from_user;
	if (q->only_opt_outs)
		return &list_opt_outs;
	*leads = q->instance_id;
	return q->instance_id != NULL ? &list_of_instance : &list;
}

enum rc
inbound_store_list(struct op *op, struct list *out, const struct inbound_query *q)
{
	const char *leads;
	const struct stmt *stmt = narrowest(q, &leads);
	const struct bind binds[] = {
		bind_text(q->before != NULL ? q->before : id_beyond(op, "in")),
		bind_int(q->limit),
		bind_text(q->instance_id),
		bind_text(q->type),
		bind_text(escape_like(op, q->text)),
		bind_text(leads),
	};

	return db_all(op, out, sizeof(struct inbound), inbound_shape, stmt, binds,
		      ARRAY_LEN(binds) - (leads == NULL));
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
