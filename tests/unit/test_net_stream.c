/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies that are read while they leave and answers that are read while they arrive: whole, in
 * order and in bounded memory, whoever is slow, and honest where they break off. */
#include "op_fixture.h"
#include "peer.h"

enum { LONG = 5000000, PIECE = 10000 };

static unsigned char
byte_at(size_t i)
{
	return (unsigned char)(i * 31 + i / 253);
}

static bool
say_long(int fd, size_t n)
{
	unsigned char block[1000];

	peer_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\nX-Colour: blue\r\n\r\n");
	for (size_t at = 0; at < n; at += sizeof(block)) {
		for (size_t i = 0; i < sizeof(block); i++)
			block[i] = byte_at(at + i);
		peer_write(fd, block, sizeof(block));
	}
	return n == LONG;
}

/* How long the body was and whether each byte of it was right. */
static bool
judge_body(struct peer_request *r)
{
	bool right = true;

	for (size_t i = 0; i < r->body_n; i++)
		right &= (unsigned char)r->body[i] == byte_at(i);
	peer_say(r->fd,
		 arena_printf(op->arena, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n%8zu%c",
			      r->body_n, right ? 'y' : 'n'));
	return true;
}

static bool
answer(struct peer_request *r)
{
	if (strcmp(r->path, "/long") == 0)
		return say_long(r->fd, LONG);
	if (strcmp(r->path, "/broken") == 0)
		return say_long(r->fd, LONG / 2);
	if (strcmp(r->path, "/empty") == 0)
		peer_say(r->fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
	if (strcmp(r->path, "/refused") == 0)
		peer_say(r->fd, "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
	if (strcmp(r->path, "/judge") == 0)
		return judge_body(r);
	if (strcmp(r->path, "/hang-up") == 0)
		return false;
	if (strcmp(r->path, "/still") == 0)
		peer_wait_for_end(r->fd);
	return true;
}

static void
begin(bool threaded)
{
	load_default_settings();
	peer_start(answer);
	net_start(threaded);
}

static void
end(void)
{
	net_stop();
	peer_stop();
}

static size_t
read_all(struct net_call *call, size_t piece)
{
	unsigned char *bytes = arena_alloc(op->arena, piece);
	size_t total = 0, n;

	while ((n = net_read(call, bytes, piece)) > 0) {
		for (size_t i = 0; i < n; i++)
			if (bytes[i] != byte_at(total + i))
				fail_msg("byte %zu is wrong", total + i);
		total += n;
	}
	return total;
}

/* A call in an op of its own, as streams need it. */
static struct net_call
stream_call(const char *path)
{
	return peer_call(op_begin("stream"), "GET", path, NULL);
}

static void
answers_come_whole_and_in_order(void **state)
{
	static const size_t pieces[] = { 1000, 65536, 100000 };

	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		begin(threaded);
		for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
			struct net_call call = stream_call("/long");

			net_open(&call);
			assert_int_equal(call.status, 200);
			assert_string_equal(net_header(&call, "x-colour"), "blue");
			assert_int_equal(read_all(&call, pieces[i]), LONG);
			assert_int_equal(call.outcome, NET_ANSWERED);
			assert_int_equal(net_read(&call, (char[1]){ 0 }, 1), 0);
			net_close(&call);
			/* The ring and the head, not the answer. */
			assert_true(arena_used(call.op->arena) < 150000);
			op_end(call.op);
		}
		assert_int_equal(peer_connections(), threaded + 1);
		end();
	}
}

static void
what_breaks_off_is_not_whole(void **state)
{
	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		struct net_call call;

		begin(threaded);
		call = stream_call("/broken");
		net_open(&call);
		assert_int_equal(call.status, 200);
		assert_int_equal(read_all(&call, PIECE), LONG / 2);
		assert_int_equal(call.outcome, NET_UNKNOWN);
		assert_non_null(call.words);
		net_close(&call);
		op_end(call.op);
		end();
	}
}

static void
calls_without_a_body_end_at_once(void **state)
{
	struct net_call empty, gone, nobody;

	(void)state;
	begin(true);
	empty = stream_call("/empty");
	net_open(&empty);
	assert_int_equal(empty.status, 404);
	assert_int_equal(net_read(&empty, (char[1]){ 0 }, 1), 0);
	assert_int_equal(empty.outcome, NET_ANSWERED);
	net_close(&empty);
	gone = stream_call("/hang-up");
	net_open(&gone);
	assert_int_equal(gone.status, 0);
	assert_int_equal(gone.outcome, NET_UNKNOWN);
	net_close(&gone);
	nobody = stream_call("/long");
	nobody.url = "nonsense";
	net_open(&nobody);
	assert_int_equal(nobody.outcome, NET_BLOCKED);
	net_close(&nobody);
	op_end(empty.op);
	op_end(gone.op);
	op_end(nobody.op);
	end();
}

static void
readers_may_leave(void **state)
{
	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		begin(threaded);
		for (size_t taken = 0; taken < 300000; taken += 50000) {
			struct net_call call = stream_call("/long");
			char byte;

			net_open(&call);
			for (size_t n = 0; n < taken; n++)
				assert_int_equal(net_read(&call, &byte, 1), 1);
			net_close(&call);
			op_end(call.op);
		}
		end();
	}
}

static void
what_stands_still_is_cut(void **state)
{
	struct net_call call;

	(void)state;
	begin(true);
	call = stream_call("/still");
	call.stall_ms = 1000;
	net_open(&call);
	assert_int_equal(call.outcome, NET_UNKNOWN);
	assert_true(call.us < 8000000);
	net_close(&call);
	op_end(call.op);
	end();
}

/* ---- bodies ---- */

struct body {
	size_t n, at, breaks_at;
};

static size_t
give(void *arg, void *out, size_t n)
{
	struct body *body = arg;
	size_t left = body->n - body->at;

	if (body->at >= body->breaks_at)
		return 0;
	/* In pieces that fit nothing. */
	n = n < left ? n : left;
	n = n < 7777 ? n : 7777;
	for (size_t i = 0; i < n; i++)
		((unsigned char *)out)[i] = byte_at(body->at + i);
	body->at += n;
	return n;
}

static void
bodies_leave_whole(void **state)
{
	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		begin(threaded);
		for (size_t n = 1; n < 1000000; n = n * 10 + 7) {
			struct body body = { .n = n, .breaks_at = SIZE_MAX };
			struct net_source source = { (int64_t)n, give, &body };
			struct net_call call = peer_call(op, "POST", "/judge", NULL);

			call.source = &source;
			net_perform(&call);
			assert_int_equal(call.outcome, NET_ANSWERED);
			assert_string_equal(arena_dupn(op->arena, call.answer.p, call.answer.n),
					    arena_printf(op->arena, "%8zuy", n));
		}
		end();
	}
}

static void
a_body_that_cannot_be_read_ends_the_call(void **state)
{
	struct body body = { .n = 500000, .breaks_at = 100000 };
	struct net_source source = { 500000, give, &body };
	struct net_call call;
	int before = peer_requests();

	(void)state;
	begin(true);
	call = peer_call(op, "POST", "/judge", NULL);
	call.source = &source;
	net_perform(&call);
	assert_int_equal(call.outcome, NET_UNKNOWN);
	assert_string_equal(call.words, "the body to be sent could not be read");
	end();
	assert_int_equal(peer_requests(), before);
}

static void
a_body_is_never_sent_twice(void **state)
{
	struct body body = { .n = 1000, .breaks_at = SIZE_MAX };
	struct net_source source = { 1000, give, &body };
	struct net_call first, second;
	int before = peer_requests();

	(void)state;
	begin(true);
	first = peer_call(op, "GET", "/empty", NULL);
	net_perform(&first);
	/* Over the connection that was kept, and which dies under it. */
	second = peer_call(op, "POST", "/hang-up", NULL);
	second.source = &source;
	net_perform(&second);
	assert_int_equal(second.outcome, NET_UNKNOWN);
	assert_int_equal(peer_requests(), before + 2);
	end();
}

/* ---- into a function ---- */

struct swallowed {
	size_t n, most;
	bool right;
};

static bool
swallow(void *arg, struct bytes piece)
{
	struct swallowed *s = arg;

	for (size_t i = 0; i < piece.n; i++)
		s->right &= piece.p[i] == byte_at(s->n + i);
	s->n += piece.n;
	return s->n <= s->most;
}

static struct net_call
swallow_call(const char *path, const struct net_sink *sink)
{
	struct net_call call = peer_call(op, "GET", path, NULL);

	call.sink = sink;
	call.max_answer = 100;
	net_perform(&call);
	return call;
}

static void
an_answer_goes_to_a_function_as_it_comes(void **state)
{
	struct swallowed all = { .most = SIZE_MAX, .right = true }, half = all, few = all;
	struct net_call call;

	(void)state;
	begin(true);
	few.most = 100000;
	call = swallow_call("/long", &(struct net_sink){ swallow, &all });
	assert_int_equal(call.outcome, NET_ANSWERED);
	assert_int_equal(all.n, LONG);
	assert_true(all.right);
	assert_string_equal(net_header(&call, "x-colour"), "blue");
	assert_int_equal(call.answer.n, 0);
	call = swallow_call("/broken", &(struct net_sink){ swallow, &half });
	assert_int_equal(call.outcome, NET_UNKNOWN);
	assert_int_equal(half.n, LONG / 2);
	/* Who wants no more is not given more. */
	call = swallow_call("/long", &(struct net_sink){ swallow, &few });
	assert_int_equal(call.outcome, NET_UNKNOWN);
	assert_string_equal(call.words, "the answer could not be taken");
	assert_true(few.n > 100000 && few.n < 200000);
	/* What is no 2xx is an answer like any other. */
	call = swallow_call("/refused", &(struct net_sink){ swallow, &few });
	assert_int_equal(call.outcome, NET_ANSWERED);
	assert_int_equal(call.status, 403);
	assert_int_equal(call.answer.n, 2);
	end();
}

static void
urls_are_told_by_their_places(void **state)
{
	struct net_place place = { .host = "untouched" };

	(void)state;
	assert_true(net_place_of(op->arena, &place, "HTTPS://Example.com/x?y"));
	assert_string_equal(place.scheme, "https");
	assert_string_equal(place.port, "443");
	assert_true(net_place_of(op->arena, &place, "http://127.1:8080"));
	assert_string_equal(place.host, "127.0.0.1");
	assert_string_equal(place.port, "8080");
	for (size_t i = 0; i < 4; i++)
		assert_false(net_place_of(op->arena, &place,
					  ((const char *const[]){ NULL, "", "nonsense:/",
								  "https://u:p@x.com/" })[i]));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_static_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_come_whole_and_in_order),
		TEST(what_breaks_off_is_not_whole),
		TEST(calls_without_a_body_end_at_once),
		TEST(readers_may_leave),
		TEST(what_stands_still_is_cut),
		TEST(bodies_leave_whole),
		TEST(a_body_that_cannot_be_read_ends_the_call),
		TEST(a_body_is_never_sent_twice),
		TEST(an_answer_goes_to_a_function_as_it_comes),
		TEST(urls_are_told_by_their_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
