/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyword_store - the words of opt-out and opt-in that an account has added or switched off
 *
 * A word is known by its language and the form in which it is compared, so that two spellings of
 * one word are not two lines.
 */
#include "store/keyword_store.h"

#define COLUMNS "language, kind, rule, text, folded, is_off AS off, created_by, created_at"

static const struct stmt list = {
	"keyword.list",
	SCOPE_ACCOUNT,
	KEPT "SELECT " COLUMNS " FROM keyword WHERE account_id = $1 "
	     "ORDER BY language, folded LIMIT 200",
};

static const struct stmt room = {
	"keyword.room",
	SCOPE_ACCOUNT,
	"SELECT 1 FROM keyword WHERE account_id = $1 ORDER BY language, folded LIMIT 1 OFFSET 199",
};

static const struct stmt insert = {
	"keyword.insert",
	SCOPE_ACCOUNT,
	"INSERT INTO keyword (account_id, language, folded, kind, rule, text, is_off, created_by, "
	"created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
};

static const struct stmt remove_one = {
	"keyword.remove",
	SCOPE_ACCOUNT,
	"DELETE FROM keyword WHERE account_id = $1 AND language = $2 AND folded = $3 "
	"AND is_off = $4",
};

const struct stmt *const keyword_store_stmts[] = { &list, &room, &insert, &remove_one, NULL };

enum rc
keyword_store_list(struct op *op, struct list *out)
{
	return db_all(op, out, sizeof(struct keyword), keyword_shape, &list, NO_BINDS);
}

void
keyword_store_insert(struct batch *batch, const struct keyword *k)
{
	batch_add(batch, &room, EXPECT_NONE, RC_LIMIT, NO_BINDS);
	batch_add(batch, &insert, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(k->language), bind_text(k->folded), bind_text(k->kind),
			bind_text(k->rule), bind_text(k->text), bind_bool(k->off),
			bind_text(k->created_by), bind_time(k->created_at)));
}

void
keyword_store_remove(struct batch *batch, const char *language, const char *folded, bool off)
{
	batch_add(batch, &remove_one, EXPECT_ONE, RC_MISSING,
		  BINDS(bind_text(language), bind_text(folded), bind_bool(off)));
}
