/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_delivery_store - order within a conversation, claims and leases, in the real database
 */
#include "store_fixture.h"

#include "store/delivery_store.h"
#include "store/event_store.h"

/* The clock of these tests; the statements take the time as they are told. */
static const struct instant start = { INT64_C(1800000000000) };

static int
setup(void **state)
{
	(void)state;
	store_begin("");
	fixture_endpoint("ep_a", "normalized", "*");
	fixture_endpoint("ep_b", "normalized", "*");
	return 0;
}

static struct instant
at(int64_t seconds)
{
	return clock_after(start, seconds * SECOND_MS);
}

static void
record(const char *id, const char *endpoint, const char *lane, int64_t seconds)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct event event = {
		.id = id,
		.instance_id = "inst_fixture",
		.name = "message.received",
		.lane = lane,
		.normalized = "{}",
		.created_at = at(seconds),
	};
	struct delivery delivery = {
		.id = id,
		.event_id = id,
		.event = event.name,
		.endpoint_id = endpoint,
		.lane = lane,
		.created_at = at(seconds),
		.due_at = at(seconds),
	};

	event_store_insert(batch, &event, NULL);
	delivery_store_insert(batch, &delivery);
	must(op, db_commit(op, batch));
	op_end(op);
}

static struct delivery taken[16];
static char taken_ids[16][16];

static int
claim_of(struct batch *batch, const char *endpoint, int64_t seconds, enum delivery_queue queue)
{
	return delivery_store_claim(batch,
				    &(struct delivery_claim){ .endpoint_id = endpoint,
							      .by = "here",
							      .queue = queue,
							      .now = at(seconds),
							      .lease_until = at(seconds + 30),
							      .limit = 10 });
}

/* Claim what is due and remember it; the ids in order of the text, joined by blanks. */
static const char *
claim(struct op *op, const char *endpoint, int64_t seconds)
{
	const char *ids = "";
	size_t n = 0;

	for (int queue = 0; queue < DELIVERY_QUEUES; queue++) {
		struct batch *batch = batch_new(op);
		int index = claim_of(batch, endpoint, seconds, (enum delivery_queue)queue);
		struct list rows;

		must(op, db_commit(op, batch));
		must(op, delivery_store_claimed(op, batch, index, &rows));
		assert_true(n + rows.n <= ARRAY_LEN(taken));
		for (size_t i = 0; i < rows.n; i++, n++) {
			const struct delivery *d = (const struct delivery *)rows.rows + i;

			taken[n] = *d;
			snprintf(taken_ids[n], sizeof(taken_ids[n]), "%s", d->id);
			taken[n].id = taken_ids[n];
			assert_string_equal(d->status, "sending");
			ids = n == 0 ? d->id : arena_printf(op->arena, "%s %s", ids, d->id);
		}
	}
	return ids;
}

static void
finish(struct op *op, const char *id, const char *status, int64_t seconds, int64_t due)
{
	struct batch *batch = batch_new(op);
	struct delivery d = { 0 };
	struct attempt attempt = { .delivery_id = id,
				   .account_id = op->account_id,
				   .ms = 7,
				   .at = at(seconds),
				   .excerpt = "ok" };

	must(op, delivery_store_get(op, &d, id));
	d.status = status;
	d.queue = DELIVERY_AGAIN;
	d.attempts++;
	d.due_at = at(due);
	d.done_at = text_equal(status, "pending") ? (struct instant){ 0 } : at(seconds);
	attempt.number = d.attempts;
	delivery_store_settle(batch, &d);
	delivery_store_attempt(batch, &attempt);
	if (!text_equal(status, "pending"))
		delivery_store_promote(batch, &d, at(seconds));
	must(op, db_commit(op, batch));
}

static void
a_conversation_keeps_its_order(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	record("d1", "ep_a", "905321112233", 0);
	record("d2", "ep_a", "905321112233", 0);
	record("d3", "ep_a", "905321112233", 1);
	record("x1", "ep_a", "966500000001", 1);
	assert_string_equal(claim(op, "ep_a", 1), "d1 x1");
	assert_string_equal(claim(op, "ep_a", 2), "");
	finish(op, "d1", "delivered", 3, 3);
	assert_string_equal(claim(op, "ep_a", 3), "d2");
	finish(op, "d2", "failed", 4, 4);
	assert_string_equal(claim(op, "ep_a", 4), "d3");
	finish(op, "d3", "delivered", 5, 5);
	op_end(op);
}

static void
a_failing_one_is_passed_after_ten_minutes(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	record("d1", "ep_a", "lane", 0);
	record("d2", "ep_a", "lane", 5);
	record("d3", "ep_a", "lane", 6);
	assert_string_equal(claim(op, "ep_a", 6), "d1");
	finish(op, "d1", "pending", 7, 700);
	assert_string_equal(claim(op, "ep_a", 599), "");
	assert_string_equal(claim(op, "ep_a", 600), "d2");
	finish(op, "d2", "delivered", 601, 601);
	assert_string_equal(claim(op, "ep_a", 601), "d3");
	finish(op, "d3", "delivered", 602, 602);
	/* What is new is not held back by what is old. */
	record("d4", "ep_a", "lane", 650);
	assert_string_equal(claim(op, "ep_a", 651), "d4");
	finish(op, "d4", "delivered", 651, 651);
	assert_string_equal(claim(op, "ep_a", 700), "d1");
	finish(op, "d1", "delivered", 701, 701);
	op_end(op);
}

static const char *
line_up_and_claim(struct op *op, int64_t seconds)
{
	struct batch *batch = batch_new(op);

	delivery_store_line_up(batch, "ep_a", DELIVERY_FIRST, at(seconds), 100);
	must(op, db_commit(op, batch));
	return claim(op, "ep_a", seconds);
}

/* Nothing could start for an hour: all are due, and none had its chance. */
static void
what_was_never_tried_keeps_its_order_however_late(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	record("d1", "ep_a", "lane", 0);
	record("d2", "ep_a", "lane", 1);
	record("d3", "ep_a", "lane", 2);
	assert_string_equal(claim(op, "ep_a", 3600), "d1");
	assert_string_equal(claim(op, "ep_a", 3601), "");
	finish(op, "d1", "delivered", 3602, 3602);
	assert_string_equal(claim(op, "ep_a", 3602), "d2");
	/* One that fails holds the next back for ten minutes from then. */
	assert_string_equal(line_up_and_claim(op, 3603), "");
	finish(op, "d2", "pending", 3604, 9000);
	assert_string_equal(claim(op, "ep_a", 3603 + 599), "");
	assert_string_equal(claim(op, "ep_a", 3603 + 600), "d3");
	finish(op, "d3", "delivered", 4210, 4210);
	op_end(op);
}

static void
lined_up_ones_do_not_hide_others(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	for (int i = 0; i < 60; i++)
		record(arena_printf(op->arena, "d%02d", i), "ep_a", "crowd", i);
	record("x1", "ep_a", "other", 9000);
	assert_string_equal(claim(op, "ep_a", 9001), "d00");
	assert_string_equal(claim(op, "ep_a", 9001), "");
	assert_string_equal(line_up_and_claim(op, 9001), "x1");
	finish(op, "d00", "delivered", 9002, 9002);
	assert_string_equal(claim(op, "ep_a", 9002), "d01");
	op_end(op);
}

static void
one_that_was_tried_keeps_to_its_schedule(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	record("d1", "ep_a", "lane", 0);
	record("d2", "ep_a", "lane", 1);
	assert_string_equal(claim(op, "ep_a", 1), "d1");
	finish(op, "d1", "pending", 2, 1500);
	assert_string_equal(claim(op, "ep_a", 601), "d2");
	finish(op, "d2", "pending", 602, 3000);
	assert_string_equal(claim(op, "ep_a", 1500), "d1");
	finish(op, "d1", "delivered", 1501, 1501);
	assert_string_equal(claim(op, "ep_a", 2999), "");
	assert_string_equal(claim(op, "ep_a", 3000), "d2");
	op_end(op);
}

static void
endpoints_do_not_hold_each_other_back(void **state)
{
	struct op *op = fixture_op();
	struct list due;
	const struct due_endpoint *endpoints;

	(void)state;
	record("d1", "ep_a", "lane", 0);
	record("d2", "ep_b", "lane", 1);
	record("d3", "ep_b", "lane", 2);
	must(op, delivery_store_due(op, &due, "", 10));
	endpoints = due.rows;
	assert_int_equal(due.n, 2);
	assert_string_equal(endpoints[0].endpoint_id, "ep_a");
	assert_true(endpoints[0].first_at.ms == at(0).ms);
	assert_string_equal(endpoints[1].endpoint_id, "ep_b");
	assert_true(endpoints[1].first_at.ms == at(1).ms && endpoints[1].again_at.ms == 0);
	must(op, delivery_store_due(op, &due, "ep_a", 10));
	assert_int_equal(due.n, 1);
	assert_string_equal(claim(op, "ep_b", 5), "d2");
	op_end(op);
}

static void
disabled_endpoints_wait_and_deleted_ones_are_abandoned(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	const struct due_endpoint *rows;
	struct delivery d = { 0 };
	struct list due;

	(void)state;
	record("d1", "ep_a", "lane", 0);
	record("d2", "ep_b", "lane", 0);
	endpoint_store_disable(batch, "ep_a", "the receiver said gone", at(1));
	endpoint_store_delete(batch, "ep_b", at(1));
	must(op, db_commit(op, batch));
	must(op, delivery_store_due(op, &due, "", 10));
	rows = due.rows;
	assert_int_equal(due.n, 2);
	assert_true(rows[0].first_at.ms == 0 && rows[0].again_at.ms == 0);
	assert_string_equal(rows[1].endpoint_id, "ep_b");
	assert_true(rows[1].first_at.ms == at(0).ms);
	batch = batch_new(op);
	delivery_store_abandon(batch, "ep_b", at(2), "the endpoint was deleted", 10);
	must(op, db_commit(op, batch));
	must(op, delivery_store_get(op, &d, "d2"));
	assert_string_equal(d.status, "failed");
	assert_string_equal(d.last_error, "the endpoint was deleted");
	op_end(op);
}

static void
leases_end(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct delivery late;

	(void)state;
	record("d1", "ep_a", "lane", 0);
	assert_string_equal(claim(op, "ep_a", 0), "d1");
	late = taken[0];
	delivery_store_reap(batch, at(29));
	must(op, db_commit(op, batch));
	assert_string_equal(claim(op, "ep_a", 29), "");
	batch = batch_new(op);
	delivery_store_reap(batch, at(30));
	must(op, db_commit(op, batch));
	assert_string_equal(claim(op, "ep_a", 31), "d1");
	/* Whoever lost the lease changes nothing any more. */
	batch = batch_new(op);
	late.status = "failed";
	delivery_store_settle(batch, &late);
	must(op, db_commit(op, batch));
	assert_string_equal(claim(op, "ep_a", 32), "");
	finish(op, "d1", "delivered", 33, 33);
	op_end(op);
}

static void
a_restarted_worker_takes_up_its_own(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	(void)state;
	record("d1", "ep_a", "lane", 0);
	assert_string_equal(claim(op, "ep_a", 0), "d1");
	delivery_store_recover(batch, "another machine", at(1));
	must(op, db_commit(op, batch));
	assert_string_equal(claim(op, "ep_a", 1), "");
	batch = batch_new(op);
	delivery_store_recover(batch, "here", at(1));
	must(op, db_commit(op, batch));
	assert_string_equal(claim(op, "ep_a", 1), "d1");
	op_end(op);
}

static void
a_replay_starts_the_schedule_anew(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct delivery d = { 0 };
	struct list attempts;
	int index;

	(void)state;
	record("d1", "ep_a", "lane", 0);
	assert_string_equal(claim(op, "ep_a", 0), "d1");
	index = delivery_store_replay(batch, "d1", "failed", at(1), 0);
	must(op, db_commit(op, batch));
	assert_int_equal(batch_count(batch, index), 0);
	finish(op, "d1", "failed", 1, 1);
	batch = batch_new(op);
	index = delivery_store_replay(batch, "d1", "failed", at(9), 0);
	must(op, db_commit(op, batch));
	assert_int_equal(batch_count(batch, index), 1);
	must(op, delivery_store_get(op, &d, "d1"));
	assert_string_equal(d.status, "pending");
	assert_int_equal(d.replayed_after, 1);
	assert_true(d.due_at.ms == at(9).ms);
	assert_true(d.done_at.ms == 0);
	assert_string_equal(claim(op, "ep_a", 9), "d1");
	finish(op, "d1", "delivered", 10, 10);
	must(op, delivery_store_attempts(op, &attempts, "d1"));
	assert_int_equal(attempts.n, 2);
	assert_int_equal(((const struct attempt *)attempts.rows)[1].number, 2);
	op_end(op);
}

static void
replay(struct op *op, const char *id, int64_t seconds)
{
	struct batch *batch = batch_new(op);

	delivery_store_replay(batch, id, "failed", at(seconds), DELIVERY_HOLDS_MS);
	must(op, db_commit(op, batch));
}

static void
replayed_ones_of_a_conversation_keep_their_order(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	record("d1", "ep_a", "lane", 0);
	assert_string_equal(claim(op, "ep_a", 0), "d1");
	finish(op, "d1", "failed", 1, 1);
	record("d2", "ep_a", "lane", 1);
	assert_string_equal(claim(op, "ep_a", 1), "d2");
	finish(op, "d2", "failed", 2, 2);
	record("d3", "ep_a", "lane", 3);
	assert_string_equal(claim(op, "ep_a", 3), "d3");
	replay(op, "d1", 4);
	replay(op, "d2", 4);
	/* Behind the one that is under way, and in the order in which they were recorded. */
	assert_string_equal(claim(op, "ep_a", 5), "");
	finish(op, "d3", "delivered", 6, 6);
	assert_string_equal(claim(op, "ep_a", 6), "d1");
	finish(op, "d1", "pending", 7, 9);
	assert_string_equal(claim(op, "ep_a", 9), "d1");
	finish(op, "d1", "delivered", 10, 10);
	assert_string_equal(claim(op, "ep_a", 10), "d2");
	op_end(op);
}

static void
lists_are_filtered(void **state)
{
	struct op *op = fixture_op();
	struct list rows;
	struct delivery_query query = { .limit = 10 };

	(void)state;
	record("dlv_1", "ep_a", "one", 0);
	record("dlv_2", "ep_b", "two", 0);
	record("dlv_3", "ep_b", "three", 0);
	assert_string_equal(claim(op, "ep_a", 0), "dlv_1");
	finish(op, "dlv_1", "failed", 1, 1);
	must(op, delivery_store_list(op, &rows, &query));
	assert_int_equal(rows.n, 3);
	assert_string_equal(((const struct delivery *)rows.rows)->id, "dlv_3");
	query.status = "failed";
	must(op, delivery_store_list(op, &rows, &query));
	assert_int_equal(rows.n, 1);
	query.status = "pending";
	must(op, delivery_store_list(op, &rows, &query));
	assert_int_equal(rows.n, 2);
	query.endpoint_id = "ep_b";
	query.limit = 1;
	must(op, delivery_store_list(op, &rows, &query));
	assert_int_equal(rows.n, 1);
	query.event = "message.read";
	must(op, delivery_store_list(op, &rows, &query));
	assert_int_equal(rows.n, 0);
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown_store)
		TEST(a_conversation_keeps_its_order),
		TEST(a_failing_one_is_passed_after_ten_minutes),
		TEST(what_was_never_tried_keeps_its_order_however_late),
		TEST(lined_up_ones_do_not_hide_others),
		TEST(one_that_was_tried_keeps_to_its_schedule),
		TEST(endpoints_do_not_hold_each_other_back),
		TEST(disabled_endpoints_wait_and_deleted_ones_are_abandoned),
		TEST(leases_end),
		TEST(a_restarted_worker_takes_up_its_own),
		TEST(a_replay_starts_the_schedule_anew),
		TEST(replayed_ones_of_a_conversation_keep_their_order),
		TEST(lists_are_filtered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
