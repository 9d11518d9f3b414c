/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conversation_store - what was last between a person and a number of ours
 *
 * A row hangs on the person's identity as it is known when the row is written. Two spellings that
 * turn out to be one person later leave two rows: what is read is read over both, and a message
 * takes its place in the fuller of the two buckets.
 */
#include "store/conversation_store.h"

static const struct shape conversation_shape[] = {
	SHAPE(struct conversation, first_out_at),
	SHAPE(struct conversation, heard_at),
	SHAPE(struct conversation, paced_until),
	SHAPE(struct conversation, fake_paced_until),
	SHAPE_END,
};

/* Of the spelling $3: the person's identity, or itself while it is the only one. */
#define IDENTITY                                              \
	"COALESCE((SELECT a.identity FROM recipient_alias a " \
	"WHERE a.account_id = $1 AND a.alias = $3), $3)"

/* The row of the spelling $3 and the number $2; those of the other spellings of the person, in the
 * order of the way, which SQLite keeps for CROSS JOIN. */
#define ITS_ROW "c.identity = $3 AND c.instance_id = $2"
#define OTHER_ROWS                                                                       \
	"FROM recipient_alias a CROSS JOIN recipient_alias b CROSS JOIN conversation c " \
	"WHERE a.account_id = $1 AND a.alias = $3 "                                      \
	"AND b.account_id = a.account_id AND b.identity = a.identity AND b.alias <> $3 " \
	"AND c.account_id = b.account_id AND c.identity = b.alias AND c.instance_id = $2"

static const struct stmt get = {
	"conversation.get",
	SCOPE_ACCOUNT,
	"SELECT MIN(spoken.first_out_at) AS first_out_at, MAX(spoken.heard_at) AS heard_at, "
	"MAX(spoken.paced_until) AS paced_until, "
	"MAX(spoken.fake_paced_until) AS fake_paced_until FROM "
	"(SELECT c.first_out_at, c.heard_at, c.paced_until, c.fake_paced_until "
	"FROM conversation c WHERE c.account_id = $1 AND " ITS_ROW " UNION ALL "
	"SELECT c.first_out_at, c.heard_at, c.paced_until, c.fake_paced_until " OTHER_ROWS
	") AS spoken",
};

/* $4 now, $5 the period, $6 the burst. When the bucket will be empty with this message in it, by
 * the column in all rows of the person; and whether it is not full then. */
#define EMPTY_AT(column)                                                             \
	"(SELECT CASE WHEN MAX(spoken." column ") > $4 THEN MAX(spoken." column ") " \
	"ELSE $4 END + $5 FROM (SELECT c." column " FROM conversation c "            \
	"WHERE c.account_id = $1 AND " ITS_ROW " UNION ALL "                         \
	"SELECT c." column " " OTHER_ROWS ") AS spoken)"
#define HAS_ROOM(column) "excluded." column " - $4 <= $5 * $6 OR $5 = 0"

#define REAL_EMPTY_AT EMPTY_AT("paced_until")
#define REAL_HAS_ROOM HAS_ROOM("paced_until")
#define FAKE_EMPTY_AT EMPTY_AT("fake_paced_until")
#define FAKE_HAS_ROOM HAS_ROOM("fake_paced_until")

static const struct stmt pace_real = {
	"conversation.pace",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO conversation "
	      "(account_id, instance_id, identity, first_out_at, paced_until) "
	      "VALUES ($1, $2, " IDENTITY ", $4, " REAL_EMPTY_AT ") "
	      "ON CONFLICT (account_id, identity, instance_id) DO UPDATE SET "
	      "first_out_at = COALESCE(conversation.first_out_at, $4), "
	      "paced_until = excluded.paced_until WHERE " REAL_HAS_ROOM,
};

static const struct stmt pace_fake = {
	"conversation.pace_fake",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO conversation (account_id, instance_id, identity, fake_paced_until) "
	      "VALUES ($1, $2, " IDENTITY ", " FAKE_EMPTY_AT ") "
	      "ON CONFLICT (account_id, identity, instance_id) DO UPDATE SET "
	      "fake_paced_until = excluded.fake_paced_until WHERE " FAKE_HAS_ROOM,
};

static const struct stmt hold = {
	"conversation.hold",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO conversation (account_id, instance_id, identity, paced_until) "
	      "VALUES ($1, $2, " IDENTITY ", $4) "
	      "ON CONFLICT (account_id, identity, instance_id) DO UPDATE SET paced_until = $4 "
	      "WHERE conversation.paced_until IS NULL OR conversation.paced_until < $4",
};

static const struct stmt heard = {
	"conversation.heard",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO conversation (account_id, instance_id, identity, heard_at) "
	      "VALUES ($1, $2, " IDENTITY ", $4) "
	      "ON CONFLICT (account_id, identity, instance_id) DO UPDATE SET heard_at = $4 "
	      "WHERE conversation.heard_at IS NULL OR conversation.heard_at < $4",
};

const struct stmt *const conversation_store_stmts[] = {
	&get, &pace_real, &pace_fake, &hold, &heard, NULL,
};

enum rc
conversation_store_get(struct op *op, struct conversation *out, const char *instance_id,
		       const char *recipient)
{
	return db_one(op, out, conversation_shape, &get,
		      BINDS(bind_text(instance_id), bind_text(recipient)));
}

int
conversation_store_pace(struct batch *batch, const struct conversation_pace *pace)
{
	return batch_add(batch, pace->simulated ? &pace_fake : &pace_real, EXPECT_ONE, RC_LIMIT,
			 BINDS(bind_text(pace->instance_id), bind_text(pace->recipient),
			       bind_time(pace->now), bind_int(pace->period_ms),
			       bind_int(pace->burst)));
}

void
conversation_store_hold(struct batch *batch, const char *instance_id, const char *recipient,
			struct instant until, int64_t burst, int64_t period_ms)
{
	batch_add(batch, &hold, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(instance_id), bind_text(recipient),
			bind_time(clock_after(until, (burst - 1) * period_ms))));
}

void
conversation_store_heard(struct batch *batch, const char *instance_id, const char *sender,
			 struct instant at)
{
	batch_add(batch, &heard, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(instance_id), bind_text(sender), bind_time(at)));
}
