/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retention_store - what has become old
 *
 * Ids sort by age, so that old rows are the front of a primary index, and finding some costs no
 * more than these. Removal names each row again: what began to wait meanwhile stays.
 */
#include "store/retention_store.h"

#include "core/id_range.h"

static const struct stmt old_inbox = {
	"retention.inbox",
	SCOPE_SYSTEM,
	"SELECT '' AS account_id, b.id FROM inbox b WHERE b.id > $1 AND b.id < $2 "
	"AND b.state = 'applied' ORDER BY b.id LIMIT $3",
};

static const struct stmt drop_inbox = {
	"retention.drop_inbox",
	SCOPE_SYSTEM,
	QUIET "DELETE FROM inbox WHERE id = $1 AND state = 'applied'",
};

static const struct stmt old_events = {
	"retention.events",
	SCOPE_SYSTEM,
	"SELECT '' AS account_id, e.id FROM event e WHERE e.id > $1 AND e.id < $2 "
	"AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.event_id = e.id "
	"AND (d.status IN ('pending', 'sending') OR d.done_at > $4)) ORDER BY e.id LIMIT $3",
};

static const struct stmt is_open = {
	"retention.is_open",
	SCOPE_SYSTEM,
	QUIET "SELECT d.id FROM delivery d WHERE d.event_id = $1 "
	      "AND d.status IN ('pending', 'sending')",
};

static const struct stmt drop_attempts = {
	"retention.drop_attempts",
	SCOPE_SYSTEM,
	QUIET "DELETE FROM attempt WHERE delivery_id IN "
	      "(SELECT d.id FROM delivery d WHERE d.event_id = $1)",
};

static const struct stmt drop_deliveries = {
	"retention.drop_deliveries",
	SCOPE_SYSTEM,
	QUIET "DELETE FROM delivery WHERE event_id = $1",
};

static const struct stmt drop_event = {
	"retention.drop_event",
	SCOPE_SYSTEM,
	QUIET "DELETE FROM event WHERE id = $1",
};

static const struct stmt old_policy = {
	"retention.policy",
	SCOPE_SYSTEM,
	"SELECT p.account_id, p.id FROM policy_event p WHERE p.account_id = $1 "
	"AND p.id > $2 AND p.id < $3 ORDER BY p.id LIMIT $4",
};

static const struct stmt next_account = {
	"retention.next_account",
	SCOPE_SYSTEM,
	"SELECT a.id AS account_id, a.id FROM account a WHERE a.id > $1 ORDER BY a.id LIMIT 1",
};

static const struct stmt drop_policy = {
	"retention.drop_policy",
	SCOPE_SYSTEM,
	QUIET "DELETE FROM policy_event WHERE account_id = $1 AND id = $2",
};

const struct stmt *const retention_store_stmts[] = {
	&old_inbox,  &drop_inbox, &old_events,   &is_open,     &drop_attempts, &drop_deliveries,
	&drop_event, &old_policy, &next_account, &drop_policy, NULL,
};

static const struct shape old_shape[] = {
	SHAPE(struct old_row, account_id),
	SHAPE(struct old_row, id),
	SHAPE_END,
};

enum rc
retention_store_inbox(struct op *op, struct list *out, const struct retention_query *q)
{
	return db_all(op, out, sizeof(struct old_row), old_shape, &old_inbox,
		      BINDS(bind_text(q->after), bind_text(id_least(op, "box", q->before)),
			    bind_int(q->limit)));
}

enum rc
retention_store_events(struct op *op, struct list *out, const struct retention_query *q)
{
	return db_all(op, out, sizeof(struct old_row), old_shape, &old_events,
		      BINDS(bind_text(q->after), bind_text(id_least(op, "evt", q->before)),
			    bind_int(q->limit), bind_time(q->before)));
}

/* Of the account in hand, or of the first one after it that has some. */
enum rc
retention_store_policy(struct op *op, struct list *out, const struct retention_query *q)
{
	struct old_row account = { .account_id = q->account, .id = q->after };
	enum rc rc = RC_OK;

	for (; rc == RC_OK; account.id = "") {
		TRY(db_all(op, out, sizeof(struct old_row), old_shape, &old_policy,
			   BINDS(bind_text(account.account_id), bind_text(account.id),
				 bind_text(id_least(op, "pol", q->before)), bind_int(q->limit))));
		if (out->n > 0)
			return RC_OK;
		rc = db_one(op, &account, old_shape, &next_account,
			    BINDS(bind_text(account.account_id)));
	}
	return rc == RC_MISSING ? RC_OK : rc;
}

void
retention_store_drop_inbox(struct batch *batch, const struct old_row *row)
{
	batch_add(batch, &drop_inbox, EXPECT_ANY, RC_OK, BINDS(bind_text(row->id)));
}

void
retention_store_drop_event(struct batch *batch, const struct old_row *row)
{
	batch_add(batch, &is_open, EXPECT_NONE, RC_CONFLICT, BINDS(bind_text(row->id)));
	batch_add(batch, &drop_attempts, EXPECT_ANY, RC_OK, BINDS(bind_text(row->id)));
	batch_add(batch, &drop_deliveries, EXPECT_ANY, RC_OK, BINDS(bind_text(row->id)));
	batch_add(batch, &drop_event, EXPECT_ANY, RC_OK, BINDS(bind_text(row->id)));
}

void
retention_store_drop_policy(struct batch *batch, const struct old_row *row)
{
	batch_add(batch, &drop_policy, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(row->account_id), bind_text(row->id)));
}
