/* SPDX-License-Identifier: Apache-2.0 */
/* Delivering again what has ended: what a wish is about, that it is carried out in portions and
 * comes to an end, and that lists with filters look at a stretch at a time. */
#include "store_fixture.h"

#include "core/id_range.h"
#include "gateway/deliver.h"
#include "gateway/replay_deliveries.h"
#include "store/delivery_store.h"
#include "store/event_store.h"

enum { MANY = 450 };

static int
setup(void **state)
{
	(void)state;
	store_begin("");
	fixture_endpoint("ep_a", "normalized", "*");
	fixture_endpoint("ep_b", "normalized", "*");
	return 0;
}

/* The next of an endpoint ends so. */
static void
end_next(struct op *op, const char *endpoint, const char *status)
{
	struct instant later = clock_after(op->now, HOUR_MS);
	struct batch *batch = batch_new(op);
	int claim = delivery_store_claim(batch, &(struct delivery_claim){ .endpoint_id = endpoint,
									  .by = "here",
									  .now = later,
									  .lease_until = later,
									  .limit = 1 });
	struct delivery delivery;
	struct list claimed;

	must(op, db_commit(op, batch));
	must(op, delivery_store_claimed(op, batch, claim, &claimed));
	assert_int_equal(claimed.n, 1);
	batch = batch_new(op);
	delivery = *(const struct delivery *)claimed.rows;
	delivery.status = status;
	delivery.attempts = 1;
	delivery.done_at = op->now;
	delivery_store_settle(batch, &delivery);
	must(op, db_commit(op, batch));
}

static void
record(struct op *op, const char *id, const char *endpoint, const char *lane, struct instant at,
       bool test)
{
	struct batch *batch = batch_new(op);
	struct event event = {
		.id = id_new(op, "evt"),
		.instance_id = fixture_instance.id,
		.name = test ? "message.read" : "message.received",
		.lane = lane,
		.normalized = "{}",
		.test = test,
		.created_at = at,
	};
	struct delivery delivery = {
		.id = id,
		.event_id = event.id,
		.event = event.name,
		.endpoint_id = endpoint,
		.instance_id = event.instance_id,
		.lane = lane,
		.created_at = at,
		.due_at = at,
	};

	event_store_insert(batch, &event, NULL);
	delivery_store_insert(batch, &delivery);
	must(op, db_commit(op, batch));
}

/* One that ended so, recorded so many seconds ago. */
static const char *
add(struct op *op, const char *endpoint, const char *status, int64_t seconds_ago, bool test)
{
	struct instant at = clock_after(op->now, -seconds_ago * SECOND_MS);
	const char *id = id_least(op, "dlv", at);

	record(op, id, endpoint, id, at, test);
	end_next(op, endpoint, status);
	return id;
}

static const char *
outcome_of(struct op *op, const char *id)
{
	struct delivery found = { 0 };

	must(op, delivery_store_get(op, &found, id));
	return found.status;
}

/* Turns until the wish is over; how many of them did something. The worker looks for wishes once a
 * second while there are none. */
static int
carry_out(const char *id)
{
	int64_t end_us = clock_elapsed_us() + 10 * SECOND_MS * 1000;
	int turns = 0;

	while (clock_elapsed_us() < end_us) {
		struct op *op = fixture_op();
		struct replay replay = { 0 };
		int64_t n = 0, next_ms = -1;
		bool over;

		must(op, gateway_replay_turn(op, &n, &next_ms));
		must(op, gateway_find_replay(op, &replay, id));
		over = !text_equal(replay.state, "running");
		turns += next_ms == 0;
		op_end(op);
		if (over)
			return turns;
	}
	fail_msg("%s does not end", id);
	return 0;
}

static struct replay
begin(struct op *op, const struct replay_wish *wish)
{
	struct replay replay = { 0 };

	must(op, gateway_begin_replay(op, &replay, wish));
	return replay;
}

static void
a_wish_is_about_one_endpoint_and_one_outcome(void **state)
{
	struct op *op = fixture_op();
	const char *failed = add(op, "ep_a", "failed", 50, false);
	const char *blocked = add(op, "ep_a", "blocked", 40, false);
	const char *taken = add(op, "ep_a", "delivered", 30, false);
	const char *other = add(op, "ep_b", "failed", 20, false);
	struct replay replay = begin(op, &(struct replay_wish){ .endpoint = "ep_a" });

	(void)state;
	assert_int_equal(replay.found, 1);
	carry_out(replay.id);
	assert_string_equal(outcome_of(op, failed), "pending");
	assert_string_equal(outcome_of(op, blocked), "blocked");
	assert_string_equal(outcome_of(op, taken), "delivered");
	assert_string_equal(outcome_of(op, other), "failed");
	must(op, gateway_find_replay(op, &replay, replay.id));
	assert_int_equal(replay.replayed, 1);
	assert_true(replay.done_at.ms != 0);

	replay = begin(op, &(struct replay_wish){ .status = "blocked" });
	carry_out(replay.id);
	assert_string_equal(outcome_of(op, blocked), "pending");
	assert_string_equal(outcome_of(op, other), "failed");
	op_end(op);
}

static void
a_stretch_of_time_is_kept_to(void **state)
{
	struct op *op = fixture_op();
	const char *before = add(op, "ep_a", "delivered", 90, false);
	const char *within = add(op, "ep_a", "delivered", 60, false);
	const char *also = add(op, "ep_b", "failed", 50, false);
	const char *after = add(op, "ep_a", "delivered", 30, false);
	const struct replay_wish wish = {
		.status = "all",
		.since = clock_after(op->now, -61 * SECOND_MS),
		.until = clock_after(op->now, -30 * SECOND_MS),
	};
	struct replay replay = begin(op, &wish);

	(void)state;
	assert_int_equal(replay.found, 2);
	carry_out(replay.id);
	assert_string_equal(outcome_of(op, before), "delivered");
	assert_string_equal(outcome_of(op, within), "pending");
	assert_string_equal(outcome_of(op, also), "pending");
	assert_string_equal(outcome_of(op, after), "delivered");
	op_end(op);
}

static void
many_go_in_portions(void **state)
{
	struct op *op = fixture_op();
	struct replay replay;

	(void)state;
	for (int i = 0; i < MANY; i++)
		add(op, "ep_a", "failed", MANY - i, false);
	replay = begin(op, &(struct replay_wish){ .endpoint = "ep_a" });
	assert_int_equal(replay.found, MANY);
	assert_false(replay.found_more);
	assert_int_equal(carry_out(replay.id), 3);
	must(op, gateway_find_replay(op, &replay, replay.id));
	assert_int_equal(replay.replayed, MANY);
	assert_string_equal(replay.state, "done");
	op_end(op);
}

/* Two of a conversation in the same millisecond, recorded against the order of their ids. */
static void
the_order_of_a_conversation_is_that_of_its_record(void **state)
{
	struct op *op = fixture_op();
	struct instant at = clock_after(op->now, -MINUTE_MS);
	const char *late =
		arena_printf(op->arena, "%.*s5000000000000000", 12, id_least(op, "dlv", at));
	const char *early =
		arena_printf(op->arena, "%.*s9000000000000000", 12, id_least(op, "dlv", at));
	struct delivery first = { 0 }, second = { 0 };
	struct replay replay;

	(void)state;
	record(op, early, "ep_a", "lane", at, false);
	record(op, late, "ep_a", "lane", at, false);
	end_next(op, "ep_a", "failed");
	end_next(op, "ep_a", "failed");
	replay = begin(op, &(struct replay_wish){ .endpoint = "ep_a" });
	carry_out(replay.id);
	must(op, delivery_store_get(op, &first, early));
	must(op, delivery_store_get(op, &second, late));
	assert_true(first.due_at.ms < second.due_at.ms);
	assert_true(first.seq < second.seq);
	op_end(op);
}

static void
one_at_a_time_and_it_can_be_stopped(void **state)
{
	struct op *op = fixture_op();
	const char *failed = add(op, "ep_a", "failed", 5, false);
	struct replay first = begin(op, &(struct replay_wish){ .endpoint = "ep_a" }), second;

	(void)state;
	assert_int_equal(
		gateway_begin_replay(op, &second, &(struct replay_wish){ .endpoint = "ep_a" }),
		RC_CONFLICT);
	must(op, gateway_stop_replay(op, first.id));
	assert_int_equal(gateway_stop_replay(op, first.id), RC_CONFLICT);
	carry_out(first.id);
	assert_string_equal(outcome_of(op, failed), "failed");
	op_end(op);
}

static void
a_sandbox_wishes_for_tests_alone(void **state)
{
	struct op *op = fixture_op();
	const char *real = add(op, "ep_a", "failed", 9, false);
	const char *test = add(op, "ep_a", "failed", 8, true);
	struct replay replay =
		begin(op, &(struct replay_wish){ .endpoint = "ep_a", .only_tests = true });

	(void)state;
	assert_int_equal(replay.found, 1);
	carry_out(replay.id);
	assert_string_equal(outcome_of(op, real), "failed");
	assert_string_equal(outcome_of(op, test), "pending");
	op_end(op);
}

static void
what_makes_no_sense_is_refused(void **state)
{
	struct op *op = fixture_op();
	struct replay out;

	(void)state;
	assert_int_equal(
		gateway_begin_replay(op, &out, &(struct replay_wish){ .status = "pending" }),
		RC_INPUT);
	assert_string_equal(op->code, "status");
	assert_int_equal(
		gateway_begin_replay(op, &out, &(struct replay_wish){ .endpoint = "ep_none" }),
		RC_MISSING);
	assert_int_equal(gateway_begin_replay(op, &out, &(struct replay_wish){ .since = op->now }),
			 RC_INPUT);
	assert_int_equal(gateway_find_replay(op, &out, "rpl_none"), RC_MISSING);
	op_end(op);
}

/* The filters pass over what they do not want, and say how far they came. */
static void
a_rare_one_is_found_in_the_list(void **state)
{
	struct op *op = fixture_op();
	const char *rare = add(op, "ep_a", "delivered", MANY, true), *next;
	struct delivery_filter filter = { .event = "message.read", .page = { .limit = 2 } };
	const struct delivery *rows;
	struct list list;

	(void)state;
	for (int i = 1; i < 10; i++)
		add(op, "ep_a", "delivered", i, false);
	must(op, gateway_list_deliveries(op, &list, &next, &filter));
	rows = list.rows;
	assert_int_equal(list.n, 1);
	assert_string_equal(rows[0].id, rare);
	assert_null(next);
	filter.event = NULL;
	filter.until = clock_after(op->now, -5 * SECOND_MS);
	must(op, gateway_list_deliveries(op, &list, &next, &filter));
	assert_int_equal(list.n, 2);
	rows = list.rows;
	assert_true(rows[0].created_at.ms < filter.until.ms);
	filter.page.cursor = next;
	filter.since = filter.until;
	must(op, gateway_list_deliveries(op, &list, &next, &filter));
	assert_int_equal(list.n, 0);
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_wish_is_about_one_endpoint_and_one_outcome, setup,
						teardown_store),
		cmocka_unit_test_setup_teardown(a_stretch_of_time_is_kept_to, setup,
						teardown_store),
		cmocka_unit_test_setup_teardown(many_go_in_portions, setup, teardown_store),
		cmocka_unit_test_setup_teardown(the_order_of_a_conversation_is_that_of_its_record,
						setup, teardown_store),
		cmocka_unit_test_setup_teardown(one_at_a_time_and_it_can_be_stopped, setup,
						teardown_store),
		cmocka_unit_test_setup_teardown(a_sandbox_wishes_for_tests_alone, setup,
						teardown_store),
		cmocka_unit_test_setup_teardown(what_makes_no_sense_is_refused, setup,
						teardown_store),
		cmocka_unit_test_setup_teardown(a_rare_one_is_found_in_the_list, setup,
						teardown_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
