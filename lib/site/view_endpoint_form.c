/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_endpoint_form - the form of a webhook endpoint: what it offers and what it shows again
 *
 * Events are offered in the groups of the documentation, Meta's form by subscription. All of it
 * works without a script: presets are buttons of the form, headers are rows with some to spare.
 */
#include "site/view_endpoint_form.h"

#include "domain/event.h"
#include "site/view_names.h"

enum { ROWS_TO_SPARE = 2 };

struct event_group {
	const char *group;
	struct list events;
};

static const struct shape event_group_shape[] = {
	SHAPE(struct event_group, group),
	SHAPE_OPTIONS(struct event_group, events),
	SHAPE_END,
};

struct header_row {
	int64_t number;
	const char *name, *value;
};

static const struct shape header_row_shape[] = {
	SHAPE(struct header_row, number),
	SHAPE(struct header_row, name),
	SHAPE(struct header_row, value),
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
	SHAPE(struct endpoint_page, types_error),
	SHAPE(struct endpoint_page, instances_error),
	SHAPE(struct endpoint_page, headers_error),
	SHAPE_SUB(struct endpoint_page, instance, instance_view_shape),
	SHAPE_SUB(struct endpoint_page, result, endpoint_result_shape),
	SHAPE_SUB(struct endpoint_page, url, field_view_shape),
	SHAPE_SUB(struct endpoint_page, bearer, field_view_shape),
	SHAPE_OPTIONS(struct endpoint_page, formats),
	SHAPE_ROWS(struct endpoint_page, groups, struct event_group, event_group_shape),
	SHAPE_OPTIONS(struct endpoint_page, subscriptions),
	SHAPE_OPTIONS(struct endpoint_page, message_types),
	SHAPE_OPTIONS(struct endpoint_page, instances),
	SHAPE_OPTIONS(struct endpoint_page, samples),
	SHAPE_ROWS(struct endpoint_page, headers, struct header_row, header_row_shape),
	SHAPE_ROWS(struct endpoint_page, more_headers, struct header_row, header_row_shape),
	SHAPE(struct endpoint_page, include_read),
	SHAPE(struct endpoint_page, everywhere),
	SHAPE(struct endpoint_page, has_bearer),
	SHAPE(struct endpoint_page, types_open),
	SHAPE(struct endpoint_page, all_events),
	SHAPE(struct endpoint_page, all_topics),
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
	{ "Instance",
	  { "instance.connected", "instance.disconnected", "instance.connection_updated",
	    "instance.qr_updated", "template.status_updated", "account.updated" } },
	{ "Message lifecycle", { "message.delivered", "message.read", "message.status_updated" } },
	{ "Conversation", { "conversation.updated", "message.echoed", "recipient.opted_in" } },
	{ "Call", { "call.received", "call.missed" } },
	{ "Group", { "group.message_received", "group.updated" } },
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

static const struct option_view samples[] = {
	{ .value = "text", .label = "a message" },
	{ .value = "status", .label = "a status" },
	{ .value = "template", .label = "a template's decision" },
};

/* What the documentation has among the recommended ones stands there alone. */
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

static struct list
view_types(struct op *op, const struct texts *chosen)
{
	struct option_view options[24] = { 0 };
	size_t n = 0;

	while (n < ARRAY_LEN(options) && event_message_types[n] != NULL) {
		options[n].value = event_message_types[n];
		n++;
	}
	return view_choices(op, options, n, chosen);
}

static bool
has_all(const struct texts *chosen)
{
	for (size_t i = 0; i < chosen->n; i++)
		if (text_equal(chosen->items[i], "*"))
			return true;
	return false;
}

static void
view_headers(struct op *op, struct endpoint_page *page, const struct endpoint_input *input)
{
	struct header_row *rows = arena_array(op->arena, ENDPOINT_HEADERS_MAX, sizeof(*rows));
	size_t used = 0, shown;

	for (size_t i = 0; i < ENDPOINT_HEADERS_MAX; i++) {
		rows[i].number = (int64_t)i + 1;
		if (i < input->header_names.n)
			rows[i].name = input->header_names.items[i];
		if (i < input->header_values.n)
			rows[i].value = input->header_values.items[i];
		if (!text_empty(rows[i].name) || !text_empty(rows[i].value))
			used = i + 1;
	}
	shown = used + ROWS_TO_SPARE < ENDPOINT_HEADERS_MAX ? used + ROWS_TO_SPARE
							    : ENDPOINT_HEADERS_MAX;
	page->headers = (struct list){ shown, rows };
	page->more_headers = (struct list){ ENDPOINT_HEADERS_MAX - shown, rows + shown };
}

static enum rc
view_instance_choices(struct web *web, struct endpoint_page *page,
		      const struct endpoint_input *input)
{
	const char *here[] = { page->instance->id };
	const struct texts own = { here, input->everywhere ? 0 : 1 };
	const struct texts *chosen = input->instances.n > 0 ? &input->instances : &own;
	struct names names;
	struct list all;

	TRY(names_read(web, &names));
	all = names_options(web, &names, NULL, NULL);
	page->instances = view_choices(web->op, all.rows, all.n, chosen);
	return RC_OK;
}

enum rc
view_endpoint_form(struct web *web, struct endpoint_page *page, const struct endpoint_input *input)
{
	struct op *op = web->op;

	page->url = view_field(web, "url", input->url);
	page->bearer = view_field(web, "bearer", NULL);
	page->formats = VIEW_OPTIONS(op, formats, input->format);
	page->all_events = has_all(&input->events);
	page->groups = view_groups(op, &input->events);
	page->all_topics = has_all(&input->subscriptions);
	page->subscriptions = VIEW_CHOICES(op, subscriptions, &input->subscriptions);
	page->message_types = view_types(op, &input->message_types);
	page->samples = VIEW_OPTIONS(op, samples, input->sample);
	page->include_read = input->include_read;
	page->everywhere = input->everywhere;
	page->format_error = view_error(web, "format");
	page->events_error = view_error(web, "events");
	page->types_error = view_error(web, "message_types");
	page->types_open = input->message_types.n > 0 || page->types_error != NULL;
	page->instances_error = view_error(web, "instances");
	page->headers_error = view_error(web, "header_names");
	page->problem = view_error(web, "form");
	view_headers(op, page, input);
	return view_instance_choices(web, page, input);
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
