/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the body of a send, in both kinds of dialect. What passes the steps is a body for
 * the provider: whole JSON, with the recipient, the text and our id in it, and nothing that the
 * customer said is lost on the way. What does not pass says why.
 */
#include "core/secret.h"
#include "domain/message_check.h"
#include "gateway/send_inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char tag[] = "biz_opaque_callback_data";

static void
check_payload(struct send_work *work, const json_t *payload)
{
	const char *body = json_string_value(json_at(payload, "text.body"));

	expect(text_equal(json_str(payload, "messaging_product"), "whatsapp"));
	expect(body != NULL && body[0] != '\0' && text_points(body) <= MESSAGE_TEXT_MAX);
	expect(text_equal(recipient_normalize(work->op->arena, json_str(payload, "to")),
			  work->send->to));
	expect(json_str(payload, tag) != NULL);
	expect(text_equal(work->send->type, "text"));
}

/* Meta's own body keeps every member as it was. */
static void
check_untouched(const struct send_work *work, const json_t *payload)
{
	const char *name;
	json_t *value;

	json_object_foreach(work->root, name, value)
		expect(json_equal(json_object_get(payload, name), value));
}

static void
try_dialect(enum dialect dialect, struct bytes body)
{
	struct op *op = op_begin("fuzz");
	struct send send = { .dialect = dialect, .source = "fuzz", .body = body };
	struct send_work work = { .op = op, .send = &send };
	json_t *payload = NULL;

	if (send_step_json(&work) == RC_OK && send_step_fields(&work) == RC_OK) {
		expect(send.refusal == REFUSAL_NONE);
		expect(json_read(op, &payload, work.payload) == RC_OK);
		check_payload(&work, payload);
		if (dialect != DIALECT_GUARDED)
			check_untouched(&work, payload);
	} else {
		expect(send.refusal != REFUSAL_NONE && op->why[0] != '\0');
	}
	op_end(op);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	secret_start();
	try_dialect(DIALECT_GUARDED, bytes_slice(data, size));
	try_dialect(DIALECT_PROXY, bytes_slice(data, size));
	return 0;
}
