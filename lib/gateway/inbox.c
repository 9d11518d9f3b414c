/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbox - the operator's look into what the provider sent, and having it applied again
 *
 * A replay only makes rows unread: the worker does the rest, as with what has just come. Many are
 * made unread in portions, so that nobody's write waits for all of them.
 */
#include "gateway/inbox.h"

#include "core/id_range.h"
#include "gateway/people.h"
#include "store/inbox_list_store.h"
#include "store/inbox_store.h"

enum { PORTION = 200 };

enum rc
gateway_list_inbox(struct op *op, struct list *out, const char **next_cursor,
		   const struct inbox_filter *filter)
{
	const char *before = filter->page.cursor;

	if (before == NULL)
		before = id_beyond(op, "box");
	TRY(inbox_list_store_list(op, out, filter->kind, before, page_rows(filter->page)));
	*next_cursor = page_cut(out, sizeof(struct inbox_entry), filter->page);
	return RC_OK;
}

static enum rc
find(struct op *op, struct inbox_entry *out, const char *id)
{
	enum rc rc = inbox_list_store_get(op, out, id);

	return rc == RC_MISSING ? op_fail(op, rc, "There is no webhook %s in the inbox", id) : rc;
}

enum rc
gateway_find_inbox(struct op *op, struct inbox_entry *out, const char **body, const char *id)
{
	struct inbox_entry entry = { 0 };
	const char *encoding;

	TRY(find(op, &entry, id));
	TRY(inbox_store_body(op, body, &encoding, id));
	*out = entry;
	return RC_OK;
}

/* Done on the command line there is no account whose trail it could stand in. */
static void
note(struct op *op, struct batch *batch, const char *object, const char *details)
{
	if (op->account_id != NULL)
		audit_add(op, batch, "inbox.replay", object, details);
}

enum rc
gateway_replay_inbox(struct op *op, const char *id)
{
	struct batch *batch = batch_new(op);
	struct inbox_entry entry = { 0 };
	enum rc rc;

	TRY(find(op, &entry, id));
	inbox_list_store_replay(batch, id, op->now);
	note(op, batch, id, NULL);
	batch_wakes_worker(batch);
	rc = db_commit(op, batch);
	if (rc == RC_CONFLICT)
		return op_fail(op, rc, "%s waits to be applied already", id);
	return rc;
}

/* The greatest id of a portion, where the next one begins. */
static const char *
last_of(const struct list *replayed)
{
	const struct inbox_entry *rows = replayed->rows;
	const char *last = rows[0].id;

	for (size_t i = 1; i < replayed->n; i++)
		if (strcmp(rows[i].id, last) > 0)
			last = rows[i].id;
	return last;
}

enum rc
gateway_replay_inbox_range(struct op *op, enum inbox_kind kind, struct instant since,
			   struct instant until, int64_t *n)
{
	const char *after = id_least(op, "box", since);
	const char *before =
		until.ms == 0 ? id_beyond(op, "box") : id_least(op, "box", clock_after(until, 1));
	struct list replayed = { PORTION, NULL };

	for (*n = 0; replayed.n == PORTION; *n += (int64_t)replayed.n) {
		struct batch *batch = batch_new(op);
		int index =
			inbox_list_store_replay_some(batch, kind, after, before, op->now, PORTION);

		note(op, batch, "inbox", NULL);
		batch_wakes_worker(batch);
		TRY(db_commit(op, batch));
		TRY(inbox_list_store_replayed(op, batch, index, &replayed));
		if (replayed.n > 0)
			after = last_of(&replayed);
	}
	return RC_OK;
}
