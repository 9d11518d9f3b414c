/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event - what a customer can subscribe to, under the names of both families
 *
 * In normalized form a subscription lists event names. In meta form it lists topics; each kind of
 * webhook that the provider sends belongs to exactly one topic, and the older names of topics stay
 * understood. Whatever has no topic of its own is "other", so that nothing new gets lost.
 */
#include "domain/event.h"

const struct shape event_shape[] = {
	SHAPE(struct event, id),
	SHAPE_HIDDEN(struct event, account_id),
	SHAPE(struct event, instance_id),
	SHAPE(struct event, name),
	SHAPE(struct event, topic),
	SHAPE_HIDDEN(struct event, lane),
	SHAPE_AS_JSON(struct event, normalized),
	SHAPE_AS_JSON(struct event, meta),
	SHAPE(struct event, message_id),
	SHAPE(struct event, inbound_id),
	SHAPE(struct event, test),
	SHAPE(struct event, created_at),
	SHAPE_END,
};

const struct shape delivery_shape[] = {
	SHAPE(struct delivery, id),
	SHAPE_HIDDEN(struct delivery, account_id),
	SHAPE(struct delivery, event_id),
	SHAPE(struct delivery, event),
	SHAPE(struct delivery, endpoint_id),
	SHAPE(struct delivery, instance_id),
	SHAPE_HIDDEN(struct delivery, lane),
	SHAPE_HIDDEN(struct delivery, seq),
	SHAPE(struct delivery, status),
	SHAPE(struct delivery, attempts),
	SHAPE_HIDDEN(struct delivery, replayed_after),
	SHAPE_HIDDEN(struct delivery, queue),
	{ "next_attempt_at", SHAPE_TIME, offsetof(struct delivery, due_at), 0, NULL, 0 },
	SHAPE(struct delivery, last_status),
	SHAPE(struct delivery, last_ms),
	SHAPE(struct delivery, last_error),
	SHAPE_HIDDEN(struct delivery, lease_until),
	SHAPE(struct delivery, created_at),
	SHAPE(struct delivery, done_at),
	SHAPE_END,
};

const struct shape attempt_shape[] = {
	SHAPE_HIDDEN(struct attempt, delivery_id),
	SHAPE_HIDDEN(struct attempt, account_id),
	SHAPE(struct attempt, number),
	SHAPE(struct attempt, at),
	SHAPE(struct attempt, status),
	SHAPE(struct attempt, ms),
	SHAPE(struct attempt, slow),
	SHAPE(struct attempt, error),
	SHAPE(struct attempt, excerpt),
	SHAPE_END,
};

const char *const event_names[] = {
	"message.received",
	"message.sent",
	"message.failed",
	"recipient.opted_out",
	"recipient.opted_in",
	"message.delivered",
	"message.read",
	"message.status_updated",
	"message.echoed",
	"instance.connected",
	"instance.disconnected",
	"instance.connection_updated",
	"instance.qr_updated",
	"conversation.updated",
	"call.received",
	"call.missed",
	"group.message_received",
	"group.updated",
	"template.status_updated",
	"account.updated",
	"webhook.test",
	NULL,
};

const char *const event_topics[] = {
	"messages", "message_status", "read",    "message_template_status", "account", "calls",
	"groups",   "echoes",         "history", "user_preferences",        "flows",   "other",
	NULL,
};

/* Meta's, inbound and outbound, each once. */
const char *const event_message_types[] = {
	"text",     "image",    "video",    "audio",       "document", "sticker",
	"location", "contacts", "template", "interactive", "button",   "reaction",
	"order",    "system",   "other",    NULL,
};

/* Older names; "status" stands for two topics. */
static const struct {
	const char *alias, *topic;
} aliases[] = {
	{ "message", "messages" },
	{ "status", "message_status" },
	{ "status", "read" },
	{ "template", "message_template_status" },
};

/* Meta's fields; a name that ends in "_" is a prefix. */
static const struct {
	const char *field, *topic;
} fields[] = {
	{ "messages", "messages" },
	{ "message_template_", "message_template_status" },
	{ "template_category_update", "message_template_status" },
	{ "account_", "account" },
	{ "phone_number_", "account" },
	{ "business_", "account" },
	{ "security", "account" },
	{ "calls", "calls" },
	{ "group_", "groups" },
	{ "smb_message_echoes", "echoes" },
	{ "history", "history" },
	{ "user_preferences", "user_preferences" },
	{ "flows", "flows" },
};

static bool
is_listed(const char *const *known, const char *word)
{
	for (; *known != NULL; known++)
		if (text_equal(*known, word))
			return true;
	return false;
}

const char *
event_topic(const char *field)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (text_equal(field, fields[i].field) ||
		    (text_ends(fields[i].field, "_") && text_starts(field, fields[i].field)))
			return fields[i].topic;
	return "other";
}

/* A list may say "*", a topic by its name, or by an older one. */
static bool
topic_is_wanted(const char *events, bool include_read, const char *topic)
{
	if (text_list_has(events, "*") || text_list_has(events, topic))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(aliases); i++)
		if (text_equal(aliases[i].topic, topic) && text_list_has(events, aliases[i].alias))
			return true;
	return include_read && text_equal(topic, "read") && text_list_has(events, "message_status");
}

bool
event_is_wanted(const char *events, const char *format, bool include_read, const char *name,
		const char *topic)
{
	if (text_equal(format, "meta"))
		return topic != NULL && topic_is_wanted(events, include_read, topic);
	return is_listed(event_names, name) &&
	       (text_list_has(events, "*") || text_list_has(events, name));
}

static bool
is_alias(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(aliases); i++)
		if (text_equal(aliases[i].alias, word))
			return true;
	return false;
}

const char *
event_unknown_word(struct arena *arena, const char *events, const char *format)
{
	bool meta = text_equal(format, "meta");
	const char **words = text_split(arena, events, ',', NULL);

	for (; *words != NULL; words++) {
		if (text_equal(*words, "*"))
			continue;
		if (meta && (is_listed(event_topics, *words) || is_alias(*words)))
			continue;
		if (!meta && is_listed(event_names, *words))
			continue;
		return *words;
	}
	return NULL;
}

bool
event_type_is_wanted(const char *types, const char *type)
{
	if (text_empty(types) || type == NULL)
		return true;
	return text_list_has(types, is_listed(event_message_types, type) ? type : "other");
}

const char *
event_unknown_type(struct arena *arena, const char *types)
{
	const char **words = text_split(arena, types == NULL ? "" : types, ',', NULL);

	while (*words != NULL && is_listed(event_message_types, *words))
		words++;
	return *words;
}
