/* SPDX-License-Identifier: Apache-2.0 */
/* Calls out against a peer that behaves, breaks off, lies, floods or stays silent: each outcome
 * is honest, nothing is sent twice, and connections are kept. */
#include "op_fixture.h"
#include "peer.h"

#include "net/guard.h"
#include "net/net.h"

static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Colour:  Blue \r\n\r\nhello";

static bool
flood(int fd)
{
	static char block[65536];

	peer_say(fd, "HTTP/1.1 200 OK\r\n\r\n");
	for (int i = 0; i < 1000; i++)
		peer_write(fd, block, sizeof(block));
	return false;
}

static bool
many_headers(int fd)
{
	peer_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
	for (int i = 0; i < 300; i++)
		peer_say(fd, "X-Filler: 0123456789012345678901234567890123456789\r\n");
	peer_say(fd, "\r\n");
	return true;
}

static bool
echo(struct peer_request *r)
{
	char head[128];
	unsigned sum = 0;

	for (size_t i = 0; i < r->body_n; i++)
		sum = sum * 31 + (unsigned char)r->body[i];
	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n%8zu %11u",
		 r->body_n, sum);
	peer_say(r->fd, head);
	return true;
}

/* What is sent before the connection ends, for paths that need nothing else. */
static const struct {
	const char *path, *says;
	bool stays;
} scripts[] = {
	{ "/ok", ok, true },
	{ "/truncated", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"mess", false },
	{ "/no-answer", "", false },
	{ "/half-head", "HTTP/1.1 200 OK\r\nContent-Le", false },
	{ "/not-http", "SSH-2.0-OpenSSH_9.2\r\n", false },
	{ "/once", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false },
	{ "/continue",
	  "HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\nHTTP/1.1 201 Created\r\n"
	  "Content-Length: 0\r\nX-Late: 1\r\n\r\n",
	  true },
	{ "/chunked",
	  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
	  true },
	{ "/redirect", "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n", true },
	{ "/500", "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", true },
};

static bool
answer(struct peer_request *r)
{
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++)
		if (strcmp(r->path, scripts[i].path) == 0) {
			peer_say(r->fd, scripts[i].says);
			return scripts[i].stays;
		}
	if (strcmp(r->path, "/reset") == 0) {
		peer_reset(r->fd);
		return false;
	}
	if (strcmp(r->path, "/second-dropped") == 0) {
		peer_say(r->fd, r->number == 1 ? ok : "");
		return r->number == 1;
	}
	if (strcmp(r->path, "/flood") == 0)
		return flood(r->fd);
	if (strcmp(r->path, "/many-headers") == 0)
		return many_headers(r->fd);
	if (strcmp(r->path, "/echo") == 0)
		return echo(r);
	peer_wait_for_end(r->fd);
	return false;
}

static struct net_call
perform(const char *method, const char *path, const char *body)
{
	struct net_call call = peer_call(op, method, path, body);

	net_perform(&call);
	call.private_ = NULL;
	return call;
}

static void
a_whole_answer_is_read(void **state)
{
	struct net_call call = perform("POST", "/ok", "{}");

	(void)state;
	assert_int_equal(call.outcome, NET_ANSWERED);
	assert_int_equal(call.status, 200);
	assert_true(bytes_equal(call.answer, bytes_of("hello")));
	assert_string_equal(net_header(&call, "x-colour"), "Blue");
	assert_null(net_header(&call, "x-other"));
	assert_string_equal(call.peer, "127.0.0.1");
	assert_true(call.us > 0);
	assert_null(call.words);
}

static void
answers_of_every_form_are_read(void **state)
{
	struct net_call call = perform("GET", "/chunked", NULL);

	(void)state;
	assert_true(bytes_equal(call.answer, bytes_of("abcde")));
	call = perform("POST", "/continue", "x");
	assert_int_equal(call.status, 201);
	assert_null(net_header(&call, "x-early"));
	assert_string_equal(net_header(&call, "x-late"), "1");
	call = perform("GET", "/redirect", NULL);
	assert_int_equal(call.status, 302);
	assert_string_equal(net_header(&call, "location"), "/ok");
	assert_int_equal(perform("DELETE", "/500", NULL).status, 500);
	assert_int_equal(perform("POST", "/500", NULL).status, 500);
	assert_int_equal(perform("DELETE", "/500", "body").status, 500);
}

static void
what_breaks_after_the_request_is_unknown(void **state)
{
	static const char *const paths[] = { "/truncated", "/no-answer", "/half-head", "/not-http",
					     "/reset" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		int before = peer_requests();
		struct net_call call = perform("POST", paths[i], "{\"a\":1}");

		if (call.outcome != NET_UNKNOWN)
			fail_msg("%s: outcome %d", paths[i], call.outcome);
		assert_non_null(call.words);
		assert_false(call.own_fault);
		assert_int_equal(peer_requests() - before, 1);
	}
}

static void
silence_ends_at_the_limit(void **state)
{
	struct net_call call = peer_call(op, "POST", "/silent", "{}");

	(void)state;
	call.timeout_ms = 300;
	net_perform(&call);
	assert_int_equal(call.outcome, NET_UNKNOWN);
	assert_string_equal(call.words, "timed out after 0.3 s while waiting for the answer");
	assert_true(call.us >= 290000 && call.us < 2000000);
}

static void
a_dead_kept_connection_never_repeats_a_request(void **state)
{
	struct net_call first = perform("POST", "/second-dropped", "{\"n\":1}"), second;
	int before = peer_requests();

	(void)state;
	assert_int_equal(first.outcome, NET_ANSWERED);
	second = perform("POST", "/second-dropped", "{\"n\":2}");
	assert_int_equal(second.outcome, NET_UNKNOWN);
	assert_int_equal(peer_requests() - before, 1);
}

static void
a_request_without_a_body_is_not_repeated_either(void **state)
{
	int before;

	(void)state;
	perform("POST", "/ok", "{}");
	before = peer_requests();
	assert_int_equal(perform("DELETE", "/no-answer", NULL).outcome, NET_UNKNOWN);
	assert_int_equal(perform("POST", "/no-answer", NULL).outcome, NET_UNKNOWN);
	assert_int_equal(peer_requests() - before, 2);
}

static void
a_connection_that_was_closed_in_order_is_replaced(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		struct net_call call = perform("POST", "/once", "{}");

		assert_true(call.outcome == NET_ANSWERED || call.outcome == NET_UNKNOWN);
	}
}

static void
connections_are_kept(void **state)
{
	int before;

	(void)state;
	perform("POST", "/ok", "{}");
	before = peer_connections();
	for (int i = 0; i < 100; i++)
		assert_int_equal(perform("POST", "/ok", "{}").outcome, NET_ANSWERED);
	assert_int_equal(peer_connections(), before);
}

static void
nothing_left_when_no_connection_was_made(void **state)
{
	struct net_call call = peer_call(op, "POST", "/ok", "{}");
	int port, fd = peer_bind(&port);

	(void)state;
	call.url = arena_printf(op->arena, "http://127.0.0.1:%d/", port);
	net_perform(&call);
	assert_int_equal(call.outcome, NET_NOT_SENT);
	assert_string_equal(call.words, "connection refused");
	close(fd);
	call.url = arena_printf(op->arena, "https://127.0.0.1:%d/ok", peer.port);
	call.timeout_ms = 500;
	net_perform(&call);
	assert_int_equal(call.outcome, NET_NOT_SENT);
	call.url = "http://no-such-host.invalid/";
	net_perform(&call);
	assert_int_equal(call.outcome, NET_NOT_SENT);
	call.url = "not a url";
	net_perform(&call);
	assert_int_equal(call.outcome, NET_BLOCKED);
}

static void
large_bodies_go_and_long_answers_are_cut(void **state)
{
	size_t n = 900000;
	char *body = arena_alloc(op->arena, n + 1);
	struct net_call call;

	(void)state;
	memset(body, 'x', n);
	call = perform("POST", "/echo", body);
	assert_int_equal(call.outcome, NET_ANSWERED);
	assert_int_equal(strtol((const char *)call.answer.p, NULL, 10), n);

	call = peer_call(op, "POST", "/flood", "{}");
	net_perform(&call);
	assert_int_equal(call.outcome, NET_UNKNOWN);
	assert_string_equal(call.words, "the answer is longer than 1000 bytes");
	call.cut_answer = true;
	net_perform(&call);
	assert_int_equal(call.outcome, NET_ANSWERED);
	assert_int_equal(call.answer.n, 1000);
	call = peer_call(op, "POST", "/echo", "{}");
	call.cut_answer = true;
	call.max_answer = 0;
	net_perform(&call);
	assert_int_equal(call.outcome, NET_ANSWERED);
	assert_int_equal(call.answer.n, 0);
}

static void
headers_are_bounded_and_checked(void **state)
{
	struct net_header bad = { "X-Note", "a\r\nX-Other: b" }, good = { "X-Note", "" };
	struct net_call call = perform("GET", "/many-headers", NULL);

	(void)state;
	assert_int_equal(call.outcome, NET_ANSWERED);
	assert_int_equal(call.answer_header_count, 100);
	call = peer_call(op, "POST", "/ok", "{}");
	call.headers = &bad;
	call.header_count = 1;
	net_perform(&call);
	assert_int_equal(call.outcome, NET_BLOCKED);
	call.headers = &good;
	net_perform(&call);
	assert_int_equal(call.outcome, NET_ANSWERED);
}

static void
customers_do_not_reach_what_the_operator_may(void **state)
{
	struct net_call call = peer_call(op, "POST", "/ok", "{}");

	(void)state;
	assert_int_equal(guard_configure(op, ""), RC_OK);
	net_perform(&call);
	assert_int_equal(call.outcome, NET_ANSWERED);
	call.guard = NET_CUSTOMER;
	net_perform(&call);
	assert_int_equal(call.outcome, NET_BLOCKED);
	assert_non_null(strstr(call.words, "loopback"));
	call.url = arena_printf(op->arena, "https://localhost:%d/ok", peer.port);
	net_perform(&call);
	assert_int_equal(call.outcome, NET_BLOCKED);
	assert_int_equal(guard_configure(op, "loopback"), RC_OK);
	call.url = arena_printf(op->arena, "http://localhost:%d/ok", peer.port);
	net_perform(&call);
	assert_int_equal(call.outcome, NET_ANSWERED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_static_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_whole_answer_is_read),
		TEST(answers_of_every_form_are_read),
		TEST(what_breaks_after_the_request_is_unknown),
		TEST(silence_ends_at_the_limit),
		TEST(a_dead_kept_connection_never_repeats_a_request),
		TEST(a_request_without_a_body_is_not_repeated_either),
		TEST(a_connection_that_was_closed_in_order_is_replaced),
		TEST(connections_are_kept),
		TEST(nothing_left_when_no_connection_was_made),
		TEST(large_bodies_go_and_long_answers_are_cut),
		TEST(headers_are_bounded_and_checked),
		TEST(customers_do_not_reach_what_the_operator_may),
	};
	int failed;

	load_default_settings();
	peer_start(answer);
	net_start(true);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	net_stop();
	peer_stop();
	return failed;
}
