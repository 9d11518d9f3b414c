/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_apply - webhooks of the provider become rows, statuses, opt-outs and events, once each
 */
#include "apply_fixture.h"

/* ---- inbound ------------------------------------------------------------------------------ */

static void
a_message_is_kept_and_told_once(void **state)
{
	struct op *op = fixture_op();
	struct inbound in = { 0 };
	json_t *body;

	(void)state;
	put_text(op, "wamid.A", "Hello \\ud83d\\ude42");
	put_text(op, "wamid.A", "Hello \\ud83d\\ude42");
	assert_int_equal(apply_all(op), 2);
	put_text(op, "wamid.A", "Hello again");
	assert_int_equal(apply_all(op), 1);
	must(op, inbound_store_by_provider_id(op, &in, "wamid.A"));
	assert_string_equal(in.sender, "905321112233");
	assert_string_equal(in.sender_name, "Ada");
	assert_string_equal(in.type, "text");
	assert_string_equal(in.text, "Hello 🙂");
	assert_true(in.provider_at.ms == INT64_C(1749416383000));
	assert_string_equal(told(op, "ep_flat"), "message.received");
	assert_string_equal(told(op, "ep_meta"), "message.received");
	body = body_of(op, "normalized", "message.received");
	assert_string_equal(json_str(body, "event"), "message.received");
	assert_string_equal(json_str(body, "instance_id"), "inst_fixture");
	assert_string_equal(json_str(body, "instance_slug"), "front-desk");
	assert_string_equal(json_str(body, "instance_name"), "Front Desk");
	assert_string_equal(json_str(body, "from"), "+905321112233");
	assert_string_equal(json_str(body, "from_name"), "Ada");
	assert_string_equal(json_str(body, "message_text"), "Hello 🙂");
	assert_string_equal(json_str(body, "external_message_id"), "wamid.A");
	assert_string_equal(json_str(body, "timestamp"), "2025-06-08T20:59:43Z");
	assert_null(json_object_get(body, "test"));
	body = body_of(op, "meta", "message.received");
	assert_string_equal(
		json_string_value(json_at(body, "entry.0.changes.0.value.messages.0.text.body")),
		"Hello 🙂");
	op_end(op);
}

static void
people_without_a_number_are_known_by_their_user_id(void **state)
{
	struct op *op = fixture_op();
	struct inbound in = { 0 };
	struct list active;

	(void)state;
	put_row(NULL, document(op, "messages",
			       "{\"from_user_id\":\"US.1349\",\"id\":\"wamid.U\",\"timestamp\":1,"
			       "\"type\":\"text\",\"text\":{\"body\":\"STOP\"}}"));
	assert_int_equal(apply_all(op), 1);
	must(op, inbound_store_by_provider_id(op, &in, "wamid.U"));
	assert_null(in.sender);
	assert_string_equal(in.sender_user_id, "US.1349");
	assert_true(in.opted_out);
	must(op, suppression_store_active(op, &active, "US.1349"));
	assert_int_equal(active.n, 1);
	assert_true(json_is_null(
		json_object_get(body_of(op, "normalized", "recipient.opted_out"), "from")));
	op_end(op);
}

static void
who_says_stop_again_is_opted_out_from_then_on(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct suppression first = {
		.id = "sup_first",
		.recipient = "905321112233",
		.reason = "opted_out",
		.source = "keyword",
		.actor = "recipient",
		.since = { 1000 },
	};
	const struct suppression *row;
	struct list active;

	(void)state;
	suppression_store_insert(batch, &first);
	must(op, db_commit(op, batch));
	put_text(op, "wamid.1", "Hello again");
	apply_all(op);
	must(op, suppression_store_active(op, &active, first.recipient));
	row = active.rows;
	assert_int_equal(row->since.ms, first.since.ms);
	put_text(op, "wamid.2", "STOP");
	apply_all(op);
	db_rest(op);
	must(op, suppression_store_active(op, &active, first.recipient));
	assert_int_equal(active.n, 1);
	row = active.rows;
	assert_string_equal(row->id, first.id);
	assert_int_equal(row->since.ms, 1749416383000); /* when it was said */
	op_end(op);
}

static void
stop_suppresses_and_start_lifts(void **state)
{
	struct op *op = fixture_op();
	const struct suppression *row;
	struct list active;
	json_t *body;

	(void)state;
	put_text(op, "wamid.1", "Please stop!");
	put_text(op, "wamid.2", "Stop by the shop at 5");
	apply_all(op);
	must(op, suppression_store_active(op, &active, "905321112233"));
	assert_int_equal(active.n, 1);
	row = active.rows;
	assert_string_equal(row->reason, "opted_out");
	assert_string_equal(row->source, "keyword");
	assert_string_equal(row->text, "Please stop!");
	assert_string_equal(row->keyword, "stop");
	assert_string_equal(told(op, "ep_flat"),
			    "message.received recipient.opted_out message.received");
	body = body_of(op, "normalized", "recipient.opted_out");
	assert_string_equal(json_str(body, "reason"), "recipient_requested_stop");
	assert_string_equal(json_str(body, "from"), "+905321112233");
	assert_string_equal(json_str(body, "message_text"), "Please stop!");
	put_text(op, "wamid.3", "START");
	put_text(op, "wamid.4", "start");
	apply_all(op);
	must(op, suppression_store_active(op, &active, "905321112233"));
	assert_int_equal(active.n, 0);
	assert_string_equal(told(op, "ep_flat"),
			    "message.received recipient.opted_out message.received "
			    "message.received recipient.opted_in message.received");
	op_end(op);
}

static void
stop_and_start_in_one_document_keep_their_order(void **state)
{
	struct op *op = fixture_op();
	struct list active;

	(void)state;
	put_row(NULL, document(op, "messages",
			       "{\"from\":\"905321112233\",\"id\":\"wamid.1\",\"type\":\"text\","
			       "\"text\":{\"body\":\"stop\"}},"
			       "{\"from\":\"905321112233\",\"id\":\"wamid.2\",\"type\":\"text\","
			       "\"text\":{\"body\":\"start\"}}"));
	apply_all(op);
	must(op, suppression_store_active(op, &active, "905321112233"));
	assert_int_equal(active.n, 0);
	assert_string_equal(told(op, "ep_flat"), "message.received recipient.opted_out "
						 "message.received recipient.opted_in");
	op_end(op);
}

static void
pressed_buttons_count_and_captions_do_not(void **state)
{
	struct op *op = fixture_op();
	struct inbound in = { 0 };

	(void)state;
	put_row(NULL, document(op, "messages",
			       "{\"from\":\"1\",\"id\":\"wamid.b\",\"type\":\"button\","
			       "\"button\":{\"payload\":\"stop\",\"text\":\"No, thanks\"}},"
			       "{\"from\":\"2\",\"id\":\"wamid.c\",\"type\":\"image\","
			       "\"image\":{\"id\":\"7\",\"mime_type\":\"image/png\","
			       "\"sha256\":\"x\",\"caption\":\"STOP\"}},"
			       "{\"from\":\"3\",\"id\":\"wamid.g\",\"group_id\":\"g1\","
			       "\"type\":\"text\",\"text\":{\"body\":\"stop\"}}"));
	apply_all(op);
	must(op, inbound_store_by_provider_id(op, &in, "wamid.b"));
	assert_true(in.opted_out);
	assert_string_equal(in.text, "No, thanks");
	must(op, inbound_store_by_provider_id(op, &in, "wamid.c"));
	assert_false(in.opted_out);
	assert_string_equal(in.text, "STOP");
	must(op, inbound_store_by_provider_id(op, &in, "wamid.g"));
	assert_false(in.opted_out);
	assert_string_equal(
		json_str(body_of(op, "normalized", "group.message_received"), "group_id"), "g1");
	op_end(op);
}

/* ---- statuses ----------------------------------------------------------------------------- */

static void
statuses_move_forward_only(void **state)
{
	struct op *op = fixture_op();
	struct message m;

	(void)state;
	put_message("msg_1", "sent", "wamid.M");
	put_status(op, "wamid.M", "read", "");
	put_status(op, "wamid.M", "delivered",
		   ",\"pricing\":{\"billable\":true,\"category\":\"utility\"}");
	put_status(op, "wamid.M", "sent", "");
	put_status(op, "wamid.M", "read", "");
	apply_all(op);
	m = message_now(op, "msg_1");
	assert_string_equal(m.status, "read");
	assert_true(m.read_at.ms == INT64_C(1750263773000));
	assert_true(m.delivered_at.ms == INT64_C(1750263773000));
	assert_true(m.provider_sent_at.ms == INT64_C(1750263773000));
	assert_string_equal(m.price, "{\"billable\":true,\"category\":\"utility\"}");
	assert_string_equal(told(op, "ep_flat"), "message.read message.status_updated");
	assert_string_equal(told(op, "ep_meta"), "message.read meta.messages meta.messages");
	op_end(op);
}

static void
a_failure_tells_why(void **state)
{
	struct op *op = fixture_op();
	struct message m;
	const json_t *error;

	(void)state;
	put_message("msg_1", "sent", "wamid.M");
	put_status(op, "wamid.M", "failed",
		   ",\"errors\":[{\"code\":131026,\"title\":\"Message undeliverable\","
		   "\"error_data\":{\"details\":\"No such user\"}}]");
	apply_all(op);
	m = message_now(op, "msg_1");
	assert_string_equal(m.status, "failed");
	assert_int_equal(m.error_code, 131026);
	assert_string_equal(m.error_title, "Message undeliverable");
	assert_string_equal(m.error_details, "No such user");
	assert_false(m.error_retryable);
	error = json_object_get(body_of(op, "normalized", "message.failed"), "error");
	assert_int_equal(json_int(error, "code", 0), 131026);
	put_status(op, "wamid.M", "delivered", "");
	apply_all(op);
	m = message_now(op, "msg_1");
	assert_string_equal(m.status, "delivered");
	assert_null(m.error_title);
	op_end(op);
}

static void
a_status_may_come_before_its_message(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch;
	struct message m;

	(void)state;
	put_message("msg_1", "sending", NULL);
	put_status(op, "wamid.M", "delivered", "");
	apply_all(op);
	assert_string_equal(message_now(op, "msg_1").status, "sending");
	assert_string_equal(told(op, "ep_flat"), "");
	assert_string_equal(told(op, "ep_meta"), "meta.messages");
	m = message_now(op, "msg_1");
	m.status = "sent";
	m.provider_id = "wamid.M";
	m.sent_at = op->now;
	batch = batch_new(op);
	message_store_settle(batch, &m);
	status_store_adopt(batch, fixture_instance.id, "wamid.M", "msg_1");
	must(op, db_commit(op, batch));
	assert_int_equal(apply_all(op), 1);
	assert_string_equal(message_now(op, "msg_1").status, "delivered");
	assert_string_equal(told(op, "ep_flat"), "message.delivered message.status_updated");
	assert_string_equal(told(op, "ep_meta"), "meta.messages");
	assert_int_equal(apply_all(op), 0);
	op_end(op);
}

static void
a_status_finds_its_message_in_the_moment_of_the_commit(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct status status = {
		.instance_id = fixture_instance.id,
		.provider_id = "wamid.M",
		.status = "delivered",
		.participant = "",
		.payload = "{}",
		.provider_at = op->now,
		.recorded_at = op->now,
	};

	(void)state;
	put_message("msg_1", "sent", "wamid.M");
	status_store_insert(batch, &status);
	must(op, db_commit(op, batch));
	assert_int_equal(apply_all(op), 1);
	assert_string_equal(message_now(op, "msg_1").status, "delivered");
	op_end(op);
}

static void
our_id_resolves_a_send_whose_answer_was_lost(void **state)
{
	struct op *op = fixture_op();
	struct message m;

	(void)state;
	put_message("msg_0123456789abcdefghjkmnpq", "unknown", NULL);
	put_status(op, "wamid.M", "sent",
		   ",\"biz_opaque_callback_data\":\"msg_0123456789abcdefghjkmnpq\"");
	apply_all(op);
	m = message_now(op, "msg_0123456789abcdefghjkmnpq");
	assert_string_equal(m.status, "sent");
	assert_string_equal(m.provider_id, "wamid.M");
	assert_true(m.sent_at.ms == INT64_C(1750263773000));
	assert_string_equal(told(op, "ep_flat"), "message.sent message.status_updated");
	/* Another message that carries the same text is not that one. */
	put_status(op, "wamid.OTHER", "failed",
		   ",\"biz_opaque_callback_data\":\"msg_0123456789abcdefghjkmnpq\"");
	apply_all(op);
	assert_string_equal(message_now(op, "msg_0123456789abcdefghjkmnpq").status, "sent");
	op_end(op);
}

/* ---- other fields, other owners ----------------------------------------------------------- */

static void
any_field_is_passed_on_once(void **state)
{
	static const char raw[] =
		"{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"" WABA
		"\",\"time\":1739321024,\"changes\":[{\"value\":{\"x\":37.758056,\"y\":1e2},"
		"\"field\":\"of_next_year\"}]}]}";
	struct op *op = fixture_op();
	struct event_body event = { 0 };
	struct delivery_query query = { .endpoint_id = "ep_meta", .limit = 10 };
	struct list list;

	(void)state;
	put_row(NULL, raw);
	put_row(NULL, raw);
	apply_all(op);
	put_row(NULL, raw);
	apply_all(op);
	assert_string_equal(told(op, "ep_meta"), "meta.of_next_year");
	assert_string_equal(told(op, "ep_flat"), "");
	must(op, delivery_store_list(op, &list, &query));
	must(op,
	     event_store_body(op, &event, ((const struct delivery *)list.rows)->event_id, "meta"));
	assert_string_equal(event.body, raw);
	op_end(op);
}

/* When the person last wrote or called, in seconds. */
static int64_t
heard(struct op *op, const char *who)
{
	struct conversation conversation = { 0 };

	apply_all(op);
	must(op, conversation_store_get(op, &conversation, fixture_instance.id, who));
	return conversation.heard_at.ms / SECOND_MS;
}

static void
put_call(struct op *op, const char *direction, const char *timestamp)
{
	put_row(NULL, arena_printf(op->arena,
				   "{\"entry\":[{\"id\":\"" WABA
				   "\",\"changes\":[{\"field\":\"calls\",\"value\":"
				   "{\"metadata\":{\"phone_number_id\":\"" PHONE "\"},"
				   "\"calls\":[{\"id\":\"wacid.1\",\"from\":\"905321112233\","
				   "\"event\":\"connect\",\"direction\":\"%s\","
				   "\"timestamp\":\"%s\"}]}}]}]}",
				   direction, timestamp));
}

static void
put_image(struct op *op, const char *id, int64_t timestamp, const char *more)
{
	put_row(NULL, document(op, "messages",
			       arena_printf(op->arena,
					    "{\"from\":\"905321112233\",\"id\":\"%s\","
					    "\"timestamp\":\"%lld\",\"type\":\"image\"%s}",
					    id, (long long)timestamp, more)));
}

static void
what_a_person_writes_or_calls_opens_the_conversation(void **state)
{
	static const char who[] = "905321112233";
	struct op *op = fixture_op();
	int64_t now = op->now.ms / SECOND_MS;

	(void)state;
	assert_int_equal(heard(op, who), 0);
	put_image(op, "wamid.g", 1749416389, ",\"group_id\":\"g1\"");
	assert_int_equal(heard(op, who), 0);
	put_image(op, "wamid.1", 1749416383, "");
	assert_int_equal(heard(op, who), 1749416383);
	put_image(op, "wamid.0", 1749416300, "");
	assert_int_equal(heard(op, who), 1749416383);
	put_call(op, "BUSINESS_INITIATED", "1749416400");
	assert_int_equal(heard(op, who), 1749416383);
	put_call(op, "USER_INITIATED", "1749416401");
	assert_int_equal(heard(op, who), 1749416401);
	/* A clock that is ahead opens nothing for longer. */
	put_image(op, "wamid.2", now + 1000000, "");
	assert_in_range(heard(op, who), now, now + 60);
	op_end(op);
}

static void
what_belongs_to_nobody_is_counted(void **state)
{
	struct op *op = fixture_op();
	struct instant oldest;

	(void)state;
	put_row(NULL, "{\"entry\":[{\"id\":\"9\",\"changes\":[{\"field\":\"messages\",\"value\":"
		      "{\"metadata\":{\"phone_number_id\":\"404\"},\"messages\":[{\"id\":\"w\","
		      "\"from\":\"1\"}]}},{\"field\":\"account_update\",\"value\":{}}]}]}");
	put_text(op, "wamid.A", "hello");
	assert_int_equal(apply_all(op), 2);
	assert_string_equal(told(op, "ep_flat"), "message.received");
	must(op, inbox_store_oldest(op, &oldest));
	assert_true(oldest.ms == 0);
	op_end(op);
}

static void
what_cannot_be_understood_is_kept(void **state)
{
	struct op *op = fixture_op();
	int64_t unclear;

	(void)state;
	put_row(NULL, "no json at all");
	put_row(NULL, "{\"entry\":7}");
	put_text(op, "wamid.A", "hello");
	assert_int_equal(apply_all(op), 3);
	must(op, inbox_store_count_unclear(op, &unclear));
	assert_int_equal(unclear, 2);
	assert_string_equal(told(op, "ep_flat"), "message.received");
	op_end(op);
}

static void
documents_made_to_hurt_are_kept_unread(void **state)
{
	struct op *op = fixture_op();
	static const char head[] =
		"{\"entry\":[{\"id\":\"" WABA "\",\"changes\":[{\"field\":\"f\",\"value\":\"";
	size_t n = 3 << 20;
	char *raw = arena_alloc(op->arena, n + sizeof(head) + 64);
	int64_t unclear;

	(void)state;
	memcpy(raw, "{\"entry\":[", 10);
	for (size_t i = 10; i + 4 < n; i += 3)
		memcpy(raw + i, "{},", 3);
	memcpy(raw + n - 4, "1]}", 4);
	put_row(NULL, raw);
	memset(raw, 0x7f, n);
	memcpy(raw, head, strlen(head));
	memcpy(raw + n, "\"}]}]}", 7);
	put_row(NULL, raw);
	memcpy(raw + (600 << 10), "\"}]}]}", 7);
	put_row(NULL, raw);
	put_text(op, "wamid.A", "hello");
	apply_all(op);
	must(op, inbox_store_count_unclear(op, &unclear));
	assert_int_equal(unclear, 2);
	assert_string_equal(told(op, "ep_flat"), "message.received");
	assert_non_null(body_of(op, "meta", "meta.f"));
	op_end(op);
}

/* What stands beside the items is told with each of them: small for Meta, not for everybody. */
static void
documents_made_to_grow_are_kept_unread(void **state)
{
	struct op *op = fixture_op();
	char *large = arena_alloc(op->arena, 100001);
	struct buf items;
	int64_t unclear;

	(void)state;
	memset(large, 'A', 100000);
	buf_init(&items, op->arena, 64 << 10);
	for (int i = 0; i < 400; i++)
		buf_printf(&items, "%s{\"from\":\"905321112233\",\"id\":\"wamid.%d\"}",
			   i == 0 ? "" : ",", i);
	put_change(op, "messages",
		   arena_printf(op->arena, "\"more\":\"%s\",\"messages\":[%s]", large,
				buf_str(&items)));
	put_change(op, "messages",
		   arena_printf(op->arena,
				"\"contacts\":[{\"wa_id\":\"905321112233\",\"profile\":"
				"{\"name\":\"%s\"}}],\"messages\":[%s]",
				large, buf_str(&items)));
	must(op, inbox_store_count_unclear(op, &unclear));
	assert_int_equal(unclear, 2);
	assert_string_equal(told(op, "ep_meta"), "");
	op_end(op);
}

/* Items of one person have a commit each: what keeps the others waiting goes on in another turn. */
static void
a_long_row_is_applied_in_several_turns(void **state)
{
	enum { ITEMS = 1000 };
	struct op *op = fixture_op(), *turn = op_begin("test");
	struct inbound row = { 0 };
	struct buf items;
	int64_t n, unclear;

	(void)state;
	buf_init(&items, op->arena, 1 << 20);
	for (int i = 0; i < ITEMS; i++)
		buf_printf(&items, "%s{\"from\":\"" PERSON "\",\"id\":\"wamid.%d\"}",
			   i == 0 ? "" : ",", i);
	put_row(NULL, document(op, "messages", buf_str(&items)));
	must(turn, gateway_apply_inbox(turn, 10, &n));
	op_end(turn);
	assert_int_equal(inbound_store_by_provider_id(op, &row, "wamid.0"), RC_OK);
	assert_int_equal(inbound_store_by_provider_id(op, &row, "wamid.999"), RC_MISSING);
	apply_all(op);
	assert_int_equal(inbound_store_by_provider_id(op, &row, "wamid.999"), RC_OK);
	assert_int_equal(conversation_with(op, PERSON).unread, ITEMS);
	must(op, inbox_store_count_unclear(op, &unclear));
	assert_int_equal(unclear, 0);
	op_end(op);
}

/* Whatever kills the worker that reads it: it is not read for ever. */
static void
a_row_that_no_worker_survives_is_set_aside(void **state)
{
	struct op *op = fixture_op();
	int64_t unclear;

	(void)state;
	put_text(op, "wamid.A", "hello");
	for (int i = 0; i < 40; i++) {
		struct batch *batch = batch_new(op);

		inbox_store_claim(batch, op->now, clock_after(op->now, -1), "here", 1);
		must(op, db_commit(op, batch));
	}
	put_text(op, "wamid.B", "there");
	apply_all(op);
	must(op, inbox_store_count_unclear(op, &unclear));
	assert_int_equal(unclear, 1);
	assert_string_equal(told(op, "ep_flat"), "message.received");
	op_end(op);
}

static void
add_instance(const char *id, const char *phone, const char *secret)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct instance instance = fixture_instance;
	const struct instance_change change = { "app_secret", secret };

	instance.id = id;
	instance.slug = id;
	instance.phone_number_id = phone;
	instance_store_insert(batch, &instance);
	instance_store_update(batch, &instance);
	must(op, db_commit(op, batch));
	must(op, gateway_set_instance(op, id, &change, 1, true));
	op_end(op);
}

static const char *
text_for_number(struct op *op, const char *phone, const char *id)
{
	return arena_printf(op->arena,
			    "{\"entry\":[{\"id\":\"" WABA "\",\"changes\":[{\"field\":"
			    "\"messages\",\"value\":{\"metadata\":{\"phone_number_id\":"
			    "\"%s\"},\"messages\":[{\"id\":\"%s\",\"from\":\"1\","
			    "\"type\":\"text\",\"text\":{\"body\":\"x\"}}]}}]}]}",
			    phone, id);
}

static void
an_own_address_speaks_for_its_own_secret_only(void **state)
{
	struct op *op = fixture_op();
	struct inbound in = { 0 };

	(void)state;
	add_instance("inst_a", "111", "alpha");
	add_instance("inst_b", "222", "alpha");
	add_instance("inst_c", "333", "gamma");
	for (const char *phone = "111\000222\000333\0"; *phone != '\0'; phone += 4)
		put_row("inst_a",
			text_for_number(op, phone, arena_printf(op->arena, "wamid.%s", phone)));
	apply_all(op);
	must(op, inbound_store_by_provider_id(op, &in, "wamid.111"));
	assert_string_equal(in.instance_id, "inst_a");
	must(op, inbound_store_by_provider_id(op, &in, "wamid.222"));
	assert_string_equal(in.instance_id, "inst_b");
	assert_int_equal(inbound_store_by_provider_id(op, &in, "wamid.333"), RC_MISSING);
	op_end(op);
}

static void
numbers_of_one_app_speak_for_each_other_while_its_secret_changes(void **state)
{
	const struct instance_change change = { "app_secret", "beta" };
	struct op *op = fixture_op();
	struct inbound in = { 0 };

	(void)state;
	add_instance("inst_a", "111", "alpha");
	add_instance("inst_b", "222", "alpha");
	must(op, gateway_set_instance(op, "inst_a", &change, 1, true));
	put_row("inst_a", text_for_number(op, "222", "wamid.old"));
	put_row("inst_b", text_for_number(op, "111", "wamid.new"));
	apply_all(op);
	must(op, inbound_store_by_provider_id(op, &in, "wamid.old"));
	must(op, inbound_store_by_provider_id(op, &in, "wamid.new"));
	op_end(op);
}

static void
a_change_of_the_business_account_is_told_once_to_each_endpoint(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	add_instance("inst_a", "111", "alpha");
	put_row(NULL, "{\"entry\":[{\"id\":\"" WABA "\",\"time\":1,\"changes\":[{\"field\":"
		      "\"account_update\",\"value\":{\"event\":\"PARTNER_ADDED\"}}]}]}");
	apply_all(op);
	assert_string_equal(told(op, "ep_meta"), "account.updated");
	assert_string_equal(told(op, "ep_flat"), "instance.connection_updated account.updated");
	op_end(op);
}

/* ---- lookups ------------------------------------------------------------------------------ */

static void
a_thread_shows_both_directions(void **state)
{
	struct op *op = fixture_op();
	struct inbound_filter filter = { .from = "+90 532 111 22 33", .text = "HELL" };
	const struct thread_line *lines;
	const char *cursor;
	struct list list;

	(void)state;
	put_text(op, "wamid.1", "hello 100%");
	apply_all(op);
	put_message("msg_1", "sent", "wamid.M");
	must(op, gateway_read_thread(op, &list, fixture_instance.id, "905321112233", 10));
	lines = list.rows;
	assert_int_equal(list.n, 2);
	assert_string_equal(lines[0].direction, "in");
	assert_string_equal(lines[0].text, "hello 100%");
	assert_string_equal(lines[1].direction, "out");
	assert_string_equal(lines[1].text, "hello");
	assert_string_equal(lines[1].status, "sent");
	must(op, gateway_list_inbound(op, &list, &cursor, &filter));
	assert_int_equal(list.n, 1);
	assert_null(cursor);
	filter.text = "100%";
	must(op, gateway_list_inbound(op, &list, &cursor, &filter));
	assert_int_equal(list.n, 1);
	filter.text = "1%0";
	must(op, gateway_list_inbound(op, &list, &cursor, &filter));
	assert_int_equal(list.n, 0);
	filter = (struct inbound_filter){ .only_opt_outs = true };
	must(op, gateway_list_inbound(op, &list, &cursor, &filter));
	assert_int_equal(list.n, 0);
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown_store)
		TEST(a_message_is_kept_and_told_once),
		TEST(people_without_a_number_are_known_by_their_user_id),
		TEST(who_says_stop_again_is_opted_out_from_then_on),
		TEST(stop_suppresses_and_start_lifts),
		TEST(stop_and_start_in_one_document_keep_their_order),
		TEST(pressed_buttons_count_and_captions_do_not),
		TEST(statuses_move_forward_only),
		TEST(a_failure_tells_why),
		TEST(a_status_may_come_before_its_message),
		TEST(a_status_finds_its_message_in_the_moment_of_the_commit),
		TEST(our_id_resolves_a_send_whose_answer_was_lost),
		TEST(any_field_is_passed_on_once),
		TEST(what_a_person_writes_or_calls_opens_the_conversation),
		TEST(what_belongs_to_nobody_is_counted),
		TEST(what_cannot_be_understood_is_kept),
		TEST(documents_made_to_hurt_are_kept_unread),
		TEST(documents_made_to_grow_are_kept_unread),
		TEST(a_long_row_is_applied_in_several_turns),
		TEST(a_row_that_no_worker_survives_is_set_aside),
		TEST(an_own_address_speaks_for_its_own_secret_only),
		TEST(numbers_of_one_app_speak_for_each_other_while_its_secret_changes),
		TEST(a_change_of_the_business_account_is_told_once_to_each_endpoint),
		TEST(a_thread_shows_both_directions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
