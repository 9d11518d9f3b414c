/* SPDX-License-Identifier: Apache-2.0 */
/* What was last between a person and a number: the pair limit's bucket, first and last times, and
 * spellings that turn out to be one person. */
#include "store_fixture.h"

#include "store/conversation_store.h"
#include "store/recipient_store.h"

static const char number[] = "inst_fixture";
static const struct instant noon = { 1785000000000 };

enum { PERIOD_MS = 6000, BURST = 3 };

static struct instant
after(int64_t ms)
{
	return clock_after(noon, ms);
}

static enum rc
send_by(const char *to, int64_t ms, int64_t period_ms, bool simulated)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	int index = conversation_store_pace(batch, &(struct conversation_pace){
							   .instance_id = number,
							   .recipient = to,
							   .now = after(ms),
							   .period_ms = period_ms,
							   .burst = BURST,
							   .simulated = simulated,
						   });
	enum rc rc = db_commit(op, batch);

	assert_int_equal(batch_missed(batch), rc == RC_OK ? -1 : index);
	op_end(op);
	return rc;
}

static enum rc
send(const char *to, int64_t ms)
{
	return send_by(to, ms, PERIOD_MS, false);
}

static struct conversation
get(const char *to)
{
	struct op *op = fixture_op();
	struct conversation found = { .first_out_at = { -1 } };

	must(op, conversation_store_get(op, &found, number, to));
	op_end(op);
	return found;
}

static void
join(const char *recipient, const char *other)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	recipient_store_join(batch, recipient, other);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
hear(const char *from, int64_t ms)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	conversation_store_heard(batch, number, from, after(ms), 1, after(ms + 1000));
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
hold(const char *to, int64_t until_ms)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	conversation_store_hold(batch, number, to, after(until_ms), BURST, PERIOD_MS);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
nothing_is_known_of_a_stranger(void **state)
{
	struct conversation c = get("491700000000");

	(void)state;
	assert_int_equal(c.first_out_at.ms, 0);
	assert_int_equal(c.heard_at.ms, 0);
	assert_int_equal(c.paced_until.ms, 0);
	assert_int_equal(c.fake_paced_until.ms, 0);
}

static void
a_burst_goes_at_once_and_the_rest_one_by_one(void **state)
{
	static const char to[] = "491700000001";

	(void)state;
	for (int i = 0; i < BURST; i++)
		assert_int_equal(send(to, i), RC_OK);
	assert_int_equal(send(to, 100), RC_LIMIT);
	assert_int_equal(conversation_frees_at(get(to).paced_until, PERIOD_MS, BURST).ms,
			 noon.ms + PERIOD_MS);
	assert_int_equal(send(to, PERIOD_MS - 1), RC_LIMIT);
	assert_int_equal(send(to, PERIOD_MS), RC_OK);
	assert_int_equal(send(to, PERIOD_MS), RC_LIMIT);
	assert_int_equal(send("491700000002", PERIOD_MS), RC_OK);
	/* Silence gives the whole burst back, and no more. */
	for (int i = 0; i < BURST; i++)
		assert_int_equal(send(to, HOUR_MS), RC_OK);
	assert_int_equal(send(to, HOUR_MS), RC_LIMIT);
}

static void
the_first_message_is_noted_once_and_a_refused_one_never(void **state)
{
	static const char to[] = "491700000003";
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	(void)state;
	conversation_store_pace(batch, &(struct conversation_pace){ .instance_id = number,
								    .recipient = to,
								    .now = noon,
								    .period_ms = PERIOD_MS,
								    .burst = BURST });
	account_store_never(batch);
	assert_int_equal(db_commit(op, batch), RC_DENIED);
	op_end(op);
	assert_int_equal(get(to).first_out_at.ms, 0);
	assert_int_equal(send(to, 5), RC_OK);
	assert_int_equal(send(to, 6), RC_OK);
	assert_int_equal(get(to).first_out_at.ms, noon.ms + 5);
}

static void
simulated_sends_have_a_bucket_of_their_own_and_are_no_first_message(void **state)
{
	static const char to[] = "491700000004";

	(void)state;
	for (int i = 0; i < BURST; i++)
		assert_int_equal(send_by(to, 0, PERIOD_MS, true), RC_OK);
	assert_int_equal(send_by(to, 0, PERIOD_MS, true), RC_LIMIT);
	assert_int_equal(get(to).first_out_at.ms, 0);
	assert_int_equal(get(to).paced_until.ms, 0);
	assert_int_equal(get(to).fake_paced_until.ms, noon.ms + INT64_C(3) * PERIOD_MS);
	for (int i = 0; i < BURST; i++)
		assert_int_equal(send(to, 0), RC_OK);
	assert_int_equal(send(to, 0), RC_LIMIT);
}

static void
without_a_period_nobody_waits(void **state)
{
	static const char to[] = "491700000005";

	(void)state;
	for (int i = 0; i < BURST; i++)
		assert_int_equal(send(to, 0), RC_OK);
	for (int i = 0; i < 3 * BURST; i++)
		assert_int_equal(send_by(to, 1, 0, false), RC_OK);
	assert_int_equal(send(to, 1), RC_LIMIT);
}

static void
the_provider_may_say_to_wait(void **state)
{
	static const char to[] = "491700000006";

	(void)state;
	hold(to, 60000);
	hold(to, 30000);
	assert_int_equal(get(to).first_out_at.ms, 0);
	assert_int_equal(send(to, 59999), RC_LIMIT);
	assert_int_equal(send(to, 60000), RC_OK);
	assert_int_equal(send(to, 60001), RC_LIMIT);
	assert_int_equal(send(to, 66000), RC_OK);
}

static void
the_last_word_of_the_person_stays_the_last(void **state)
{
	static const char from[] = "491700000007";

	(void)state;
	hear(from, 5000);
	hear(from, 3000);
	assert_int_equal(get(from).heard_at.ms, noon.ms + 5000);
	hear(from, 7000);
	assert_int_equal(get(from).heard_at.ms, noon.ms + 7000);
	assert_int_equal(get(from).first_out_at.ms, 0);
}

static void
spellings_of_a_person_share_what_is_known(void **state)
{
	static const char long_way[] = "5511900000001", short_way[] = "551100000001";

	(void)state;
	join(long_way, short_way);
	assert_int_equal(send(short_way, 0), RC_OK);
	assert_int_equal(send(long_way, 0), RC_OK);
	assert_int_equal(send(short_way, 0), RC_OK);
	assert_int_equal(send(long_way, 0), RC_LIMIT);
	assert_int_equal(send(short_way, 0), RC_LIMIT);
	hear(short_way, 10);
	assert_int_equal(get(long_way).heard_at.ms, noon.ms + 10);
	assert_int_equal(get(short_way).first_out_at.ms, noon.ms);
}

/* Both had been written to before it was known. */
static void
two_persons_that_are_one_keep_the_fuller_bucket(void **state)
{
	static const char first[] = "5491100000002", second[] = "541100000002";

	(void)state;
	for (int i = 0; i < BURST; i++)
		assert_int_equal(send(second, i), RC_OK);
	assert_int_equal(send(first, 10), RC_OK);
	join(first, second);
	assert_int_equal(send(first, 20), RC_LIMIT);
	assert_int_equal(send(second, 20), RC_LIMIT);
	assert_int_equal(get(first).first_out_at.ms, noon.ms);
	assert_int_equal(send(first, PERIOD_MS), RC_OK);
	assert_int_equal(send(second, PERIOD_MS), RC_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_known_of_a_stranger),
		cmocka_unit_test(a_burst_goes_at_once_and_the_rest_one_by_one),
		cmocka_unit_test(the_first_message_is_noted_once_and_a_refused_one_never),
		cmocka_unit_test(
			simulated_sends_have_a_bucket_of_their_own_and_are_no_first_message),
		cmocka_unit_test(without_a_period_nobody_waits),
		cmocka_unit_test(the_provider_may_say_to_wait),
		cmocka_unit_test(the_last_word_of_the_person_stays_the_last),
		cmocka_unit_test(spellings_of_a_person_share_what_is_known),
		cmocka_unit_test(two_persons_that_are_one_keep_the_fuller_bucket),
	};

	return cmocka_run_group_tests(tests, setup_store, teardown_store);
}
