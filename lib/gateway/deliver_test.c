/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_test - the Test button: one delivery, now, with all signatures, and its answer
 *
 * Goes through the same request, guard and judgement as real deliveries, so that what passes here
 * passes there. Nothing is recorded.
 */
#include "core/ids.h"
#include "core/json_out.h"
#include "gateway/deliver.h"
#include "gateway/deliver_request.h"
#include "gateway/endpoint_inside.h"

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

/* ---- samples in Meta's shape ------------------------------------------------------------- */

static const char test_person[] = "15550000000";

static const char *
seconds_of(struct op *op)
{
	return arena_printf(op->arena, "%lld", (long long)(op->now.ms / SECOND_MS));
}

static const char *
test_wamid(struct op *op)
{
	return arena_printf(op->arena, "wamid.TEST_%lld", (long long)op->now.ms);
}

static void
write_number(struct json_out *out, const struct instance *instance)
{
	const char *number = instance->display_number, *phone = instance->phone_number_id;

	json_out_text(out, "messaging_product", "whatsapp");
	json_out_open(out, "metadata");
	json_out_text(out, "display_phone_number", number == NULL ? "" : number);
	json_out_text(out, "phone_number_id", phone == NULL ? "0" : phone);
	json_out_close(out);
}

static void
write_text(struct op *op, struct json_out *out, const struct instance *instance)
{
	write_number(out, instance);
	json_out_open_list(out, "contacts");
	json_out_open(out, NULL);
	json_out_open(out, "profile");
	json_out_text(out, "name", "Webhook test");
	json_out_close(out);
	json_out_text(out, "wa_id", test_person);
	json_out_close(out);
	json_out_close_list(out);
	json_out_open_list(out, "messages");
	json_out_open(out, NULL);
	json_out_text(out, "from", test_person);
	json_out_text(out, "id", test_wamid(op));
	json_out_text(out, "timestamp", seconds_of(op));
	json_out_text(out, "type", "text");
	json_out_open(out, "text");
	json_out_text(out, "body", test_text);
	json_out_close(out);
	json_out_close(out);
	json_out_close_list(out);
}

static void
write_status(struct op *op, struct json_out *out, const struct instance *instance)
{
	write_number(out, instance);
	json_out_open_list(out, "statuses");
	json_out_open(out, NULL);
	json_out_text(out, "id", test_wamid(op));
	json_out_text(out, "status", "delivered");
	json_out_text(out, "timestamp", seconds_of(op));
	json_out_text(out, "recipient_id", test_person);
	json_out_close(out);
	json_out_close_list(out);
}

static void
write_template(struct op *op, struct json_out *out, const struct instance *instance)
{
	(void)op;
	(void)instance;
	json_out_text(out, "event", "APPROVED");
	json_out_int(out, "message_template_id", 1);
	json_out_text(out, "message_template_name", "webhook_test");
	json_out_text(out, "message_template_language", "en_US");
	json_out_text(out, "reason", "NONE");
}

static const struct sample {
	const char *name, *event, *field;
	void (*write)(struct op *op, struct json_out *out, const struct instance *instance);
} samples[] = {
	{ "text", "message.received", "messages", write_text },
	{ "status", "message.delivered", "messages", write_status },
	{ "template", "template.status_updated", "message_template_status_update", write_template },
};

static const struct sample *
find_sample(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(samples); i++)
		if (text_equal(samples[i].name, name))
			return &samples[i];
	return text_empty(name) ? &samples[0] : NULL;
}

static const char *
meta_test(struct op *op, const struct instance *instance, const struct sample *sample)
{
	struct json_out out;
	struct buf ascii;
	const char *text;

	json_out_init(&out, op->arena);
	json_out_open(&out, NULL);
	json_out_text(&out, "object", "whatsapp_business_account");
	json_out_open_list(&out, "entry");
	json_out_open(&out, NULL);
	json_out_text(&out, "id", instance->waba_id == NULL ? "0" : instance->waba_id);
	json_out_int(&out, "time", op->now.ms / SECOND_MS);
	json_out_open_list(&out, "changes");
	json_out_open(&out, NULL);
	json_out_open(&out, "value");
	sample->write(op, &out, instance);
	json_out_close(&out);
	json_out_text(&out, "field", sample->field);
	json_out_close(&out);
	json_out_close_list(&out);
	json_out_close(&out);
	json_out_close_list(&out);
	json_out_close(&out);
	text = json_out_end(&out);
	buf_init(&ascii, op->arena, 8 * strlen(text) + 1);
	json_ascii(&ascii, bytes_of(text));
	return buf_str(&ascii);
}

/* ---- the test ---------------------------------------------------------------------------- */

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

static enum rc
write_letter(struct op *op, struct letter *out, const struct endpoint_trial *trial)
{
	bool meta = text_equal(trial->format, "meta");
	const struct sample *sample = find_sample(trial->sample);
	const char *id = id_new(op, "evt");

	TRY(endpoint_check(op, &(struct endpoint_draft){
				       .url = trial->url,
				       .format = trial->format,
				       .events = "*",
				       .bearer = trial->keys.bearer,
				       .secret = trial->keys.secret,
				       .headers_json = trial->keys.headers_json,
			       }));
	if (sample == NULL)
		return op_refuse(op, RC_INPUT, "sample",
				 "A test in meta format is a text, a status or a template");
	*out = (struct letter){
		.url = trial->url,
		.format = trial->format,
		.event_id = id,
		.event = meta ? sample->event : "webhook.test",
		.body = meta ? meta_test(op, trial->instance, sample)
			     : normalized_test(op, trial->instance, id),
		.keys = trial->keys,
		.test = true,
		.at = op->now,
	};
	return RC_OK;
}

enum rc
gateway_test_endpoint(struct op *op, struct test_result *out, const struct endpoint_trial *trial)
{
	struct net_call call;
	struct letter letter;

	TRY(write_letter(op, &letter, trial));
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
