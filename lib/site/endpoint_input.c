/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoint_input - the form of a webhook endpoint as values: sent, stored, preset
 *
 * Lists travel as the gateway keeps them, "a,b,c"; headers as rows of two fields, so that nobody
 * has to know how a header is written.
 */
#include "site/endpoint_input.h"

#include "core/json.h"
#include "domain/event.h"

enum { URL_MAX = 2048, BEARER_MAX = 2048, EVENTS_MAX = 40 };

const struct field endpoint_fields[] = {
	FIELD(struct endpoint_input, instance, NEEDED, 1, 100, NULL),
	FIELD(struct endpoint_input, url, NEEDED, 1, URL_MAX, NULL),
	FIELD(struct endpoint_input, format, NEEDED, 1, 20, NULL),
	FIELD(struct endpoint_input, events, OPTIONAL, 0, EVENTS_MAX, NULL),
	FIELD(struct endpoint_input, subscriptions, OPTIONAL, 0, EVENTS_MAX, NULL),
	FIELD(struct endpoint_input, include_read, OPTIONAL, 0, 0, NULL),
	FIELD(struct endpoint_input, message_types, OPTIONAL, 0, EVENTS_MAX, NULL),
	FIELD(struct endpoint_input, everywhere, OPTIONAL, 0, 0, NULL),
	FIELD(struct endpoint_input, instances, OPTIONAL, 0, ENDPOINT_INSTANCES_MAX, NULL),
	FIELD(struct endpoint_input, bearer, OPTIONAL, 0, BEARER_MAX, NULL),
	FIELD(struct endpoint_input, drop_bearer, OPTIONAL, 0, 0, NULL),
	FIELD(struct endpoint_input, header_names, OPTIONAL, 0, ENDPOINT_HEADERS_MAX, NULL),
	FIELD(struct endpoint_input, header_values, OPTIONAL, 0, ENDPOINT_HEADERS_MAX, NULL),
	FIELD(struct endpoint_input, sample, OPTIONAL, 0, 20, NULL),
	FIELD(struct endpoint_input, preset, OPTIONAL, 0, 20, NULL),
	FIELDS_END,
};

static const char *const recommended[] = { "message.received", "message.sent", "message.failed",
					   "recipient.opted_out" };
static const char *const meta_usual[] = { "messages", "message_status" };
static const char *const everything[] = { "*" };

static struct texts
texts_of(const char *const *items, size_t n)
{
	return (struct texts){ (const char **)(uintptr_t)items, n };
}

static struct texts
texts_split(struct op *op, const char *list)
{
	struct texts texts;

	texts.items = text_split(op->arena, list == NULL ? "" : list, ',', &texts.n);
	return texts;
}

void
endpoint_preset(struct endpoint_input *out, const char *preset)
{
	bool all = text_equal(preset, "all"), none = text_equal(preset, "none");

	if (text_empty(out->format))
		out->format = text_equal(preset, "meta") ? "meta" : "normalized";
	out->events = all ? texts_of(everything, 1)
			  : texts_of(recommended, none ? 0 : ARRAY_LEN(recommended));
	out->subscriptions = all ? texts_of(everything, 1)
				 : texts_of(meta_usual, none ? 0 : ARRAY_LEN(meta_usual));
}

const char *
endpoint_events(struct op *op, const struct endpoint_input *input)
{
	const struct texts *chosen =
		text_equal(input->format, "meta") ? &input->subscriptions : &input->events;

	return text_join(op->arena, chosen->items, chosen->n, ",");
}

const char *
endpoint_types(struct op *op, const struct endpoint_input *input)
{
	return text_join(op->arena, input->message_types.items, input->message_types.n, ",");
}

static enum rc
add_header(struct op *op, json_t *headers, const char *name, const char *value)
{
	if (text_empty(name) && text_empty(value))
		return RC_OK;
	if (text_empty(name))
		return op_refuse(op, RC_INPUT, "headers",
				 "The header with the value %s needs a name", value);
	if (json_object_get(headers, name) != NULL)
		return op_refuse(op, RC_INPUT, "headers", "The header %s is there twice", name);
	json_put(headers, name, value);
	return RC_OK;
}

enum rc
endpoint_headers(struct op *op, const char **json, const struct endpoint_input *input)
{
	json_t *headers = json_new(op);

	for (size_t i = 0; i < input->header_names.n; i++) {
		const char *name = text_trim(op->arena, input->header_names.items[i]);
		const char *value = i < input->header_values.n
					    ? text_trim(op->arena, input->header_values.items[i])
					    : "";

		TRY(add_header(op, headers, name, value));
	}
	*json = json_object_size(headers) > 0 ? json_text(op, headers) : NULL;
	return RC_OK;
}

static enum rc
read_headers(struct op *op, struct endpoint_input *out, const char *json)
{
	json_t *headers, *value;
	const char *name;
	size_t n = 0;

	if (text_empty(json))
		return RC_OK;
	TRY(json_read(op, &headers, bytes_of(json)));
	out->header_names.items = arena_array(op->arena, json_object_size(headers), sizeof(char *));
	out->header_values.items =
		arena_array(op->arena, json_object_size(headers), sizeof(char *));
	json_object_foreach(headers, name, value)
	{
		out->header_names.items[n] = name;
		out->header_values.items[n++] = json_string_value(value);
	}
	out->header_names.n = out->header_values.n = n;
	return RC_OK;
}

struct texts
endpoint_chosen(struct op *op, const struct endpoint_input *input)
{
	const char **own = arena_array(op->arena, 1, sizeof(*own));

	own[0] = input->instance;
	if (input->everywhere)
		return (struct texts){ own, 0 };
	return input->instances.n > 0 ? input->instances : (struct texts){ own, 1 };
}

static enum rc
read_instances(struct op *op, struct endpoint_input *out, const struct endpoint *endpoint)
{
	const struct instance *rows;
	struct list bound;

	out->everywhere = endpoint->all_instances;
	TRY(gateway_endpoint_instances(op, &bound, endpoint));
	rows = bound.rows;
	out->instances.items = arena_array(op->arena, bound.n + 1, sizeof(char *));
	for (size_t i = 0; i < bound.n; i++)
		out->instances.items[i] = rows[i].id;
	out->instances.n = bound.n;
	return RC_OK;
}

enum rc
endpoint_stored(struct op *op, struct endpoint_input *out, const struct endpoint *endpoint)
{
	struct endpoint_secrets keys;
	struct texts chosen = texts_split(op, endpoint->events);

	TRY(gateway_open_endpoint(op, &keys, endpoint));
	out->format = endpoint->format;
	endpoint_preset(out, "recommended");
	if (text_equal(endpoint->format, "meta"))
		out->subscriptions = chosen;
	else
		out->events = chosen;
	out->message_types = texts_split(op, endpoint->message_types);
	out->url = endpoint->url;
	out->include_read = endpoint->include_read;
	TRY(read_instances(op, out, endpoint));
	return read_headers(op, out, keys.headers_json);
}
