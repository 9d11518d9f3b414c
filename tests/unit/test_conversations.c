/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_conversations - the window opens, opens again and closes; what is unread is read
 */
#include "apply_fixture.h"
#include "clock_fixture.h"

#include "gateway/conversations.h"

static int64_t ahead; /* of the real clock */

static void
forward(int64_t ms)
{
	set_clock(ahead += ms);
}

static int
setup_noon(void **state)
{
	set_clock(ahead = 0);
	return setup(state);
}

/* A message that was written now. */
static void
put_new(struct op *op, const char *id)
{
	put_row(NULL, document(op, "messages",
			       arena_printf(op->arena,
					    "{\"from\":\"" PERSON "\",\"id\":\"%s\",\"type\":"
					    "\"text\",\"timestamp\":\"%lld\"}",
					    id, (long long)(clock_now().ms / SECOND_MS))));
	apply_all(op);
}

static int64_t
close_windows(void)
{
	struct op *op = op_begin("test");
	int64_t n = 0;

	must(op, gateway_close_windows(op, &n));
	op_end(op);
	return n;
}

/* Bodies of conversation.updated at the endpoint, oldest first. */
static size_t
updates(struct op *op, const json_t **newest)
{
	struct delivery_query query = { .event = "conversation.updated",
					.limit = 100,
					.endpoint_id = "ep_flat" };
	const struct delivery *rows;
	struct event_body event = { 0 };
	struct list list;
	json_t *body;

	db_rest(op);
	must(op, delivery_store_list(op, &list, &query));
	rows = list.rows;
	if (list.n == 0)
		return 0;
	must(op, event_store_body(op, &event, rows[0].event_id, "normalized"));
	must(op, json_read(op, &body, bytes_of(event.body)));
	*newest = body;
	return list.n;
}

static void
the_first_word_opens_a_window_and_the_next_ones_are_no_news(void **state)
{
	struct op *op = fixture_op();
	const json_t *body;

	(void)state;
	put_new(op, "wamid.1");
	assert_int_equal(updates(op, &body), 1);
	check_text(body, "contact", "+" PERSON);
	assert_int_equal(json_int(body, "unread", -1), 1);
	assert_true(json_is_string(json_object_get(body, "last_message_at")));
	assert_true(json_is_string(json_object_get(body, "window_expires_at")));
	put_new(op, "wamid.2");
	put_new(op, "wamid.2");
	assert_int_equal(updates(op, &body), 1);
	assert_int_equal(conversation_with(op, PERSON).unread, 2);
	op_end(op);
}

static void
a_window_closes_a_day_after_the_last_word_and_opens_again(void **state)
{
	struct op *op = fixture_op();
	const json_t *body;

	(void)state;
	put_new(op, "wamid.1");
	forward(20 * HOUR_MS);
	put_new(op, "wamid.2");
	assert_int_equal(close_windows(), 0);
	/* The first look finds that the person has spoken since. */
	forward(5 * HOUR_MS);
	assert_int_equal(close_windows(), 1);
	assert_int_equal(close_windows(), 0);
	assert_int_equal(updates(op, &body), 1);
	forward(20 * HOUR_MS);
	assert_int_equal(close_windows(), 1);
	assert_int_equal(updates(op, &body), 2);
	check_nulls(body, "window_expires_at");
	assert_int_equal(json_int(body, "unread", -1), 2);
	assert_int_equal(close_windows(), 0);
	put_new(op, "wamid.3");
	assert_int_equal(updates(op, &body), 3);
	assert_true(json_is_string(json_object_get(body, "window_expires_at")));
	assert_int_equal(json_int(body, "unread", -1), 3);
	op_end(op);
}

/* Of two rows that turn out to be one person the later one closes. */
static void
a_person_of_two_spellings_has_one_window(void **state)
{
	struct op *op = fixture_op();
	const json_t *body;

	(void)state;
	put_new(op, "wamid.1");
	forward(HOUR_MS);
	put_row(NULL, document(op, "messages",
			       arena_printf(op->arena,
					    "{\"from_user_id\":\"TR.1\",\"id\":\"wamid.2\","
					    "\"type\":\"text\",\"timestamp\":\"%lld\"}",
					    (long long)(clock_now().ms / SECOND_MS))));
	put_row(NULL, document(op, "messages",
			       "{\"from\":\"" PERSON "\",\"from_user_id\":\"TR.1\",\"id\":"
			       "\"wamid.3\",\"timestamp\":\"1\",\"type\":\"text\"}"));
	apply_all(op);
	assert_int_equal(updates(op, &body), 2);
	forward(23 * HOUR_MS + MINUTE_MS);
	assert_int_equal(close_windows(), 1);
	assert_int_equal(updates(op, &body), 2);
	forward(HOUR_MS);
	assert_int_equal(close_windows(), 1);
	assert_int_equal(updates(op, &body), 3);
	check_nulls(body, "window_expires_at");
	assert_int_equal(json_int(body, "unread", -1), 3);
	op_end(op);
}

static void
a_conversation_that_is_looked_at_has_nothing_unread(void **state)
{
	struct op *op = fixture_op();
	struct conversation_state now = { 0 };
	const json_t *body;

	(void)state;
	put_new(op, "wamid.1");
	put_new(op, "wamid.2");
	db_rest(op);
	must(op, gateway_find_conversation(op, &now, fixture_instance.id, PERSON));
	assert_string_equal(now.contact, "+" PERSON);
	assert_int_equal(now.unread, 2);
	assert_true(now.window_expires_at.ms > op->now.ms);
	must(op, gateway_read_conversation(op, &fixture_instance, PERSON));
	assert_int_equal(updates(op, &body), 2);
	assert_int_equal(json_int(body, "unread", -1), 0);
	must(op, gateway_read_conversation(op, &fixture_instance, PERSON));
	assert_int_equal(updates(op, &body), 2);
	assert_int_equal(conversation_with(op, PERSON).unread, 0);
	put_new(op, "wamid.3");
	assert_int_equal(conversation_with(op, PERSON).unread, 1);
	op_end(op);
}

static void
nothing_is_recorded_where_nobody_listens(void **state)
{
	struct op *op = fixture_op();
	struct event_query query = {
		.from = "evt_", .to = "evu", .limit = 10, .name = "conversation.updated"
	};
	struct list events;

	(void)state;
	put_new(op, "wamid.1");
	must(op, gateway_read_conversation(op, &fixture_instance, PERSON));
	forward(25 * HOUR_MS);
	assert_int_equal(close_windows(), 1);
	db_rest(op);
	must(op, event_store_list(op, &events, &query));
	assert_int_equal(events.n, 0);
	op_end(op);
}

static int
setup_unheard(void **state)
{
	(void)state;
	set_clock(ahead = 0);
	store_begin("");
	fixture_endpoint("ep_flat", "normalized", "message.received");
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_noon, teardown_store)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_word_opens_a_window_and_the_next_ones_are_no_news),
		TEST(a_window_closes_a_day_after_the_last_word_and_opens_again),
		TEST(a_person_of_two_spellings_has_one_window),
		TEST(a_conversation_that_is_looked_at_has_nothing_unread),
		cmocka_unit_test_setup_teardown(nothing_is_recorded_where_nobody_listens,
						setup_unheard, teardown_store),
	};

	return cmocka_run_group_tests(tests, setup_clock, teardown_clock);
}
