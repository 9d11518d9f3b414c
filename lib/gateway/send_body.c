/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_body - steps 3 and 4: what does the customer want to send, and is it well said?
 *
 * The proxy and Graph dialects' body is Meta's message object already and goes to the provider
 * byte by byte as it came, members that nobody here knows included; the guarded dialect's is made
 * into one by send_guarded.c. Either way the message's id is added as biz_opaque_callback_data,
 * which Meta echoes in every status, unless the customer uses that member itself. A read receipt
 * has no such member and nobody it is sent to.
 */
#include "core/ids.h"
#include "domain/message_check.h"
#include "gateway/send_inside.h"

enum { BODY_SLACK = 256 };

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

/* ---- for every dialect ---- */

json_t *
send_member(const struct send_work *work, const char *name)
{
	json_t *value = json_object_get(work->root, name);

	return json_is_null(value) ? NULL : value;
}

enum rc
send_check_message(struct send_work *work, const json_t *message)
{
	struct message_fault fault = { NULL, NULL };

	if (message_check(work->op, message, &fault) != RC_OK)
		return send_refuse_field(work, REFUSAL_FIELD, fault.field, fault.reason);
	return RC_OK;
}

enum rc
send_read_recipient(struct send_work *work, const char *name, const struct send_spelling *spelling)
{
	const json_t *value = send_member(work, name);
	const char *written = json_string_value(value);
	enum recipient_kind kind = spelling->kind;

	if (value == NULL)
		return send_refuse_field(work, REFUSAL_RECIPIENT, name, "is required");
	if (written == NULL)
		return send_refuse_field(work, REFUSAL_RECIPIENT, name, "must be a string");
	if (spelling->is_good != NULL && !spelling->is_good(written))
		return send_refuse_field(work, REFUSAL_RECIPIENT, name, spelling->reason);
	work->send->to = kind == RECIPIENT_PHONE ? recipient_normalize(work->op->arena, written)
						 : arena_dup(work->op->arena, written);
	if (work->send->to == NULL)
		return send_refuse_field(work, REFUSAL_RECIPIENT, name, spelling->reason);
	return RC_OK;
}

const struct send_spelling send_user_id = {
	RECIPIENT_USER_ID,
	recipient_is_user_id,
	"must be a user id, such as US.13491208655302741918",
};

/* ---- Meta's own body ---- */

static const struct send_spelling proxy_number = {
	RECIPIENT_PHONE,
	recipient_is_bare,
	"must be a phone number with its country code, digits only, such as 966500000001",
};

static const struct send_spelling graph_number = {
	RECIPIENT_PHONE,
	recipient_is_metas,
	"must be a phone number with its country code, such as +966500000001",
};

static const struct send_spelling group_id = {
	RECIPIENT_GROUP,
	recipient_is_group_id,
	"must be the id of a group: 1 to 128 characters",
};

/* A group by its id, else a person: by number, or without one by user id. */
static enum rc
read_whom(struct send_work *work)
{
	if (text_equal(json_str(work->root, "recipient_type"), "group"))
		return send_read_recipient(work, "to", &group_id);
	if (send_member(work, "to") == NULL && send_member(work, "recipient") != NULL)
		return send_read_recipient(work, "recipient", &send_user_id);
	return send_read_recipient(
		work, "to", work->send->dialect == DIALECT_PROXY ? &proxy_number : &graph_number);
}

/* The body as it came, with one member more before its last brace. */
static struct bytes
stamped(struct send_work *work)
{
	struct bytes body = work->send->body;
	size_t end = body.n;
	struct buf out;

	if (json_object_get(work->root, send_tag) != NULL)
		return body;
	while (body.p[end - 1] != '}')
		end--;
	buf_init(&out, work->op->arena, body.n + BODY_SLACK);
	buf_add(&out, body.p, end - 1);
	buf_printf(&out, ",\"%s\":\"%s\"}", send_tag, work->id);
	return buf_bytes(&out);
}

static enum rc
read_meta(struct send_work *work)
{
	struct send *send = work->send;

	send->receipt = message_is_receipt(work->root);
	if (!send->receipt)
		TRY(read_whom(work));
	TRY(send_check_message(work, work->root));
	if (send->marketing && !text_equal(message_type(work->root), "template"))
		return send_refuse_field(work, REFUSAL_FIELD, "type",
					 "must be \"template\" for marketing messages");
	send->payload = work->root;
	work->payload = send->receipt ? send->body : stamped(work);
	return RC_OK;
}

/* ---- what later steps ask of it ---- */

void
send_describe(struct send_work *work)
{
	struct send *send = work->send;
	struct arena *arena = work->op->arena;
	const json_t *template = json_object_get(send->payload, "template");

	send->type = arena_dup(arena, message_type(send->payload));
	send->text = message_text(work->op, send->payload);
	if (!text_equal(send->type, "template"))
		return;
	send->template_name = arena_dup(arena, json_str(template, "name"));
	send->template_language =
		arena_dup(arena, json_str(json_object_get(template, "language"), "code"));
}

enum rc
send_step_fields(struct send_work *work)
{
	work->id = id_new(work->op, "msg");
	if (work->send->dialect == DIALECT_GUARDED)
		TRY(send_read_guarded(work));
	else
		TRY(read_meta(work));
	if (!work->send->receipt)
		send_describe(work);
	return RC_OK;
}
