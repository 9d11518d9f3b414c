/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_choice - a person says that they want no more messages, or that they want them again
 *
 * It comes in the same transaction as the message: by the time anybody is told of a "stop", nothing
 * can be sent to that person any more. Only what people write or press counts: no captions, no
 * groups.
 */
#include "core/ids.h"
#include "gateway/apply_inbound.h"
#include "store/suppression_store.h"

static const char *
choice_members(const struct coming *c, const char *reason, const char *keyword)
{
	struct op *op = c->item->op;
	struct json_out members;

	json_out_init(&members, op->arena);
	json_out_open(&members, NULL);
	json_out_text(&members, "from", recipient_written(op->arena, c->row.sender));
	json_out_text(&members, "from_user_id", c->row.sender_user_id);
	json_out_text(&members, "reason", reason);
	json_out_text(&members, "message_text", c->row.text);
	json_out_text(&members, "keyword", keyword);
	json_out_close(&members);
	return json_out_end(&members);
}

static enum rc
record_choice(const struct coming *c, const char *name, const char *reason, const char *keyword)
{
	struct op *op = c->item->op;
	struct event_draft draft = {
		.instance = c->item->instance,
		.name = name,
		.lane = c->lane,
		.members = choice_members(c, reason, keyword),
		.inbound_id = c->row.id,
		.at = c->row.provider_at,
	};

	return event_record(op, c->item->batch, &draft, NULL);
}

/* What was written, or pressed: the title that the person saw, then what it stands for. */
struct optout
choice_of(const struct coming *c)
{
	static const char *const places[] = {
		"text.body",
		"button.text",
		"button.payload",
		"interactive.button_reply.title",
		"interactive.button_reply.id",
		"interactive.list_reply.title",
		"interactive.list_reply.id",
	};
	struct optout found = { OPTOUT_NONE, NULL };

	if (c->group != NULL || c->who == NULL)
		return found;
	for (size_t i = 0; i < ARRAY_LEN(places) && found.kind == OPTOUT_NONE; i++)
		found = optout_match(c->item->op->arena,
				     json_string_value(json_at(c->message, places[i])));
	return found;
}

static enum rc
opt_out(struct coming *c, const char *keyword)
{
	struct op *op = c->item->op;
	struct suppression suppression = {
		.id = id_new(op, "sup"),
		.recipient = c->who,
		.reason = "opted_out",
		.source = "keyword",
		.actor = "recipient",
		.instance_id = c->row.instance_id,
		.inbound_id = c->row.id,
		.text = c->row.text,
		.keyword = keyword,
		.since = op->now,
	};

	/* Said again, it counts from now on: what was said between does not excuse a reply. */
	suppression_store_renew(c->item->batch, c->who, op->now);
	suppression_store_insert(c->item->batch, &suppression);
	return record_choice(c, "recipient.opted_out", "recipient_requested_stop", keyword);
}

/* Lifts what a keyword made and nothing else; who never opted out has nothing to opt in to. */
static enum rc
opt_in(struct coming *c, const char *keyword)
{
	struct op *op = c->item->op;
	const struct suppression *rows;
	struct list active;

	TRY(suppression_store_active(op, &active, c->who));
	rows = active.rows;
	for (size_t i = 0; i < active.n; i++) {
		if (!text_equal(rows[i].reason, "opted_out") ||
		    !text_equal(rows[i].source, "keyword"))
			continue;
		suppression_store_lift_keyword(c->item->batch, c->who, op->now);
		return record_choice(c, "recipient.opted_in", "recipient_requested_start", keyword);
	}
	return RC_OK;
}

enum rc
choice_heed(struct coming *c, struct optout choice)
{
	if (choice.kind == OPTOUT_STOP)
		return opt_out(c, choice.entry->text);
	if (choice.kind == OPTOUT_START)
		return opt_in(c, choice.entry->text);
	return RC_OK;
}
