/* SPDX-License-Identifier: Apache-2.0 */
/* Reading events back: pages in both directions, filters in stretches, and what is too fresh or too
 * old to be told. */
#include "store_fixture.h"

#include "core/id_range.h"
#include "gateway/read_events.h"
#include "store/event_store.h"

enum { MANY = 4500, EVERY = 1500 };

/* n events a second apart, the last one a minute old; every EVERYth is a test and a failure. */
static void
add_events(struct op *op, int64_t n)
{
	struct batch *batch = batch_new(op);

	for (int64_t i = 0; i < n; i++) {
		struct instant at = clock_after(op->now, -(n - i) * SECOND_MS - MINUTE_MS);
		bool rare = i % EVERY == EVERY - 1;
		struct event event = {
			.id = id_least(op, "evt", at),
			.instance_id = fixture_instance.id,
			.name = rare ? "message.failed" : "message.sent",
			.lane = "x",
			.normalized = arena_printf(op->arena, "%lld", (long long)i),
			.test = rare,
			.created_at = at,
		};

		event_store_insert(batch, &event, NULL);
	}
	must(op, db_commit(op, batch));
}

/* Bodies of a page are the numbers of the events. */
static int64_t
number_at(const struct list *page, size_t i)
{
	int64_t n = -1;

	assert_true(text_int(((const char *const *)page->rows)[i], 0, MANY, &n));
	return n;
}

static struct event_filter filter;
static struct list page;
static const char *next;

static void
read_page(struct op *op)
{
	must(op, gateway_list_events(op, &page, &next, &filter));
}

static void
newest_first_they_end_and_forward_they_go_on(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	add_events(op, 5);
	filter = (struct event_filter){ .page = { .limit = 3 } };
	read_page(op);
	assert_int_equal(page.n, 3);
	assert_int_equal(number_at(&page, 0), 4);
	filter.page.cursor = next;
	read_page(op);
	assert_int_equal(page.n, 2);
	assert_int_equal(number_at(&page, 1), 0);
	assert_null(next);

	filter = (struct event_filter){ .page = { .limit = 3 }, .forward = true };
	read_page(op);
	assert_int_equal(number_at(&page, 0), 0);
	filter.page.cursor = next;
	read_page(op);
	assert_int_equal(page.n, 2);
	assert_int_equal(number_at(&page, 1), 4);
	assert_non_null(next);
	filter.page.cursor = next;
	read_page(op);
	assert_int_equal(page.n, 0);
	assert_non_null(next);
	op_end(op);
}

/* An event of id time t, in a batch of its own. */
static const char *
add_at(struct op *op, struct instant t, const char *body)
{
	struct batch *batch = batch_new(op);
	struct event event = { .id = id_least(op, "evt", t),
			       .instance_id = fixture_instance.id,
			       .name = "message.sent",
			       .lane = "x",
			       .normalized = body,
			       .created_at = t };

	event_store_insert(batch, &event, NULL);
	must(op, db_commit(op, batch));
	return event.id;
}

/* A commit that took long puts an event before one that was told: so the last seconds are not. */
static void
forward_nothing_is_passed_over(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	add_at(op, clock_after(op->now, -EVENT_SETTLE_MS - 1000), "1");
	add_at(op, clock_after(op->now, -EVENT_SETTLE_MS / 2), "2");
	filter = (struct event_filter){ .forward = true };
	read_page(op);
	assert_int_equal(page.n, 1);
	filter.page.cursor = next;
	add_at(op, clock_after(op->now, -EVENT_SETTLE_MS + 1), "3");
	op->now = clock_after(op->now, EVENT_SETTLE_MS);
	read_page(op);
	assert_int_equal(page.n, 2);
	assert_int_equal(number_at(&page, 0), 3);
	assert_int_equal(number_at(&page, 1), 2);
	/* newest first everything is there at once */
	filter = (struct event_filter){ 0 };
	read_page(op);
	assert_int_equal(page.n, 3);
	op_end(op);
}

static void
what_is_older_than_a_month_is_gone(void **state)
{
	struct op *op = fixture_op();
	const char *old = add_at(op, clock_after(op->now, -EVENT_DAYS * DAY_MS - 1000), "1");

	(void)state;
	add_at(op, clock_after(op->now, -EVENT_DAYS * DAY_MS + MINUTE_MS), "2");
	add_at(op, clock_after(op->now, -HOUR_MS), "3");
	filter = (struct event_filter){ 0 };
	read_page(op);
	assert_int_equal(page.n, 2);
	filter = (struct event_filter){ .forward = true, .page = { .cursor = old } };
	read_page(op);
	assert_int_equal(page.n, 2);
	filter = (struct event_filter){ .since = clock_after(op->now, -2 * HOUR_MS) };
	read_page(op);
	assert_int_equal(page.n, 1);
	op_end(op);
}

/* All of the filtered, each once, however many empty pages lie between. */
static void
assert_all_rare(struct op *op, bool forward)
{
	int64_t found = 0, pages = 0;

	filter.forward = forward;
	filter.page = (struct page_query){ .limit = 2 };
	do {
		read_page(op);
		for (size_t i = 0; i < page.n; i++, found++)
			assert_int_equal(number_at(&page, i) % EVERY, EVERY - 1);
		filter.page.cursor = next;
		pages++;
	} while (next != NULL && pages < 6 && found < MANY / EVERY + 1);
	assert_int_equal(found, MANY / EVERY);
	assert_true(pages >= 3);
}

static void
a_rare_kind_is_found_in_stretches(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	add_events(op, MANY);
	filter = (struct event_filter){ .event = "message.failed" };
	assert_all_rare(op, false);
	assert_all_rare(op, true);
	filter = (struct event_filter){ .only_tests = true };
	assert_all_rare(op, false);
	filter = (struct event_filter){ .instance = "front-desk", .page = { .limit = 200 } };
	read_page(op);
	assert_int_equal(page.n, 200);
	op_end(op);
}

static void
what_is_wrong_is_named(void **state)
{
	static const struct {
		struct event_filter filter;
		const char *member;
	} wrong[] = {
		{ { .event = "message.flown" }, "event" },
		{ { .instance = "nowhere" }, "instance" },
		{ { .page = { .cursor = "msg_000000000000000000000000" } }, "cursor" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct op *op = fixture_op();

		assert_int_equal(gateway_list_events(op, &page, &next, &wrong[i].filter), RC_INPUT);
		assert_string_equal(op->code, wrong[i].member);
		op_end(op);
	}
}

static void
another_account_reads_none_of_it(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	add_events(op, 3);
	op->account_id = "acc_other";
	filter = (struct event_filter){ 0 };
	read_page(op);
	assert_int_equal(page.n, 0);
	op_end(op);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_store, teardown_store)
	const struct CMUnitTest tests[] = {
		TEST(newest_first_they_end_and_forward_they_go_on),
		TEST(forward_nothing_is_passed_over),
		TEST(what_is_older_than_a_month_is_gone),
		TEST(a_rare_kind_is_found_in_stretches),
		TEST(what_is_wrong_is_named),
		TEST(another_account_reads_none_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
