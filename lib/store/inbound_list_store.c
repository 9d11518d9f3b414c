/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbound_list_store - messages from WhatsApp users as their account looks through them
 *
 * A list walks the index of its narrowest filter, newest first. What no index leads to, a word in
 * the text above all, is looked for in a stretch of rows: where that ends is asked for first, of
 * the index alone, so that no page costs more than a stretch.
 */
#include "store/inbound_columns.h"
#include "store/inbound_store.h"
#include "store/stretch.h"

/* $2, $3: the ids between which the page lies. */
#define RANGE " AND id < $2 AND id >= $3"

/* $5 to $8: filters that do not lead. An endpoint "none" is one to which nothing went. */
#define PAGE(noun, lead)                                                                           \
	{                                                                                          \
		"inbound." noun, SCOPE_ACCOUNT,                                                    \
			"SELECT " INBOUND_COLUMNS " FROM inbound WHERE account_id = $1" lead RANGE \
			" AND (CAST($5 AS TEXT) IS NULL OR instance_id = $5)"                      \
			" AND (CAST($6 AS TEXT) IS NULL OR type = $6)"                             \
			" AND (CAST($7 AS TEXT) IS NULL OR "                                       \
			"lower(text) LIKE '%' || lower($7) || '%' ESCAPE '!')"                     \
			" AND (CAST($8 AS TEXT) IS NULL OR ($8 = 'none' AND "                      \
			"NOT EXISTS (SELECT 1 FROM event e "                                       \
			"JOIN delivery d ON d.event_id = e.id "                                    \
			"WHERE e.inbound_id = inbound.id)) OR EXISTS "                             \
			"(SELECT 1 FROM event f "                                                  \
			"JOIN delivery g ON g.event_id = f.id "                                    \
			"WHERE f.inbound_id = inbound.id "                                         \
			"AND g.endpoint_id = $8)) ORDER BY id DESC LIMIT $4"                       \
	}

/* Where a stretch of so many ends. */
#define EDGE(noun, lead)                                                          \
	{                                                                         \
		"inbound." noun, SCOPE_ACCOUNT,                                   \
			"SELECT id FROM inbound WHERE account_id = $1" lead RANGE \
			" ORDER BY id DESC LIMIT 1 OFFSET $4"                     \
	}

#define OPTED_OUT " AND opted_out = 1"
#define POSSIBLE " AND possible_opt_out = 1"

static const struct stmt list = PAGE("list", "");
static const struct stmt list_from = PAGE("list_from", " AND sender = $9");
static const struct stmt list_from_user = PAGE("list_from_user", " AND sender_user_id = $9");
static const struct stmt list_opt_outs = PAGE("list_opt_outs", OPTED_OUT);
static const struct stmt list_possible = PAGE("list_possible", POSSIBLE);
static const struct stmt list_of_instance = PAGE("list_of_instance", " AND instance_id = $9");
static const struct stmt edge = EDGE("edge", "");
static const struct stmt edge_from = EDGE("edge_from", " AND sender = $5");
static const struct stmt edge_from_user = EDGE("edge_from_user", " AND sender_user_id = $5");
static const struct stmt edge_opt_outs = EDGE("edge_opt_outs", OPTED_OUT);
static const struct stmt edge_possible = EDGE("edge_possible", POSSIBLE);
static const struct stmt edge_of_instance = EDGE("edge_of_instance", " AND instance_id = $5");

const struct stmt *const inbound_list_store_stmts[] = {
	&list,
	&edge,
	&list_from,
	&edge_from,
	&list_from_user,
	&edge_from_user,
	&list_opt_outs,
	&edge_opt_outs,
	&list_possible,
	&edge_possible,
	&list_of_instance,
	&edge_of_instance,
	NULL,
};

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

/* A way through the table: its page, where a stretch of it ends, and the value that leads it (NULL:
 * none). */
struct way {
	const struct stmt *page, *edge;
	const char *leads;
};

static bool
is_number(const char *sender)
{
	return strspn(sender, "0123456789") == strlen(sender);
}

static struct way
narrowest(const struct inbound_query *q)
{
	if (q->sender != NULL && is_number(q->sender))
		return (struct way){ &list_from, &edge_from, q->sender };
	if (q->sender != NULL)
		return (struct way){ &list_from_user, &edge_from_user, q->sender };
	if (q->only_opt_outs)
		return (struct way){ &list_opt_outs, &edge_opt_outs, NULL };
	if (q->only_possible_opt_outs)
		return (struct way){ &list_possible, &edge_possible, NULL };
	if (q->instance_id != NULL)
		return (struct way){ &list_of_instance, &edge_of_instance, q->instance_id };
	return (struct way){ &list, &edge, NULL };
}

/* Does a filter that does not lead make pages of what is scattered? */
static bool
sifts(const struct inbound_query *q)
{
	return q->type != NULL || q->text != NULL || q->endpoint_id != NULL ||
	       (q->instance_id != NULL &&
		(q->sender != NULL || q->only_opt_outs || q->only_possible_opt_outs));
}

enum rc
inbound_store_list(struct op *op, struct list *out, const struct inbound_query *q)
{
	struct way way = narrowest(q);
	const struct bind binds[] = {
		bind_text(stretch_before(op, "in", q->before, q->until)),
		bind_text(stretch_from(op, "in", q->from, q->since)),
		bind_int(q->limit),
		bind_text(q->instance_id),
		bind_text(q->type),
		bind_text(escape_like(op, q->text)),
		bind_text(q->endpoint_id),
		bind_text(way.leads),
	};

	return db_all(op, out, sizeof(struct inbound), inbound_shape, way.page, binds,
		      ARRAY_LEN(binds) - (way.leads == NULL));
}

enum rc
inbound_store_edge(struct op *op, const char **out, const struct inbound_query *q, int64_t n)
{
	struct way way = narrowest(q);
	const struct bind binds[] = {
		bind_text(stretch_before(op, "in", q->before, q->until)),
		bind_text(stretch_from(op, "in", q->from, q->since)),
		bind_int(n - 1),
		bind_text(way.leads),
	};

	if (!sifts(q))
		return RC_OK;
	return stretch_edge(op, out, way.edge, binds, ARRAY_LEN(binds) - (way.leads == NULL));
}
