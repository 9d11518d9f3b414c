/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies in pieces, both ways: what is too long or too short is told, and an answer that breaks
 * off does not look whole. */
#include "web_fake.h"

static struct {
	int64_t left, stated, breaks_at; /* of the answer's body */
	bool fails;
	int asked;
	size_t max; /* of the request's body */
} story;

static int64_t
next_digits(void *arg, void *out, size_t n)
{
	assert_ptr_equal(arg, &story);
	story.asked++;
	if (story.left == story.breaks_at)
		return -1;
	n = n < 3 ? n : 3;
	n = (int64_t)n < story.left ? n : (size_t)story.left;
	for (size_t i = 0; i < n; i++)
		((char *)out)[i] = (char)('0' + (story.left - (int64_t)i) % 10);
	story.left -= (int64_t)n;
	return (int64_t)n;
}

static enum rc
give(struct web *web)
{
	web_reply_from(web, 200, "text/plain", story.stated, next_digits, &story);
	return story.fails ? op_fail(web->op, RC_BUSY, "not now") : RC_OK;
}

static enum rc
take(struct web *web)
{
	struct buf all;
	int64_t length;
	char piece[5];
	size_t got;

	buf_init(&all, web->op->arena, 1000);
	TRY(web_body_begin(web, &length, story.max));
	do {
		TRY(web_body_next(web, piece, sizeof(piece), &got));
		buf_add(&all, piece, got);
	} while (got > 0);
	buf_printf(&all, "|%lld", (long long)length);
	return web_text(web, 200, buf_str(&all));
}

static enum rc
gate(struct web *web)
{
	(void)web;
	return RC_OK;
}

static void
problem(struct web *web, enum rc rc)
{
	int status = web->status != 0 ? web->status : 503;

	assert_int_equal(web_text(web, status, rc_text(rc)), RC_OK);
}

static const struct route routes[] = {
	{ "GET", "/digits", 1, NULL, give, 0 },
	{ "POST", "/take", 1, NULL, take, 0 },
};

static const struct program program = { .name = "test", ROUTES(routes) };
static const struct web_site site = { .gate = gate, .problem = problem };

static struct fake *
digits(const char *method, int64_t n, int64_t stated, int64_t breaks_at)
{
	story.left = n;
	story.stated = stated;
	story.breaks_at = breaks_at;
	story.asked = 0;
	return fake_serve(&program, &site, "",
			  PARAMS("REQUEST_METHOD", method, "REQUEST_URI", "/digits"));
}

static void
an_answer_comes_from_its_source(void **state)
{
	const struct fake *f = digits("GET", 10, 10, -1);

	(void)state;
	assert_true(text_ends(f->answer, "\r\nContent-Length: 10\r\n\r\n0987654321"));
	assert_false(f->broken);
	f = digits("GET", 4, -1, -1);
	assert_true(text_ends(f->answer, "\r\n\r\n4321"));
	assert_lacks(f->answer, "Content-Length");
	assert_false(f->broken);
	f = digits("GET", 0, 0, -1);
	assert_true(text_ends(f->answer, "Content-Length: 0\r\n\r\n"));
	assert_false(f->broken);
}

static void
what_breaks_off_is_not_closed_as_whole(void **state)
{
	(void)state;
	assert_true(digits("GET", 10, 11, -1)->broken);
	assert_true(digits("GET", 10, 9, -1)->broken);
	assert_true(digits("GET", 10, 10, 4)->broken);
	assert_true(digits("GET", 10, -1, 4)->broken);
}

static void
a_question_about_the_head_asks_no_source(void **state)
{
	const struct fake *f = digits("HEAD", 10, 10, -1);

	(void)state;
	assert_int_equal(story.asked, 0);
	assert_true(text_ends(f->answer, "\r\nContent-Length: 10\r\n\r\n"));
	assert_false(f->broken);
}

static void
a_failure_takes_the_answer_back(void **state)
{
	const struct fake *f;

	(void)state;
	story.fails = true;
	f = digits("GET", 10, 10, -1);
	story.fails = false;
	assert_int_equal(story.asked, 0);
	assert_true(text_starts(f->answer, "Status: 503 "));
	assert_true(text_ends(f->answer, "\r\n\r\nbusy"));
}

static void
a_peer_who_is_gone_is_given_nothing_more(void **state)
{
	struct fake f = { .transport = { fake_param, fake_read, fake_write, fake_close, fake_end,
					 true },
			  .params = PARAMS("REQUEST_METHOD", "GET", "REQUEST_URI", "/digits"),
			  .body = "",
			  .gone = true };

	(void)state;
	story.left = story.stated = 1000;
	story.breaks_at = -1;
	story.asked = 0;
	exchange_serve(&program, &site, &f.transport);
	assert_true(story.asked <= 1);
	assert_true(f.broken);
}

static const char *
took(size_t max, const char *length, const char *body)
{
	story.max = max;
	if (length == NULL)
		return fake_serve(&program, &site, body,
				  PARAMS("REQUEST_METHOD", "POST", "REQUEST_URI", "/take"))
			->answer;
	return fake_serve(&program, &site, body,
			  PARAMS("REQUEST_METHOD", "POST", "REQUEST_URI", "/take", "CONTENT_LENGTH",
				 length))
		->answer;
}

static void
a_body_is_read_in_pieces(void **state)
{
	(void)state;
	assert_true(text_ends(took(100, "12", "hello, world"), "\r\n\r\nhello, world|12"));
	assert_true(text_ends(took(100, "5", "hello, world"), "\r\n\r\nhello|5"));
	assert_true(text_ends(took(12, "12", "hello, world"), "hello, world|12"));
	assert_true(text_ends(took(12, NULL, "hello, world"), "hello, world|-1"));
	assert_true(text_ends(took(100, "0", ""), "\r\n\r\n|0"));
}

static void
a_body_that_is_too_long_is_413(void **state)
{
	(void)state;
	assert_true(text_starts(took(11, "12", "hello, world"), "Status: 413 "));
	assert_true(text_starts(took(11, NULL, "hello, world"), "Status: 413 "));
	assert_true(text_starts(took(100, "9223372036854775807", ""), "Status: 413 "));
}

static void
a_body_that_ends_early_is_400(void **state)
{
	(void)state;
	assert_true(text_starts(took(100, "13", "hello, world"), "Status: 400 "));
	assert_true(text_starts(took(100, "x", "hello, world"), "Status: 400 "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_from_its_source),
		cmocka_unit_test(what_breaks_off_is_not_closed_as_whole),
		cmocka_unit_test(a_question_about_the_head_asks_no_source),
		cmocka_unit_test(a_failure_takes_the_answer_back),
		cmocka_unit_test(a_peer_who_is_gone_is_given_nothing_more),
		cmocka_unit_test(a_body_is_read_in_pieces),
		cmocka_unit_test(a_body_that_is_too_long_is_413),
		cmocka_unit_test(a_body_that_ends_early_is_400),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
