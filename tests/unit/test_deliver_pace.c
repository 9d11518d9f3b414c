/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_deliver_pace - endpoints in trouble: slowed down, given up, enabled again
 */
#include "deliver_fixture.h"

#include "gateway/deliver_flight.h"

static void
happen_apart(struct op *op, int from, int n)
{
	for (int i = from; i < from + n; i++)
		happen(arena_printf(op->arena, "%d", i), "a");
}

/* What one turn starts, with everything under way let end. */
static int64_t
wave(void)
{
	int64_t started = turn_once();

	while (gateway_deliver_pending() > 0) {
		struct op *op = op_begin("test");
		int64_t settled;

		gateway_wait(100);
		must(op, gateway_deliver_finish(op, &settled));
		op_end(op);
	}
	return started;
}

static void
a_receiver_that_fails_gets_less_and_later(void **state)
{
	struct op *op = fixture_op();
	struct endpoint e;
	const char *secret;

	(void)state;
	add_endpoint(op, "/down", "normalized", &secret);
	happen_apart(op, 0, 60);
	assert_int_equal(wave(), settings()->deliver_endpoint_in_flight);
	set_clock(clock_ms + 10);
	assert_int_equal(wave(), 5);
	set_clock(clock_ms + 10);
	assert_true(the_endpoint(op).held_until.ms == 0);
	assert_int_equal(wave(), 1);
	e = the_endpoint(op);
	assert_in_range(e.held_until.ms - clock_now().ms + 500, 800, 1700);
	assert_true(e.failing_since.ms != 0);
	assert_int_equal(e.failing_attempts, settings()->deliver_endpoint_in_flight + 6);
	assert_int_equal(wave(), 0);
	set_clock(clock_ms + 2000);
	assert_int_equal(wave(), 1);
	op_end(op);
}

static void
one_that_is_back_gets_everything_at_once(void **state)
{
	struct op *op = fixture_op();
	struct endpoint e;
	const char *secret;
	int64_t waves = 0, done = 0;

	(void)state;
	add_endpoint(op, "/flaky", "normalized", &secret);
	flaky_failures = 20 + 5 + 1;
	happen_apart(op, 0, 200);
	for (int i = 0; i < 3; i++) {
		wave();
		set_clock(clock_ms + 10);
	}
	assert_int_equal(__atomic_load_n(&flaky_failures, __ATOMIC_SEQ_CST), 0);
	set_clock(clock_ms + 2000);
	for (; done < 174; waves++) {
		int64_t started = wave();

		assert_true(started > 0);
		done += started;
	}
	assert_true(waves <= 15);
	e = the_endpoint(op);
	assert_true(e.failing_since.ms == 0 && e.held_until.ms == 0);
	assert_int_equal(e.failing_attempts, 0);
	op_end(op);
}

static void
what_it_refuses_does_not_slow_it_down(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	add_endpoint(op, "/refuse", "normalized", &secret);
	happen_apart(op, 0, 40);
	assert_int_equal(wave(), settings()->deliver_endpoint_in_flight);
	assert_int_equal(wave(), settings()->deliver_endpoint_in_flight);
	assert_true(the_endpoint(op).failing_since.ms != 0);
	op_end(op);
}

static void
a_busy_receiver_is_left_alone_as_long_as_it_asks(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	add_endpoint(op, "/busy", "normalized", &secret);
	happen("1", "a");
	assert_int_equal(wave(), 1);
	assert_in_range(the_endpoint(op).held_until.ms - clock_now().ms, 598000, 600000);
	happen("2", "b");
	assert_int_equal(wave(), 0);
	set_clock(clock_ms + 590 * SECOND_MS);
	assert_int_equal(wave(), 0);
	set_clock(clock_ms + 11 * SECOND_MS);
	assert_int_equal(wave(), 2);
	op_end(op);
}

static void
a_change_ends_a_slowdown(void **state)
{
	struct op *op = fixture_op();
	const struct instance_change change = { "events", "message.received" };
	const char *secret;

	(void)state;
	add_endpoint(op, "/busy", "normalized", &secret);
	happen("1", "a");
	assert_int_equal(wave(), 1);
	set_clock(clock_ms + SECOND_MS);
	happen("2", "b");
	assert_int_equal(wave(), 0);
	op->now = clock_now();
	must(op, gateway_set_endpoint(op, the_endpoint(op).id, &change, 1));
	assert_true(the_endpoint(op).held_until.ms == 0);
	assert_int_equal(wave(), 1);
	op_end(op);
}

static void
the_receiver_can_switch_it_off(void **state)
{
	struct op *op = fixture_op();
	struct endpoint e;
	const char *secret;

	(void)state;
	add_endpoint(op, "/off", "normalized", &secret);
	happen("1", "a");
	assert_int_equal(wave(), 1);
	e = the_endpoint(op);
	assert_false(e.enabled);
	assert_string_equal(e.disabled_reason,
			    "The receiver asked for it (webhook-delivery: disable)");
	assert_true(e.disabled_at.ms != 0);
	op_end(op);
}

/* Eleven failing attempts in five days; the last of them ends it. */
static void
five_days_without_a_success_disable_it(void **state)
{
	struct op *op = fixture_op();
	const char *secret;
	struct endpoint e;

	(void)state;
	add_endpoint(op, "/refuse", "normalized", &secret);
	for (int i = 0; i < 10; i++) {
		happen(arena_printf(op->arena, "%d", i), "a");
		assert_true(wave() > 0);
		assert_true(the_endpoint(op).enabled);
		set_clock(clock_ms + MINUTE_MS);
	}
	set_clock(clock_ms + 5 * DAY_MS - 20 * MINUTE_MS);
	wave();
	e = the_endpoint(op);
	assert_true(e.enabled && e.failing_attempts >= 20);
	set_clock(clock_ms + 30 * MINUTE_MS);
	happen("more", "b");
	wave();
	e = the_endpoint(op);
	assert_false(e.enabled);
	assert_string_equal(e.disabled_reason, "No delivery has succeeded for 5 days");
	assert_true(e.disabled_at.ms != 0 && e.failing_since.ms != 0);
	op_end(op);
}

static void
a_few_attempts_are_not_enough_to_disable_it(void **state)
{
	struct op *op = fixture_op();
	const char *secret;
	struct list attempts;
	struct endpoint e;

	(void)state;
	add_endpoint(op, "/refuse", "normalized", &secret);
	happen("1", "a");
	for (int i = 0; i < 8; i++) {
		assert_int_equal(wave(), 1);
		set_clock(clock_ms + the_delivery(op, &attempts).due_at.ms - clock_now().ms + 10);
	}
	set_clock(clock_ms + 6 * DAY_MS);
	assert_int_equal(wave(), 1);
	e = the_endpoint(op);
	assert_true(e.enabled);
	assert_int_equal(e.failing_attempts, 9);
	set_clock(clock_ms + 2 * DAY_MS);
	assert_int_equal(wave(), 1);
	assert_false(the_endpoint(op).enabled);
	op_end(op);
}

static void
an_aborted_delivery_says_nothing_against_the_endpoint(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	add_endpoint(op, "/never", "normalized", &secret);
	happen("1", "a");
	assert_int_equal(wave(), 1);
	assert_true(the_endpoint(op).failing_since.ms == 0);
	op_end(op);
}

/* What our own side did is neither the receiver's failure nor an attempt of the schedule. */
static void
our_own_trouble_costs_the_endpoint_nothing(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct target target = { .room = 1 };
	const char *secret;
	struct list claimed, attempts;
	struct flight *f;
	struct delivery d;
	int index;

	(void)state;
	add_endpoint(op, "/ok", "normalized", &secret);
	happen("1", "a");
	target.endpoint = the_endpoint(op);
	target.slots = slots_holder(target.endpoint.id);
	target.account = slots_holder(target.endpoint.account_id);
	index = delivery_store_claim(batch,
				     &(struct delivery_claim){
					     .endpoint_id = target.endpoint.id,
					     .by = "here",
					     .now = clock_now(),
					     .lease_until = clock_after(clock_now(), MINUTE_MS),
					     .limit = 1,
				     });
	must(op, db_commit(op, batch));
	must(op, delivery_store_claimed(op, batch, index, &claimed));
	assert_int_equal(claimed.n, 1);
	f = delivery_flight(op, &target, claimed.rows);
	f->call.outcome = NET_NOT_SENT;
	f->call.own_fault = true;
	f->call.words = "this machine has no route to that network";
	batch = batch_new(op);
	deliver_settle(batch, f, clock_now());
	must(op, db_commit(op, batch));
	op_end(f->op);
	d = the_delivery(op, &attempts);
	assert_string_equal(d.status, "pending");
	assert_int_equal(d.attempts, 1);
	assert_int_equal(d.replayed_after, 1);
	assert_in_range(d.due_at.ms - clock_now().ms + 500, 24000, 36500);
	assert_string_equal(((const struct attempt *)attempts.rows)->error,
			    "this machine has no route to that network");
	assert_true(the_endpoint(op).failing_since.ms == 0);
	op_end(op);
}

static void
enable(struct op *op)
{
	op->now = clock_now();
	must(op, gateway_set_endpoint(op, the_endpoint(op).id,
				      &(struct instance_change){ "enabled", "true" }, 1));
}

/* An endpoint that the gateway has disabled, on a receiver that works again. */
static void
switch_off(struct op *op)
{
	struct batch *batch = batch_new(op);

	endpoint_store_disable(batch, the_endpoint(op).id, "The receiver answered 410 Gone",
			       clock_now());
	must(op, db_commit(op, batch));
}

static void
what_waits_for_a_disabled_endpoint_goes_out_when_it_is_enabled(void **state)
{
	struct op *op = fixture_op();
	const char *secret;
	struct endpoint e;

	(void)state;
	add_endpoint(op, "/ok", "normalized", &secret);
	switch_off(op);
	happen("1", "a");
	happen("1", "b");
	set_clock(clock_ms + DAY_MS);
	happen("1", "c");
	assert_int_equal(wave(), 0);
	set_clock(clock_ms + DAY_MS);
	enable(op);
	e = the_endpoint(op);
	assert_true(e.failing_since.ms == 0 && e.disabled_at.ms == 0);
	assert_null(e.disabled_reason);
	assert_int_equal(work(), 3);
	assert_string_equal(bodies[0], "a");
	assert_string_equal(bodies[1], "b");
	assert_string_equal(bodies[2], "c");
	op_end(op);
}

static void
one_that_its_people_switched_off_gets_nothing_recorded(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	add_endpoint(op, "/ok", "normalized", &secret);
	must(op, gateway_set_endpoint(op, the_endpoint(op).id,
				      &(struct instance_change){ "enabled", "false" }, 1));
	assert_true(the_endpoint(op).disabled_at.ms != 0);
	happen("1", "a");
	enable(op);
	assert_int_equal(wave(), 0);
	op_end(op);
}

static void
what_waits_too_long_for_a_disabled_endpoint_is_failed_and_can_be_replayed(void **state)
{
	struct op *op = fixture_op();
	struct list attempts;
	struct delivery d;
	const char *secret;
	int64_t n;

	(void)state;
	add_endpoint(op, "/ok", "normalized", &secret);
	happen("1", "a");
	switch_off(op);
	set_clock(RETRY_TOTAL_MS - MINUTE_MS);
	op->now = clock_now();
	must(op, gateway_expire_deliveries(op, &n));
	assert_int_equal(n, 0);
	set_clock(RETRY_TOTAL_MS + MINUTE_MS);
	op->now = clock_now();
	must(op, gateway_expire_deliveries(op, &n));
	assert_int_equal(n, 1);
	d = the_delivery(op, &attempts);
	assert_string_equal(d.status, "failed");
	assert_non_null(strstr(d.last_error, "disabled"));
	enable(op);
	assert_int_equal(wave(), 0);
	must(op, gateway_replay_delivery(op, d.id));
	assert_int_equal(wave(), 1);
	assert_string_equal(the_delivery(op, &attempts).status, "delivered");
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(a_receiver_that_fails_gets_less_and_later),
		TEST(one_that_is_back_gets_everything_at_once),
		TEST(what_it_refuses_does_not_slow_it_down),
		TEST(a_busy_receiver_is_left_alone_as_long_as_it_asks),
		TEST(a_change_ends_a_slowdown),
		TEST(the_receiver_can_switch_it_off),
		TEST(five_days_without_a_success_disable_it),
		TEST(a_few_attempts_are_not_enough_to_disable_it),
		TEST(an_aborted_delivery_says_nothing_against_the_endpoint),
		TEST(our_own_trouble_costs_the_endpoint_nothing),
		TEST(what_waits_for_a_disabled_endpoint_goes_out_when_it_is_enabled),
		TEST(one_that_its_people_switched_off_gets_nothing_recorded),
		TEST(what_waits_too_long_for_a_disabled_endpoint_is_failed_and_can_be_replayed),
	};

	return RUN_DELIVER_TESTS(tests);
}
