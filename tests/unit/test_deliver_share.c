/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_deliver_share - nobody's receiver takes the slots of somebody else's
 */
#include "deliver_fixture.h"

enum { SLOW_ENDPOINTS = 30 };

static const struct instance small_instance = {
	.id = "inst_small",
	.account_id = "acc_small",
	.slug = "small",
	.name = "Small",
	.provider = "cloud",
	.state = "open",
	.window_policy = "meta",
	.created_at = { 1000 },
};

static struct op *
small_op(void)
{
	struct op *op = op_begin("test");

	op->account_id = small_instance.account_id;
	return op;
}

static void
add_small_account(void)
{
	struct op *op = small_op();
	struct batch *batch = batch_new(op);
	struct account account = {
		.id = small_instance.account_id,
		.name = "Small",
		.plan = "unlimited",
		.time_zone = "UTC",
		.marketing = "refuse",
		.essential_purposes = "authentication",
		.created_at = { 1000 },
	};

	account_store_insert(batch, &account);
	instance_store_insert(batch, &small_instance);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
happen_to(struct op *op, const struct instance *instance, const char *lane, const char *text)
{
	struct batch *batch = batch_new(op);
	struct event_draft draft = {
		.instance = instance,
		.name = "message.received",
		.topic = "messages",
		.lane = lane,
		.members = arena_printf(op->arena, "{\"text\":\"%s\"}", text),
	};

	op->now = clock_now();
	must(op, event_record(op, batch, &draft, NULL));
	must(op, db_commit(op, batch));
}

/* Everybody is held: turns until no more can start. */
static int64_t
start_all(void)
{
	int64_t all = 0, started;

	do {
		all += started = turn_once();
	} while (started > 0);
	return all;
}

static void
let_go(void)
{
	__atomic_store_n(&holding, false, __ATOMIC_RELEASE);
	work();
}

static int
setup_few(void **state)
{
	(void)state;
	begin("loopback\n[deliver]\nin_flight = 40\nendpoint_in_flight = 8");
	add_small_account();
	holding = true;
	return 0;
}

static int
end_few(void **state)
{
	let_go();
	return teardown(state);
}

static void
an_account_with_many_slow_endpoints_leaves_slots_for_one_with_one(void **state)
{
	struct op *op = fixture_op(), *small = small_op();
	const char *secret;
	int64_t taken;

	(void)state;
	for (int i = 0; i < SLOW_ENDPOINTS; i++)
		add_endpoint(op, "/hold", "normalized", &secret);
	for (int i = 0; i < 10; i++)
		happen(arena_printf(op->arena, "%d", i), "a");
	taken = start_all();
	assert_in_range(taken, 15, 20);
	add_endpoint(small, "/hold", "normalized", &secret);
	for (int i = 0; i < 10; i++)
		happen_to(small, &small_instance, arena_printf(small->arena, "%d", i), "b");
	assert_in_range(start_all(), 2, 8);
	op_end(small);
	op_end(op);
}

/* All of one account: what they hold leaves some for one that has its first event. */
static void
endpoints_that_hang_leave_slots_for_their_neighbours(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	for (int i = 0; i < 6; i++)
		add_endpoint(op, "/hold", "normalized", &secret);
	for (int i = 0; i < 20; i++)
		happen(arena_printf(op->arena, "%d", i), "a");
	assert_in_range(start_all(), 10, 18);
	add_endpoint(op, "/hold", "normalized", &secret);
	happen("other", "b");
	assert_in_range(start_all(), 1, 2);
	op_end(op);
}

static void
an_endpoint_with_many_waiting_leaves_slots_for_its_neighbours(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	add_endpoint(op, "/hold", "normalized", &secret);
	for (int i = 0; i < 50; i++)
		happen(arena_printf(op->arena, "%d", i), "a");
	assert_in_range(start_all(), 5, 8);
	add_endpoint(op, "/hold", "normalized", &secret);
	happen("other", "b");
	assert_int_equal(start_all(), 1);
	op_end(op);
}

/* Many endpoints whose later attempts hang; one more has its first event. */
static void
late_attempts_do_not_take_the_slots_of_first_ones(void **state)
{
	struct op *op = fixture_op();
	const char *secret;
	int64_t late;

	(void)state;
	for (int i = 0; i < SLOW_ENDPOINTS; i++)
		add_endpoint(op, "/hold-after-a-failure", "normalized", &secret);
	holding = false;
	happen("1", "a");
	assert_int_equal(work(), SLOW_ENDPOINTS);
	holding = true;
	set_clock(clock_ms + 7 * SECOND_MS);
	late = start_all();
	assert_in_range(late, 6, 10);
	add_endpoint(op, "/hold", "normalized", &secret);
	happen("2", "b");
	assert_int_equal(start_all(), 1);
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_few, end_few)
		TEST(an_account_with_many_slow_endpoints_leaves_slots_for_one_with_one),
		TEST(endpoints_that_hang_leave_slots_for_their_neighbours),
		TEST(an_endpoint_with_many_waiting_leaves_slots_for_its_neighbours),
		TEST(late_attempts_do_not_take_the_slots_of_first_ones),
	};

	return RUN_DELIVER_TESTS(tests);
}
