/* SPDX-License-Identifier: Apache-2.0 */
/* A message's status moves forward only, its body has Meta's limits, customers see it whole. */
#include "domain/message.h"

#include "domain/message_check.h"
#include "unit.h"

static const char *const words[] = { "scheduled", "queued", "sending", "sent",      "delivered",
				     "read",      "played", "failed",  "cancelled", "unknown" };

/* Row: from; column: to, both in the order of words. */
static const char *const may[] = {
	".xx....xx.", /* scheduled */
	"..x....xx.", /* queued */
	"...xxxxx.x", /* sending */
	"....xxxx..", /* sent */
	".....xx...", /* delivered */
	"......x...", /* read */
	"..........", /* played */
	"....xxx...", /* failed */
	"..........", /* cancelled */
	"...xxxxx..", /* unknown */
};

static void
test_ladder(void **state)
{
	(void)state;
	for (size_t from = 0; from < ARRAY_LEN(words); from++)
		for (size_t to = 0; to < ARRAY_LEN(words); to++)
			if (message_may_become(words[from], words[to]) != (may[from][to] == 'x'))
				fail_msg("%s -> %s", words[from], words[to]);
	assert_false(message_may_become("sent", "nonsense"));
	assert_false(message_may_become(NULL, "sent"));
	assert_false(message_may_become("sent", NULL));
	assert_true(message_has_status("played"));
	assert_false(message_has_status("Sent"));
	assert_false(message_has_status(NULL));
}

/* What message_check says of a document: "" or "field reason". */
static const char *
checked(struct op *op, const char *json)
{
	struct message_fault fault = { NULL, NULL };
	json_t *tree = NULL;

	if (json_read(op, &tree, bytes_of(json)) != RC_OK)
		fail_msg("%s: %s", json, op->why);
	if (message_check(op, tree, &fault) == RC_OK)
		return "";
	return arena_printf(op->arena, "%s %s", fault.field, fault.reason);
}

static void
test_check(void **state)
{
	static const struct {
		const char *json, *verdict;
	} cases[] = {
		{ "{\"messaging_product\":\"whatsapp\",\"text\":{\"body\":\"a\"}}", "" },
		{ "{\"messaging_product\":\"whatsapp\",\"type\":\"text\",\"news\":[1],"
		  "\"text\":{\"body\":\"a\",\"preview_url\":true,\"more\":0}}",
		  "" },
		{ "{\"text\":{\"body\":\"a\"}}", "messaging_product is required" },
		{ "{\"messaging_product\":\"sms\"}", "messaging_product must be \"whatsapp\"" },
		{ "{\"messaging_product\":1}", "messaging_product must be a string" },
		{ "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"group\"}",
		  "recipient_type must be \"individual\"" },
		{ "{\"messaging_product\":\"whatsapp\"}", "text is required" },
		{ "{\"messaging_product\":\"whatsapp\",\"text\":\"a\"}", "text must be an object" },
		{ "{\"messaging_product\":\"whatsapp\",\"text\":{}}", "text.body is required" },
		{ "{\"messaging_product\":\"whatsapp\",\"text\":{\"body\":\"\"}}",
		  "text.body must not be empty" },
		{ "{\"messaging_product\":\"whatsapp\",\"text\":{\"body\":null}}",
		  "text.body must be a string" },
		{ "{\"messaging_product\":\"whatsapp\",\"text\":{\"body\":\"a\",\"preview_url\":1}"
		  "}",
		  "text.preview_url must be true or false" },
		{ "{\"messaging_product\":\"whatsapp\",\"context\":7,\"text\":{\"body\":\"a\"}}",
		  "context must be an object" },
		{ "{\"messaging_product\":\"whatsapp\",\"type\":\"image\"}",
		  "type must be \"text\": no other type can be sent yet" },
		{ "{\"messaging_product\":\"whatsapp\",\"type\":[]}", "type must be a string" },
	};
	struct op *op = op_begin("test");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(checked(op, cases[i].json), cases[i].verdict);
	op_end(op);
}

/* A text of n code points of two bytes each. */
static const char *
body_of(struct op *op, size_t n)
{
	struct buf b;

	buf_init(&b, op->arena, 1 << 20);
	buf_text(&b, "{\"messaging_product\":\"whatsapp\",\"text\":{\"body\":\"");
	while (n-- > 0)
		buf_text(&b, "\xc3\xa4");
	buf_text(&b, "\"}}");
	return buf_str(&b);
}

static void
test_length_is_in_code_points(void **state)
{
	struct op *op = op_begin("test");

	(void)state;
	assert_string_equal(checked(op, body_of(op, 4096)), "");
	assert_string_equal(checked(op, body_of(op, 4097)),
			    "text.body must have at most 4096 characters, this one has 4097");
	op_end(op);
}

static const char *
written(struct op *op, const struct message *m)
{
	struct json_out out;

	json_out_init(&out, op->arena);
	message_write(&out, NULL, m);
	return json_out_end(&out);
}

static void
test_object(void **state)
{
	struct op *op = op_begin("test");
	struct message m = {
		.id = "msg_1",
		.instance_id = "inst_1",
		.recipient = "966500000001",
		.type = "text",
		.purpose = "support",
		.status = "sent",
		.provider_id = "wamid.A",
		.log_id = 7,
		.payload = "{\"secret\":1}",
		.price = "{\"billable\":true}",
		.created_at = { 1767225600000 },
		.sent_at = { 1767225600250 },
	};

	(void)state;
	assert_string_equal(
		written(op, &m),
		"{\"id\":\"msg_1\",\"message_id\":\"wamid.A\",\"log_id\":7,"
		"\"instance_id\":\"inst_1\",\"to\":\"+966500000001\",\"type\":\"text\","
		"\"status\":\"sent\",\"message_purpose\":\"support\",\"client_reference\":null,"
		"\"error\":null,\"price\":{\"billable\":true},"
		"\"created_at\":\"2026-01-01T00:00:00.000Z\","
		"\"sent_at\":\"2026-01-01T00:00:00.250Z\",\"delivered_at\":null,\"read_at\":null}");
	m.error_code = 131026;
	m.error_title = "Message undeliverable";
	assert_non_null(strstr(written(op, &m),
			       "\"error\":{\"code\":131026,\"title\":\"Message undeliverable\","
			       "\"details\":null,\"retryable\":false},\"price\""));
	m.error_code = 0;
	assert_non_null(strstr(written(op, &m), "\"error\":{\"code\":null,"));
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ladder),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_length_is_in_code_points),
		cmocka_unit_test(test_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
