/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_inbound - a message from a person becomes a row, events and, if they said so, an opt-out
 *
 * Opt-out (apply_choice.c) comes in the same transaction as the message: by the time anybody is
 * told of a "stop", nothing can be sent to that person any more.
 */
#include "gateway/apply_inbound.h"
#include "core/ids.h"
#include "gateway/conversations.h"
#include "gateway/keep_media.h"
#include "gateway/read_overview.h"
#include "store/inbound_store.h"
#include "store/recipient_store.h"

static void
read_message(struct coming *c)
{
	apply_read_message(c->item, &c->row);
	c->row.id = id_new(c->item->op, "in");
	c->message = c->item->happening->item;
	c->group = json_str(c->message, "group_id");
	c->who = c->row.sender != NULL ? c->row.sender : c->row.sender_user_id;
}

/* ---- events ------------------------------------------------------------------------------ */

/* A group's name is told with the group's own changes alone. */
static const char *
received_members(const struct coming *c)
{
	struct op *op = c->item->op;
	const struct inbound *row = &c->row;
	struct json_out members;

	json_out_init(&members, op->arena);
	json_out_open(&members, NULL);
	if (c->group != NULL) {
		json_out_text(&members, "group_id", c->group);
		json_out_text(&members, "group_name", NULL);
	}
	json_out_text(&members, "from", recipient_written(op->arena, row->sender));
	json_out_text(&members, "from_user_id", row->sender_user_id);
	json_out_text(&members, "from_name", row->sender_name);
	apply_write_content(&members, c->item, row, c->message);
	json_out_close(&members);
	return json_out_end(&members);
}

static enum rc
record_received(const struct coming *c)
{
	struct op *op = c->item->op;
	struct event_draft draft = {
		.instance = c->item->instance,
		.name = c->group == NULL ? "message.received" : "group.message_received",
		.topic = "messages",
		.lane = c->lane,
		.members = received_members(c),
		.happening = c->item->happening,
		.inbound_id = c->row.id,
		.message_type = c->row.type,
		.at = c->row.provider_at,
	};

	return event_record(op, c->item->batch, &draft, NULL);
}

/* ---- who it is and what they said --------------------------------------------------------- */

/* What Meta says about a person in their name is no word of theirs. */
static bool
is_spoken(const char *type)
{
	return !text_equal(type, "system") && !text_equal(type, "request_welcome");
}

/* Spellings of one person: the number and the user id, and of either the one that comes after it.
 */
static void
join_names(const struct coming *c)
{
	struct batch *batch = c->item->batch;
	const json_t *system = json_object_get(c->message, "system");
	const char *number = apply_digits(c->item->op, system, "wa_id");
	const char *user_id = json_str(system, "user_id");

	if (c->row.sender != NULL && c->row.sender_user_id != NULL)
		recipient_store_join(batch, c->row.sender, c->row.sender_user_id);
	if (c->who != NULL && number != NULL && !text_equal(number, c->who))
		recipient_store_join(batch, c->who, number);
	if (c->who != NULL && user_id != NULL && !text_equal(user_id, c->who))
		recipient_store_join(batch, c->who, user_id);
}

enum rc
apply_heard(struct item *item, const char *who, struct instant at, bool unread)
{
	if (who == NULL)
		return RC_OK;
	return conversation_heard(item->op, item->batch, item->instance, who,
				  at.ms < item->received_at.ms ? at : item->received_at, unread);
}

enum rc
apply_inbound(struct item *item)
{
	struct coming c = { .item = item };

	read_message(&c);
	if (text_empty(c.row.provider_id))
		return apply_other(item);
	c.lane = c.group;
	if (c.group == NULL && c.who != NULL)
		TRY(inbound_store_identity(item->op, &c.lane, c.who));
	TRY(choice_read(&c));
	inbound_store_insert(item->batch, &c.row);
	media_want(item->op, item->batch, item->instance, c.message, c.row.id, item->received_at);
	join_names(&c);
	count_add(item->op, item->batch, item->op->account_id, "received", 1);
	TRY(choice_heed(&c));
	TRY(record_received(&c));
	TRY(choice_tell(&c));
	if (c.group != NULL || !is_spoken(c.row.type))
		return RC_OK;
	return apply_heard(item, c.who, c.row.provider_at, true);
}
