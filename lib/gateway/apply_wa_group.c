/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_wa_group - a change of a WhatsApp group: who is in it, what it is called, what became of it
 *
 * One item tells one change, in Meta's own word for it. One that could not be made is told too,
 * with the reason.
 */
#include "gateway/apply.h"

/* People are listed by what became of them. */
static const struct {
	const char *list, *change;
} lists[] = {
	{ "added_participants", "added" },
	{ "removed_participants", "removed" },
	{ "failed_participants", "failed" },
};

static void
write_participant(struct op *op, struct json_out *out, const json_t *who, const char *change)
{
	const char *number = apply_digits(op, who, "wa_id");

	if (number == NULL)
		number = apply_digits(op, who, "input");
	json_out_open(out, NULL);
	json_out_text(out, "phone", recipient_written(op->arena, number));
	json_out_text(out, "user_id", json_str(who, "user_id"));
	json_out_text(out, "change", change);
	json_out_close(out);
}

/* Somebody asks to join: the item is about them alone. */
static bool
is_request(const json_t *item)
{
	return json_object_get(item, "wa_id") != NULL || json_object_get(item, "user_id") != NULL;
}

static size_t
count_participants(const json_t *item)
{
	size_t n = is_request(item);

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		n += json_array_size(json_object_get(item, lists[i].list));
	return n;
}

static void
write_participants(struct op *op, struct json_out *out, const json_t *item)
{
	if (count_participants(item) == 0) {
		json_out_text(out, "participants", NULL);
		return;
	}
	json_out_open_list(out, "participants");
	if (is_request(item))
		write_participant(op, out, item, "requested");
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const json_t *list = json_object_get(item, lists[i].list);

		for (size_t j = 0; j < json_array_size(list); j++)
			write_participant(op, out, json_array_get(list, j), lists[i].change);
	}
	json_out_close_list(out);
}

/* As it is from now on; a name that was not taken on is none. */
static const char *
name_of(const json_t *item)
{
	const json_t *subject = json_object_get(item, "group_subject");

	if (subject == NULL)
		return json_str(item, "subject");
	return json_flag(subject, "update_successful", true) ? json_str(subject, "text") : NULL;
}

static const char *
members_of(struct op *op, const json_t *item)
{
	struct json_out out;

	json_out_init(&out, op->arena);
	json_out_open(&out, NULL);
	json_out_text(&out, "group_id", json_str(item, "group_id"));
	json_out_text(&out, "group_name", name_of(item));
	json_out_text(&out, "from", NULL);
	json_out_text(&out, "message_text", NULL);
	json_out_text(&out, "change", json_str(item, "type"));
	write_participants(op, &out, item);
	apply_write_error(&out, json_at(item, "errors.0"));
	json_out_close(&out);
	return json_out_end(&out);
}

enum rc
apply_wa_group(struct item *item)
{
	const json_t *group = item->happening->item;
	struct event_draft draft = {
		.name = "group.updated",
		.lane = json_str(group, "group_id"),
		.members = members_of(item->op, group),
		.at = apply_time(item->op, group, item->received_at),
	};

	return apply_tell(item, &draft);
}
