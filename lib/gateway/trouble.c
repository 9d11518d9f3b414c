/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble - what is the matter, by looking at what is
 *
 * One function per noun says whether something is wrong with it, how bad it is, and what to do, in
 * words for people who may not know the gateway. Nothing is written here and nothing remembered.
 */
#include "gateway/trouble.h"

static const char *
manage_link(struct op *op, const struct instance *instance, const char *tab)
{
	return arena_printf(op->arena, "/instances/%s/manage?tab=%s", instance->id, tab);
}

bool
trouble_of_instance(struct op *op, struct trouble *out, const struct instance *i)
{
	bool restricted = text_equal(i->state, "restricted");

	if (!restricted && !text_equal(i->state, "closed"))
		return false;
	*out = (struct trouble){
		.kind = "instance",
		.subject = i->id,
		.name = i->name,
		.state = i->state,
		.level = restricted ? INCIDENT_WORSE : INCIDENT_BAD,
		.text = arena_printf(op->arena, "%s cannot send: %s", i->name,
				     text_empty(i->state_reason) ? i->state : i->state_reason),
		.todo = restricted ? "Look in WhatsApp Manager what Meta objects to, and appeal or "
				     "mend it there. Until then every send through this number is "
				     "refused."
				   : "Check the connection, and enter new credentials if they have "
				     "expired. Until then every send through this number is "
				     "refused.",
		.link = manage_link(op, i, "connection"),
		.link_text = "Check the connection",
	};
	return true;
}

bool
trouble_of_quality(struct op *op, struct trouble *out, const struct instance *i)
{
	bool red = text_equal(i->quality, "RED");

	if (!red && !text_equal(i->quality, "YELLOW"))
		return false;
	*out = (struct trouble){
		.kind = "quality",
		.subject = i->id,
		.name = i->name,
		.state = i->quality,
		.level = red ? INCIDENT_WORSE : INCIDENT_BAD,
		.text = arena_printf(op->arena, "The quality of %s is %s", i->name,
				     red ? "low (RED)" : "medium (YELLOW)"),
		.todo = "People block or report what this number sends. Send less of it, only to "
			"those who asked for it, and look at what was sent in the last seven days. "
			"A number of low quality may lose its messaging limit.",
		.link = manage_link(op, i, "connection"),
		.link_text = "Show the number",
	};
	return true;
}

static const struct {
	const char *status, *words, *todo;
	int64_t level;
} template_troubles[] = {
	{ "REJECTED", "was rejected",
	  "Read Meta's reason, change the template and submit it again. Sends of it are refused.",
	  INCIDENT_WORSE },
	{ "PAUSED", "is paused",
	  "Meta pauses a template that people block or report, for some hours at first. Change "
	  "what "
	  "it says or to whom it goes before it is sent again.",
	  INCIDENT_BAD },
	{ "DISABLED", "is disabled",
	  "Meta lets it be sent no more. Make another template, or appeal in WhatsApp Manager.",
	  INCIDENT_WORSE },
};

bool
trouble_of_template(struct op *op, struct trouble *out, const struct wa_template *t)
{
	bool told = !text_empty(t->rejected_reason) && !text_equal(t->rejected_reason, "NONE");
	const char *name = arena_printf(op->arena, "%s (%s)", t->name, t->language);

	for (size_t i = 0; t->deleted_at.ms == 0 && i < ARRAY_LEN(template_troubles); i++) {
		if (!text_equal(template_troubles[i].status, t->status))
			continue;
		*out = (struct trouble){
			.kind = "template",
			.subject = t->id,
			.name = name,
			.state = t->status,
			.level = template_troubles[i].level,
			.text = arena_printf(op->arena, "The template %s %s%s%s", name,
					     template_troubles[i].words, told ? ": " : "",
					     told ? t->rejected_reason : ""),
			.todo = template_troubles[i].todo,
			.link = "/instances",
			.link_text = "Show the numbers",
		};
		return true;
	}
	return false;
}

const char *
trouble_place(struct op *op, const char *url)
{
	return arena_dupn(op->arena, url, strcspn(url, "?#"));
}

static struct trouble
endpoint_trouble(struct op *op, const struct endpoint *e)
{
	return (struct trouble){
		.kind = "endpoint",
		.subject = e->id,
		.name = trouble_place(op, e->url),
		.link = arena_printf(op->arena, "/webhook-endpoints/%s", e->id),
		.link_text = "Show the webhook",
		.since = e->failing_since,
	};
}

bool
trouble_of_endpoint(struct op *op, struct trouble *out, const struct endpoint *e)
{
	struct trouble found = endpoint_trouble(op, e);

	if (!e->enabled && !text_empty(e->disabled_reason)) {
		found.state = "disabled";
		found.level = INCIDENT_WORSE;
		found.text = arena_printf(op->arena, "The webhook %s is disabled: %s", found.name,
					  e->disabled_reason);
		found.todo = "Nothing is delivered to it any more. Mend the receiver, then switch "
			     "the webhook on again.";
	} else if (e->enabled && e->failing_since.ms != 0 &&
		   e->failing_since.ms <= op->now.ms - ENDPOINT_FAILING_MS) {
		found.state = "failing";
		found.level = INCIDENT_BAD;
		found.text = arena_printf(op->arena, "The webhook %s is failing", found.name);
		found.todo = "See in its last deliveries what the receiver answers. What is "
			     "undelivered is tried again for three days; after five days without "
			     "one success the webhook is disabled.";
	} else {
		return false;
	}
	*out = found;
	return true;
}

bool
trouble_of_key(struct op *op, struct trouble *out, const struct api_key *key)
{
	int64_t left = key->expires_at.ms - op->now.ms;
	int64_t life = key->expires_at.ms - key->created_at.ms, days = left / DAY_MS + 1;

	if (key->expires_at.ms == 0 || key->revoked_at.ms != 0 || left <= 0 ||
	    left > KEY_EXPIRING_MS || left > life / 2)
		return false;
	*out = (struct trouble){
		.kind = "key",
		.subject = key->id,
		.name = key->name,
		.state = "expiring",
		.level = INCIDENT_BAD,
		.text = arena_printf(op->arena, "The API key \"%s\" expires in %lld %s", key->name,
				     (long long)days, days == 1 ? "day" : "days"),
		.todo = "Make a new key and give it to the system that uses this one; from then on "
			"requests with the old one are refused.",
		.link = "/api-keys",
		.link_text = "Make a new one",
	};
	return true;
}

bool
trouble_of_use(struct op *op, struct trouble *out, const struct account *account,
	       const struct account_use *use, const char *window)
{
	struct plan_limits limits = plan_limits_of(account);
	bool month = text_equal(window, "month");
	int64_t limit = month ? limits.month : limits.day;
	int64_t used = month ? use->month_used : use->day_used;
	bool full = used >= limit;

	if (limit <= 0 || used < (limit * LIMIT_NEAR_PERCENT + 99) / 100)
		return false;
	*out = (struct trouble){
		.kind = "limit",
		.subject = window,
		.name = month ? "The month's limit" : "The day's limit",
		.state = full ? "reached" : "near",
		.level = full ? INCIDENT_WORSE : INCIDENT_BAD,
		.text = arena_printf(op->arena, "%lld of %lld messages of this %s are sent",
				     (long long)used, (long long)limit, window),
		.todo = full ? "Every further send is refused until the next one begins. Ask the "
			       "operator for a larger plan if you need more."
			     : "When the limit is reached, every further send is refused. Ask the "
			       "operator for a larger plan if you need more.",
		.link = "/overview",
		.link_text = "Show the counts",
	};
	return true;
}
