/* SPDX-License-Identifier: Apache-2.0 */
/* The cloud driver: requests as Meta wants them, honest outcomes for every kind of answer, and
 * signatures. */
#include "op_fixture.h"

#include "provider/provider.h"

static const struct instance instance = { .id = "inst_1", .phone_number_id = "106540352242922" };
static const struct credentials credentials = {
	.access_token = "EAAtoken",
	.app_secret = "test_app_secret",
	.previous_app_secret = "former_secret",
};

static const char *
sent_header(const struct net_call *call, const char *name)
{
	for (size_t i = 0; i < call->header_count; i++)
		if (text_equal(call->headers[i].name, name))
			return call->headers[i].value;
	return NULL;
}

static void
a_send_is_one_post_with_the_token(void **state)
{
	struct net_call call = { 0 };
	struct bytes payload = bytes_of("{\"messaging_product\":\"whatsapp\"}");

	(void)state;
	cloud_provider.send_request(op, &call, &instance, &credentials, payload, false);
	assert_string_equal(call.method, "POST");
	assert_string_equal(call.url, "https://graph.example/v23.0/106540352242922/messages");
	assert_string_equal(sent_header(&call, "Authorization"), "Bearer EAAtoken");
	assert_string_equal(sent_header(&call, "Content-Type"), "application/json");
	assert_true(bytes_equal(call.body, payload));
	assert_int_equal(call.guard, NET_OPERATOR);
	assert_int_equal(call.timeout_ms, 30000);
	assert_null(strstr(call.url, "EAAtoken"));
}

static void
a_check_is_one_get(void **state)
{
	struct net_call call = { 0 };

	(void)state;
	cloud_provider.check_request(op, &call, &instance, &credentials);
	assert_string_equal(call.method, "GET");
	assert_true(text_starts(call.url, "https://graph.example/v23.0/106540352242922?fields="));
	assert_string_equal(sent_header(&call, "Authorization"), "Bearer EAAtoken");
	assert_null(sent_header(&call, "Content-Type"));
}

static struct send_result
read_send(enum net_outcome outcome, int status, const char *body)
{
	struct net_call call = {
		.op = op,
		.outcome = outcome,
		.status = status,
		.answer = bytes_of(body),
		.words = outcome == NET_ANSWERED ? NULL : "words",
	};
	struct send_result result;

	cloud_provider.send_read(op, &result, &call);
	return result;
}

#define ERROR_OF(code)                                                                            \
	"{\"error\":{\"message\":\"(#" #code ") Oh\",\"type\":\"OAuthException\",\"code\":" #code \
	"}}"
#define SENT "{\"messaging_product\":\"whatsapp\",\"messages\":[{\"id\":\"wamid.A\"}]}"

static const struct {
	enum net_outcome net;
	int status;
	const char *body;
	enum send_outcome outcome;
	bool retryable, stops;
} answers[] = {
	{ NET_ANSWERED, 200, SENT, SEND_ACCEPTED, false, false },
	{ NET_ANSWERED, 201, SENT, SEND_ACCEPTED, false, false },
	/* a 2xx that names no message */
	{ NET_ANSWERED, 200, "{\"messages\":[]}", SEND_UNKNOWN, false, false },
	{ NET_ANSWERED, 200, "{\"messages\":[{\"id\":\"\"}]}", SEND_UNKNOWN, false, false },
	{ NET_ANSWERED, 200, "{\"messages\":[{\"id\":\"wam", SEND_UNKNOWN, false, false },
	{ NET_ANSWERED, 200, "", SEND_UNKNOWN, false, false },
	{ NET_ANSWERED, 200, "<html>", SEND_UNKNOWN, false, false },
	{ NET_ANSWERED, 302, "", SEND_UNKNOWN, false, false },
	/* Graph errors, whatever the status */
	{ NET_ANSWERED, 400, ERROR_OF(100), SEND_REFUSED, false, false },
	{ NET_ANSWERED, 400, ERROR_OF(131026), SEND_REFUSED, false, false },
	{ NET_ANSWERED, 400, ERROR_OF(131047), SEND_REFUSED, false, false },
	{ NET_ANSWERED, 400, ERROR_OF(130429), SEND_REFUSED, true, false },
	{ NET_ANSWERED, 429, ERROR_OF(130429), SEND_REFUSED, true, false },
	{ NET_ANSWERED, 400, ERROR_OF(131056), SEND_REFUSED, true, false },
	{ NET_ANSWERED, 429, ERROR_OF(80007), SEND_REFUSED, true, false },
	{ NET_ANSWERED, 404, ERROR_OF(132001), SEND_REFUSED, false, false },
	{ NET_ANSWERED, 500, ERROR_OF(133000), SEND_REFUSED, true, false },
	{ NET_ANSWERED, 500, ERROR_OF(131045), SEND_REFUSED, false, false },
	{ NET_ANSWERED, 401, ERROR_OF(190), SEND_REFUSED, false, true },
	{ NET_ANSWERED, 401, ERROR_OF(0), SEND_REFUSED, false, true },
	{ NET_ANSWERED, 403, ERROR_OF(10), SEND_REFUSED, false, true },
	{ NET_ANSWERED, 403, ERROR_OF(200), SEND_REFUSED, false, true },
	{ NET_ANSWERED, 403, ERROR_OF(299), SEND_REFUSED, false, true },
	{ NET_ANSWERED, 403, ERROR_OF(131005), SEND_REFUSED, false, true },
	{ NET_ANSWERED, 403, ERROR_OF(131031), SEND_REFUSED, false, false },
	{ NET_ANSWERED, 400, ERROR_OF(999999), SEND_REFUSED, false, false },
	/* Meta's own trouble */
	{ NET_ANSWERED, 400, ERROR_OF(1), SEND_UNKNOWN, true, false },
	{ NET_ANSWERED, 500, ERROR_OF(1), SEND_UNKNOWN, true, false },
	{ NET_ANSWERED, 503, ERROR_OF(2), SEND_UNKNOWN, true, false },
	{ NET_ANSWERED, 500, ERROR_OF(131000), SEND_UNKNOWN, true, false },
	{ NET_ANSWERED, 500, ERROR_OF(131016), SEND_UNKNOWN, true, false },
	/* no Graph error */
	{ NET_ANSWERED, 400, "", SEND_REFUSED, false, false },
	{ NET_ANSWERED, 404, "<html>", SEND_REFUSED, false, false },
	{ NET_ANSWERED, 429, "", SEND_REFUSED, true, false },
	{ NET_ANSWERED, 400, "{\"error\":\"text\"}", SEND_REFUSED, false, false },
	{ NET_ANSWERED, 408, "", SEND_UNKNOWN, true, false },
	{ NET_ANSWERED, 500, "<html>", SEND_UNKNOWN, true, false },
	{ NET_ANSWERED, 502, "", SEND_UNKNOWN, true, false },
	{ NET_ANSWERED, 503, "{\"error\":{\"message\":\"no code\"}}", SEND_UNKNOWN, true, false },
	{ NET_ANSWERED, 504, "[]", SEND_UNKNOWN, true, false },
	/* no answer */
	{ NET_UNKNOWN, 0, "", SEND_UNKNOWN, false, false },
	{ NET_UNKNOWN, 200, SENT, SEND_UNKNOWN, false, false },
	{ NET_NOT_SENT, 0, "", SEND_NOT_SENT, true, false },
	{ NET_BLOCKED, 0, "", SEND_NOT_SENT, true, false },
};

static void
every_answer_has_its_honest_outcome(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct send_result r =
			read_send(answers[i].net, answers[i].status, answers[i].body);

		if (r.outcome != answers[i].outcome || r.error.retryable != answers[i].retryable ||
		    r.error.stops_instance != answers[i].stops)
			fail_msg("%zu: %d %s: outcome %d", i, answers[i].status, answers[i].body,
				 r.outcome);
		assert_int_equal(r.words == NULL, r.outcome == SEND_ACCEPTED);
	}
}

static void
an_accepted_message_has_its_ids(void **state)
{
	struct send_result r =
		read_send(NET_ANSWERED, 200,
			  "{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"input\":\"+5511\","
			  "\"wa_id\":\"55119\",\"user_id\":\"BR.1\"}],"
			  "\"messages\":[{\"id\":\"wamid.HBgL\"}]}");

	(void)state;
	assert_string_equal(r.provider_id, "wamid.HBgL");
	assert_string_equal(r.wa_id, "55119");
	assert_string_equal(r.user_id, "BR.1");
	assert_int_equal(r.http_status, 200);
	assert_true(r.answer.n > 0);
}

static void
an_error_is_read_whole(void **state)
{
	struct send_result r =
		read_send(NET_ANSWERED, 400,
			  "{\"error\":{\"message\":\"(#131030) Not in allowed "
			  "list\",\"type\":\"OAuthException\","
			  "\"code\":131030,\"error_data\":{\"messaging_product\":\"whatsapp\","
			  "\"details\":\"Add the number\"},\"error_subcode\":2655007,"
			  "\"error_user_title\":\"Title\",\"fbtrace_id\":\"Az8\"}}");

	(void)state;
	assert_int_equal(r.error.code, 131030);
	assert_int_equal(r.error.subcode, 2655007);
	assert_string_equal(r.error.type, "OAuthException");
	assert_string_equal(r.error.details, "Add the number");
	assert_string_equal(r.error.title, "Title");
	assert_string_equal(r.error.trace, "Az8");
	assert_string_equal(r.words, "(#131030) Not in allowed list: Add the number");
	r = read_send(NET_ANSWERED, 400, "{\"error\":{\"code\":\"100\",\"error_data\":\"plain\"}}");
	assert_int_equal(r.error.code, 100);
	assert_string_equal(r.error.details, "plain");
	assert_string_equal(r.words, "error 100: plain");
}

static struct number_check
read_check(enum net_outcome outcome, int status, const char *body)
{
	struct net_call call = {
		.op = op, .outcome = outcome, .status = status, .words = "refused"
	};
	struct number_check check;

	call.answer = bytes_of(body);
	cloud_provider.check_read(op, &check, &call);
	return check;
}

static void
a_number_is_checked(void **state)
{
	struct number_check c =
		read_check(NET_ANSWERED, 200,
			   "{\"verified_name\":\"Lucky Shrub\",\"display_phone_number\":\"+1 555\","
			   "\"quality_rating\":\"GREEN\",\"id\":\"106540352242922\"}");

	(void)state;
	assert_true(c.ok);
	assert_string_equal(c.display_number, "+1 555");
	assert_string_equal(c.verified_name, "Lucky Shrub");
	assert_string_equal(c.quality, "GREEN");
	c = read_check(NET_ANSWERED, 401, ERROR_OF(190));
	assert_false(c.ok);
	assert_string_equal(c.reason, "(#190) Oh");
	c = read_check(NET_ANSWERED, 200, "{}");
	assert_false(c.ok);
	c = read_check(NET_ANSWERED, 502, "<html>");
	assert_string_equal(c.reason, "Meta answered 502 without the number");
	c = read_check(NET_NOT_SENT, 0, "");
	assert_string_equal(c.reason, "Meta could not be reached: refused");
}

static enum rc
verify(const struct credentials *c, const char *body, const char *signature)
{
	op_forgive(op);
	return cloud_provider.verify(op, c, bytes_of(body), signature);
}

static void
signatures_are_proved(void **state)
{
	static const char body[] = "{\"object\":\"whatsapp_business_account\",\"entry\":[]}";
	static const char right[] =
		"sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756";
	struct credentials former = { .app_secret = "new",
				      .previous_app_secret = "test_app_secret" };
	struct credentials none = { .app_secret = "", .previous_app_secret = NULL };

	(void)state;
	assert_int_equal(verify(&credentials, body, right), RC_OK);
	assert_int_equal(verify(&former, body, right), RC_OK);
	assert_int_equal(verify(&none, body, right), RC_AUTH);
	assert_int_equal(verify(&credentials, "{}", right), RC_AUTH);
	assert_string_equal(op->code, "WH_003");
	assert_int_equal(verify(&credentials, body, NULL), RC_AUTH);
	assert_string_equal(op->code, "WH_002");
	assert_int_equal(verify(&credentials, body, ""), RC_AUTH);
	assert_string_equal(op->code, "WH_002");
	assert_int_equal(verify(&credentials, body, right + 7), RC_AUTH);
	assert_int_equal(verify(&credentials, body, "sha256=dec6"), RC_AUTH);
	assert_int_equal(verify(&credentials, body, "sha1=dec6a680"), RC_AUTH);
	assert_string_equal(op->code, "WH_003");
}

static void
providers_are_found_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(provider_of("cloud"), &cloud_provider);
	assert_null(provider_of("pigeon"));
	assert_null(provider_of(NULL));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_static_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_send_is_one_post_with_the_token),
		TEST(a_check_is_one_get),
		TEST(every_answer_has_its_honest_outcome),
		TEST(an_accepted_message_has_its_ids),
		TEST(an_error_is_read_whole),
		TEST(a_number_is_checked),
		TEST(signatures_are_proved),
		TEST(providers_are_found_by_name),
	};

	setenv("WAGATE_CLOUD_GRAPH_URL", "https://graph.example/", 1);
	load_default_settings();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
