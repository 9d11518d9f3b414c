/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_endpoint_form - the form of a webhook endpoint: what it offers, sends and shows again
 *
 * Events are offered in the groups of the documentation, Meta's form by subscription; presets
 * tick what most people want.
 */
#include "site/view_endpoint_form.h"

#include "core/json.h"

enum { URL_MAX = 2048, BEARER_MAX = 2048, HEADERS_MAX = 4096, EVENTS_MAX = 40 };

const struct field endpoint_fields[] = {
	FIELD(struct endpoint_input, instance, NEEDED, 1, 100, NULL),
	FIELD(struct endpoint_input, url, NEEDED, 1, URL_MAX, NULL),
	FIELD(struct endpoint_input, format, NEEDED, 1, 20, NULL),
	FIELD(struct endpoint_input, events, OPTIONAL, 0, EVENTS_MAX, NULL),
	FIELD(struct endpoint_input, subscriptions, OPTIONAL, 0, EVENTS_MAX, NULL),
	FIELD(struct endpoint_input, include_read, OPTIONAL, 0, 0, NULL),
	FIELD(struct endpoint_input, everywhere, OPTIONAL, 0, 0, NULL),
	FIELD(struct endpoint_input, bearer, OPTIONAL, 0, BEARER_MAX, NULL),
	FIELD(struct endpoint_input, headers, OPTIONAL, 0, HEADERS_MAX, NULL),
	FIELDS_END,
};

struct event_group {
	const char *group;
	struct list events;
};

static const struct shape event_group_shape[] = {
	SHAPE(struct event_group, group),
	SHAPE_OPTIONS(struct event_group, events),
	SHAPE_END,
};

static const struct shape endpoint_result_shape[] = {
	SHAPE(struct endpoint_result, class), SHAPE(struct endpoint_result, headline),
	SHAPE(struct endpoint_result, words), SHAPE(struct endpoint_result, hint),
	SHAPE(struct endpoint_result, body),  SHAPE_END,
};

const struct shape endpoint_page_shape[] = {
	SHAPE(struct endpoint_page, title),
	SHAPE(struct endpoint_page, action),
	SHAPE(struct endpoint_page, try_action),
	SHAPE(struct endpoint_page, save_label),
	SHAPE(struct endpoint_page, problem),
	SHAPE(struct endpoint_page, format_error),
	SHAPE(struct endpoint_page, events_error),
	SHAPE_SUB(struct endpoint_page, instance, instance_view_shape),
	SHAPE_SUB(struct endpoint_page, result, endpoint_result_shape),
	SHAPE_SUB(struct endpoint_page, url, field_view_shape),
	SHAPE_SUB(struct endpoint_page, bearer, field_view_shape),
	SHAPE_SUB(struct endpoint_page, headers, field_view_shape),
	SHAPE_OPTIONS(struct endpoint_page, formats),
	SHAPE_ROWS(struct endpoint_page, groups, struct event_group, event_group_shape),
	SHAPE_OPTIONS(struct endpoint_page, subscriptions),
	SHAPE(struct endpoint_page, is_new),
	SHAPE(struct endpoint_page, include_read),
	SHAPE(struct endpoint_page, everywhere),
	SHAPE(struct endpoint_page, has_bearer),
	SHAPE_END,
};

static const struct option_view formats[] = {
	{ "normalized", "Normalized", "Flat JSON, the same for every kind of instance", false },
	{ "meta", "Meta", "The Cloud API's own documents, one event each", false },
};

static const struct {
	const char *group;
	const char *events[8];
} groups[] = {
	{ "Recommended",
	  { "message.received", "message.sent", "message.failed", "recipient.opted_out" } },
	{ "Message lifecycle",
	  { "message.delivered", "message.read", "message.status_updated", "message.echoed" } },
	{ "Instance",
	  { "instance.connected", "instance.disconnected", "instance.connection_updated",
	    "instance.qr_updated" } },
	{ "Conversation", { "conversation.updated", "recipient.opted_in" } },
	{ "Call", { "call.received", "call.missed" } },
	{ "Group", { "group.message_received", "group.updated" } },
	{ "Account", { "template.status_updated", "account.updated" } },
};

static const struct option_view subscriptions[] = {
	{ .value = "messages", .label = "Messages from people" },
	{ .value = "message_status", .label = "Sent, delivered, failed" },
	{ .value = "read", .label = "Read and played" },
	{ .value = "message_template_status", .label = "Templates: status, quality, category" },
	{ .value = "account", .label = "Account, number and security" },
	{ .value = "calls", .label = "Calls" },
	{ .value = "groups", .label = "Groups" },
	{ .value = "echoes", .label = "Messages typed on the phone" },
	{ .value = "history", .label = "Older conversations" },
	{ .value = "user_preferences", .label = "Marketing stop and resume" },
	{ .value = "flows", .label = "Flows" },
	{ .value = "other", .label = "Fields that come later" },
};

static const char *const recommended[] = { "message.received", "message.sent", "message.failed",
					   "recipient.opted_out" };
static const char *const meta_usual[] = { "messages", "message_status" };

static struct texts
texts_of(const char *const *items, size_t n)
{
	return (struct texts){ (const char **)(uintptr_t)items, n };
}

void
endpoint_preset(struct endpoint_input *out, const char *preset)
{
	out->format = text_equal(preset, "meta") ? "meta" : "normalized";
	out->events = texts_of(recommended, ARRAY_LEN(recommended));
	out->subscriptions = texts_of(meta_usual, ARRAY_LEN(meta_usual));
}

const char *
endpoint_events(struct op *op, const struct endpoint_input *input)
{
	const struct texts *chosen =
		text_equal(input->format, "meta") ? &input->subscriptions : &input->events;
	const char *list = "";

	for (size_t i = 0; i < chosen->n; i++)
		list = arena_printf(op->arena, "%s%s%s", list, i == 0 ? "" : ",", chosen->items[i]);
	return list;
}

enum rc
endpoint_headers(struct op *op, const char **json, const char *lines)
{
	size_t count;
	const char **line = text_split(op->arena, lines != NULL ? lines : "", '\n', &count);
	json_t *headers = json_new(op);

	for (size_t i = 0; i < count; i++) {
		const char *colon = strchr(line[i], ':');
		const char *name;

		if (colon == NULL)
			return op_refuse(op, RC_INPUT, "headers",
					 "A header is a name, a colon and a value: %s", line[i]);
		name = arena_dupn(op->arena, line[i], (size_t)(colon - line[i]));
		json_put(headers, text_trim(op->arena, name), text_trim(op->arena, colon + 1));
	}
	*json = count > 0 ? json_text(op, headers) : NULL;
	return RC_OK;
}

static const char *
header_lines(struct op *op, const char *json)
{
	json_t *headers, *value;
	const char *name, *lines = "";

	if (text_empty(json) || json_read(op, &headers, bytes_of(json)) != RC_OK)
		return NULL;
	json_object_foreach(headers, name, value)
	{
		lines = arena_printf(op->arena, "%s%s: %s\n", lines, name,
				     json_string_value(value));
	}
	return lines;
}

enum rc
endpoint_stored(struct op *op, struct endpoint_input *out, const struct endpoint *endpoint)
{
	const char *secret, *bearer, *headers;
	struct texts chosen;

	TRY(gateway_open_endpoint(op, &secret, &bearer, &headers, endpoint));
	chosen.items = text_split(op->arena, endpoint->events, ',', &chosen.n);
	endpoint_preset(out, endpoint->format);
	if (text_equal(endpoint->format, "meta"))
		out->subscriptions = chosen;
	else
		out->events = chosen;
	out->url = endpoint->url;
	out->include_read = endpoint->include_read;
	out->everywhere = endpoint->all_instances;
	out->headers = header_lines(op, headers);
	return RC_OK;
}

static struct list
view_groups(struct op *op, const struct texts *chosen)
{
	struct event_group *out = arena_array(op->arena, ARRAY_LEN(groups), sizeof(*out));

	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		struct option_view options[ARRAY_LEN(groups[0].events)] = { 0 };
		size_t n = 0;

		while (n < ARRAY_LEN(options) && groups[i].events[n] != NULL) {
			options[n].value = groups[i].events[n];
			n++;
		}
		out[i].group = groups[i].group;
		out[i].events = view_choices(op, options, n, chosen);
	}
	return (struct list){ ARRAY_LEN(groups), out };
}

void
view_endpoint_form(struct web *web, struct endpoint_page *page, const struct endpoint_input *input)
{
	struct op *op = web->op;

	page->url = view_field(web, "url", input->url);
	page->bearer = view_field(web, "bearer", NULL);
	page->headers = view_field(web, "headers", input->headers);
	page->formats = VIEW_OPTIONS(op, formats, input->format);
	page->groups = view_groups(op, &input->events);
	page->subscriptions = VIEW_CHOICES(op, subscriptions, &input->subscriptions);
	page->include_read = input->include_read;
	page->everywhere = input->everywhere;
	page->format_error = view_error(web, "format");
	page->events_error = view_error(web, "events");
	page->problem = view_error(web, "form");
}

const struct endpoint_result *
view_test_result(struct op *op, const struct test_result *result)
{
	struct endpoint_result *shown = arena_alloc(op->arena, sizeof(*shown));

	shown->class = result->ok ? "badge-good" : "badge-danger";
	shown->headline = result->ok ? "Delivered" : "Failed";
	if (result->status != 0)
		shown->words = arena_printf(op->arena, "It answered %lld after %s ms.",
					    (long long)result->status, view_number(op, result->ms));
	else
		shown->words = result->error != NULL ? result->error : "There was no answer.";
	shown->hint = result->hint;
	shown->body = result->body;
	return shown;
}
