/* SPDX-License-Identifier: Apache-2.0 */
/* A message's status moves forward only, customers see it whole. */
#include "domain/message.h"

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
		cmocka_unit_test(test_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
