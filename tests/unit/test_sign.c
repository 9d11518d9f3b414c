/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_sign - signatures of deliveries against published vectors, and what requests carry
 */
#include "store_fixture.h"

#include "gateway/deliver_request.h"
#include "gateway/deliver_sign.h"

static int
setup(void **state)
{
	store_begin("[deliver]\ntimeout = 7\n");
	*state = fixture_op();
	return 0;
}

/* From the suites of the Standard Webhooks libraries for Go and Rust, and from Svix's docs. */
static void
standard_webhooks_vectors_hold(void **state)
{
	static const struct {
		const char *secret, *id;
		int64_t seconds;
		const char *body, *signature;
	} vectors[] = {
		{ "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
		  1614265330, "{\"test\": 2432232314}",
		  "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" },
		{ "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
		  1649367553, "{\"email\":\"test@example.com\",\"username\":\"test_user\"}",
		  "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=" },
		{ "whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1731705121,
		  "{\"event_type\":\"ping\",\"data\":{\"success\":true}}",
		  "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=" },
	};

	for (size_t i = 0; i < ARRAY_LEN(vectors); i++)
		assert_string_equal(sign_standard(*state, vectors[i].secret, vectors[i].id,
						  vectors[i].seconds, bytes_of(vectors[i].body)),
				    vectors[i].signature);
}

/* From the tests of gokapso/whatsapp-cloud-api-js. */
static void
meta_vector_holds(void **state)
{
	const char *body = "{\"object\":\"whatsapp_business_account\",\"entry\":[]}";

	assert_string_equal(
		sign_hub(*state, "test_app_secret", bytes_of(body)),
		"sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756");
}

static void
gateway_signature_is_over_timestamp_and_body(void **state)
{
	unsigned char mac[SHA256_LEN];
	struct bytes whole = bytes_of("2026-05-08T10:00:00Z.{\"a\":1}");

	secret_hmac(bytes_of("s3cret"), &whole, 1, mac);
	assert_string_equal(
		sign_gateway(*state, "s3cret", "2026-05-08T10:00:00Z", bytes_of("{\"a\":1}")),
		arena_printf(
			((struct op *)*state)->arena, "sha256=%s",
			text_hex(((struct op *)*state)->arena, bytes_slice(mac, sizeof(mac)))));
}

static void
secrets_of_customers_are_their_own_bytes(void **state)
{
	struct bytes body = bytes_of("{}");

	assert_string_equal(
		sign_standard(*state, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "e", 1, body),
		sign_standard(*state, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "e", 1, body));
	assert_string_not_equal(
		sign_standard(*state, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "e", 1, body),
		sign_standard(*state, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "e", 1, body));
	/* No base64 behind the prefix: all of it is the secret. */
	assert_non_null(sign_standard(*state, "whsec_!", "e", 1, body));
}

static const char *
sent_header(const struct net_call *call, const char *name)
{
	const char *found = NULL;

	for (size_t i = 0; i < call->header_count; i++) {
		if (!text_equal_nocase(call->headers[i].name, name))
			continue;
		assert_null(found);
		found = call->headers[i].value;
	}
	return found;
}

static struct letter
a_letter(const char *format)
{
	return (struct letter){
		.url = "https://example.com/hook",
		.format = format,
		.event_id = "evt_1",
		.event = "message.received",
		.body = "{\"a\":1}",
		.keys = { .secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
		.at = { INT64_C(1778234400999) },
	};
}

static void
a_request_carries_every_header(void **state)
{
	struct op *op = *state;
	struct letter letter = a_letter("normalized");
	struct net_call call;

	letter.keys.headers_json = "{\"X-Tenant\":\"7\",\"authorization\":\"Basic abc\"}";
	must(op, deliver_request(op, &call, &letter));
	assert_string_equal(call.method, "POST");
	assert_string_equal(call.url, "https://example.com/hook");
	assert_int_equal(call.timeout_ms, 7000);
	assert_int_equal(call.guard, NET_CUSTOMER);
	assert_int_equal(call.max_answer, 16384);
	assert_true(bytes_equal(call.body, bytes_of("{\"a\":1}")));
	assert_string_equal(sent_header(&call, "Content-Type"), "application/json");
	assert_true(text_starts(sent_header(&call, "User-Agent"), "wagate/"));
	assert_string_equal(sent_header(&call, "X-WhatsApp-Gateway-Event"), "message.received");
	assert_string_equal(sent_header(&call, "X-WhatsApp-Gateway-Timestamp"),
			    "2026-05-08T10:00:00Z");
	assert_string_equal(
		sent_header(&call, "X-WhatsApp-Gateway-Signature"),
		sign_gateway(op, letter.keys.secret, "2026-05-08T10:00:00Z", call.body));
	assert_string_equal(sent_header(&call, "webhook-id"), "evt_1");
	assert_string_equal(sent_header(&call, "webhook-timestamp"), "1778234400");
	assert_string_equal(sent_header(&call, "webhook-signature"),
			    sign_standard(op, letter.keys.secret, "evt_1", 1778234400, call.body));
	assert_string_equal(sent_header(&call, "X-Tenant"), "7");
	assert_string_equal(sent_header(&call, "Authorization"), "Basic abc");
	assert_null(sent_header(&call, "X-Hub-Signature-256"));
	assert_null(sent_header(&call, "X-WhatsApp-Gateway-Test"));
}

static void
meta_form_is_signed_as_meta_does(void **state)
{
	struct op *op = *state;
	struct letter letter = a_letter("meta");
	struct net_call call;

	letter.keys.bearer = "b3arer";
	letter.keys.headers_json = "{\"Authorization\":\"Basic abc\"}";
	letter.test = true;
	must(op, deliver_request(op, &call, &letter));
	assert_string_equal(sent_header(&call, "X-Hub-Signature-256"),
			    sign_hub(op, letter.keys.secret, call.body));
	assert_string_equal(sent_header(&call, "Authorization"), "Bearer b3arer");
	assert_string_equal(sent_header(&call, "X-WhatsApp-Gateway-Test"), "true");
}

/* The list has room for two, the hex headers for one: the old one until the customer switches. */
static void
two_secrets_sign_until_the_day_is_over(void **state)
{
	static const char old[] = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
	struct op *op = *state;
	struct letter letter = a_letter("meta");
	struct bytes body = bytes_of(letter.body);
	const char *fresh = letter.keys.secret;
	const char *by_new = sign_standard(op, fresh, "evt_1", 1778234400, body);
	const char *by_old = sign_standard(op, old, "evt_1", 1778234400, body);
	const char *both = arena_printf(op->arena, "%s %s", by_new, by_old);
	struct net_call call;

	letter.keys.previous = old;
	letter.keys.previous_until.ms = letter.at.ms + 1;
	must(op, deliver_request(op, &call, &letter));
	assert_string_equal(sent_header(&call, "webhook-signature"), both);
	assert_string_equal(sent_header(&call, "X-Hub-Signature-256"), sign_hub(op, old, body));
	assert_string_equal(sent_header(&call, "X-WhatsApp-Gateway-Signature"),
			    sign_gateway(op, old, "2026-05-08T10:00:00Z", body));
	letter.keys.switched = true;
	must(op, deliver_request(op, &call, &letter));
	assert_string_equal(sent_header(&call, "webhook-signature"), both);
	assert_string_equal(sent_header(&call, "X-Hub-Signature-256"), sign_hub(op, fresh, body));
	assert_string_equal(sent_header(&call, "X-WhatsApp-Gateway-Signature"),
			    sign_gateway(op, fresh, "2026-05-08T10:00:00Z", body));
	letter.keys.switched = false;
	letter.keys.previous_until = letter.at;
	must(op, deliver_request(op, &call, &letter));
	assert_string_equal(sent_header(&call, "webhook-signature"), by_new);
	assert_string_equal(sent_header(&call, "X-Hub-Signature-256"), sign_hub(op, fresh, body));
}

static void
without_a_secret_nothing_is_signed(void **state)
{
	struct op *op = *state;
	struct letter letter = a_letter("meta");
	struct net_call call;

	letter.keys.secret = NULL;
	must(op, deliver_request(op, &call, &letter));
	assert_null(sent_header(&call, "X-WhatsApp-Gateway-Signature"));
	assert_null(sent_header(&call, "webhook-signature"));
	assert_null(sent_header(&call, "X-Hub-Signature-256"));
	assert_string_equal(sent_header(&call, "webhook-id"), "evt_1");
}

static void
answers_are_told_in_words(void **state)
{
	struct op *op = *state;
	struct net_call call = { .outcome = NET_ANSWERED, .status = 204 };

	assert_true(deliver_was_taken(&call));
	assert_null(deliver_problem(op, &call));
	assert_null(deliver_excerpt(op, &call));
	call.status = 302;
	assert_string_equal(deliver_problem(op, &call), "answered 302; redirects are not followed");
	call.status = 500;
	assert_string_equal(deliver_problem(op, &call), "answered 500");
	call.answer = bytes_slice("h\xc3\xa9\xff\x00\xe2\x82", 7);
	assert_string_equal(deliver_excerpt(op, &call), "hé???");
	call.outcome = NET_NOT_SENT;
	call.words = "certificate expired";
	assert_false(deliver_was_taken(&call));
	assert_string_equal(deliver_problem(op, &call), "certificate expired");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard_webhooks_vectors_hold),
		cmocka_unit_test(meta_vector_holds),
		cmocka_unit_test(gateway_signature_is_over_timestamp_and_body),
		cmocka_unit_test(secrets_of_customers_are_their_own_bytes),
		cmocka_unit_test(a_request_carries_every_header),
		cmocka_unit_test(meta_form_is_signed_as_meta_does),
		cmocka_unit_test(two_secrets_sign_until_the_day_is_over),
		cmocka_unit_test(without_a_secret_nothing_is_signed),
		cmocka_unit_test(answers_are_told_in_words),
	};

	return cmocka_run_group_tests(tests, setup, teardown_store);
}
