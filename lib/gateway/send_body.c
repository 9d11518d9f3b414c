/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_body - steps 3 and 4: what does the customer want to send, and is it well said?
 *
 * The guarded dialect's flat body is made into Meta's message object; the other dialects' body is
 * one already and goes to the provider byte by byte as it came, members that nobody here knows
 * included. Either way the message's id is added as biz_opaque_callback_data, which Meta echoes
 * in every status, unless the customer uses that member itself.
 */
#include "core/ids.h"
#include "domain/message_check.h"
#include "gateway/send_inside.h"

enum { REFERENCE_MAX = 255, BODY_SLACK = 256 };

static const char tag[] = "biz_opaque_callback_data";

enum rc
send_step_json(struct send_work *work)
{
	if (json_read(work->op, &work->root, work->send->body) != RC_OK) {
		work->send->refusal = REFUSAL_JSON;
		return RC_INPUT;
	}
	if (!json_is_object(work->root))
		return send_refuse(work, REFUSAL_JSON, "The body must be a JSON object");
	return RC_OK;
}

/* ---- members of the guarded dialect ---- */

/* Members that change what a send means and that nothing serves yet: taking them silently would
 * send something else than was asked for. */
static const char *const not_served[] = { "send_at", "valid_until", "reply_to" };

static enum rc
refuse_not_served(struct send_work *work)
{
	for (size_t i = 0; i < ARRAY_LEN(not_served); i++)
		if (json_object_get(work->root, not_served[i]) != NULL)
			return send_refuse_field(work, REFUSAL_FIELD, not_served[i],
						 "is not served by this version");
	return RC_OK;
}

/* An optional string member of at most max code points; absent gives NULL. */
static enum rc
optional_text(struct send_work *work, const char **out, const char *name, size_t max)
{
	const json_t *value = json_object_get(work->root, name);
	const char *problem;

	*out = arena_dup(work->op->arena, json_string_value(value));
	if (value == NULL)
		return RC_OK;
	problem = message_text_problem(work->op, value, 0, max);
	if (problem == NULL)
		return RC_OK;
	return send_refuse_field(work, REFUSAL_FIELD, name, problem);
}

/* The recipient's number in member name. strict: digits, with at most a "+" before them. */
static enum rc
read_recipient(struct send_work *work, const char *name, bool strict)
{
	const json_t *value = json_object_get(work->root, name);
	const char *written = json_string_value(value);

	if (value == NULL)
		return send_refuse_field(work, REFUSAL_RECIPIENT, name, "is required");
	if (written == NULL)
		return send_refuse_field(work, REFUSAL_RECIPIENT, name, "must be a string");
	if (!strict || recipient_is_bare(written))
		work->send->to = recipient_normalize(work->op->arena, written);
	if (work->send->to == NULL)
		return send_refuse_field(work, REFUSAL_RECIPIENT, name,
					 strict ? "must be a phone number with its country code, "
						  "digits only, such as 966500000001"
						: "must be a phone number with its country code, "
						  "such as +966500000001");
	return RC_OK;
}

/* Meta's text object from the short member `message`, or the one given beside `type`. */
static enum rc
translate_text(struct send_work *work, json_t *meta)
{
	json_t *message = json_object_get(work->root, "message");
	json_t *text = json_object_get(work->root, "text");
	const char *problem;

	if (message == NULL && text != NULL)
		return json_object_set(meta, "text", text) == 0 ? RC_OK : RC_INTERNAL;
	if (message == NULL)
		return send_refuse_field(work, REFUSAL_FIELD, "message", "is required");
	if (text != NULL)
		return send_refuse_field(work, REFUSAL_FIELD, "message",
					 "must not be given together with text");
	problem = message_text_problem(work->op, message, 1, MESSAGE_TEXT_MAX);
	if (problem != NULL)
		return send_refuse_field(work, REFUSAL_FIELD, "message", problem);
	text = json_object();
	expect(json_object_set(text, "body", message) == 0);
	expect(json_object_set_new(meta, "text", text) == 0);
	return RC_OK;
}

static enum rc
check_meta(struct send_work *work, const json_t *meta)
{
	struct message_fault fault;

	if (message_check(work->op, meta, &fault) != RC_OK)
		return send_refuse_field(work, REFUSAL_FIELD, fault.field, fault.reason);
	return RC_OK;
}

static enum rc
read_guarded(struct send_work *work)
{
	struct send *send = work->send;
	json_t *meta = json_new(work->op);
	json_t *type = json_object_get(work->root, "type");
	const char *instance, *purpose;

	TRY(optional_text(work, &instance, "instance_id", REFERENCE_MAX));
	TRY(optional_text(work, &purpose, "message_purpose", REFERENCE_MAX));
	TRY(optional_text(work, &send->client_reference, "client_reference", REFERENCE_MAX));
	TRY(refuse_not_served(work));
	TRY(read_recipient(work, "phone", false));
	if (send->instance_ref == NULL)
		send->instance_ref = instance;
	send->purpose = purpose;
	json_put(meta, "messaging_product", "whatsapp");
	json_put(meta, "recipient_type", "individual");
	/* Meta may put the business's country code before a number without "+". */
	json_put(meta, "to", recipient_written(work->op->arena, send->to));
	if (type == NULL)
		json_put(meta, "type", "text");
	else
		expect(json_object_set(meta, "type", type) == 0);
	if (text_equal(message_type(meta), "text"))
		TRY(translate_text(work, meta));
	TRY(check_meta(work, meta));
	json_put(meta, tag, work->id);
	send->payload = meta;
	work->payload = bytes_of(json_text(work->op, meta));
	return RC_OK;
}

/* ---- Meta's own body ---- */

/* The body as it came, with one member more before its last brace. */
static struct bytes
stamped(struct send_work *work)
{
	struct bytes body = work->send->body;
	size_t end = body.n;
	struct buf out;

	if (json_object_get(work->root, tag) != NULL)
		return body;
	while (body.p[end - 1] != '}')
		end--;
	buf_init(&out, work->op->arena, body.n + BODY_SLACK);
	buf_add(&out, body.p, end - 1);
	buf_printf(&out, ",\"%s\":\"%s\"}", tag, work->id);
	return buf_bytes(&out);
}

static enum rc
read_meta(struct send_work *work)
{
	struct send *send = work->send;

	TRY(read_recipient(work, "to", true));
	TRY(check_meta(work, work->root));
	if (send->marketing)
		return send_refuse_field(work, REFUSAL_FIELD, "type",
					 "must be \"template\" where mmlite is true");
	send->payload = work->root;
	work->payload = stamped(work);
	return RC_OK;
}

enum rc
send_step_fields(struct send_work *work)
{
	struct send *send = work->send;

	work->id = id_new(work->op, "msg");
	TRY(send->dialect == DIALECT_GUARDED ? read_guarded(work) : read_meta(work));
	send->type = arena_dup(work->op->arena, message_type(send->payload));
	return RC_OK;
}
