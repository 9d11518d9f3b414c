/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_members - what a message says, in the words of the event catalogue
 *
 * Whoever wrote it and wherever: a person, a member of a group, somebody at the phone. Each member
 * of the catalogue is there, null where the message has no such thing; what only a few types have
 * stands there with those types alone. Of an edited message all is as it is now.
 */
#include "gateway/apply.h"
#include "gateway/keep_media.h"

static const char *
text_at(const json_t *value, const char *path)
{
	return json_string_value(json_at(value, path));
}

void
apply_read_message(struct item *item, struct inbound *out)
{
	const struct happening *h = item->happening;
	struct op *op = item->op;
	const json_t *m = h->item;
	const char *type = json_str(m, "type"), *reply_to = text_at(m, "context.id");

	*out = (struct inbound){
		.account_id = op->account_id,
		.instance_id = item->instance->id,
		.provider_id = json_str(m, "id"),
		.sender = apply_digits(op, m, "from"),
		.sender_user_id = json_str(m, "from_user_id"),
		.sender_name = text_at(h->contact, "profile.name"),
		.type = type == NULL ? "unknown" : type,
		.text = cloud_text(m),
		.reply_to = reply_to != NULL ? reply_to : text_at(cloud_content(m), "context.id"),
		.payload = arena_dupn(op->arena, h->item_raw.p, h->item_raw.n),
		.provider_at = apply_time(op, m, item->received_at),
		.received_at = item->received_at,
	};
}

/* Meta's own address needs Meta's token, which no customer has: the one told is ours. */
static void
write_media(struct json_out *out, const struct item *item, const json_t *message)
{
	struct message_media media;

	if (!cloud_message_media(&media, message)) {
		json_out_text(out, "media", NULL);
		return;
	}
	json_out_open(out, "media");
	json_out_text(out, "id", media.id);
	json_out_text(out, "mime_type", media.mime_type);
	json_out_text(out, "sha256", media.sha256);
	json_out_text(out, "caption", media.caption);
	json_out_text(out, "filename", media.filename);
	json_out_text(out, "url", media_address(item->op, item->instance, &media));
	json_out_close(out);
}

/* The button of a template is answered like any other. */
static void
write_button(struct json_out *out, const json_t *button)
{
	json_out_open(out, "interactive");
	json_out_text(out, "type", "button_reply");
	json_out_open(out, "button_reply");
	json_out_text(out, "id", json_str(button, "payload"));
	json_out_text(out, "title", json_str(button, "text"));
	json_out_close(out);
	json_out_close(out);
}

static void
write_part(struct json_out *out, const json_t *content, const char *name)
{
	const json_t *part = json_object_get(content, name);

	if (part != NULL)
		json_out_value(out, name, part);
	else
		json_out_text(out, name, NULL);
}

void
apply_write_error(struct json_out *out, const json_t *error)
{
	if (!json_is_object(error)) {
		json_out_text(out, "error", NULL);
		return;
	}
	json_out_open(out, "error");
	json_out_int(out, "code", json_int(error, "code", 0));
	json_out_text(out, "title", json_str(error, "title"));
	json_out_text(out, "details", text_at(error, "error_data.details"));
	json_out_close(out);
}

/* What only a few types have. */
static void
write_rarer(struct json_out *out, const json_t *message, const char *type)
{
	static const char *const parts[] = { "reaction", "order", "system" };
	const json_t *change = json_object_get(message, type);
	const char *original = json_str(change, "original_message_id");

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (json_object_get(message, parts[i]) != NULL)
			write_part(out, message, parts[i]);
	if (original != NULL)
		json_out_text(out, "original_message_id", original);
	/* Why there is nothing to see of a message that this API cannot show. */
	if (json_at(message, "errors.0") != NULL)
		apply_write_error(out, json_at(message, "errors.0"));
}

void
apply_write_content(struct json_out *out, const struct item *item, const struct inbound *row,
		    const json_t *message)
{
	const json_t *content = cloud_content(message);
	const json_t *button = json_object_get(content, "button");

	json_out_text(out, "message_text", row->text);
	json_out_text(out, "message_type", row->type);
	json_out_text(out, "message_id", row->provider_id);
	json_out_text(out, "external_message_id", row->provider_id);
	json_out_text(out, "gateway_message_id", NULL);
	json_out_text(out, "reply_to", row->reply_to);
	write_media(out, item, message);
	write_part(out, content, "location");
	write_part(out, content, "contacts");
	if (json_is_object(button))
		write_button(out, button);
	else
		write_part(out, content, "interactive");
	write_part(out, message, "referral");
	write_rarer(out, message, row->type);
}
