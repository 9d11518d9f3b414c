/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_apply_phone - what was typed on the phone, and what was said before the number came here
 */
#include "apply_fixture.h"

#define OURS "15550783881"
#define ECHO(id, rest)                                                                  \
	"\"message_echoes\":[{\"from\":\"" OURS "\",\"to\":\"" PERSON "\",\"id\":\"" id \
	"\",\"timestamp\":\"1749416383\"," rest "}],\"contacts\":[{\"wa_id\":\"" PERSON \
	"\",\"user_id\":\"TR.1\"}]"
#define PAST(from, id, rest) \
	"{\"from\":\"" from "\",\"id\":\"" id "\",\"timestamp\":\"1739230970\"," rest "}"
#define HISTORY(messages)                                                             \
	"\"history\":[{\"metadata\":{\"phase\":0,\"chunk_order\":1,\"progress\":55}," \
	"\"threads\":[{\"id\":\"" PERSON "\",\"messages\":[" messages "]}]}]"

/* The lines with the person, each as "direction source status text". */
static const char *
thread(struct op *op)
{
	const struct thread_line *lines;
	const char *all = "";
	struct list list;

	db_rest(op);
	must(op, gateway_read_thread(op, &list, fixture_instance.id, PERSON, 100));
	lines = list.rows;
	for (size_t i = 0; i < list.n; i++)
		all = arena_printf(op->arena, "%s%s%s %s %s %s", all, i == 0 ? "" : "; ",
				   lines[i].direction, lines[i].source, lines[i].status,
				   lines[i].text == NULL ? lines[i].type : lines[i].text);
	return all;
}

static void
what_is_typed_on_the_phone_is_told_once_and_seen_in_the_conversation(void **state)
{
	struct op *op = fixture_op();
	const json_t *body;

	(void)state;
	put_change(op, "smb_message_echoes",
		   ECHO("wamid.E", "\"type\":\"text\",\"text\":{\"body\":\"STOP\"}"));
	put_change(op, "smb_message_echoes",
		   ECHO("wamid.E", "\"type\":\"text\",\"text\":{\"body\":\"STOP\"}"));
	assert_string_equal(told(op, "ep_flat"), "message.echoed");
	assert_string_equal(told(op, "ep_meta"), "message.echoed");
	body = body_of(op, "normalized", "message.echoed");
	check_text(body, "from", "+" OURS);
	check_text(body, "to", "+" PERSON);
	check_text(body, "to_user_id", "TR.1");
	check_text(body, "message_text", "STOP");
	check_text(body, "external_message_id", "wamid.E");
	check_nulls(body, "from_name from_user_id gateway_message_id media reply_to");
	check_text(body_of(op, "meta", "message.echoed"),
		   "entry.0.changes.0.value.message_echoes.0.id", "wamid.E");
	assert_string_equal(thread(op), "out phone sent STOP");
	assert_int_equal(conversation_with(op, PERSON).last_out_at.ms, INT64_C(1749416383000));
	assert_int_equal(conversation_with(op, "TR.1").last_out_at.ms, INT64_C(1749416383000));
	assert_int_equal(conversation_with(op, PERSON).heard_at.ms, 0);
	op_end(op);
}

static void
what_is_taken_back_on_the_phone_is_told(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	put_change(op, "smb_message_echoes",
		   ECHO("wamid.R", "\"type\":\"revoke\",\"revoke\":{\"original_message_id\":"
				   "\"wamid.E\"}"));
	check_text(body_of(op, "normalized", "message.echoed"), "original_message_id", "wamid.E");
	assert_string_equal(thread(op), "out phone sent revoke");
	op_end(op);
}

static void
history_is_seen_and_nothing_else(void **state)
{
	struct op *op = fixture_op();
	struct list active;

	(void)state;
	put_change(
		op, "history",
		HISTORY(PAST(
			OURS, "wamid.1",
			"\"type\":\"text\",\"text\":{\"body\":\"How are you?\"},"
			"\"history_context\":{\"status\":\"READ\"}") "," PAST(PERSON, "wamid.2",
									      "\"type\":\"text\","
									      "\"text\":{\"body\":"
									      "\"STOP\"}")));
	assert_string_equal(told(op, "ep_flat"), "");
	assert_string_equal(told(op, "ep_meta"), "meta.history");
	assert_string_equal(thread(op), "out history read How are you?; in history received STOP");
	must(op, suppression_store_active(op, &active, PERSON));
	assert_int_equal(active.n, 0);
	assert_int_equal(conversation_with(op, PERSON).heard_at.ms, 0);
	assert_int_equal(conversation_with(op, PERSON).unread, 0);
	op_end(op);
}

static void
history_that_was_declined_is_passed_on(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	put_change(op, "history", "\"history\":[{\"errors\":[{\"code\":2593109}]}]");
	assert_string_equal(told(op, "ep_meta"), "meta.history");
	assert_string_equal(told(op, "ep_flat"), "");
	op_end(op);
}

/* The file of a message comes by itself, before or after the chunk that has its place. */
static void
a_file_of_the_past_takes_its_place_in_either_order(void **state)
{
	static const char *const pieces[] = {
		HISTORY(PAST(OURS, "wamid.1",
			     "\"type\":\"media_placeholder\",\"history_context\":"
			     "{\"status\":\"DELIVERED\"}")),
		"\"messages\":[" PAST(OURS, "wamid.1",
				      "\"type\":\"image\",\"image\":{\"id\":\"5\",\"caption\":"
				      "\"See?\"}") "]",
	};

	for (size_t first = 0; first < 2; first++) {
		struct op *op;

		store_end();
		setup(state);
		op = fixture_op();
		put_change(op, "history", pieces[first]);
		put_change(op, "history", pieces[1 - first]);
		put_change(op, "history", pieces[first]);
		assert_string_equal(thread(op), "out history delivered See?");
		op_end(op);
	}
}

/* Told as history and as a message of today, it is one line, whichever comes first. */
static void
a_message_is_one_line_however_often_it_is_told(void **state)
{
	for (int first = 0; first < 2; first++) {
		struct op *op;

		store_end();
		setup(state);
		op = fixture_op();
		if (first == 0)
			put_text(op, "wamid.1", "hello");
		put_change(op, "history",
			   HISTORY(PAST(PERSON, "wamid.1",
					"\"type\":\"text\",\"text\":{\"body\":\"hello\"}")));
		if (first == 1)
			put_text(op, "wamid.1", "hello");
		put_change(op, "history",
			   HISTORY(PAST(OURS, "wamid.E",
					"\"type\":\"text\",\"text\":{\"body\":\"ho\"}")));
		put_change(op, "smb_message_echoes",
			   ECHO("wamid.E", "\"type\":\"text\",\"text\":{\"body\":\"ho\"}"));
		assert_string_equal(told(op, "ep_flat"), "message.received message.echoed");
		assert_non_null(strstr(thread(op), "in gateway received hello"));
		assert_non_null(strstr(thread(op), "out phone sent ho"));
		assert_null(strstr(thread(op), "history"));
		op_end(op);
	}
}

static void
a_long_history_is_taken_in_slices(void **state)
{
	struct op *op = fixture_op();
	struct buf b;
	struct list list;

	(void)state;
	buf_init(&b, op->arena, (size_t)1 << 20);
	for (int i = 0; i < 1200; i++)
		buf_printf(&b, "%s" PAST(PERSON, "wamid.%d", "\"type\":\"text\""),
			   i == 0 ? "" : ",", i);
	put_change(op, "history",
		   arena_printf(op->arena,
				"\"history\":[{\"threads\":[{\"id\":\"" PERSON
				"\",\"messages\":[%s]}]}]",
				buf_str(&b)));
	must(op, gateway_read_thread(op, &list, fixture_instance.id, PERSON, 500));
	assert_int_equal(list.n, 500);
	assert_string_equal(told(op, "ep_meta"), "meta.history");
	op_end(op);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown_store)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_typed_on_the_phone_is_told_once_and_seen_in_the_conversation),
		TEST(what_is_taken_back_on_the_phone_is_told),
		TEST(history_is_seen_and_nothing_else),
		TEST(history_that_was_declined_is_passed_on),
		TEST(a_file_of_the_past_takes_its_place_in_either_order),
		TEST(a_message_is_one_line_however_often_it_is_told),
		TEST(a_long_history_is_taken_in_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
