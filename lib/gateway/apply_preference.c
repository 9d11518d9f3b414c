/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_preference - a person has pressed "Stop promotions" in WhatsApp, or taken it back
 *
 * Meta tells of it in user_preferences. A stop keeps marketing back and nothing else; a resume
 * lifts exactly what Meta's stop made, never what a person of the account or a keyword did. The
 * moment of the press counts: what is told late undoes nothing newer. Nobody is answered, because
 * WhatsApp itself has confirmed it.
 */
#include "core/ids.h"
#include "gateway/apply.h"
#include "gateway/choices.h"
#include "store/choice_store.h"
#include "store/inbound_store.h"
#include "store/recipient_store.h"
#include "store/suppression_store.h"

enum { PREFERENCES_MAX = 200 }; /* of a webhook; Meta's have one */

struct preference {
	const char *number, *user_id; /* either may be NULL */
	struct chooser person;
	const char *detail; /* Meta's sentence */
	struct instant at;
	bool stop;
};

/* False: it is about something else, or names nobody. */
static enum rc
read_one(struct item *item, const json_t *tree, struct preference *out, bool *ours)
{
	struct op *op = item->op;
	const char *value = json_str(tree, "value");

	*out = (struct preference){
		.number = apply_digits(op, tree, "wa_id"),
		.user_id = json_str(tree, "user_id"),
		.detail = json_str(tree, "detail"),
		.at = apply_time(op, tree, item->received_at),
		.stop = text_equal(value, "stop"),
	};
	if (out->at.ms > item->received_at.ms)
		out->at = item->received_at;
	out->person.who = out->number != NULL ? out->number : out->user_id;
	out->person.also = out->number != NULL ? out->user_id : NULL;
	*ours = text_equal(json_str(tree, "category"), "marketing_messages") &&
		(out->stop || text_equal(value, "resume")) && !text_empty(out->person.who);
	if (!*ours)
		return RC_OK;
	return inbound_store_identity(op, &out->person.identity, out->person.who);
}

/* ---- what it changes ----------------------------------------------------------------------- */

/* What was made from a source up to said_at. */
static void
lift(struct item *item, const struct preference *p, const char *source, struct instant said_at)
{
	suppression_store_lift_made_by(
		item->batch, p->person.who, source,
		&(struct suppression_lift){
			.by = "meta",
			.why = p->stop ? "stopped in WhatsApp" : "resumed in WhatsApp",
			.at = item->op->now,
			.said_at = said_at,
		});
}

static enum rc
stop(struct item *item, const struct preference *p)
{
	struct suppression suppression = {
		.id = id_new(item->op, "sup"),
		.recipient = p->person.who,
		.reason = "marketing_opt_out",
		.source = "meta",
		.actor = "recipient",
		.instance_id = item->instance->id,
		.text = p->detail,
		.since = p->at,
	};

	/* It takes the place of a hold that somebody would lift as a mistake. */
	lift(item, p, "review", item->op->now);
	suppression_store_insert(item->batch, &suppression);
	return choice_cancel(item->op, item->batch, &p->person, suppression.reason);
}

static const char *
members_of(struct op *op, const struct preference *p)
{
	struct json_out members;

	json_out_init(&members, op->arena);
	json_out_open(&members, NULL);
	json_out_text(&members, "from", recipient_written(op->arena, p->number));
	json_out_text(&members, "from_user_id", p->user_id);
	json_out_text(&members, "reason",
		      p->stop ? "recipient_stopped_marketing" : "recipient_resumed_marketing");
	json_out_text(&members, "message_text", NULL);
	json_out_text(&members, "keyword", NULL);
	json_out_close(&members);
	return json_out_end(&members);
}

static enum rc
tell(struct item *item, const struct preference *p)
{
	struct event_draft draft = {
		.instance = item->instance,
		.name = p->stop ? "recipient.opted_out" : "recipient.opted_in",
		.lane = p->person.identity,
		.members = members_of(item->op, p),
		.also = item->also,
		.at = p->at,
	};

	return event_record(item->op, item->batch, &draft, NULL);
}

static enum rc
apply_one(struct item *item, const struct preference *p)
{
	struct choice_times times = { 0 };

	TRY(choice_store_times(item->op, &times, p->person.who));
	if (p->at.ms < times.meta.ms)
		return RC_OK;
	if (p->number != NULL && p->user_id != NULL)
		recipient_store_join(item->batch, p->number, p->user_id);
	choice_store_note(item->batch, p->person.identity, "meta", p->at);
	if (p->stop)
		TRY(stop(item, p));
	else
		lift(item, p, "meta", p->at);
	return tell(item, p);
}

/* ---- the webhook --------------------------------------------------------------------------- */

/* Something newer of the same person stands in the same webhook. */
static bool
is_overtaken(const struct preference *all, size_t n, const struct preference *p)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].at.ms > p->at.ms &&
		    text_equal(all[i].person.identity, p->person.identity))
			return true;
	return false;
}

enum rc
apply_preferences(struct item *item)
{
	const json_t *trees = json_object_get(item->happening->item, "user_preferences");
	struct preference all[PREFERENCES_MAX];
	size_t n = 0;
	bool ours;

	if (!text_equal(item->happening->field, "user_preferences"))
		return RC_OK;
	for (size_t i = 0; i < json_array_size(trees) && n < PREFERENCES_MAX; i++) {
		TRY(read_one(item, json_array_get(trees, i), &all[n], &ours));
		n += ours;
	}
	for (size_t i = 0; i < n; i++)
		if (!is_overtaken(all, n, &all[i]))
			TRY(apply_one(item, &all[i]));
	return RC_OK;
}
