/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_guarded - step 4 of the guarded dialect: its flat body becomes Meta's message object
 *
 * Either the short member `message` is a text, or `type` names the kind and a member of that name
 * holds Meta's object for it. The rest is the gateway's own: who it is for, which message it
 * answers, when it leaves and until when it may. A null counts as absent.
 */
#include "core/ids.h"
#include "domain/message_check.h"
#include "gateway/send_inside.h"

enum { REFERENCE_MAX = 255 };

/* The furthest that a send may be scheduled. */
#define AHEAD_MAX_MS (30 * DAY_MS)

const char send_tag[] = "biz_opaque_callback_data";

/* Members of Meta's message object that mean the same here. */
static const char *const passed_on[] = {
	"context",
	"recipient_identity_key_hash",
	"message_activity_sharing",
	send_tag,
};

static enum rc
refuse(struct send_work *work, const char *name, const char *reason)
{
	return send_refuse_field(work, REFUSAL_FIELD, name, reason);
}

/* The object holds a reference of its own. */
static void
put(json_t *object, const char *name, json_t *value)
{
	expect(json_object_set(object, name, value) == 0);
}

/* An optional text of at most REFERENCE_MAX code points; absent gives NULL. */
static enum rc
read_text(struct send_work *work, const char **out, const char *name)
{
	const json_t *value = send_member(work, name);
	const char *problem;

	if (value == NULL)
		return RC_OK;
	problem = message_text_problem(work->op, value, 0, REFERENCE_MAX);
	if (problem != NULL)
		return refuse(work, name, problem);
	*out = arena_dup(work->op->arena, json_string_value(value));
	return RC_OK;
}

/* ---- when ---- */

/* An optional point in time; a date alone says too little. */
static enum rc
read_time(struct send_work *work, struct instant *out, const char *name)
{
	const json_t *value = send_member(work, name);
	const char *text = json_string_value(value);

	if (value == NULL)
		return RC_OK;
	if (text == NULL || strlen(text) <= strlen("2026-05-08") || !clock_parse(text, out))
		return refuse(work, name, "must be a time such as 2026-05-08T10:00:00Z");
	return RC_OK;
}

static enum rc
read_times(struct send_work *work)
{
	struct send *send = work->send;
	struct instant now = work->op->now, send_at = { 0 }, valid_until = { 0 };
	bool scheduled = send_member(work, "send_at") != NULL;

	TRY(read_time(work, &send_at, "send_at"));
	TRY(read_time(work, &valid_until, "valid_until"));
	if (scheduled && send_at.ms <= now.ms)
		return refuse(work, "send_at", "must be in the future");
	if (send_at.ms > clock_after(now, AHEAD_MAX_MS).ms)
		return refuse(work, "send_at", "must be at most 30 days ahead");
	if (send_member(work, "valid_until") != NULL &&
	    valid_until.ms <= (scheduled ? send_at : now).ms)
		return refuse(work, "valid_until",
			      scheduled ? "must be later than send_at" : "must be in the future");
	send->send_at = send_at;
	send->valid_until = valid_until;
	return RC_OK;
}

/* ---- whom ---- */

static enum rc
read_whom(struct send_work *work)
{
	static const struct send_spelling number = {
		RECIPIENT_PHONE,
		NULL,
		"must be a phone number with its country code, such as +966500000001",
	};

	if (send_member(work, "user_id") == NULL)
		return send_read_recipient(work, "phone", &number);
	if (send_member(work, "phone") != NULL)
		return send_refuse_field(work, REFUSAL_RECIPIENT, "user_id",
					 "must not be given together with phone");
	return send_read_recipient(work, "user_id", &send_user_id);
}

/* Meta may put the business's country code before a number without "+". */
static void
put_whom(struct send_work *work, json_t *meta)
{
	if (send_member(work, "user_id") != NULL)
		json_put(meta, "recipient", work->send->to);
	else
		json_put(meta, "to", recipient_written(work->op->arena, work->send->to));
}

/* ---- which message it answers ---- */

/* The provider's id of a message of the account, known by one of our own names. */
static enum rc
find_answered(struct send_work *work, const char **out, const char *ref)
{
	const struct api_key *key = work->send->key;
	struct message found = { 0 };
	enum rc rc = gateway_find_message(work->op, &found, ref);
	bool hidden = rc == RC_OK && key != NULL &&
		      (!api_key_covers(key, found.instance_id) ||
		       (api_key_is_sandbox(key) && !found.simulated));

	if (rc == RC_MISSING || hidden) {
		op_forgive(work->op);
		return refuse(work, "reply_to", "names no message of this account");
	}
	TRY(rc);
	if (found.provider_id == NULL)
		return refuse(work, "reply_to", "names a message that has not reached WhatsApp");
	*out = found.provider_id;
	return RC_OK;
}

static enum rc
put_context(struct send_work *work, json_t *meta)
{
	const char *ref = json_number_text(work->op, work->root, "reply_to");
	json_t *context;
	int64_t log_id;

	if (send_member(work, "reply_to") == NULL)
		return RC_OK;
	if (text_empty(ref))
		return refuse(work, "reply_to", "must be the id of a message");
	if (text_equal(message_type(meta), "reaction"))
		return refuse(work, "reply_to", "cannot go with a reaction");
	if (json_object_get(meta, "context") != NULL)
		return refuse(work, "reply_to", "must not be given together with context");
	if (id_is(ref, "msg") || text_int(ref, 1, INT64_MAX, &log_id))
		TRY(find_answered(work, &ref, ref));
	context = json_object();
	json_put(context, "message_id", ref);
	expect(json_object_set_new(meta, "context", context) == 0);
	return RC_OK;
}

/* ---- what ---- */

/* Meta's text object from the short member `message`, or the one given beside `type`. */
static enum rc
put_text(struct send_work *work, json_t *meta)
{
	json_t *message = send_member(work, "message");
	json_t *text = send_member(work, "text");
	const char *problem;

	if (message == NULL && text == NULL)
		return refuse(work, "message", "is required");
	if (message != NULL && text != NULL)
		return refuse(work, "message", "must not be given together with text");
	if (message == NULL) {
		put(meta, "text", text);
		return RC_OK;
	}
	problem = message_text_problem(work->op, message, 1, MESSAGE_TEXT_MAX);
	if (problem != NULL)
		return refuse(work, "message", problem);
	text = json_object();
	put(text, "body", message);
	expect(json_object_set_new(meta, "text", text) == 0);
	return RC_OK;
}

/* The member that is named like the type; that it is one of Meta's is checked with the rest. */
static enum rc
put_object(struct send_work *work, json_t *meta)
{
	const char *type = message_type(meta);

	if (type == NULL)
		return RC_OK;
	if (text_equal(type, "text"))
		return put_text(work, meta);
	if (send_member(work, "message") != NULL)
		return refuse(work, "message", "is for texts: this type has a member of its name");
	if (send_member(work, type) != NULL)
		put(meta, type, send_member(work, type));
	return RC_OK;
}

static enum rc
translate(struct send_work *work, json_t *meta)
{
	json_t *type = send_member(work, "type");

	json_put(meta, "messaging_product", "whatsapp");
	json_put(meta, "recipient_type", "individual");
	put_whom(work, meta);
	if (type == NULL)
		json_put(meta, "type", "text");
	else
		put(meta, "type", type);
	for (size_t i = 0; i < ARRAY_LEN(passed_on); i++)
		if (send_member(work, passed_on[i]) != NULL)
			put(meta, passed_on[i], send_member(work, passed_on[i]));
	TRY(put_object(work, meta));
	TRY(put_context(work, meta));
	return send_check_message(work, meta);
}

enum rc
send_read_guarded(struct send_work *work)
{
	struct send *send = work->send;
	json_t *meta = json_new(work->op);
	const char *instance = NULL;

	TRY(read_text(work, &instance, "instance_id"));
	TRY(read_text(work, &send->purpose, "message_purpose"));
	TRY(read_text(work, &send->client_reference, "client_reference"));
	TRY(read_whom(work));
	TRY(read_times(work));
	if (send->instance_ref == NULL)
		send->instance_ref = instance;
	TRY(translate(work, meta));
	if (json_object_get(meta, send_tag) == NULL)
		json_put(meta, send_tag, work->id);
	send->payload = meta;
	work->payload = bytes_of(json_text(work->op, meta));
	return RC_OK;
}
