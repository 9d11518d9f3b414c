/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_test - the Test button: one delivery, now, with all signatures, and its answer
 *
 * Goes through the same request, guard and judgement as real deliveries, so that what passes here
 * passes there. Nothing is recorded.
 */
#include "core/ids.h"
#include "db/db.h"
#include "gateway/deliver.h"
#include "gateway/deliver_request.h"

const struct shape test_result_shape[] = {
	SHAPE(struct test_result, ok),
	SHAPE(struct test_result, status),
	SHAPE(struct test_result, ms),
	SHAPE(struct test_result, body),
	SHAPE(struct test_result, error),
	SHAPE(struct test_result, hint),
	SHAPE_END,
};

static const char test_text[] = "This is a test of your webhook.";

static const char *
normalized_test(struct op *op, const struct instance *instance, const char *id)
{
	json_t *body = json_new(op);

	json_put(body, "id", id);
	json_put(body, "event", "webhook.test");
	json_put(body, "instance_id", instance->id);
	json_put(body, "instance_slug", instance->slug);
	json_put(body, "instance_name", instance->name);
	json_put(body, "timestamp", clock_rfc3339(op->arena, op->now));
	json_put_bool(body, "test", true);
	json_put(body, "message_text", test_text);
	return json_text(op, body);
}

/* Meta's shape of an inbound text. */
static const char *
meta_test(struct op *op, const struct instance *instance)
{
	const char *number = instance->display_number, *phone = instance->phone_number_id;
	json_t *document = json_own(
		op,
		json_pack("{s:s, s:[{s:s, s:[{s:{s:s, s:{s:s, s:s}, s:[{s:{s:s}, s:s}], "
			  "s:[{s:s, s:s, s:s, s:s, s:{s:s}}]}, s:s}]}]}",
			  "object", "whatsapp_business_account", "entry", "id",
			  instance->waba_id == NULL ? "0" : instance->waba_id, "changes", "value",
			  "messaging_product", "whatsapp", "metadata", "display_phone_number",
			  number == NULL ? "" : number, "phone_number_id",
			  phone == NULL ? "0" : phone, "contacts", "profile", "name",
			  "Webhook test", "wa_id", "15550000000", "messages", "from", "15550000000",
			  "id", arena_printf(op->arena, "wamid.TEST_%lld", (long long)op->now.ms),
			  "timestamp",
			  arena_printf(op->arena, "%lld", (long long)(op->now.ms / SECOND_MS)),
			  "type", "text", "text", "body", test_text, "field", "messages"));
	const char *text = json_text(op, document);
	struct buf ascii;

	buf_init(&ascii, op->arena, 8 * strlen(text) + 1);
	json_ascii(&ascii, bytes_of(text));
	return buf_str(&ascii);
}

static const char *
hint_of(struct op *op, const struct net_call *call)
{
	if (!deliver_was_taken(call))
		return call->outcome == NET_ANSWERED && (call->status == 401 || call->status == 403)
			       ? "Does the receiver check a signature or a bearer secret that is "
				 "not "
				 "this endpoint's?"
			       : NULL;
	if (call->status != 200)
		return arena_printf(op->arena,
				    "Any 2xx counts, but the documented answer is 200, not %d",
				    call->status);
	if (call->us > 5 * SECOND_MS * 1000)
		return "The answer took longer than 5 s: answer first, then work";
	return NULL;
}

enum rc
gateway_test_endpoint(struct op *op, struct test_result *out, const struct instance *instance,
		      const char *url, const char *format, const char *secret, const char *bearer,
		      const char *headers_json)
{
	bool meta = text_equal(format, "meta");
	const char *id = id_new(op, "evt");
	struct net_call call;
	struct letter letter = {
		.url = url,
		.format = format,
		.event_id = id,
		.event = meta ? "message.received" : "webhook.test",
		.body = meta ? meta_test(op, instance) : normalized_test(op, instance, id),
		.secret = secret,
		.bearer = bearer,
		.headers_json = headers_json,
		.test = true,
		.at = op->now,
	};

	TRY(deliver_request(op, &call, &letter));
	db_rest(op);
	net_perform(&call);
	*out = (struct test_result){
		.ok = deliver_was_taken(&call),
		.status = call.status,
		.ms = call.us / 1000,
		.body = deliver_excerpt(op, &call),
		.error = deliver_problem(op, &call),
		.hint = hint_of(op, &call),
	};
	return RC_OK;
}
