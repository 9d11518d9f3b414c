/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_inbound - a message from a person becomes a row, events and, if they said so, an opt-out
 *
 * Opt-out (apply_choice.c) comes in the same transaction as the message: by the time anybody is
 * told of a "stop", nothing can be sent to that person any more.
 */
#include "gateway/apply_inbound.h"
#include "core/ids.h"
#include "gateway/read_overview.h"
#include "store/conversation_store.h"
#include "store/inbound_store.h"
#include "store/recipient_store.h"

static const char *
text_at(const json_t *value, const char *path)
{
	return json_string_value(json_at(value, path));
}

static const char *
digits_of(struct op *op, const json_t *message, const char *name)
{
	const char *text = json_number_text(op, message, name);

	return text_empty(text) || text[strspn(text, "0123456789")] != '\0' ? NULL : text;
}

static void
read_message(struct coming *c)
{
	const struct happening *h = c->item->happening;
	struct op *op = c->item->op;
	const json_t *m = h->item;
	const char *type = json_str(m, "type");

	c->message = m;
	c->group = json_str(m, "group_id");
	c->row = (struct inbound){
		.id = id_new(op, "in"),
		.account_id = op->account_id,
		.instance_id = c->item->instance->id,
		.provider_id = json_str(m, "id"),
		.sender = digits_of(op, m, "from"),
		.sender_user_id = json_str(m, "from_user_id"),
		.sender_name = text_at(h->contact, "profile.name"),
		.type = type == NULL ? "unknown" : type,
		.text = cloud_text(m),
		.reply_to = text_at(m, "context.id"),
		.payload = arena_dupn(op->arena, h->item_raw.p, h->item_raw.n),
		.provider_at = apply_time(op, m, c->item->received_at),
		.received_at = c->item->received_at,
	};
	c->who = c->row.sender != NULL ? c->row.sender : c->row.sender_user_id;
}

/* ---- events ------------------------------------------------------------------------------ */

/* Media in the words of the catalogue, whatever its kind. */
static void
write_media(struct json_out *out, const json_t *message, const char *type)
{
	static const char *const kinds[] = { "image", "video", "audio", "document", "sticker" };
	static const char *const names[] = { "id",      "mime_type", "sha256",
					     "caption", "filename",  "url" };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const json_t *from = json_object_get(message, kinds[i]);

		if (!text_equal(kinds[i], type) || from == NULL)
			continue;
		json_out_open(out, "media");
		for (size_t j = 0; j < ARRAY_LEN(names); j++)
			json_out_text(out, names[j], json_str(from, names[j]));
		json_out_close(out);
	}
}

static void
write_parts(struct json_out *out, const json_t *message, const char *type)
{
	static const char *const parts[] = { "location", "contacts", "interactive", "referral" };

	write_media(out, message, type);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		json_t *part = json_object_get(message, parts[i]);

		if (part != NULL)
			json_out_value(out, parts[i], part);
	}
}

static const char *
received_members(const struct coming *c)
{
	struct op *op = c->item->op;
	const struct inbound *row = &c->row;
	struct json_out members;

	json_out_init(&members, op->arena);
	json_out_open(&members, NULL);
	if (c->group != NULL)
		json_out_text(&members, "group_id", c->group);
	json_out_text(&members, "from", recipient_written(op->arena, row->sender));
	json_out_text(&members, "from_user_id", row->sender_user_id);
	json_out_text(&members, "from_name", row->sender_name);
	json_out_text(&members, "message_text", row->text);
	json_out_text(&members, "message_type", row->type);
	json_out_text(&members, "message_id", row->provider_id);
	json_out_text(&members, "external_message_id", row->provider_id);
	json_out_text(&members, "reply_to", row->reply_to);
	write_parts(&members, c->message, row->type);
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
		.at = c->row.provider_at,
	};

	return event_record(op, c->item->batch, &draft, NULL);
}

void
apply_heard(struct item *item, const char *who, struct instant at)
{
	if (who != NULL)
		conversation_store_heard(item->batch, item->instance->id, who,
					 at.ms < item->received_at.ms ? at : item->received_at);
}

enum rc
apply_inbound(struct item *item)
{
	struct coming c = { .item = item };
	struct optout choice;

	read_message(&c);
	if (text_empty(c.row.provider_id))
		return apply_other(item);
	c.lane = c.group;
	if (c.group == NULL && c.who != NULL)
		TRY(inbound_store_identity(item->op, &c.lane, c.who));
	choice = choice_of(&c);
	c.row.opted_out = choice.kind == OPTOUT_STOP;
	inbound_store_insert(item->batch, &c.row);
	if (c.row.sender != NULL && c.row.sender_user_id != NULL)
		recipient_store_join(item->batch, c.row.sender, c.row.sender_user_id);
	if (c.group == NULL)
		apply_heard(item, c.who, c.row.provider_at);
	count_add(item->op, item->batch, item->op->account_id, "received", 1);
	TRY(record_received(&c));
	return choice_heed(&c, choice);
}
