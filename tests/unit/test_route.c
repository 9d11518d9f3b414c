/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an address to a handler: matching, methods, paths as servers pass them and as attackers
 * write them, and what the gate sees before anything else.
 */
#include "web_fake.h"

/* ---- matching ---- */

static const struct {
	const char *route, *path;
	const char *names[2], *values[2];
	bool match;
} matches[] = {
	{ "/", "/", { NULL }, { NULL }, true },
	{ "/", "/a", { NULL }, { NULL }, false },
	{ "/a/b", "/a/b", { NULL }, { NULL }, true },
	{ "/a/b", "/a/b/", { NULL }, { NULL }, true },
	{ "/a/b/", "/a/b", { NULL }, { NULL }, true },
	{ "/a/b", "/a", { NULL }, { NULL }, false },
	{ "/a", "/a/b", { NULL }, { NULL }, false },
	{ "/a", "/ab", { NULL }, { NULL }, false },
	{ "/ab", "/a", { NULL }, { NULL }, false },
	{ "/a/:id", "/a/1", { "id" }, { "1" }, true },
	{ "/a/:id", "/a/", { NULL }, { NULL }, false },
	{ "/a/:id", "/a", { NULL }, { NULL }, false },
	{ "/a/:id/b/:no", "/a/1/b/2", { "id", "no" }, { "1", "2" }, true },
	{ "/a/:id/b", "/a/1/c", { "id" }, { "1" }, false },
	{ "/docs/*page", "/docs/x/y.md", { "page" }, { "x/y.md" }, true },
	{ "/docs/*page", "/docs", { "page" }, { "" }, true },
	{ "/vN.M/:id/messages", "/v23.0/1065/messages", { "id" }, { "1065" }, true },
	{ "/vN.M/:id", "/v1/wa", { NULL }, { NULL }, false },
	{ "/vN.M/:id", "/v1.2.3/wa", { NULL }, { NULL }, false },
	{ "/vN.M/:id", "/v23./wa", { NULL }, { NULL }, false },
	{ "/vN.M/:id", "/vN.M/wa", { NULL }, { NULL }, false },
	{ "/:v/*rest", "/v1/wa/message", { "v", "rest" }, { "v1", "wa/message" }, true },
};

static void
paths_fit_routes(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(matches); i++) {
		const char *names[WEB_PARAMS_MAX], *values[WEB_PARAMS_MAX];
		bool match = route_match(arena, matches[i].route, matches[i].path, names, values);

		if (match != matches[i].match)
			fail_msg("%s and %s", matches[i].route, matches[i].path);
		for (size_t j = 0; match && j < 2 && matches[i].names[j] != NULL; j++) {
			assert_string_equal(names[j], matches[i].names[j]);
			assert_string_equal(values[j], matches[i].values[j]);
		}
	}
	arena_free(arena);
}

/* ---- serving ---- */

static int gates;

static enum rc
gate(struct web *web)
{
	gates++;
	if (web->route->gate == 2)
		return op_refuse(web->op, RC_AUTH, "who", "Who are you?");
	if (web->route->gate == 3)
		return web_see_other(web, "/login");
	return RC_OK;
}

static void
problem(struct web *web, enum rc rc)
{
	const char *text =
		arena_printf(web->op->arena, "%s/%s/%s", rc_text(rc), web->op->code, web->op->why);

	if (web_text(web, web->status != 0 ? web->status : 599, text) != RC_OK)
		abort();
}

static void
headers(struct web *web)
{
	web_set(web, "X-Site", "site");
}

static const struct web_site site = { .gate = gate, .problem = problem, .headers = headers };

static enum rc
show(struct web *web)
{
	const char *id = web->params[0] != NULL ? web_param(web, "id") : "-";

	return web_text(web, 200,
			arena_printf(web->op->arena, "%s %s id=%s q=%s c=%s s=%d from=%s type=%s",
				     web->method, web->path, id, web_query(web, "q"),
				     web_cookie(web, "c"), web->secure, web->client,
				     web->content_type));
}

static enum rc
show_body(struct web *web)
{
	struct bytes body;

	TRY(web_body(web, &body, 20));
	return web_reply(web, 201, "text/plain", body);
}

static enum rc
fail_after_answer(struct web *web)
{
	TRY(web_text(web, 200, "half"));
	web_set(web, "X-Half", "1");
	return op_fail(web->op, RC_BUSY, "changed my mind");
}

static enum rc
answer_nothing(struct web *web)
{
	(void)web;
	return RC_OK;
}

static enum rc
set_all(struct web *web)
{
	web_set(web, "X-One", "1");
	web_set(web, "x-one", "2");
	web_set_cookie(web, "a", "v", 60);
	web_set_cookie(web, "b", "", 0);
	web_set_cookie(web, "d", "w", -1);
	return web_see_other(web, "/ü\r\nSet-Cookie: x=y");
}

static enum rc
no_content(struct web *web)
{
	return web_reply(web, 204, NULL, bytes_of("ignored"));
}

static const struct route routes[] = {
	{ "GET", "/show", 1, NULL, show, 0 },
	{ "GET", "/show/:id", 1, NULL, show, 0 },
	{ "PUT", "/show/:id", 1, NULL, show, 0 },
	{ "POST", "/body", 1, NULL, show_body, 0 },
	{ "GET", "/closed", 2, NULL, show, 0 },
	{ "GET", "/moved", 3, NULL, show, 0 },
	{ "GET", "/half", 1, NULL, fail_after_answer, 0 },
	{ "GET", "/nothing", 1, NULL, answer_nothing, 0 },
	{ "GET", "/set", 1, NULL, set_all, 0 },
	{ "GET", "/none", 1, NULL, no_content, 0 },
};
static const struct program program = { .name = "test", ROUTES(routes) };

static const char *
asked(const char *method, const char *uri)
{
	gates = 0;
	return fake_serve(&program, &site, "",
			  PARAMS("REQUEST_METHOD", method, "REQUEST_URI", uri, "SCRIPT_NAME",
				 "/cgi-bin/x.fcgi"))
		->answer;
}

static void
an_answer_has_its_headers(void **state)
{
	const char *answer = asked("GET", "/show");

	(void)state;
	assert_true(text_starts(answer, "Status: 200 OK\r\n"));
	assert_contains(answer, "\r\nX-Request-Id: req_");
	assert_contains(answer, "\r\nX-Site: site\r\n");
	assert_contains(answer, "\r\nContent-Type: text/plain; charset=utf-8\r\n");
	assert_contains(answer, "\r\nContent-Length: 48\r\n\r\nGET /show id=-");
	assert_int_equal(gates, 1);
}

static void
head_is_get_without_body(void **state)
{
	const char *answer = asked("HEAD", "/show");

	(void)state;
	assert_true(text_starts(answer, "Status: 200 OK\r\n"));
	assert_contains(answer, "\r\nContent-Length: 48\r\n\r\n");
	assert_true(text_ends(answer, "\r\n\r\n"));
}

static void
unknown_paths_and_methods(void **state)
{
	const char *answer = asked("GET", "/nowhere");

	(void)state;
	assert_contains(answer, "Status: 404 ");
	assert_contains(answer, "missing/not_found/There is nothing at /nowhere.");
	assert_contains(answer, "X-Site: site");
	assert_int_equal(gates, 0);
	answer = asked("DELETE", "/show/1");
	assert_contains(answer, "Status: 405 ");
	assert_contains(answer, "\r\nAllow: GET, HEAD, PUT\r\n");
	assert_contains(answer, "input/method_not_allowed/");
	assert_int_equal(gates, 0);
	assert_contains(asked("HEAD", "/body"), "Status: 405 ");
	assert_contains(asked("GET\r\n", "/show"), "Status: 400 ");
	assert_contains(asked("", "/show"), "Status: 400 ");
}

static void
paths_are_decoded_and_clean(void **state)
{
	static const struct {
		const char *uri, *part;
	} uris[] = {
		{ "/show/%C3%BC", " /show/ü id=ü " },
		{ "/show/a+b", " id=a+b " },
		{ "//show///7/", " /show/7 id=7 " },
		{ "/show?q=1", " /show id=- q=1 " },
		{ "http://host:8080/show/9?q=x%20y", " /show/9 id=9 q=x y " },
		{ "/show/%2e%2E", "Status: 400 " },
		{ "/show/../show", "Status: 400 " },
		{ "/./show", "Status: 400 " },
		{ "/show/a%00b", "Status: 400 " },
		{ "/show/%ff", "Status: 400 " },
		{ "/show/%zz", "Status: 400 " },
		{ "/show/a%0db", "Status: 400 " },
		{ "/show/..a", " id=..a " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(uris); i++) {
		const char *query = strchr(uris[i].uri, '?');
		struct fake *f =
			fake_serve(&program, &site, "",
				   PARAMS("REQUEST_METHOD", "GET", "REQUEST_URI", uris[i].uri,
					  "QUERY_STRING", query != NULL ? query + 1 : ""));

		assert_contains(f->answer, uris[i].part);
	}
}

static void
long_addresses_are_refused(void **state)
{
	char uri[10000];

	(void)state;
	memset(uri, 'a', sizeof(uri));
	uri[0] = '/';
	uri[sizeof(uri) - 1] = '\0';
	assert_contains(asked("GET", uri), "Status: 414 ");
}

static void
without_request_uri_the_cgi_path_counts(void **state)
{
	struct fake *f = fake_serve(
		&program, &site, "",
		PARAMS("REQUEST_METHOD", "GET", "SCRIPT_NAME", "/show", "PATH_INFO", "/a%b"));

	(void)state;
	assert_contains(f->answer, " /show/a%b id=a%b ");
	f = fake_serve(&program, &site, "", PARAMS("REQUEST_METHOD", "GET"));
	assert_contains(f->answer, "Status: 400 ");
}

static void
headers_cookies_and_the_peer(void **state)
{
	struct fake *f =
		fake_serve(&program, &site, "",
			   PARAMS("REQUEST_METHOD", "GET", "REQUEST_URI", "/show", "HTTP_COOKIE",
				  "cc=1; c=right; c=late", "REMOTE_ADDR", "192.0.2.1",
				  "CONTENT_TYPE", " Application/JSON ; charset=utf-8"));

	(void)state;
	assert_contains(f->answer, " c=right s=0 from=192.0.2.1 type=application/json");
	f = fake_serve(&program, &site, "",
		       PARAMS("REQUEST_METHOD", "GET", "REQUEST_URI", "/show", "HTTP_COOKIE",
			      "c=plain;__Host-c=full", "HTTPS", "on"));
	assert_contains(f->answer, " c=full s=1 ");
	f = fake_serve(
		&program, &site, "",
		PARAMS("REQUEST_METHOD", "GET", "REQUEST_URI", "/show", "HTTP_COOKIE", "c=\xff"));
	assert_contains(f->answer, " q=(null) c=(null) ");
}

/* A part that is passed over might be the one that says not to send. */
static void
a_query_that_cannot_be_read_is_refused_whole(void **state)
{
	static const char *const broken[] = { "q=1&x=%ff", "q=1&x=%zz", "q=1&%00=2", "q=1&x=\xff" };
	char many[2000];
	struct fake *f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		f = fake_serve(&program, &site, "",
			       PARAMS("REQUEST_METHOD", "GET", "REQUEST_URI", "/show",
				      "QUERY_STRING", broken[i]));
		assert_contains(f->answer, "Status: 400 ");
		assert_contains(f->answer, "input/query/");
	}
	memset(many, '&', sizeof(many));
	memcpy(many, "q=1", 3);
	many[sizeof(many) - 1] = '\0';
	f = fake_serve(
		&program, &site, "",
		PARAMS("REQUEST_METHOD", "GET", "REQUEST_URI", "/show", "QUERY_STRING", many));
	assert_contains(f->answer, "Status: 400 ");
}

static struct fake *
sent(const char *body, const char *length)
{
	return fake_serve(&program, &site, body,
			  PARAMS("REQUEST_METHOD", "POST", "REQUEST_URI", "/body",
				 length != NULL ? "CONTENT_LENGTH" : "NO_LENGTH", length));
}

static void
bodies_have_a_limit(void **state)
{
	struct fake *f = sent("exactly twenty bytes", "20");

	(void)state;
	assert_contains(f->answer, "Status: 201 Created");
	assert_true(text_ends(f->answer, "\r\n\r\nexactly twenty bytes"));
	f = sent("and one byte too many", "21");
	assert_contains(f->answer, "Status: 413 ");
	assert_contains(f->answer, "input/body_too_large/");
	assert_int_equal(f->read, 0);
	f = sent("without a length: much too long", NULL);
	assert_contains(f->answer, "Status: 413 ");
	assert_true(f->read < 30);
	assert_true(text_ends(sent("chunked", NULL)->answer, "\r\n\r\nchunked"));
	assert_contains(sent("short", "6")->answer, "Status: 400 ");
	assert_contains(sent("x", "1x")->answer, "Status: 400 ");
	assert_contains(sent("x", "-1")->answer, "Status: 400 ");
	assert_contains(sent("", "99999999999999999999")->answer, "Status: 400 ");
	assert_contains(sent("ignored", "0")->answer, "Content-Length: 0\r\n");
}

static void
gates_may_refuse_or_answer(void **state)
{
	(void)state;
	assert_contains(asked("GET", "/closed"), "auth/who/Who are you?");
	assert_contains(asked("GET", "/moved"), "Status: 303 See Other\r\nLocation: /login\r\n");
}

static void
failures_replace_what_was_answered(void **state)
{
	const char *answer = asked("GET", "/half");

	(void)state;
	assert_contains(answer, "Status: 599 ");
	assert_contains(answer, "busy//changed my mind");
	assert_lacks(answer, "half");
	assert_lacks(answer, "X-Half");
	assert_contains(asked("GET", "/nothing"),
			"internal//The handler of /nothing gave no answer.");
}

static void
headers_that_are_set(void **state)
{
	const char *answer = asked("GET", "/set");

	(void)state;
	assert_lacks(answer, "X-One: 1");
	assert_contains(answer, "x-one: 2\r\n");
	assert_contains(answer, "Set-Cookie: a=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax\r\n");
	assert_contains(answer, "Set-Cookie: b=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax\r\n");
	assert_contains(answer, "Set-Cookie: d=w; Path=/; HttpOnly; SameSite=Lax\r\n");
	assert_contains(answer, "Location: /%C3%BC%0D%0ASet-Cookie:%20x=y\r\n");
	answer = fake_serve(&program, &site, "",
			    PARAMS("REQUEST_METHOD", "GET", "REQUEST_URI", "/set", "HTTPS", "on"))
			 ->answer;
	assert_contains(answer, "Set-Cookie: __Host-a=v; Path=/; Max-Age=60; Secure; HttpOnly;");
	answer = asked("GET", "/none");
	assert_contains(answer, "Status: 204 No Content\r\n");
	assert_lacks(answer, "Content-Length");
	assert_true(text_ends(answer, "\r\n\r\n"));
}

/* ---- mistakes of ours ---- */

static void
set_bad_header(void *arg)
{
	struct exchange *x = arg;

	web_set(&x->web, "X-Bad", "a\r\nSet-Cookie: b=c");
}

static void
set_bad_cookie(void *arg)
{
	struct exchange *x = arg;

	web_set_cookie(&x->web, "a", "b; Domain=evil", 0);
}

static void
header_injection_is_a_bug(void **state)
{
	struct op *op = op_begin("test");
	struct exchange x = { .web.op = op };

	(void)state;
	assert_bug(set_bad_header, &x);
	assert_bug(set_bad_cookie, &x);
	op_end(op);
}

static void
check_table(void *arg)
{
	route_check(arg);
}

static void
tables_are_checked_at_start(void **state)
{
	static const struct route no_gate[] = { { "GET", "/a", 0, NULL, show, 0 } };
	static const struct route no_handler[] = { { "GET", "/a", 1, NULL, NULL, 0 } };
	static const struct route no_slash[] = { { "GET", "a", 1, NULL, show, 0 } };
	static const struct route hidden[] = { { "GET", "/a/:id", 1, NULL, show, 0 },
					       { "GET", "/a/new", 1, NULL, show, 0 } };
	struct program bad = { .name = "bad" };

	(void)state;
	route_check(&program);
	bad.routes = no_gate, bad.route_count = 1;
	assert_fatal(check_table, &bad);
	bad.routes = no_handler;
	assert_fatal(check_table, &bad);
	bad.routes = no_slash;
	assert_fatal(check_table, &bad);
	bad.routes = hidden, bad.route_count = 2;
	assert_fatal(check_table, &bad);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_fit_routes),
		cmocka_unit_test(an_answer_has_its_headers),
		cmocka_unit_test(head_is_get_without_body),
		cmocka_unit_test(unknown_paths_and_methods),
		cmocka_unit_test(paths_are_decoded_and_clean),
		cmocka_unit_test(long_addresses_are_refused),
		cmocka_unit_test(without_request_uri_the_cgi_path_counts),
		cmocka_unit_test(headers_cookies_and_the_peer),
		cmocka_unit_test(a_query_that_cannot_be_read_is_refused_whole),
		cmocka_unit_test(bodies_have_a_limit),
		cmocka_unit_test(gates_may_refuse_or_answer),
		cmocka_unit_test(failures_replace_what_was_answered),
		cmocka_unit_test(headers_that_are_set),
		cmocka_unit_test(header_injection_is_a_bug),
		cmocka_unit_test(tables_are_checked_at_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
