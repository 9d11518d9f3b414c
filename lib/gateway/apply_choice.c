/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_choice - a person says that they want no more messages, or that they want them again
 *
 * It comes in the same transaction as the message: by the time anybody is told of a "stop", nothing
 * can be sent to that person any more, and what waited for them is cancelled. Only what people
 * write or press counts, and what they make of it by an edit: no captions, no groups. What comes
 * late undoes nothing that they have said since.
 */
#include "core/ids.h"
#include "gateway/apply_inbound.h"
#include "gateway/choices.h"
#include "store/choice_store.h"
#include "store/keyword_store.h"
#include "store/suppression_store.h"

static struct chooser
chooser_of(const struct coming *c)
{
	return (struct chooser){
		.who = c->who,
		.also = c->row.sender == NULL ? NULL : c->row.sender_user_id,
		.identity = c->lane,
	};
}

/* ---- what it asks for --------------------------------------------------------------------- */

/* What was written, or pressed: the title that the person saw, then what it stands for. */
static struct optout
match(const struct coming *c, struct optout_rules *rules)
{
	static const struct {
		const char *path;
		bool pressed;
	} places[] = {
		{ "text.body", false },
		{ "button.text", true },
		{ "button.payload", true },
		{ "interactive.button_reply.title", true },
		{ "interactive.button_reply.id", true },
		{ "interactive.list_reply.title", true },
		{ "interactive.list_reply.id", true },
	};
	const json_t *said = cloud_content(c->message);
	struct optout found = { OPTOUT_NONE, NULL };

	for (size_t i = 0; i < ARRAY_LEN(places) && found.kind == OPTOUT_NONE; i++) {
		rules->pressed = places[i].pressed;
		found = optout_match(c->item->op->arena,
				     json_string_value(json_at(said, places[i].path)), rules);
	}
	return found;
}

enum rc
choice_read(struct coming *c)
{
	struct optout_rules rules = { .pressed = false };

	c->at = c->row.provider_at.ms < c->row.received_at.ms ? c->row.provider_at
							      : c->row.received_at;
	if (c->group != NULL || c->who == NULL ||
	    !text_equal(c->item->happening->field, "messages"))
		return RC_OK;
	TRY(keyword_store_list(c->item->op, &rules.own));
	c->choice = match(c, &rules);
	c->row.opted_out = c->choice.kind == OPTOUT_STOP;
	c->row.possible_opt_out = c->choice.kind == OPTOUT_POSSIBLE;
	return RC_OK;
}

/* ---- no more messages --------------------------------------------------------------------- */

static struct suppression
suppression_of(const struct coming *c, const char *reason, const char *source)
{
	const struct optout_entry *entry = c->choice.entry;

	return (struct suppression){
		.id = id_new(c->item->op, "sup"),
		.recipient = c->who,
		.reason = reason,
		.source = source,
		.actor = "recipient",
		.instance_id = c->row.instance_id,
		.inbound_id = c->row.id,
		.text = c->row.text,
		.keyword = entry->text,
		.language = entry->language,
		.rule = optout_rule_text(entry->rule),
		.since = c->at,
	};
}

static enum rc
confirm(struct coming *c, const char *language, const char **message_id)
{
	struct chooser person = chooser_of(c);

	return choice_confirm(c->item->op, c->item->batch, message_id,
			      &(struct confirmation){
				      .instance = c->item->instance,
				      .person = &person,
				      .kind = c->choice.kind,
				      .language = language,
				      .said_at = c->at,
			      });
}

/* Whoever looked for a possible opt-out need not look any more: the person has said it now. */
static void
settle_review(struct coming *c)
{
	suppression_store_lift_made_by(c->item->batch, c->who, "review",
				       &(struct suppression_lift){
					       .by = "keyword",
					       .why = "the person has said what they want",
					       .at = c->item->op->now,
					       .said_at = c->item->op->now,
				       });
}

static enum rc
opt_out(struct coming *c)
{
	struct suppression suppression = suppression_of(c, "opted_out", "keyword");
	struct batch *batch = c->item->batch;
	struct chooser person = chooser_of(c);

	TRY(confirm(c, suppression.language, &suppression.confirmation_id));
	/* Said again, it counts from now on: what was said between does not excuse a reply. */
	suppression_store_renew(batch, c->who, c->at);
	suppression_store_insert(batch, &suppression);
	settle_review(c);
	TRY(choice_cancel(c->item->op, batch, &person, "opted_out"));
	c->told_as = "recipient.opted_out";
	c->told_why = "recipient_requested_stop";
	return RC_OK;
}

/* ---- messages again ----------------------------------------------------------------------- */

/* What a keyword made before the person said this; NULL: nothing. */
static enum rc
find_lifted(const struct coming *c, const struct suppression **out)
{
	const struct suppression *rows;
	struct list active;

	TRY(suppression_store_active(c->item->op, &active, c->who));
	rows = active.rows;
	*out = NULL;
	for (size_t i = 0; i < active.n; i++)
		if (text_equal(rows[i].source, "keyword") && rows[i].since.ms <= c->at.ms)
			*out = &rows[i];
	return RC_OK;
}

/* START is written in every language: what the person wrote before says which is theirs. */
static const char *
language_of(const struct coming *c, const struct suppression *lifted)
{
	const char *language = c->choice.entry->language;

	return text_equal(language, "en") && lifted->language != NULL ? lifted->language : language;
}

/* Lifts what a keyword made and nothing else; who never opted out has nothing to opt in to. */
static enum rc
opt_in(struct coming *c)
{
	const char *message_id = NULL;
	const struct suppression *lifted;

	settle_review(c);
	TRY(find_lifted(c, &lifted));
	/* Also where nothing was found: a stop under another name may share the commit. */
	suppression_store_lift_made_by(c->item->batch, c->who, "keyword",
				       &(struct suppression_lift){
					       .by = "keyword",
					       .why = "the person asked to be written to again",
					       .at = c->item->op->now,
					       .said_at = c->at,
				       });
	if (lifted == NULL)
		return RC_OK;
	c->told_as = "recipient.opted_in";
	c->told_why = "recipient_requested_start";
	return confirm(c, language_of(c, lifted), &message_id);
}

/* ---- perhaps no more messages -------------------------------------------------------------- */

/* Marketing waits until somebody has read it and lifted this; everything else goes on. */
static void
hold_marketing(struct coming *c)
{
	struct suppression suppression = suppression_of(c, "marketing_opt_out", "review");

	suppression.note = "This may be an opt-out. Read the message: lift this when it is none, "
			   "or suppress the number when it is one.";
	suppression_store_insert(c->item->batch, &suppression);
}

enum rc
choice_heed(struct coming *c)
{
	struct choice_times times = { 0 };

	if (c->choice.kind == OPTOUT_NONE)
		return RC_OK;
	TRY(choice_store_times(c->item->op, &times, c->who));
	if (c->at.ms < times.keyword.ms)
		return RC_OK;
	if (c->choice.kind == OPTOUT_POSSIBLE) {
		hold_marketing(c);
		return RC_OK;
	}
	choice_store_note(c->item->batch, c->lane, "keyword", c->at);
	return c->choice.kind == OPTOUT_STOP ? opt_out(c) : opt_in(c);
}

/* ---- the event ----------------------------------------------------------------------------- */

static const char *
members_of(const struct coming *c)
{
	struct op *op = c->item->op;
	struct json_out members;

	json_out_init(&members, op->arena);
	json_out_open(&members, NULL);
	json_out_text(&members, "from", recipient_written(op->arena, c->row.sender));
	json_out_text(&members, "from_user_id", c->row.sender_user_id);
	json_out_text(&members, "reason", c->told_why);
	json_out_text(&members, "message_text", c->row.text);
	json_out_text(&members, "keyword", c->choice.entry->text);
	json_out_close(&members);
	return json_out_end(&members);
}

enum rc
choice_tell(const struct coming *c)
{
	struct event_draft draft = {
		.instance = c->item->instance,
		.name = c->told_as,
		.lane = c->lane,
		.inbound_id = c->row.id,
		.at = c->row.provider_at,
	};

	if (c->told_as == NULL)
		return RC_OK;
	draft.members = members_of(c);
	return event_record(c->item->op, c->item->batch, &draft, NULL);
}
