/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recipient_store - which spellings are one person
 *
 * Numbers of Brazil, Mexico and Argentina are written in two ways, and a person may be known by
 * a user id alone. Each spelling points to an identity, which is the spelling seen first. Two
 * identities that turn out to be one person are merged into the one of the number asked for.
 */
#include "store/recipient_store.h"

static const struct stmt name = {
	"recipient.name",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO recipient_alias (account_id, alias, identity) "
	      "VALUES ($1, $2, $2) ON CONFLICT DO NOTHING",
};

static const struct stmt alias = {
	"recipient.alias",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO recipient_alias (account_id, alias, identity) "
	      "SELECT $1, $3, r.identity FROM recipient_alias r "
	      "WHERE r.account_id = $1 AND r.alias = $2 ON CONFLICT DO NOTHING",
};

static const struct stmt merge = {
	"recipient.merge",
	SCOPE_ACCOUNT,
	QUIET "UPDATE recipient_alias SET identity = "
	      "(SELECT r.identity FROM recipient_alias r WHERE r.account_id = $1 AND r.alias = $2) "
	      "WHERE account_id = $1 AND identity = "
	      "(SELECT o.identity FROM recipient_alias o WHERE o.account_id = $1 AND o.alias = $3) "
	      "AND identity <> "
	      "(SELECT r.identity FROM recipient_alias r WHERE r.account_id = $1 AND r.alias = $2)",
};

const struct stmt *const recipient_store_stmts[] = { &name, &alias, &merge, NULL };

void
recipient_store_join(struct batch *batch, const char *recipient, const char *other)
{
	batch_add(batch, &name, EXPECT_ANY, RC_OK, BINDS(bind_text(recipient)));
	batch_add(batch, &alias, EXPECT_ANY, RC_OK, BINDS(bind_text(recipient), bind_text(other)));
	batch_add(batch, &merge, EXPECT_ANY, RC_OK, BINDS(bind_text(recipient), bind_text(other)));
}
