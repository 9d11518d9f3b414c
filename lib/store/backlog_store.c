/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backlog_store - how much work is waiting, and how it has been going
 *
 * Every count stops at a bound and runs over a partial index of what is open, so that asking stays
 * cheap just when there is a lot.
 */
#include "store/backlog_store.h"

static const struct shape outcomes_shape[] = {
	SHAPE(struct outcomes, ended),
	SHAPE(struct outcomes, delivered),
	SHAPE_END,
};

static const struct stmt outcomes = {
	"backlog.outcomes",
	SCOPE_ACCOUNT,
	"SELECT COUNT(CASE WHEN recent.status NOT IN ('pending', 'sending') THEN 1 END) AS ended, "
	"COUNT(CASE WHEN recent.status = 'delivered' THEN 1 END) AS delivered "
	"FROM (SELECT status FROM delivery WHERE account_id = $1 AND id > $2 "
	"ORDER BY id DESC LIMIT 1000) AS recent",
};

/* Joined to endpoint, because only then the index of the open ones is used. */
static const struct stmt deliveries = {
	"backlog.deliveries",
	SCOPE_SYSTEM,
	"SELECT COUNT(*) FROM (SELECT 1 FROM endpoint e JOIN delivery d ON d.endpoint_id = e.id "
	"WHERE d.status IN ('pending', 'sending') LIMIT 10000) AS backlog",
};

static const struct stmt inbox = {
	"backlog.inbox",
	SCOPE_SYSTEM,
	"SELECT COUNT(*) FROM (SELECT 1 FROM inbox WHERE state = 'new' LIMIT 10000) AS unread",
};

static const struct stmt messages = {
	"backlog.messages",
	SCOPE_SYSTEM,
	"SELECT COUNT(*) FROM (SELECT 1 FROM message m WHERE m.due_at IS NOT NULL "
	"AND m.status IN ('queued', 'scheduled') LIMIT 10000) AS waiting",
};

const struct stmt *const backlog_store_stmts[] = {
	&outcomes, &deliveries, &inbox, &messages, NULL,
};

enum rc
backlog_store_outcomes(struct op *op, struct outcomes *out, const char *since)
{
	return db_one(op, out, outcomes_shape, &outcomes, BINDS(bind_text(since)));
}

enum rc
backlog_store_deliveries(struct op *op, int64_t *out)
{
	return db_number(op, out, &deliveries, NO_BINDS);
}

enum rc
backlog_store_messages(struct op *op, int64_t *out)
{
	return db_number(op, out, &messages, NO_BINDS);
}

enum rc
backlog_store_inbox(struct op *op, int64_t *out)
{
	return db_number(op, out, &inbox, NO_BINDS);
}
