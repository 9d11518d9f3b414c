/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events - telling customers what has happened
 *
 * An event and its deliveries are part of the transaction that makes them true: nothing recorded
 * goes unannounced, nothing announced has not happened. Both bodies are made here, once, so that
 * every attempt and every replay sends the same bytes.
 */
#include "gateway/events.h"

#include "core/ids.h"
#include "provider/provider.h"
#include "store/delivery_store.h"
#include "store/endpoint_store.h"
#include "store/event_store.h"

static bool
is_among(const struct endpoint *endpoints, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (text_equal(endpoints[i].id, id))
			return true;
	return false;
}

/* The endpoints that listen to an instance, or to one of the others that are concerned. */
struct listeners {
	const struct endpoint *endpoints;
	size_t n;
};

static enum rc
add_listeners(struct op *op, struct listeners *out, const char *instance_id)
{
	const struct endpoint *rows;
	struct endpoint *all;
	struct list found;

	TRY(endpoint_store_for_instance(op, &found, instance_id));
	rows = found.rows;
	if (out->n == 0) {
		*out = (struct listeners){ rows, found.n };
		return RC_OK;
	}
	all = arena_array(op->arena, out->n + found.n, sizeof(*all));
	memcpy(all, out->endpoints, out->n * sizeof(*all));
	out->endpoints = all;
	for (size_t i = 0; i < found.n; i++)
		if (!is_among(all, out->n, rows[i].id))
			all[out->n++] = rows[i];
	return RC_OK;
}

static bool
has_meta(const struct event_draft *draft)
{
	return draft->meta != NULL || draft->happening != NULL;
}

static bool
wants(const struct endpoint *e, const struct event_draft *draft)
{
	bool has_form = text_equal(e->format, "meta") ? has_meta(draft) : draft->members != NULL;

	return has_form && event_type_is_wanted(e->message_types, draft->message_type) &&
	       event_is_wanted(e->events, e->format, e->include_read, draft->name, draft->topic);
}

static bool
is_wanted(const struct event_draft *draft, const struct listeners *by)
{
	for (size_t i = 0; i < by->n; i++)
		if (wants(&by->endpoints[i], draft))
			return true;
	return false;
}

static const char *
normalized_body(struct op *op, const struct event_draft *draft, const char *id)
{
	struct instant at = draft->at.ms == 0 ? op->now : draft->at;
	struct json_out body;

	if (draft->members == NULL)
		return NULL;
	json_out_init(&body, op->arena);
	json_out_open(&body, NULL);
	json_out_text(&body, "id", id);
	json_out_text(&body, "event", draft->name);
	json_out_text(&body, "instance_id", draft->instance->id);
	json_out_text(&body, "instance_slug", draft->instance->slug);
	json_out_text(&body, "instance_name", draft->instance->name);
	json_out_text(&body, "timestamp", clock_rfc3339(op->arena, at));
	if (draft->test)
		json_out_bool(&body, "test", true);
	json_out_members(&body, draft->members);
	json_out_close(&body);
	return json_out_end(&body);
}

static void
add_delivery(struct op *op, struct batch *batch, const struct event *event,
	     const struct endpoint *endpoint)
{
	struct delivery delivery = {
		.id = id_new(op, "dlv"),
		.event_id = event->id,
		.event = event->name,
		.endpoint_id = endpoint->id,
		.instance_id = event->instance_id,
		.lane = event->lane,
		.due_at = event->created_at,
		.created_at = event->created_at,
	};

	delivery_store_insert(batch, &delivery);
	batch_wakes_worker(batch);
}

/* The longer form is made and kept only for those who get it: the raw inbox has the same. */
static const char *
meta_body(struct op *op, const struct event_draft *draft, const struct listeners *to)
{
	bool needed = false;

	for (size_t i = 0; i < to->n && !needed; i++)
		needed = text_equal(to->endpoints[i].format, "meta") &&
			 wants(&to->endpoints[i], draft);
	if (!needed)
		return NULL;
	return draft->happening != NULL ? cloud_document(op, draft->happening) : draft->meta;
}

static const char *
record(struct op *op, struct batch *batch, const struct event_draft *draft,
       const struct listeners *to)
{
	struct event event = {
		.id = id_new(op, "evt"),
		.instance_id = draft->instance->id,
		.name = draft->name,
		.topic = draft->topic,
		.lane = draft->lane == NULL ? draft->instance->id : draft->lane,
		.meta = meta_body(op, draft, to),
		.message_id = draft->message_id,
		.inbound_id = draft->inbound_id,
		.test = draft->test,
		.created_at = op->now,
	};

	event.normalized = normalized_body(op, draft, event.id);
	event_store_insert(batch, &event, draft->digest);
	for (size_t i = 0; i < to->n; i++)
		if (wants(&to->endpoints[i], draft))
			add_delivery(op, batch, &event, &to->endpoints[i]);
	return event.id;
}

enum rc
event_record(struct op *op, struct batch *batch, const struct event_draft *draft, const char **id)
{
	const struct instance *also = draft->also.rows;
	struct listeners to = { 0 };
	const char *recorded;

	TRY(add_listeners(op, &to, draft->instance->id));
	for (size_t i = 0; i < draft->also.n; i++)
		TRY(add_listeners(op, &to, also[i].id));
	recorded = record(op, batch, draft, &to);
	if (id != NULL)
		*id = recorded;
	return RC_OK;
}

enum rc
event_is_listened(struct op *op, bool *yes, const char *instance_id, const char *name)
{
	struct listeners to = { 0 };
	const struct event_draft draft = { .name = name, .members = "{}" };

	TRY(add_listeners(op, &to, instance_id));
	*yes = is_wanted(&draft, &to);
	return RC_OK;
}

/* ---- outbound messages ------------------------------------------------------------------- */

static const char *
message_members(struct op *op, const struct message *message)
{
	struct json_out members;

	json_out_init(&members, op->arena);
	json_out_open(&members, NULL);
	json_out_text(&members, "message_id", message->provider_id);
	json_out_text(&members, "external_message_id", message->provider_id);
	json_out_text(&members, "gateway_message_id", message->id);
	json_out_text(&members, "to", recipient_written(op->arena, message->recipient));
	message_write_state(&members, message);
	json_out_close(&members);
	return json_out_end(&members);
}

/* What a status is called and when it became true; the last two have no event of their own. */
static const struct told_status {
	const char *status, *name, *topic;
	size_t at;
} told_statuses[] = {
	{ "sent", "message.sent", "message_status", offsetof(struct message, sent_at) },
	{ "delivered", "message.delivered", "message_status",
	  offsetof(struct message, delivered_at) },
	{ "read", "message.read", "read", offsetof(struct message, read_at) },
	{ "failed", "message.failed", "message_status", offsetof(struct message, failed_at) },
	{ "unknown", NULL, NULL, 0 },
	{ "cancelled", NULL, NULL, 0 },
};

static const struct told_status *
told_status(const char *status)
{
	for (size_t i = 0; i < ARRAY_LEN(told_statuses); i++)
		if (text_equal(told_statuses[i].status, status))
			return &told_statuses[i];
	return NULL;
}

static enum rc
record_message(struct op *op, struct batch *batch, struct event_draft *draft,
	       const struct message *message)
{
	const struct told_status *told = told_status(message->status);
	struct listeners to = { 0 };

	if (told == NULL)
		return RC_OK;
	TRY(add_listeners(op, &to, draft->instance->id));
	draft->lane = message->recipient;
	draft->message_id = message->id;
	draft->message_type = message->type;
	draft->test = message->simulated;
	draft->members = message_members(op, message);
	if (told->name != NULL) {
		draft->name = told->name;
		draft->topic = told->topic;
		draft->at = *(const struct instant *)((const char *)message + told->at);
		record(op, batch, draft, &to);
	}
	draft->name = "message.status_updated";
	draft->topic = draft->meta = NULL;
	draft->happening = NULL;
	if (told->name == NULL || is_wanted(draft, &to))
		record(op, batch, draft, &to);
	return RC_OK;
}

enum rc
event_record_message(struct op *op, struct batch *batch, const struct instance *instance,
		     const struct message *message, const char *meta)
{
	struct event_draft draft = { .instance = instance, .meta = meta };

	return record_message(op, batch, &draft, message);
}

enum rc
event_record_status(struct op *op, struct batch *batch, const struct instance *instance,
		    const struct message *message, const struct happening *happening)
{
	struct event_draft draft = { .instance = instance, .happening = happening };

	return record_message(op, batch, &draft, message);
}
