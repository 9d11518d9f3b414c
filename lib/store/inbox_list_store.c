/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbox_list_store - the raw inbox as the operator sees it
 *
 * Each kind of list has an index of its own, because what is wrong is rare among what is right.
 */
#include "store/inbox_list_store.h"

#define COLUMNS                                                                          \
	"id, provider, instance_id, state, note, tries, items, unclaimed, received_at, " \
	"applied_at, replayed_at"

#define IS_UNCLEAR "i.state = 'unclear' "
#define IS_UNCLAIMED "i.state = 'applied' AND i.unclaimed > 0 "
#define IS_READ "i.state <> 'new' "

#define LIST(word, which)                                              \
	{                                                              \
		"inbox.list_" word, SCOPE_SYSTEM,                      \
			"SELECT " COLUMNS " FROM inbox i WHERE " which \
			"AND i.id < $1 ORDER BY i.id DESC "            \
			"LIMIT $2"                                     \
	}

static const struct stmt list_unclear = LIST("unclear", IS_UNCLEAR);
static const struct stmt list_unclaimed = LIST("unclaimed", IS_UNCLAIMED);
static const struct stmt list_any = LIST("any", "i.state IN ('new', 'applied', 'unclear') ");

static const struct stmt get = {
	"inbox.get",
	SCOPE_SYSTEM,
	"SELECT " COLUMNS " FROM inbox WHERE id = $1",
};

/* From the beginning: what was tried in vain and put off is tried at once. */
#define UNREAD                                                                               \
	"UPDATE inbox SET state = 'new', tries = 0, items = 0, unclaimed = 0, note = NULL, " \
	"lease_until = NULL, lease_by = NULL, "

static const struct stmt replay = {
	"inbox.replay",
	SCOPE_SYSTEM,
	UNREAD "replayed_at = $2 WHERE id = $1 AND state <> 'new'",
};

#define REPLAY_SOME(word, which)                                                            \
	{                                                                                   \
		"inbox.replay_" word, SCOPE_SYSTEM,                                         \
			QUIET UNREAD "replayed_at = $3 WHERE state <> 'new' AND id IN "     \
				     "(SELECT i.id FROM inbox i WHERE " which               \
				     "AND i.id > $1 AND i.id < $2 ORDER BY i.id LIMIT $4) " \
				     "RETURNING id"                                         \
	}

static const struct stmt replay_unclear = REPLAY_SOME("unclear", IS_UNCLEAR);
static const struct stmt replay_unclaimed = REPLAY_SOME("unclaimed", IS_UNCLAIMED);
static const struct stmt replay_any = REPLAY_SOME("any", IS_READ);

static const struct {
	const struct stmt *list, *replay;
} kinds[] = {
	[INBOX_UNCLEAR] = { &list_unclear, &replay_unclear },
	[INBOX_UNCLAIMED] = { &list_unclaimed, &replay_unclaimed },
	[INBOX_ANY] = { &list_any, &replay_any },
};

const struct stmt *const inbox_list_store_stmts[] = {
	&list_unclear,   &list_unclaimed,   &list_any,   &get, &replay,
	&replay_unclear, &replay_unclaimed, &replay_any, NULL,
};

static const struct shape id_shape[] = {
	SHAPE(struct inbox_entry, id),
	SHAPE_END,
};

enum rc
inbox_list_store_list(struct op *op, struct list *out, enum inbox_kind kind, const char *before,
		      int64_t limit)
{
	return db_all(op, out, sizeof(struct inbox_entry), inbox_entry_shape, kinds[kind].list,
		      BINDS(bind_text(before), bind_int(limit)));
}

enum rc
inbox_list_store_get(struct op *op, struct inbox_entry *out, const char *id)
{
	return db_one(op, out, inbox_entry_shape, &get, BINDS(bind_text(id)));
}

void
inbox_list_store_replay(struct batch *batch, const char *id, struct instant now)
{
	batch_add(batch, &replay, EXPECT_ONE, RC_CONFLICT, BINDS(bind_text(id), bind_time(now)));
}

int
inbox_list_store_replay_some(struct batch *batch, enum inbox_kind kind, const char *after,
			     const char *before, struct instant now, int64_t limit)
{
	return batch_add(
		batch, kinds[kind].replay, EXPECT_ANY, RC_OK,
		BINDS(bind_text(after), bind_text(before), bind_time(now), bind_int(limit)));
}

enum rc
inbox_list_store_replayed(struct op *op, const struct batch *batch, int index, struct list *out)
{
	return batch_rows(op, batch, index, out, sizeof(struct inbox_entry), id_shape);
}
