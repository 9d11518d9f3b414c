/* SPDX-License-Identifier: Apache-2.0 */
/* Each refusal in each dialect: the codes and statuses that clients act on. */
#include "unit.h"

#include "site/send_answer.h"
#include "web_fake.h"

static enum refusal refusing;
static enum dialect speaking;
static const char *because;

static enum rc
refuse(struct web *web)
{
	json_t *details = json_new(web->op);

	json_put_int(details, "code", 131026);
	json_put_bool(details, "retryable", false);
	return site_refuse(web, speaking, refusing, because,
			   refusing == REFUSAL_FIELD ? "text.body" : NULL,
			   refusing == REFUSAL_FIELD ? "is required" : NULL,
			   refusing == REFUSAL_PROVIDER ? details : NULL);
}

/* A send that ended as the test says. */
static struct send ended;

static enum rc
answer(struct web *web)
{
	return send_answer(web, &ended);
}

static enum rc
let_in(struct web *web)
{
	(void)web;
	return RC_OK;
}

static void
problem(struct web *web, enum rc rc)
{
	assert_int_equal(web_text(web, 599, rc_text(rc)), RC_OK);
}

static void
no_headers(struct web *web)
{
	(void)web;
}

static const struct route routes[] = {
	{ "GET", "/refuse", GATE_BARE, NULL, refuse, 0 },
	{ "GET", "/answer", GATE_BARE, NULL, answer, 0 },
};

static const char *
get(const char *path)
{
	static const struct web_site site = { .gate = let_in,
					      .problem = problem,
					      .headers = no_headers };
	static const struct program program = { .name = "test", ROUTES(routes) };

	return fake_serve(&program, &site, "",
			  PARAMS("REQUEST_METHOD", "GET", "SCRIPT_NAME", path, "REMOTE_ADDR",
				 "192.0.2.1"))
		->answer;
}

static const char *
told(enum dialect dialect, enum refusal refusal, const char *sentence)
{
	speaking = dialect;
	refusing = refusal;
	because = sentence;
	return get("/refuse");
}

/* The tables of the API's description. */
static const struct {
	enum refusal refusal;
	const char *guarded, *guarded_code, *proxy, *proxy_code, *group, *graph, *graph_code;
} faces[] = {
	/* clang-format off */
	{ REFUSAL_KEY_MISSING, "401", "invalid_api_key", "401", "AUTH_002", "UNAUTHORIZED", "401", "190" },
	{ REFUSAL_KEY_FORM, "401", "invalid_api_key", "401", "AUTH_003", "UNAUTHORIZED", "401", "190" },
	{ REFUSAL_KEY_UNKNOWN, "401", "invalid_api_key", "401", "AUTH_001", "UNAUTHORIZED", "401", "190" },
	{ REFUSAL_KEY_EXPIRED, "401", "invalid_api_key", "401", "AUTH_001", "UNAUTHORIZED", "401", "190" },
	{ REFUSAL_KEY_REVOKED, "401", "revoked_api_key", "401", "AUTH_001", "UNAUTHORIZED", "401", "190" },
	{ REFUSAL_SCOPE, "403", "scope_missing", "403", "GW_009", "FORBIDDEN", "403", "10" },
	{ REFUSAL_ADDRESS, "403", "scope_missing", "403", "GW_009", "FORBIDDEN", "403", "10" },
	{ REFUSAL_MODULE, "403", "module_not_enabled", "403", "GW_007", "FORBIDDEN", "403", "200" },
	{ REFUSAL_ACCOUNT_PAUSED, "403", "account_paused", "403", "GW_007", "FORBIDDEN", "403", "200" },
	{ REFUSAL_GATEWAY_SUSPENDED, "403", "account_paused", "403", "GW_007", "FORBIDDEN", "403", "200" },
	{ REFUSAL_JSON, "400", "invalid_json", "400", "GW_002", "VALIDATION", "400", "100" },
	{ REFUSAL_RECIPIENT, "422", "validation_error", "400", "GW_001", "VALIDATION", "400", "100" },
	{ REFUSAL_FIELD, "422", "validation_error", "400", "GW_002", "VALIDATION", "400", "131009" },
	{ REFUSAL_PURPOSE_MISSING, "422", "message_purpose_required", "403", "GW_007", "FORBIDDEN", "400", "368" },
	{ REFUSAL_PURPOSE, "422", "message_purpose_not_allowed", "403", "GW_007", "FORBIDDEN", "400", "368" },
	{ REFUSAL_INSTANCE_UNKNOWN, "404", "invalid_instance", "401", "WABA_001", "UNAUTHORIZED", "400", "100" },
	{ REFUSAL_INSTANCE_PAUSED, "403", "instance_paused", "401", "WABA_001", "UNAUTHORIZED", "400", "133010" },
	{ REFUSAL_INSTANCE_STATE, "409", "instance_not_connected", "401", "WABA_001", "UNAUTHORIZED", "400", "133010" },
	{ REFUSAL_IN_PROGRESS, "409", "idempotency_in_progress", "409", "GW_005", "VALIDATION", "409", "368" },
	{ REFUSAL_MISMATCH, "422", "idempotency_mismatch", "422", "GW_006", "VALIDATION", "422", "368" },
	{ REFUSAL_UNKNOWN_TWIN, "409", "outcome_unknown", "409", "GW_010", "VALIDATION", "409", "368" },
	{ REFUSAL_RATE, "429", "rate_limited", "429", "RATE_001", "TOO_MANY_REQUESTS", "429", "130429" },
	{ REFUSAL_PAIR, "429", "sending_throttled", "429", "RATE_001", "TOO_MANY_REQUESTS", "400", "131056" },
	{ REFUSAL_DAY_LIMIT, "429", "daily_limit_reached", "429", "RATE_001", "TOO_MANY_REQUESTS", "429", "4" },
	{ REFUSAL_MONTH_LIMIT, "429", "monthly_limit_reached", "429", "RATE_001", "TOO_MANY_REQUESTS", "429", "4" },
	{ REFUSAL_BALANCE, "402", "insufficient_balance", "402", "BILL_001", "PAYMENT_REQUIRED", "402", "131042" },
	{ REFUSAL_SUPPRESSED, "403", "recipient_suppressed", "403", "GW_003", "FORBIDDEN", "400", "131050" },
	{ REFUSAL_WINDOW, "409", "conversation_window_closed", "403", "GW_004", "FORBIDDEN", "400", "131047" },
	{ REFUSAL_POLICY, "403", "policy_violation", "403", "GW_007", "FORBIDDEN", "400", "368" },
	{ REFUSAL_EXPIRED, "409", "expired", "409", "GW_011", "VALIDATION", "409", "100" },
	{ REFUSAL_NOT_CANCELLABLE, "409", "not_cancellable", "409", "GW_012", "VALIDATION", "409", "100" },
	{ REFUSAL_METHOD, "405", "method_not_allowed", "405", "GW_405", "VALIDATION", "405", "100" },
	{ REFUSAL_NOT_FOUND, "404", "not_found", "404", "GW_404", "VALIDATION", "404", "2500" },
	{ REFUSAL_TOO_LARGE, "413", "payload_too_large", "413", "GW_008", "VALIDATION", "413", "100" },
	{ REFUSAL_MEDIA_TYPE, "415", "unsupported_media_type", "415", "GW_415", "VALIDATION", "415", "100" },
	{ REFUSAL_BUSY, "503", "unavailable", "503", "GW_503", "INTERNAL_ERROR", "503", "2" },
	{ REFUSAL_INTERNAL, "500", "internal_error", "500", "GW_500", "INTERNAL_ERROR", "500", "1" },
	{ REFUSAL_PROVIDER, "502", "gateway_send_failed", "502", "META_001", "BAD_GATEWAY", "502", "131026" },
	{ REFUSAL_UNKNOWN_OUTCOME, "504", "outcome_unknown", "504", "META_002", "BAD_GATEWAY", "504", "131026" },
	/* clang-format on */
};

static void
assert_status(const char *answer_text, const char *status)
{
	char line[32];

	snprintf(line, sizeof(line), "Status: %s ", status);
	assert_contains(answer_text, line);
}

static void
test_faces(void **state)
{
	char part[64];

	(void)state;
	assert_int_equal(ARRAY_LEN(faces), REFUSAL__MAX - 1);
	for (size_t i = 0; i < ARRAY_LEN(faces); i++) {
		const char *text = told(DIALECT_GUARDED, faces[i].refusal, "why");

		assert_status(text, faces[i].guarded);
		snprintf(part, sizeof(part),
			 "{\"success\":false,\"error\":\"%s\",\"message\":\"why\"",
			 faces[i].guarded_code);
		assert_contains(text, part);
		text = told(DIALECT_PROXY, faces[i].refusal, "why");
		assert_status(text, faces[i].proxy);
		snprintf(part, sizeof(part),
			 "{\"isSuccess\":false,\"errors\":{\"code\":\"%s\",\"group\":\"%s\",",
			 faces[i].proxy_code, faces[i].group);
		assert_contains(text, part);
		text = told(DIALECT_GRAPH, faces[i].refusal, "why");
		assert_status(text, faces[i].graph);
		snprintf(part, sizeof(part), "\"type\":\"OAuthException\",\"code\":%s,",
			 faces[i].graph_code);
		assert_contains(text, part);
	}
}

static void
test_documented_texts(void **state)
{
	(void)state;
	assert_contains(told(DIALECT_PROXY, REFUSAL_KEY_MISSING, "long"),
			"\"description\":\"Missing Authorization header.\","
			"\"params\":{\"reason\":\"long\"}");
	assert_contains(told(DIALECT_PROXY, REFUSAL_KEY_FORM, NULL),
			"\"description\":\"Invalid token format. It must be 'Bearer <token>'.\","
			"\"params\":{}");
	assert_contains(told(DIALECT_PROXY, REFUSAL_KEY_UNKNOWN, NULL),
			"\"description\":\"API Key not found, invalid, or expired.\"");
	assert_contains(told(DIALECT_PROXY, REFUSAL_KEY_EXPIRED, "expired since then"),
			"\"description\":\"expired since then\"");
	assert_contains(told(DIALECT_PROXY, REFUSAL_INSTANCE_STATE, NULL),
			"\"description\":\"WABA credentials are missing or invalid.\"");
	assert_contains(told(DIALECT_GUARDED, REFUSAL_SUPPRESSED, NULL),
			"\"message\":\"recipient_suppressed\",\"details\":{}");
}

static void
test_field(void **state)
{
	(void)state;
	assert_contains(told(DIALECT_GUARDED, REFUSAL_FIELD, "x"),
			"\"details\":{\"field\":\"text.body\",\"reason\":\"is required\"}");
	assert_contains(told(DIALECT_PROXY, REFUSAL_FIELD, "x"),
			"\"params\":{\"field\":\"text.body\",\"reason\":\"is required\"}");
	assert_contains(told(DIALECT_GRAPH, REFUSAL_FIELD, "x"),
			"\"error_data\":{\"messaging_product\":\"whatsapp\",\"details\":\"x\"}");
}

static void
test_retry_headers(void **state)
{
	const char *text;

	(void)state;
	text = told(DIALECT_PROXY, REFUSAL_PROVIDER, "x");
	assert_contains(text, "X-Should-Retry: false");
	assert_contains(text, "\"params\":{\"code\":131026,\"retryable\":false}");
	assert_contains(told(DIALECT_GRAPH, REFUSAL_UNKNOWN_OUTCOME, "x"), "X-Should-Retry: false");
	assert_contains(told(DIALECT_GUARDED, REFUSAL_BUSY, "x"), "Retry-After: ");
	assert_lacks(told(DIALECT_GUARDED, REFUSAL_BUSY, "x"), "X-Should-Retry");
	assert_contains(told(DIALECT_GUARDED, REFUSAL_KEY_UNKNOWN, "x"),
			"WWW-Authenticate: Bearer");
	assert_lacks(told(DIALECT_GUARDED, REFUSAL_SCOPE, "x"), "WWW-Authenticate");
}

static void
test_addresses(void **state)
{
	static const struct {
		const char *path;
		enum dialect dialect;
		bool api;
	} cases[] = {
		{ "/api/send-message", DIALECT_GUARDED, true },
		{ "/api", DIALECT_GUARDED, true },
		{ "/apiary", DIALECT_GUARDED, false },
		{ "/api-keys", DIALECT_GUARDED, false },
		{ "/v1/wa/message", DIALECT_PROXY, true },
		{ "/v1", DIALECT_PROXY, true },
		{ "/v1x", DIALECT_GUARDED, false },
		{ "/v23.0/1066/messages", DIALECT_GRAPH, true },
		{ "/v1.0/1066/messages", DIALECT_GRAPH, true },
		{ "/v23.0", DIALECT_GRAPH, true },
		{ "/v23.x/1", DIALECT_GUARDED, false },
		{ "/v.0/1", DIALECT_GUARDED, false },
		{ "/instances", DIALECT_GUARDED, false },
		{ "/", DIALECT_GUARDED, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(site_dialect(cases[i].path), cases[i].dialect);
		assert_int_equal(site_is_api(cases[i].path), cases[i].api);
	}
}

static const struct message sent = {
	.id = "msg_1",
	.log_id = 7,
	.status = "sent",
	.provider_id = "wamid.\"A",
	.recipient = "5511999990001",
	.wa_id = "551199990001",
};

static void
test_success(void **state)
{
	static const char meta[] = "{\"messages\":[{\"id\" : \"wamid.A\"}],\"n\":1.50}";

	(void)state;
	ended = (struct send){ .dialect = DIALECT_GUARDED, .message = sent };
	assert_contains(get("/answer"),
			"{\"success\":true,\"status\":\"sent\",\"message_id\":\"wamid.\\\"A\","
			"\"log_id\":7,\"id\":\"msg_1\"}");
	ended.dialect = DIALECT_PROXY;
	ended.provider_status = 200;
	ended.provider_answer = bytes_of(meta);
	assert_contains(get("/answer"), "{\"isSuccess\":true,\"data\":"
					"{\"messages\":[{\"id\" : \"wamid.A\"}],\"n\":1.50}}");
	ended.dialect = DIALECT_GRAPH;
	assert_contains(get("/answer"), "\r\n\r\n{\"messages\":[{\"id\" : \"wamid.A\"}]");
}

static void
test_success_without_an_answer(void **state)
{
	(void)state;
	ended = (struct send){ .dialect = DIALECT_PROXY, .message = sent, .provider_status = 500 };
	ended.provider_answer = bytes_of("<html>");
	assert_contains(get("/answer"),
			"{\"isSuccess\":true,\"data\":{\"messaging_product\":\"whatsapp\","
			"\"contacts\":[{\"input\":\"5511999990001\",\"wa_id\":\"551199990001\"}],"
			"\"messages\":[{\"id\":\"wamid.\\\"A\"}]}}");
	ended.message.simulated = true;
	assert_contains(get("/answer"),
			"\"data\":{\"messaging_product\":\"whatsapp\",\"messages\":[{\"id\":");
}

static void
test_unknown_outcome(void **state)
{
	const char *text;

	(void)state;
	ended = (struct send){ .refusal = REFUSAL_UNKNOWN_OUTCOME, .message = sent };
	ended.message.provider_id = NULL;
	text = get("/answer");
	assert_status(text, "202");
	assert_contains(text, "{\"success\":true,\"status\":\"unknown\",\"message_id\":null,"
			      "\"log_id\":7,\"id\":\"msg_1\"}");
	ended.dialect = DIALECT_PROXY;
	text = get("/answer");
	assert_status(text, "504");
	assert_contains(text, "\"code\":\"META_002\"");
	assert_contains(text, "\"params\":{\"outcome\":\"unknown\",\"id\":\"msg_1\",\"log_id\":7,"
			      "\"retryable\":false}");
	assert_contains(text, "X-Should-Retry: false");
	ended.dialect = DIALECT_GRAPH;
	assert_status(get("/answer"), "504");
}

static void
test_refused_by_meta(void **state)
{
	const char *text;

	(void)state;
	ended = (struct send){ .dialect = DIALECT_GRAPH, .refusal = REFUSAL_PROVIDER };
	ended.provider_status = 400;
	ended.provider_answer = bytes_of("{\"error\":{\"code\":131030}}");
	text = get("/answer");
	assert_status(text, "400");
	assert_contains(text, "\r\n\r\n{\"error\":{\"code\":131030}}");
	ended.provider_answer = (struct bytes){ NULL, 0 };
	assert_status(get("/answer"), "502");
}

/* What went wrong on our side is the site's to tell. */
static void
test_own_trouble(void **state)
{
	(void)state;
	ended = (struct send){ .refusal = REFUSAL_BUSY };
	assert_contains(get("/answer"), "\r\n\r\nbusy");
	ended.refusal = REFUSAL_INTERNAL;
	assert_contains(get("/answer"), "\r\n\r\ninternal");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faces),
		cmocka_unit_test(test_documented_texts),
		cmocka_unit_test(test_field),
		cmocka_unit_test(test_retry_headers),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_success),
		cmocka_unit_test(test_success_without_an_answer),
		cmocka_unit_test(test_unknown_outcome),
		cmocka_unit_test(test_refused_by_meta),
		cmocka_unit_test(test_own_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
