/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_account - what Meta says about a business account and its numbers
 *
 * Restrictions and bans move the state of its instances, and their end moves it back. The newest
 * news count, whatever comes late. An instance that was closed for another reason, or that never
 * was connected, stays as it is: no news of Meta's open it.
 */
#include "gateway/apply.h"
#include "gateway/apply_owner.h"
#include "gateway/instance_state.h"
#include "store/instance_state_store.h"
#include "store/instance_store.h"

/* What an item says, as far as it concerns instances. */
struct news {
	struct item *item;
	const json_t *value;
	struct instant as_of;
	struct batch *batch;
};

/* ---- state ------------------------------------------------------------------------------- */

static const char *
text_at(const json_t *value, const char *path)
{
	return json_string_value(json_at(value, path));
}

/* May Meta's news move it? */
static bool
is_metas(const struct instance *i)
{
	return text_equal(i->state, "open") || i->state_cause != NULL;
}

static enum rc
move(const struct news *news, const struct instance *before, struct instance *after)
{
	struct op *op = news->item->op;

	if (!is_metas(before) || before->state_as_of.ms > news->as_of.ms)
		return RC_OK;
	after->state_as_of = news->as_of;
	instance_state_store_hear(news->batch, after, before->state);
	return instance_announce_change(op, news->batch, before, after);
}

static enum rc
say(const struct news *news, const struct instance *instance, const char *reason)
{
	return instance_announce(news->item->op, news->batch, instance, instance->state, reason);
}

static enum rc
close_by(const struct news *news, const struct instance *instance, const char *cause,
	 const char *reason)
{
	struct instance after = *instance;

	after.state = "closed";
	after.state_reason = reason;
	after.state_cause = cause;
	after.restricted_until.ms = 0;
	return move(news, instance, &after);
}

static enum rc
reopen(const struct news *news, const struct instance *instance)
{
	struct instance after = *instance;

	after.state = "open";
	after.state_reason = after.state_cause = NULL;
	after.restricted_until.ms = 0;
	return move(news, instance, &after);
}

/* Of those that keep messages back; the others are no matter of an instance's. *until: 0 when one
 * of them has no end. */
static const char *
read_restrictions(struct op *op, const json_t *list, struct instant *until)
{
	const char *types = NULL;
	bool endless = false;

	until->ms = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *type = json_str(one, "restriction_type");
		const char *end = json_number_text(op, one, "expiration");
		int64_t seconds = 0;

		if (type == NULL || strstr(type, "MESSAGING") == NULL)
			continue;
		types = types == NULL ? type : arena_printf(op->arena, "%s, %s", types, type);
		endless = endless || end == NULL || !text_int(end, 1, UINT32_MAX, &seconds);
		if (seconds * SECOND_MS > until->ms)
			*until = clock_from_seconds(seconds);
	}
	if (endless)
		until->ms = 0;
	return types;
}

static enum rc
restrict_it(const struct news *news, const struct instance *instance)
{
	struct op *op = news->item->op;
	struct instance after = *instance;
	const char *types = read_restrictions(op, json_object_get(news->value, "restriction_info"),
					      &after.restricted_until);
	struct instant until = after.restricted_until;

	if (types == NULL)
		return RC_OK;
	if (until.ms != 0 && until.ms <= op->now.ms)
		return reopen(news, instance);
	after.state = "restricted";
	after.state_cause = "restriction";
	after.state_reason = arena_printf(op->arena, "Meta restricts this account: %s%s%s", types,
					  until.ms == 0 ? "" : ", until ",
					  until.ms == 0 ? "" : clock_rfc3339(op->arena, until));
	return move(news, instance, &after);
}

static enum rc
violate(const struct news *news, const struct instance *instance)
{
	const char *type = text_at(news->value, "violation_info.violation_type");

	return say(news, instance,
		   arena_printf(news->item->op->arena, "Meta reports a violation of its policy: %s",
				type == NULL ? "of no known kind" : type));
}

static enum rc
ban(const struct news *news, const struct instance *instance)
{
	const char *state = text_at(news->value, "ban_info.waba_ban_state");
	const char *date = text_at(news->value, "ban_info.waba_ban_date");

	if (text_equal(state, "DISABLE"))
		return close_by(news, instance, "ban", "Meta has disabled this business account");
	if (text_equal(state, "REINSTATE"))
		return reopen(news, instance);
	return say(news, instance,
		   arena_printf(news->item->op->arena,
				"Meta will disable this business account%s%s",
				date == NULL ? "" : ": ", date == NULL ? "" : date));
}

static enum rc
delete_it(const struct news *news, const struct instance *instance)
{
	return close_by(news, instance, "deleted", "This business account is deleted at Meta");
}

static enum rc
offboard(const struct news *news, const struct instance *instance)
{
	return close_by(news, instance, "offboarded",
			"The number was disconnected in the WhatsApp Business app");
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* A number that was never checked is taken for the one when it is the only one. */
static bool
is_about(const struct news *news, const struct instance *instance)
{
	struct op *op = news->item->op;
	const char *number = json_number_text(op, news->value, "display_phone_number");

	if (text_empty(instance->display_number) || number == NULL)
		return news->item->also.n == 0;
	return owner_is_shown_as(op, instance, number);
}

static enum rc
hear_quality(const struct news *news, const struct instance *instance)
{
	const char *event = json_str(news->value, "event");
	struct instance after = *instance;

	if (!is_about(news, instance))
		return RC_OK;
	if (text_equal(event, "FLAGGED"))
		after.quality = "RED";
	else if (text_equal(event, "UNFLAGGED"))
		after.quality = "UNKNOWN"; /* YELLOW or GREEN; the next check tells */
	if (!text_equal(after.quality, instance->quality))
		instance_state_store_quality(news->batch, instance->id, after.quality, news->as_of);
	return say(news, &after,
		   arena_printf(news->item->op->arena, "Meta says about this number: %s",
				event == NULL ? "nothing known" : event));
}

static enum rc
hear_name(const struct news *news, const struct instance *instance)
{
	const char *name = json_str(news->value, "requested_verified_name");
	struct instance after = *instance;

	if (!is_about(news, instance) || text_empty(name) ||
	    !text_equal(json_str(news->value, "decision"), "APPROVED"))
		return RC_OK;
	after.verified_name = name;
	instance_state_store_name(news->batch, instance->id, name, news->as_of);
	return instance_announce_change(news->item->op, news->batch, instance, &after);
}

/* ---- which news --------------------------------------------------------------------------- */

static const struct {
	const char *field, *event; /* event NULL: each */
	enum rc (*hear)(const struct news *news, const struct instance *instance);
} kinds[] = {
	{ "account_update", "ACCOUNT_RESTRICTION", restrict_it },
	{ "account_update", "ACCOUNT_VIOLATION", violate },
	{ "account_update", "DISABLED_UPDATE", ban },
	{ "account_update", "ACCOUNT_DELETED", delete_it },
	{ "account_update", "ACCOUNT_OFFBOARDED", offboard },
	{ "account_update", "ACCOUNT_RECONNECTED", reopen },
	{ "phone_number_quality_update", NULL, hear_quality },
	{ "phone_number_name_update", NULL, hear_name },
};

/* As it is now: news before this one may have changed it. */
static enum rc
hear(const struct news *news, const char *instance_id)
{
	const char *field = news->item->happening->field, *event = json_str(news->value, "event");
	struct instance now = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (!text_equal(field, kinds[i].field) ||
		    (kinds[i].event != NULL && !text_equal(event, kinds[i].event)))
			continue;
		TRY(instance_store_by_id(news->item->op, &now, instance_id));
		return kinds[i].hear(news, &now);
	}
	return RC_OK;
}

/* What has happened, in Meta's word. */
static const char *
word_of(const json_t *value)
{
	static const char *const places[] = { "event",      "decision",
					      "alert_type", "alert_info.alert_type",
					      "type",       "status" };
	const char *word = NULL;

	for (size_t i = 0; i < ARRAY_LEN(places) && word == NULL; i++)
		word = text_at(value, places[i]);
	return word;
}

static const char *
members_of(struct op *op, const struct happening *h)
{
	struct json_out out;

	json_out_init(&out, op->arena);
	json_out_open(&out, NULL);
	json_out_open(&out, "change");
	json_out_text(&out, "field", h->field);
	json_out_text(&out, "event", word_of(h->item));
	json_out_value(&out, "value", h->item);
	json_out_close(&out);
	json_out_close(&out);
	return json_out_end(&out);
}

enum rc
apply_account(struct item *item)
{
	struct event_draft draft = {
		.name = "account.updated",
		.members = members_of(item->op, item->happening),
	};
	const struct instance *also = item->also.rows;
	struct news news = {
		.item = item,
		.value = item->happening->item,
		.as_of = apply_entry_time(item->op, item->happening, item->received_at),
		.batch = item->batch,
	};

	TRY(apply_tell(item, &draft));
	TRY(hear(&news, item->instance->id));
	for (size_t i = 0; i < item->also.n; i++)
		TRY(hear(&news, also[i].id));
	return RC_OK;
}
