/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_status - what the provider says became of a message
 *
 * A status is kept once and moves its message forward or not at all; what is late is still passed
 * on in the provider's form. A message whose send is still under way is left to that send: its
 * statuses wait for it, so that customers hear "sent" before "delivered". A status names its
 * message by the provider's id or, for a send whose answer was lost, by ours in
 * biz_opaque_callback_data; ours counts only in the same instance and while that message has no
 * provider's id, because customers may write into that member what they like.
 */
#include "core/ids.h"
#include "gateway/apply.h"
#include "gateway/read_overview.h"
#include "provider/cloud_error.h"
#include "store/message_store.h"

/* Where a status keeps its time. */
static const struct {
	const char *status;
	size_t at;
} times[] = {
	{ "sent", offsetof(struct message, provider_sent_at) },
	{ "delivered", offsetof(struct message, delivered_at) },
	{ "read", offsetof(struct message, read_at) },
	{ "played", offsetof(struct message, played_at) },
	{ "failed", offsetof(struct message, failed_at) },
};

static void
note_time(struct message *m, const char *status, struct instant at)
{
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		struct instant *kept = (struct instant *)((char *)m + times[i].at);

		if (text_equal(times[i].status, status) && kept->ms == 0)
			*kept = at;
	}
}

static void
note_error(struct op *op, struct message *m, const json_t *status)
{
	const json_t *error = json_at(status, "errors.0");
	const char *title = json_str(error, "title");
	const char *details = json_string_value(json_at(error, "error_data.details"));
	const char *code = json_number_text(op, error, "code");

	m->error_code = 0;
	if (code != NULL && !text_int(code, 0, INT32_MAX, &m->error_code))
		m->error_code = 0;
	m->error_title = title != NULL ? title : json_str(error, "message");
	if (m->error_title == NULL)
		m->error_title = "Failed";
	m->error_details = details != NULL ? details : json_str(error, "message");
	m->error_retryable = (cloud_error_class(m->error_code) & CLOUD_RETRYABLE) != 0;
}

static void
forget_error(struct message *m)
{
	m->error_code = 0;
	m->error_title = m->error_details = NULL;
	m->error_retryable = false;
	m->failed_at.ms = 0;
}

/* Take a status on; false when it changes nothing but its time. */
static bool
take_on(struct op *op, struct message *m, const struct status *s, const json_t *status)
{
	const json_t *pricing = json_object_get(status, "pricing");
	bool moves = message_may_become(m->status, s->status);
	bool fails = text_equal(s->status, "failed");

	/* Meta tells it with sent and with one of the others, which come in any order. */
	if (pricing != NULL && (m->price == NULL || !text_equal(s->status, "sent")))
		m->price = json_text(op, pricing);
	if (m->provider_id == NULL)
		m->provider_id = s->provider_id;
	if (moves || !fails)
		note_time(m, s->status, s->provider_at);
	if (!moves)
		return false;
	m->status = s->status;
	m->unknown_until.ms = 0;
	if (fails) {
		note_error(op, m, status);
		return true;
	}
	forget_error(m);
	if (m->sent_at.ms == 0)
		m->sent_at = s->provider_at;
	return true;
}

static bool
is_counted(const char *status)
{
	return text_equal(status, "delivered") || text_equal(status, "read") ||
	       text_equal(status, "failed");
}

/* Write what the status made of the message, and count it. */
static void
write_message(struct item *item, const struct message *before, const struct message *after,
	      const char *status, bool moved)
{
	struct op *op = item->op;

	status_store_move(item->batch, after, before->status);
	if (before->sent_at.ms == 0 && after->sent_at.ms != 0)
		count_add(op, item->batch, op->account_id, "sent", 1);
	if (is_counted(status) && (moved || !text_equal(status, "failed")))
		count_add(op, item->batch, op->account_id, status, 1);
}

/* ---- which message ----------------------------------------------------------------------- */

static enum rc
by_our_id(struct item *item, struct message *out, bool *found)
{
	const char *ours = json_str(item->happening->item, "biz_opaque_callback_data");
	struct message m = { 0 };
	enum rc rc;

	if (!id_is(ours, "msg"))
		return RC_OK;
	rc = message_store_get(item->op, &m, ours);
	if (rc == RC_MISSING)
		return RC_OK;
	TRY(rc);
	*found = m.provider_id == NULL && text_equal(m.instance_id, item->instance->id);
	if (*found)
		*out = m;
	return RC_OK;
}

static enum rc
find_message(struct item *item, struct message *out, bool *found, const char *provider_id)
{
	struct message m = { 0 };
	enum rc rc = message_store_by_provider_id(item->op, &m, provider_id);

	*found = false;
	if (rc == RC_MISSING)
		return by_our_id(item, out, found);
	TRY(rc);
	*found = text_equal(m.instance_id, item->instance->id);
	if (*found)
		*out = m;
	return RC_OK;
}

/* ---- from the webhook -------------------------------------------------------------------- */

/* Of a group each member has its own status. */
static const char *
participant_of(struct op *op, const json_t *status)
{
	const char *who;

	if (!text_equal(json_str(status, "recipient_type"), "group"))
		return "";
	who = json_number_text(op, status, "recipient_participant_id");
	if (who == NULL)
		who = json_str(status, "recipient_participant_user_id");
	return who == NULL ? "" : who;
}

static const char *
topic_of(const char *status)
{
	return text_equal(status, "read") || text_equal(status, "played") ? "read"
									  : "message_status";
}

/* A status whose message is not here, or has not got so far: kept, and passed on as it is. */
static enum rc
keep_waiting(struct item *item, const struct status *s, const struct message *m)
{
	const char *lane = json_number_text(item->op, item->happening->item, "recipient_id");

	if (lane == NULL)
		lane = json_str(item->happening->item, "recipient_user_id");
	if (m != NULL)
		lane = m->recipient;
	status_store_insert(item->batch, s);
	return apply_forward(item, topic_of(s->status), lane, m, NULL);
}

static enum rc
move_message(struct item *item, struct status *s, const struct message *before)
{
	struct op *op = item->op;
	struct message after = *before;
	bool moved = take_on(op, &after, s, item->happening->item);

	s->applied_at = op->now;
	status_store_insert(item->batch, s);
	write_message(item, before, &after, s->status, moved);
	if (!moved || text_equal(s->status, "played"))
		return apply_forward(item, topic_of(s->status), before->recipient, before, NULL);
	return event_record_status(op, item->batch, item->instance, &after, item->happening);
}

enum rc
apply_status(struct item *item)
{
	const struct happening *h = item->happening;
	struct op *op = item->op;
	struct message message = { 0 };
	bool found;
	struct status s = {
		.instance_id = item->instance->id,
		.provider_id = json_str(h->item, "id"),
		.status = json_str(h->item, "status"),
		.participant = participant_of(op, h->item),
		.payload = arena_dupn(op->arena, h->item_raw.p, h->item_raw.n),
		.provider_at = apply_time(op, h->item, item->received_at),
		.recorded_at = op->now,
	};

	if (text_empty(s.provider_id) || text_empty(s.status))
		return apply_other(item);
	TRY(find_message(item, &message, &found, s.provider_id));
	if (!found)
		return keep_waiting(item, &s, NULL);
	s.message_id = message.id;
	if (text_equal(message.status, "sending"))
		return keep_waiting(item, &s, &message);
	return move_message(item, &s, &message);
}

/* ---- from the waiting ones --------------------------------------------------------------- */

enum rc
apply_adopted(struct item *item, const struct status *s)
{
	struct op *op = item->op;
	struct message before = { 0 }, after;
	json_t *status;
	bool moved;

	TRY(json_read_loose(op, &status, bytes_of(s->payload)));
	TRY(message_store_get(op, &before, s->message_id));
	after = before;
	moved = take_on(op, &after, s, status);
	status_store_applied(item->batch, s, op->now);
	write_message(item, &before, &after, s->status, moved);
	if (!moved || item->instance == NULL)
		return RC_OK;
	return event_record_message(op, item->batch, item->instance, &after, NULL);
}
