/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_phone - what went past the gateway: typed on the phone, or written before the number came
 *
 * Both are lines of a conversation. An echo is told like a message, with whom it went to; history
 * is passed on in the provider's form and does nothing else: no event, no window, no opt-out,
 * because what was said then has been dealt with then.
 */
#include "gateway/apply.h"
#include "gateway/keep_media.h"
#include "store/conversation_store.h"
#include "store/inbound_store.h"
#include "store/phone_store.h"
#include "store/recipient_store.h"

/* Of a chunk of history, in one batch: Meta's chunks can have thousands. */
enum { LINES_AT_ONCE = 500 };

static const char *
own_number(struct item *item)
{
	return apply_digits(item->op, json_object_get(item->happening->value, "metadata"),
			    "display_phone_number");
}

static struct phone_message
line_of(struct item *item, const struct inbound *row, const char *person, const char *direction)
{
	return (struct phone_message){
		.instance_id = item->instance->id,
		.provider_id = row->provider_id,
		.person = person == NULL ? "" : person,
		.direction = direction,
		.type = row->type,
		.text = row->text,
		.payload = row->payload,
		.provider_at = row->provider_at,
		.recorded_at = item->op->now,
	};
}

/* ---- typed on the phone ------------------------------------------------------------------- */

static const char *
echo_members(const struct item *item, const struct inbound *row, const json_t *message,
	     const char *to, const char *to_user_id)
{
	struct op *op = item->op;
	struct json_out members;

	json_out_init(&members, op->arena);
	json_out_open(&members, NULL);
	json_out_text(&members, "from", recipient_written(op->arena, row->sender));
	json_out_text(&members, "from_user_id", row->sender_user_id);
	json_out_text(&members, "from_name", NULL);
	json_out_text(&members, "to", recipient_written(op->arena, to));
	json_out_text(&members, "to_user_id", to_user_id);
	apply_write_content(&members, item, row, message);
	json_out_close(&members);
	return json_out_end(&members);
}

static enum rc
tell_echo(struct item *item, const struct inbound *row, const char *to, const char *to_user_id)
{
	const json_t *message = item->happening->item;
	struct event_draft draft = {
		.instance = item->instance,
		.name = "message.echoed",
		.topic = event_topic(item->happening->field),
		.members = echo_members(item, row, message, to, to_user_id),
		.happening = item->happening,
		.message_type = row->type,
		.at = row->provider_at,
	};

	if (to != NULL || to_user_id != NULL)
		TRY(inbound_store_identity(item->op, &draft.lane, to != NULL ? to : to_user_id));
	return event_record(item->op, item->batch, &draft, NULL);
}

enum rc
apply_echo(struct item *item)
{
	const json_t *message = item->happening->item;
	const char *to = apply_digits(item->op, message, "to");
	const char *to_user_id = json_str(message, "to_user_id"), *person;
	struct phone_message line;
	struct inbound row;

	apply_read_message(item, &row);
	if (text_empty(row.provider_id))
		return apply_other(item);
	if (to_user_id == NULL)
		to_user_id = json_str(item->happening->contact, "user_id");
	person = to != NULL ? to : to_user_id;
	line = line_of(item, &row, person, "out");
	phone_store_insert(item->batch, &line);
	media_want(item->op, item->batch, item->instance, message, row.provider_id,
		   item->received_at);
	if (to != NULL && to_user_id != NULL)
		recipient_store_join(item->batch, to, to_user_id);
	if (person != NULL)
		conversation_store_spoke(item->batch, item->instance->id, person, row.provider_at);
	return tell_echo(item, &row, to, to_user_id);
}

/* ---- history ------------------------------------------------------------------------------ */

/* A slice that is full is committed by itself: told again, it changes nothing. */
static enum rc
make_room(struct item *item, size_t *lines)
{
	if (++*lines % LINES_AT_ONCE != 0)
		return RC_OK;
	TRY(db_commit(item->op, item->batch));
	item->batch = batch_new(item->op);
	return RC_OK;
}

static bool
is_from(struct op *op, const json_t *message, const char *person)
{
	return person != NULL && (text_equal(json_number_text(op, message, "from"), person) ||
				  text_equal(json_str(message, "from_user_id"), person));
}

/* The message alone, read as the item of a happening of its own. */
static void
remember(struct item *item, const json_t *message, struct bytes raw, const char *person)
{
	struct happening one = *item->happening;
	struct item alone = *item;
	const char *status = json_string_value(json_at(message, "history_context.status"));
	struct phone_message line;
	struct inbound row;

	one.item = message;
	one.item_raw = raw;
	one.contact = NULL;
	alone.happening = &one;
	apply_read_message(&alone, &row);
	if (text_empty(row.provider_id))
		return;
	line = line_of(item, &row, person, is_from(item->op, message, person) ? "in" : "out");
	if (status != NULL)
		line.status = text_lower(item->op->arena, status);
	phone_store_remember(item->batch, &line);
}

static const char *
person_of(struct op *op, const json_t *thread)
{
	const char *person = json_number_text(op, thread, "id");
	const char *user_id = json_string_value(json_at(thread, "context.user_id"));

	return text_empty(person) ? user_id : person;
}

static enum rc
read_thread(struct item *item, const json_t *thread, struct bytes raw, size_t *lines)
{
	const json_t *messages = json_object_get(thread, "messages");
	struct bytes all = json_span(raw, "messages"), one = { NULL, 0 };
	const char *person = person_of(item->op, thread);

	for (size_t i = 0; i < json_array_size(messages); i++) {
		expect(json_span_next(all, &one));
		TRY(make_room(item, lines));
		remember(item, json_array_get(messages, i), one, person);
	}
	return RC_OK;
}

enum rc
apply_history(struct item *item)
{
	const struct happening *h = item->happening;
	const json_t *threads = json_object_get(h->item, "threads");
	struct bytes all = json_span(h->item_raw, "threads"), one = { NULL, 0 };
	size_t lines = 0;

	for (size_t i = 0; i < json_array_size(threads); i++) {
		expect(json_span_next(all, &one));
		TRY(read_thread(item, json_array_get(threads, i), one, &lines));
	}
	return apply_other(item);
}

/* Of the two numbers in it, one is ours. */
enum rc
apply_past(struct item *item)
{
	const json_t *message = item->happening->item;
	const char *from = apply_digits(item->op, message, "from");
	const char *to = apply_digits(item->op, message, "to");

	if (from == NULL)
		from = json_str(message, "from_user_id");
	remember(item, message, item->happening->item_raw,
		 text_equal(from, own_number(item)) ? to : from);
	return apply_other(item);
}
