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
	SHAPE(struct conversation, last_out_at),
	SHAPE(struct conversation, unread),
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

#define KNOWN                                                             \
	"c.first_out_at, c.heard_at, c.paced_until, c.fake_paced_until, " \
	"c.last_out_at, c.unread "

static const struct stmt get = {
	"conversation.get",
	SCOPE_ACCOUNT,
	"SELECT MIN(spoken.first_out_at) AS first_out_at, MAX(spoken.heard_at) AS heard_at, "
	"MAX(spoken.paced_until) AS paced_until, "
	"MAX(spoken.fake_paced_until) AS fake_paced_until, "
	"MAX(spoken.last_out_at) AS last_out_at, "
	"CAST(COALESCE(SUM(spoken.unread), 0) AS BIGINT) AS unread FROM "
	"(SELECT " KNOWN "FROM conversation c WHERE c.account_id = $1 AND " ITS_ROW
	" UNION ALL SELECT " KNOWN OTHER_ROWS ") AS spoken",
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
	      "(account_id, instance_id, identity, first_out_at, paced_until, last_out_at) "
	      "VALUES ($1, $2, " IDENTITY ", $4, " REAL_EMPTY_AT ", $4) "
	      "ON CONFLICT (account_id, identity, instance_id) DO UPDATE SET "
	      "first_out_at = COALESCE(conversation.first_out_at, $4), last_out_at = $4, "
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

/* A window that is looked at anyway is not looked at sooner: its index is written once a day. */
static const struct stmt heard = {
	"conversation.heard",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO conversation "
	      "(account_id, instance_id, identity, heard_at, unread, closes_at) "
	      "VALUES ($1, $2, " IDENTITY ", $4, $5, $6) "
	      "ON CONFLICT (account_id, identity, instance_id) DO UPDATE SET "
	      "heard_at = CASE WHEN conversation.heard_at > $4 THEN conversation.heard_at "
	      "ELSE $4 END, unread = conversation.unread + $5, "
	      "closes_at = COALESCE(conversation.closes_at, $6)",
};

static const struct stmt spoke = {
	"conversation.spoke",
	SCOPE_ACCOUNT,
	QUIET "INSERT INTO conversation (account_id, instance_id, identity, last_out_at) "
	      "VALUES ($1, $2, " IDENTITY ", $4) "
	      "ON CONFLICT (account_id, identity, instance_id) DO UPDATE SET last_out_at = $4 "
	      "WHERE conversation.last_out_at IS NULL OR conversation.last_out_at < $4",
};

/* $4: how many were seen; one that came meanwhile stays unread. */
static const struct stmt seen_some = {
	"conversation.read",
	SCOPE_ACCOUNT,
	QUIET "UPDATE conversation SET "
	      "unread = CASE WHEN unread > $4 THEN unread - $4 ELSE 0 END "
	      "WHERE account_id = $1 AND instance_id = $2 AND unread > 0 AND identity IN "
	      "(SELECT CAST($3 AS TEXT) UNION SELECT b.alias FROM recipient_alias a "
	      "JOIN recipient_alias b ON b.account_id = a.account_id "
	      "AND b.identity = a.identity WHERE a.account_id = $1 AND a.alias = $3)",
};

static const struct shape closing_shape[] = {
	SHAPE(struct closing, account_id), SHAPE(struct closing, instance_id),
	SHAPE(struct closing, identity),   SHAPE(struct closing, heard_at),
	SHAPE(struct closing, closes_at),  SHAPE_END,
};

static const struct stmt closing = {
	"conversation.closing",
	SCOPE_SYSTEM,
	"SELECT account_id, instance_id, identity, heard_at, closes_at FROM conversation "
	"WHERE closes_at IS NOT NULL AND closes_at <= $1 ORDER BY closes_at LIMIT $2",
};

static const struct stmt look_again = {
	"conversation.look_again",
	SCOPE_ACCOUNT,
	QUIET "UPDATE conversation SET closes_at = $6 WHERE account_id = $1 AND instance_id = $2 "
	      "AND identity = $3 AND closes_at = $4 AND heard_at = $5",
};

const struct stmt *const conversation_store_stmts[] = {
	&get,   &pace_real, &pace_fake, &hold,       &heard,
	&spoke, &seen_some, &closing,   &look_again, NULL,
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
			 struct instant at, int64_t unread, struct instant closes_at)
{
	batch_add(batch, &heard, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(instance_id), bind_text(sender), bind_time(at), bind_int(unread),
			bind_time(closes_at)));
}

void
conversation_store_spoke(struct batch *batch, const char *instance_id, const char *recipient,
			 struct instant at)
{
	batch_add(batch, &spoke, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(instance_id), bind_text(recipient), bind_time(at)));
}

void
conversation_store_read(struct batch *batch, const char *instance_id, const char *sender,
			int64_t seen)
{
	batch_add(batch, &seen_some, EXPECT_ANY, RC_OK,
		  BINDS(bind_text(instance_id), bind_text(sender), bind_int(seen)));
}

enum rc
conversation_store_closing(struct op *op, struct list *out, int64_t limit)
{
	return db_all(op, out, sizeof(struct closing), closing_shape, &closing,
		      BINDS(bind_time(op->now), bind_int(limit)));
}

void
conversation_store_look_again(struct batch *batch, const struct closing *c, struct instant at)
{
	batch_add(batch, &look_again, EXPECT_ONE, RC_CONFLICT,
		  BINDS(bind_text(c->instance_id), bind_text(c->identity), bind_time(c->closes_at),
			bind_time(c->heard_at), bind_time(at)));
}
