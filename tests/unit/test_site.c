/* SPDX-License-Identifier: Apache-2.0 */
/* What all programs share: who may come in, what failures and headers look like, what pages show.
 */
#include "store_fixture.h"

#include "gateway/keys.h"
#include "gateway/people.h"
#include "site/view.h"
#include "site/visitor.h"
#include "web_fake.h"

static struct {
	const char *owner, *viewer; /* tokens of sessions */
	const char *csrf;           /* of the owner's */
	const char *key;
	const char *office_key; /* of use at some addresses only */
} people;

/* ---- a program that has one of each ---- */

struct note_input {
	const char *note;
};

static const struct field note_fields[] = {
	FIELD(struct note_input, note, NEEDED, 1, 10, NULL),
	FIELDS_END,
};

static enum rc
hello(struct web *web)
{
	return web_text(web, 200, "hello\n");
}

static enum rc
broken(struct web *web)
{
	return op_fail(web->op, RC_INTERNAL, "the secret reason");
}

static enum rc
note(struct web *web)
{
	const struct note_input *input = web->input;

	return site_done(web, "/read", "good", input->note);
}

static enum rc
note_again(struct web *web)
{
	return web_text(web, 200, view_error(web, "note"));
}

/* A verb that does not take what came. */
static enum rc
refused(struct web *web)
{
	return site_again(web, op_refuse(web->op, RC_CONFLICT, "note", "There is one already"),
			  note_again);
}

static enum rc
list(struct web *web)
{
	struct page_query page;
	struct list none = { 0, NULL };

	TRY(site_page_query(web, &page, NULL));
	return site_list(web, account_shape, sizeof(struct account), &none, NULL);
}

static enum rc
page(struct web *web)
{
	static const struct problem {
		const char *title, *headline, *sentence;
		int64_t status;
		bool retry;
	} shown = { "T", "H", "S", 200, false };

	return web_page(web, 200, &problem_page, &shown);
}

static const struct form note_form = { sizeof(struct note_input), note_fields, note_again };

static const struct route routes[] = {
	{ "GET", "/read", GATE_USER, NULL, page, 0 },
	{ "POST", "/read", GATE_USER, &note_form, note, 0 },
	{ "POST", "/refused", GATE_USER, &note_form, refused, 0 },
	{ "GET", "/admin", GATE_ADMIN, NULL, hello, 0 },
	{ "POST", "/admin", GATE_ADMIN, NULL, hello, 0 },
	{ "POST", "/open", GATE_OPEN, NULL, hello, 0 },
	{ "GET", "/broken", GATE_OPEN, NULL, broken, 0 },
	{ "GET", "/sim", GATE_SIMULATOR, NULL, hello, 0 },
	{ "GET", "/api/list", GATE_KEY_READ, NULL, list, 0 },
	{ "GET", "/api/configure", GATE_KEY_CONFIGURE, NULL, hello, 0 },
	{ "GET", "/v1/list", GATE_KEY_READ, NULL, list, 0 },
};

static const char *
serve(const char *body, const char *const *params)
{
	static const struct program program = { .name = "test", ROUTES(routes) };

	return fake_serve(&program, &site_hooks, body, params)->answer;
}

#define REQUEST(method, path, ...)                                                           \
	PARAMS("REQUEST_METHOD", method, "SCRIPT_NAME", path, "HTTP_HOST", "portal.example", \
	       "CONTENT_TYPE", "application/x-www-form-urlencoded", __VA_ARGS__)
#define GET(path, ...) serve("", REQUEST("GET", path, __VA_ARGS__))
#define POST(path, body, ...) serve(body, REQUEST("POST", path, __VA_ARGS__))
#define NOBODY "HTTP_X_NOTHING", ""

static const char *
cookie(const char *name, const char *value)
{
	static char text[2][300];
	static int turn;

	turn = !turn;
	snprintf(text[turn], sizeof(text[turn]), "%s=%s", name, value);
	return text[turn];
}

static const char *
with_token(const char *token)
{
	static char text[300];

	snprintf(text, sizeof(text), "csrf_token=%s&note=short", token);
	return text;
}

/* ---- gates ---- */

static void
a_page_asks_strangers_to_sign_in_and_remembers_where_they_wanted_to_go(void **state)
{
	(void)state;
	assert_contains(GET("/read", "QUERY_STRING", "page=2&x=a"), "Status: 303");
	assert_contains(GET("/read", "QUERY_STRING", "page=2&x=a"),
			"Location: /login?next=%2Fread%3Fpage%3D2%26x%3Da\r\n");
	assert_contains(GET("/read", "HTTP_COOKIE", "session=wrong"), "Location: /login?next=");
	assert_contains(POST("/read", "note=x", NOBODY), "Location: /login\r\n");
}

static void
who_is_signed_in_comes_in_and_a_role_too_low_is_refused_in_place(void **state)
{
	const char *answer;

	(void)state;
	assert_contains(GET("/read", "HTTP_COOKIE", cookie("session", people.viewer)),
			"Status: 200");
	assert_contains(GET("/admin", "HTTP_COOKIE", cookie("session", people.owner)),
			"Status: 200");
	answer = GET("/admin", "HTTP_COOKIE", cookie("session", people.viewer));
	assert_contains(answer, "Status: 403");
	assert_contains(answer, "admin");
	assert_lacks(answer, "Location:");
}

static void
a_change_needs_the_token_of_the_page(void **state)
{
	const char *session = cookie("session", people.owner);

	(void)state;
	assert_contains(POST("/admin", "", "HTTP_COOKIE", session), "Status: 403");
	assert_contains(POST("/admin", with_token("foreign"), "HTTP_COOKIE", session),
			"Status: 403");
	assert_contains(POST("/admin", with_token(people.csrf), "HTTP_COOKIE", session),
			"Status: 200");
	assert_contains(
		POST("/admin", "", "HTTP_COOKIE", session, "HTTP_X_CSRF_TOKEN", people.csrf),
		"Status: 200");
}

static void
a_change_from_another_site_is_refused_even_with_the_token(void **state)
{
	const char *session = cookie("session", people.owner), *body = with_token(people.csrf);

	(void)state;
	assert_contains(
		POST("/admin", body, "HTTP_COOKIE", session, "HTTP_ORIGIN", "https://evil.example"),
		"Status: 403");
	assert_contains(POST("/admin", body, "HTTP_COOKIE", session, "HTTP_ORIGIN", "null"),
			"Status: 403");
	assert_contains(
		POST("/admin", body, "HTTP_COOKIE", session, "HTTP_SEC_FETCH_SITE", "same-site"),
		"Status: 403");
	assert_contains(POST("/admin", body, "HTTP_COOKIE", session, "HTTP_ORIGIN",
			     "https://portal.example", "HTTP_SEC_FETCH_SITE", "same-origin"),
			"Status: 200");
}

static void
an_open_form_needs_the_guest_token(void **state)
{
	(void)state;
	assert_contains(POST("/open", with_token("abc"), NOBODY), "Status: 403");
	assert_contains(POST("/open", with_token("abc"), "HTTP_COOKIE", "guest=abd"),
			"Status: 403");
	assert_contains(POST("/open", with_token("abc"), "HTTP_COOKIE", "guest=abc"),
			"Status: 200");
}

static void
the_simulator_is_not_there_unless_it_is_on(void **state)
{
	(void)state;
	assert_contains(GET("/sim", NOBODY), "Status: 404");
}

/* ---- APIs ---- */

static void
an_api_answers_in_its_dialect(void **state)
{
	const char *answer = GET("/api/list", NOBODY);

	(void)state;
	assert_contains(answer, "Status: 401");
	assert_contains(answer, "\"error\":\"invalid_api_key\"");
	answer = GET("/v1/list", NOBODY);
	assert_contains(answer, "\"code\":\"AUTH_002\"");
	answer = GET("/v1/nothing", NOBODY);
	assert_contains(answer, "Status: 404");
	assert_contains(answer, "\"code\":\"GW_404\"");
	answer = GET("/api/nothing", NOBODY);
	assert_contains(answer, "\"error\":\"not_found\"");
	answer = POST("/api/list", "", NOBODY);
	assert_contains(answer, "Status: 405");
	assert_contains(answer, "Allow: GET, HEAD");
	assert_contains(answer, "\"error\":\"method_not_allowed\"");
}

static void
a_key_may_what_its_scopes_say(void **state)
{
	char bearer[80];
	const char *answer;

	(void)state;
	snprintf(bearer, sizeof(bearer), "Bearer %s", people.key);
	assert_contains(GET("/api/list", "HTTP_AUTHORIZATION", bearer),
			"{\"items\":[],\"next_cursor\":null}");
	answer = GET("/api/configure", "HTTP_AUTHORIZATION", bearer);
	assert_contains(answer, "Status: 403");
	assert_contains(answer, "\"error\":\"scope_missing\"");
}

static void
a_key_is_of_use_at_its_addresses_alone(void **state)
{
	char bearer[80];
	const char *answer;

	(void)state;
	snprintf(bearer, sizeof(bearer), "Bearer %s", people.office_key);
	assert_contains(GET("/api/list", "HTTP_AUTHORIZATION", bearer, "REMOTE_ADDR", "10.1.2.3"),
			"Status: 200");
	assert_contains(
		GET("/api/list", "HTTP_AUTHORIZATION", bearer, "REMOTE_ADDR", "2001:db8::9"),
		"Status: 200");
	answer = GET("/api/list", "HTTP_AUTHORIZATION", bearer, "REMOTE_ADDR", "10.2.0.1");
	assert_contains(answer, "Status: 403");
	assert_contains(answer, "\"error\":\"scope_missing\"");
	assert_contains(answer, "may not be used from 10.2.0.1, only from: "
				"10.1.0.0/16,2001:db8::/32");
	answer = GET("/v1/list", "HTTP_AUTHORIZATION", bearer, "REMOTE_ADDR", "10.2.0.1");
	assert_contains(answer, "\"code\":\"GW_009\"");
	/* A server that does not say who calls vouches for nobody. */
	assert_contains(GET("/api/list", "HTTP_AUTHORIZATION", bearer), "Status: 403");
}

static void
a_limit_is_from_1_to_200(void **state)
{
	static const char *const wrong[] = { "limit=0", "limit=201", "limit=x", "limit=-1" };
	char bearer[80];

	(void)state;
	snprintf(bearer, sizeof(bearer), "Bearer %s", people.key);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		const char *answer =
			GET("/api/list", "HTTP_AUTHORIZATION", bearer, "QUERY_STRING", wrong[i]);

		assert_contains(answer, "Status: 422");
		assert_contains(answer, "\"field\":\"limit\"");
	}
	assert_contains(GET("/api/list", "HTTP_AUTHORIZATION", bearer, "QUERY_STRING", "limit=200"),
			"Status: 200");
}

/* ---- failures and headers ---- */

static void
a_fault_of_ours_shows_the_request_id_and_not_the_reason(void **state)
{
	const char *answer = GET("/broken", NOBODY);

	(void)state;
	assert_contains(answer, "Status: 500");
	assert_contains(answer, "<code>req_");
	assert_lacks(answer, "the secret reason");
}

static void
an_address_that_leads_nowhere_is_told_inside_the_frame(void **state)
{
	const char *answer = GET("/nowhere", "HTTP_COOKIE", cookie("session", people.owner));

	(void)state;
	assert_contains(answer, "Status: 404");
	assert_contains(answer, "owner@fixture.example");
	assert_lacks(GET("/nowhere", NOBODY), "fixture.example");
}

static void
pages_forbid_inline_code_framing_and_caching(void **state)
{
	const char *session = cookie("session", people.owner);
	const char *answer = GET("/read", "HTTP_COOKIE", session);

	(void)state;
	assert_contains(answer, "Content-Security-Policy: default-src 'none'; script-src 'self';");
	assert_contains(answer, "frame-ancestors 'none'");
	assert_contains(answer, "Cache-Control: no-store");
	assert_contains(answer, "X-Content-Type-Options: nosniff");
	assert_lacks(answer, "Strict-Transport-Security");
	assert_contains(answer, "across a network");
	session = cookie("__Host-session", people.owner);
	answer = GET("/read", "HTTP_COOKIE", session, "HTTPS", "on");
	assert_contains(answer, "Strict-Transport-Security: max-age=63072000");
	assert_lacks(answer, "across a network");
}

/* ---- forms ---- */

static void
what_was_done_is_said_once_on_the_next_page(void **state)
{
	const char *answer = POST("/read", with_token(people.csrf), "HTTP_COOKIE",
				  cookie("session", people.owner));
	char both[300];

	(void)state;
	assert_contains(answer, "Status: 303");
	assert_contains(answer, "Set-Cookie: flash=good:short; Path=/; Max-Age=60");
	snprintf(both, sizeof(both), "session=%s; flash=good:%%3Cb%%3Eshort", people.owner);
	answer = GET("/read", "HTTP_COOKIE", both);
	assert_contains(answer, "&lt;b&gt;short");
	assert_contains(answer, "Set-Cookie: flash=; Path=/; Max-Age=0");
	snprintf(both, sizeof(both), "session=%s; flash=evil:short", people.owner);
	assert_lacks(GET("/read", "HTTP_COOKIE", both), "role=\"status\">short");
}

static void
a_form_that_does_not_pass_comes_back_with_the_reason(void **state)
{
	const char *session = cookie("session", people.owner);
	char body[200];

	(void)state;
	snprintf(body, sizeof(body), "csrf_token=%s&note=", people.csrf);
	assert_contains(POST("/read", body, "HTTP_COOKIE", session), "Status: 422");
	assert_contains(POST("/read", body, "HTTP_COOKIE", session), "This is needed.");
	snprintf(body, sizeof(body), "csrf_token=%s&note=x", people.csrf);
	assert_contains(POST("/refused", body, "HTTP_COOKIE", session), "Status: 409");
	assert_contains(POST("/refused", body, "HTTP_COOKIE", session), "There is one already.");
}

static void
nobody_is_sent_to_another_site(void **state)
{
	static const char *const away[] = {
		"//evil.example",    "/\\evil.example", "https://evil.example", "evil", "", NULL,
		"/login?next=/login"
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(away); i++)
		assert_string_equal(site_local(away[i]), "/overview");
	assert_string_equal(site_local("/api-keys?page=2"), "/api-keys?page=2");
}

static void
numbers_and_phones_are_written_for_people(void **state)
{
	struct op *op = op_begin("test");

	(void)state;
	assert_string_equal(view_number(op, 0), "0");
	assert_string_equal(view_number(op, 999), "999");
	assert_string_equal(view_number(op, 1234567), "1,234,567");
	assert_string_equal(view_number(op, -1234), "-1,234");
	assert_string_equal(view_phone(op, "966500000001"), "+966500000001");
	assert_string_equal(view_phone(op, "+1 (555) 012-3456"), "+15550123456");
	assert_string_equal(view_phone(op, "US.13491208655302741918"), "US.13491208655302741918");
	assert_null(view_phone(op, ""));
	assert_string_equal(view_percent(op, 2, 3), "66 %");
	assert_null(view_percent(op, 0, 0));
	op_end(op);
}

/* ---- the account of these stories ---- */

static const char *
sign_in(struct op *op, const char *email, const char *role, struct session *session)
{
	struct user user = { 0 };
	const char *token;

	must(op, gateway_create_user(op, &user, fixture_instance.account_id, email, "Somebody",
				     role, "correct horse battery"));
	must(op, gateway_sign_in(op, &token, session, email, "correct horse battery", "192.0.2.1",
				 "test"));
	return token;
}

static struct op *kept;

static int
begin(void **state)
{
	char *folder = realpath("templates", NULL), extra[400];
	struct session owner = { 0 }, viewer = { 0 };
	struct api_key key = { 0 };

	(void)state;
	assert_non_null(folder);
	assert_true((size_t)snprintf(extra, sizeof(extra), "[web]\ntemplates = %s\n", folder) <
		    sizeof(extra));
	free(folder);
	store_begin(extra);
	kept = fixture_op();
	people.owner = sign_in(kept, "owner@fixture.example", "owner", &owner);
	people.viewer = sign_in(kept, "viewer@fixture.example", "viewer", &viewer);
	people.csrf = owner.csrf_token;
	must(kept,
	     gateway_create_key(kept, &key, &people.key,
				&(struct key_draft){ .name = "Key", .environment = "production" }));
	must(kept, gateway_create_key(kept, &key, &people.office_key,
				      &(struct key_draft){ .name = "Office",
							   .environment = "production",
							   .cidrs = "10.1.0.0/16,2001:db8::/32" }));
	return 0;
}

static int
end(void **state)
{
	(void)state;
	op_end(kept);
	store_end();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_page_asks_strangers_to_sign_in_and_remembers_where_they_wanted_to_go),
		cmocka_unit_test(who_is_signed_in_comes_in_and_a_role_too_low_is_refused_in_place),
		cmocka_unit_test(a_change_needs_the_token_of_the_page),
		cmocka_unit_test(a_change_from_another_site_is_refused_even_with_the_token),
		cmocka_unit_test(an_open_form_needs_the_guest_token),
		cmocka_unit_test(the_simulator_is_not_there_unless_it_is_on),
		cmocka_unit_test(an_api_answers_in_its_dialect),
		cmocka_unit_test(a_key_may_what_its_scopes_say),
		cmocka_unit_test(a_key_is_of_use_at_its_addresses_alone),
		cmocka_unit_test(a_limit_is_from_1_to_200),
		cmocka_unit_test(a_fault_of_ours_shows_the_request_id_and_not_the_reason),
		cmocka_unit_test(an_address_that_leads_nowhere_is_told_inside_the_frame),
		cmocka_unit_test(pages_forbid_inline_code_framing_and_caching),
		cmocka_unit_test(what_was_done_is_said_once_on_the_next_page),
		cmocka_unit_test(a_form_that_does_not_pass_comes_back_with_the_reason),
		cmocka_unit_test(nobody_is_sent_to_another_site),
		cmocka_unit_test(numbers_and_phones_are_written_for_people),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
