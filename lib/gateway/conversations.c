/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conversations - who was last heard, until when they may be answered, what is unread
 *
 * The counters stand in the row that the limits of a send are asked of. What it costs to tell of
 * them is paid only where an endpoint listens. A window is looked at once when it may have closed;
 * if the person has spoken since, it is looked at again when that runs out, so that the many
 * messages of a day move the place in the queue once.
 */
#include "gateway/conversations.h"

#include "core/settings.h"
#include "gateway/events.h"
#include "store/conversation_store.h"
#include "store/inbound_store.h"
#include "store/instance_store.h"

/* Looked at in one turn of the worker. */
enum { CLOSE_AT_ONCE = 200 };

const struct shape conversation_state_shape[] = {
	SHAPE(struct conversation_state, contact),
	SHAPE(struct conversation_state, last_message_at),
	SHAPE(struct conversation_state, window_expires_at),
	SHAPE(struct conversation_state, unread),
	SHAPE_END,
};

static struct instant
closes_at(struct instant heard_at)
{
	return clock_after(heard_at, settings()->limits_window_hours * HOUR_MS);
}

static bool
is_open(struct op *op, const struct conversation *c)
{
	return c->heard_at.ms != 0 && closes_at(c->heard_at).ms > op->now.ms;
}

static struct conversation_state
state_of(struct op *op, const struct conversation *c, const char *person)
{
	struct instant none = { 0 };

	return (struct conversation_state){
		.contact = recipient_written(op->arena, person),
		.last_message_at =
			c->heard_at.ms > c->last_out_at.ms ? c->heard_at : c->last_out_at,
		.window_expires_at = is_open(op, c) ? closes_at(c->heard_at) : none,
		.unread = c->unread,
	};
}

static enum rc
announce(struct op *op, struct batch *batch, const struct instance *instance,
	 const struct conversation *now, const char *person)
{
	struct conversation_state state = state_of(op, now, person);
	struct event_draft draft = { .instance = instance, .name = "conversation.updated" };
	struct json_out members;

	json_out_init(&members, op->arena);
	json_out_open(&members, NULL);
	json_out_text(&members, "contact", state.contact);
	json_out_time(&members, "last_message_at", state.last_message_at);
	json_out_time(&members, "window_expires_at", state.window_expires_at);
	json_out_int(&members, "unread", state.unread);
	json_out_close(&members);
	draft.members = json_out_end(&members);
	TRY(inbound_store_identity(op, &draft.lane, person));
	return event_record(op, batch, &draft, NULL);
}

enum rc
gateway_find_conversation(struct op *op, struct conversation_state *out, const char *instance_id,
			  const char *person)
{
	struct conversation found = { .unread = 0 };

	TRY(conversation_store_get(op, &found, instance_id, person));
	*out = state_of(op, &found, person);
	return RC_OK;
}

/* ---- heard ------------------------------------------------------------------------------- */

static enum rc
tell_heard(struct op *op, struct batch *batch, const struct instance *instance, const char *person,
	   struct instant at, bool unread)
{
	struct conversation before = { .unread = 0 }, after;

	TRY(conversation_store_get(op, &before, instance->id, person));
	after = before;
	after.unread += unread;
	if (after.heard_at.ms < at.ms)
		after.heard_at = at;
	if (before.heard_at.ms != 0 && (is_open(op, &before) || !is_open(op, &after)))
		return RC_OK;
	return announce(op, batch, instance, &after, person);
}

enum rc
conversation_heard(struct op *op, struct batch *batch, const struct instance *instance,
		   const char *person, struct instant at, bool unread)
{
	struct instant until = closes_at(at);
	bool wanted;

	if (until.ms <= op->now.ms)
		until.ms = 0;
	conversation_store_heard(batch, instance->id, person, at, unread, until);
	TRY(event_is_listened(op, &wanted, instance->id, "conversation.updated"));
	return wanted ? tell_heard(op, batch, instance, person, at, unread) : RC_OK;
}

/* ---- read -------------------------------------------------------------------------------- */

enum rc
gateway_read_conversation(struct op *op, const struct instance *instance, const char *person)
{
	struct batch *batch = batch_new(op);
	struct conversation found = { .unread = 0 };
	bool wanted;

	TRY(conversation_store_get(op, &found, instance->id, person));
	if (found.unread == 0)
		return RC_OK;
	conversation_store_read(batch, instance->id, person, found.unread);
	found.unread = 0;
	TRY(event_is_listened(op, &wanted, instance->id, "conversation.updated"));
	if (wanted)
		TRY(announce(op, batch, instance, &found, person));
	return db_commit(op, batch);
}

/* ---- closed ------------------------------------------------------------------------------ */

static enum rc
tell_closed(struct op *op, struct batch *batch, const struct closing *row,
	    const struct conversation *now)
{
	struct instance instance = { 0 };
	enum rc rc = instance_store_by_id(op, &instance, row->instance_id);
	bool wanted;

	if (rc == RC_MISSING)
		return RC_OK;
	TRY(rc);
	TRY(event_is_listened(op, &wanted, instance.id, "conversation.updated"));
	return wanted ? announce(op, batch, &instance, now, row->identity) : RC_OK;
}

/* The row's own time says when to look again; of a person with two rows the later one closes. */
static enum rc
look(struct op *op, struct batch **out, const struct closing *row)
{
	struct conversation now = { .unread = 0 };
	struct instant again = closes_at(row->heard_at);

	op->account_id = row->account_id;
	*out = batch_new(op);
	if (again.ms <= op->now.ms)
		again.ms = 0;
	conversation_store_look_again(*out, row, again);
	if (again.ms != 0)
		return RC_OK;
	TRY(conversation_store_get(op, &now, row->instance_id, row->identity));
	return is_open(op, &now) ? RC_OK : tell_closed(op, *out, row, &now);
}

static enum rc
look_at_all(struct op *op, const struct list *due)
{
	struct batch **batches = arena_array(op->arena, due->n, sizeof(struct batch *));
	enum rc *rcs = arena_array(op->arena, due->n, sizeof(*rcs));
	const struct closing *rows = due->rows;

	for (size_t i = 0; i < due->n; i++)
		TRY(look(op, &batches[i], &rows[i]));
	db_commit_all(op, batches, due->n, rcs);
	for (size_t i = 0; i < due->n; i++)
		if (rcs[i] != RC_OK && rcs[i] != RC_CONFLICT)
			return op_fail(op, rcs[i], "%s", batch_why(batches[i]));
	return RC_OK;
}

enum rc
gateway_close_windows(struct op *op, int64_t *n)
{
	const char *account_id = op->account_id;
	struct list due;
	enum rc rc;

	TRY(conversation_store_closing(op, &due, CLOSE_AT_ONCE));
	rc = due.n == 0 ? RC_OK : look_at_all(op, &due);
	op->account_id = account_id;
	*n = (int64_t)due.n;
	return rc;
}
