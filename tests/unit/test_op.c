/* SPDX-License-Identifier: Apache-2.0 */
/* The unit of work: the first sentence of a failure stays, cut at a whole character. */
#include "fixture.h"

#include "core/op.h"

static void
a_new_one_is_ready(void **state)
{
	char actor[] = "user:usr_1";
	struct op *op = op_begin(actor);

	(void)state;
	actor[0] = 'X';
	assert_string_equal(op->actor, "user:usr_1");
	assert_true(text_starts(op->request_id, "req_"));
	assert_true(op->now.ms > 0);
	assert_int_equal(op->deadline.ms, 0);
	assert_null(op->account_id);
	assert_string_equal(op->why, "");
	assert_string_equal(op->code, "");
	op_end(op);
	op_end(NULL);
}

static void
the_first_sentence_stays(void **state)
{
	struct op *op = *state;

	assert_int_equal(op_refuse(op, RC_MISSING, "no_such", "There is no %s", "x"), RC_MISSING);
	assert_int_equal(op_fail(op, RC_INTERNAL, "something later"), RC_INTERNAL);
	assert_int_equal(op_refuse(op, RC_BUSY, "later", "something later"), RC_BUSY);
	assert_string_equal(op->why, "There is no x");
	assert_string_equal(op->code, "no_such");
	op_forgive(op);
	assert_string_equal(op->why, "");
	assert_string_equal(op->code, "");
	assert_int_equal(op_fail(op, RC_INPUT, "again"), RC_INPUT);
	assert_string_equal(op->why, "again");
}

static void
a_long_sentence_is_cut_at_a_character(void **state)
{
	struct op *op = *state;
	char text[600];

	for (int shift = 0; shift < 4; shift++) {
		memset(text, 'a', sizeof(text));
		for (size_t i = (size_t)shift; i + 4 < sizeof(text); i += 4)
			memcpy(text + i, "\xf0\x9f\x91\x8d", 4);
		text[sizeof(text) - 1] = '\0';
		op_forgive(op);
		assert_int_equal(op_fail(op, RC_INPUT, "%s", text), RC_INPUT);
		assert_true(strlen(op->why) > 200);
		assert_true(text_is_utf8(bytes_of(op->why)));
	}
}

static void
every_rc_has_a_word(void **state)
{
	(void)state;
	assert_string_equal(rc_text(RC_OK), "ok");
	for (int rc = 0; rc < RC__MAX; rc++)
		assert_non_null(rc_text((enum rc)rc));
	assert_non_null(rc_text(RC__MAX));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_one_is_ready),
		TEST(the_first_sentence_stays),
		TEST(a_long_sentence_is_cut_at_a_character),
		TEST(every_rc_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
