/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_apply_fields - each field of Meta's webhooks becomes the event that the catalogue names
 */
#include "apply_fixture.h"
#include "gateway/events.h"

/* A message of the person, in which only what follows its frame matters. */
static const json_t *
event_of_message(struct op *op, const char *rest)
{
	static int n;

	put_row(NULL, document(op, "messages",
			       arena_printf(op->arena,
					    "{\"from\":\"" PERSON "\",\"id\":\"wamid.%d\","
					    "\"timestamp\":\"1749416383\",%s}",
					    ++n, rest)));
	apply_all(op);
	return body_of(op, "normalized", "message.received");
}

/* ---- messages ---------------------------------------------------------------------------- */

static void
a_text_has_every_member_of_the_catalogue(void **state)
{
	struct op *op = fixture_op();
	const json_t *body = event_of_message(
		op, "\"type\":\"text\",\"text\":{\"body\":\"hi\"},\"context\":{\"from\":\"1\","
		    "\"id\":\"wamid.before\"},\"referral\":{\"source_id\":\"ad\"}");

	(void)state;
	check_text(body, "from", "+" PERSON);
	check_text(body, "message_text", "hi");
	check_text(body, "message_type", "text");
	check_text(body, "reply_to", "wamid.before");
	check_text(body, "referral.source_id", "ad");
	assert_true(
		text_equal(json_str(body, "message_id"), json_str(body, "external_message_id")));
	check_nulls(body, "from_user_id gateway_message_id media location contacts interactive");
	assert_null(json_object_get(body, "test"));
	op_end(op);
}

static void
a_file_is_told_without_metas_address(void **state)
{
	struct op *op = fixture_op();
	const json_t *body = event_of_message(
		op, "\"type\":\"document\",\"document\":{\"id\":\"77\",\"mime_type\":"
		    "\"application/pdf\",\"sha256\":\"x=\",\"caption\":\"The bill\",\"filename\":"
		    "\"bill.pdf\",\"url\":\"https://lookaside.fbsbx.com/1\"}");

	(void)state;
	check_text(body, "message_text", "The bill");
	check_text(body, "media.id", "77");
	check_text(body, "media.mime_type", "application/pdf");
	check_text(body, "media.sha256", "x=");
	check_text(body, "media.caption", "The bill");
	check_text(body, "media.filename", "bill.pdf");
	check_text(body, "media.url",
		   "http://127.0.0.1:8080/v1/wa/media/77?phone_number_id=106540352242922");
	op_end(op);
}

/* What a type says: the whole text of a member, or the text under a path. */
static const struct type_sample {
	const char *rest, *text, *path, *value;
} type_samples[] = {
	{ "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.x\",\"emoji\":\"+\"}", NULL,
	  "reaction.message_id", "wamid.x" },
	{ "\"type\":\"edit\",\"edit\":{\"original_message_id\":\"wamid.x\",\"message\":{\"type\":"
	  "\"text\",\"text\":{\"body\":\"better\"}}}",
	  "better", "original_message_id", "wamid.x" },
	{ "\"type\":\"edit\",\"edit\":{\"original_message_id\":\"wamid.x\",\"message\":{\"type\":"
	  "\"image\",\"context\":{\"id\":\"wamid.q\"},\"image\":{\"id\":\"9\",\"caption\":"
	  "\"new\"}}}",
	  "new", "media.id", "9" },
	{ "\"type\":\"revoke\",\"revoke\":{\"original_message_id\":\"wamid.x\"}", NULL,
	  "original_message_id", "wamid.x" },
	{ "\"type\":\"order\",\"order\":{\"catalog_id\":\"c\",\"text\":\"quick, please\","
	  "\"product_items\":[{\"quantity\":3}]}",
	  "quick, please", "order.catalog_id", "c" },
	{ "\"type\":\"interactive\",\"interactive\":{\"type\":\"nfm_reply\",\"nfm_reply\":{"
	  "\"name\":"
	  "\"flow\",\"body\":\"Sent\",\"response_json\":\"{\\\"a\\\":1}\"}}",
	  NULL, "interactive.nfm_reply.response_json", "{\"a\":1}" },
	{ "\"type\":\"interactive\",\"interactive\":{\"type\":\"list_reply\",\"list_reply\":{"
	  "\"id\":"
	  "\"r\",\"title\":\"Row\"}}",
	  "Row", "interactive.list_reply.id", "r" },
	{ "\"type\":\"button\",\"button\":{\"payload\":\"p\",\"text\":\"Yes\"}", "Yes",
	  "interactive.button_reply.id", "p" },
	{ "\"type\":\"location\",\"location\":{\"latitude\":1.5,\"name\":\"Here\"}", NULL,
	  "location.name", "Here" },
	{ "\"type\":\"contacts\",\"contacts\":[{\"origin\":\"other\"}]", NULL, "contacts.0.origin",
	  "other" },
	{ "\"type\":\"unsupported\",\"errors\":[{\"code\":131051,\"title\":\"Unknown\","
	  "\"error_data\":{\"details\":\"not supported\"}}]",
	  NULL, "error.details", "not supported" },
	{ "\"type\":\"system\",\"system\":{\"body\":\"x\",\"type\":\"user_changed_number\","
	  "\"wa_id\":\"905320000000\"}",
	  NULL, "system.wa_id", "905320000000" },
	{ "\"type\":\"request_welcome\"", NULL, "message_type", "request_welcome" },
	{ "\"type\":\"of_tomorrow\",\"of_tomorrow\":{}", NULL, "message_type", "of_tomorrow" },
};

static void
each_type_says_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(type_samples); i++) {
		const struct type_sample *s = &type_samples[i];
		struct op *op;
		const json_t *body;

		store_end();
		setup(state);
		op = fixture_op();
		body = event_of_message(op, s->rest);
		check_text(body, "message_text", s->text);
		check_text(body, s->path, s->value);
		op_end(op);
	}
}

static void
what_meta_says_of_a_person_opens_no_window_and_names_them_anew(void **state)
{
	struct op *op = fixture_op();
	struct list active;

	(void)state;
	put_text(op, "wamid.stop", "STOP");
	apply_all(op);
	assert_int_equal(conversation_with(op, PERSON).unread, 1);
	put_row(NULL, document(op, "messages",
			       "{\"from\":\"" PERSON "\",\"id\":\"wamid.s\",\"type\":\"system\","
			       "\"timestamp\":\"1749416399\",\"system\":{\"wa_id\":"
			       "\"905320000000\",\"type\":\"user_changed_number\"}}"));
	apply_all(op);
	assert_int_equal(conversation_with(op, PERSON).unread, 1);
	assert_int_equal(conversation_with(op, PERSON).heard_at.ms, INT64_C(1749416383000));
	must(op, suppression_store_active(op, &active, "905320000000"));
	assert_int_equal(active.n, 1);
	op_end(op);
}

static void
an_error_beside_a_message_is_told_beside_it(void **state)
{
	struct op *op = fixture_op();
	static const char both[] =
		"\"contacts\":[{\"wa_id\":\"" PERSON "\"}],\"messages\":[{\"from\":\"" PERSON
		"\",\"id\":\"wamid.i\",\"type\":\"interactive\"}],\"errors\":[{\"code\":131000}]";

	(void)state;
	put_change(op, "messages", both);
	put_change(op, "messages", both);
	assert_string_equal(told(op, "ep_flat"), "message.received");
	/* Each in a conversation of its own: in either order. */
	assert_non_null(strstr(told(op, "ep_meta"), "meta.messages"));
	assert_non_null(strstr(told(op, "ep_meta"), "message.received"));
	assert_int_equal(strlen(told(op, "ep_meta")), strlen("meta.messages message.received"));
	assert_int_equal(json_integer_value(json_at(body_of(op, "meta", "meta.messages"),
						    "entry.0.changes.0.value.errors.0.code")),
			 131000);
	op_end(op);
}

/* ---- calls and groups --------------------------------------------------------------------- */

#define CALL(event, rest)                                                          \
	"\"calls\":[{\"id\":\"wacid.1\",\"to\":\"15550783881\",\"from\":\"" PERSON \
	"\",\"event\":\"" event                                                    \
	"\",\"timestamp\":\"1749416383\",\"direction\":\"USER_INITIATED\"" rest    \
	"}],\"contacts\":[{\"profile\":{\"name\":\"Ada\"},\"wa_id\":\"" PERSON "\"}]"

static void
a_call_that_nobody_took_is_received_and_missed(void **state)
{
	struct op *op = fixture_op();
	const json_t *body;

	(void)state;
	put_change(op, "calls", CALL("connect", ",\"session\":{\"sdp\":\"v=0\\r\\nm=video 9\"}"));
	put_change(op, "calls", CALL("terminate", ",\"status\":\"FAILED\""));
	put_change(op, "calls", CALL("terminate", ",\"status\":\"FAILED\""));
	assert_string_equal(told(op, "ep_flat"), "call.received call.missed");
	assert_string_equal(told(op, "ep_meta"), "call.received call.missed");
	body = body_of(op, "normalized", "call.received");
	check_text(body, "from", "+" PERSON);
	check_text(body, "from_name", "Ada");
	check_text(body, "call_id", "wacid.1");
	check_text(body, "timestamp", "2025-06-08T20:59:43Z");
	assert_true(json_is_true(json_object_get(body, "video")));
	check_nulls(body, "duration from_user_id");
	body = body_of(op, "normalized", "call.missed");
	assert_true(json_is_false(json_object_get(body, "video")));
	assert_int_equal(conversation_with(op, PERSON).unread, 0);
	assert_int_equal(conversation_with(op, PERSON).heard_at.ms, INT64_C(1749416383000));
	op_end(op);
}

static void
a_call_that_was_taken_is_not_missed(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	put_change(op, "calls",
		   CALL("terminate", ",\"status\":\"COMPLETED\",\"start_time\":\"1749416300\","
				     "\"duration\":20"));
	put_change(op, "calls",
		   "\"statuses\":[{\"id\":\"wacid.2\",\"type\":\"call\","
		   "\"status\":\"RINGING\",\"timestamp\":\"1\"}]");
	put_change(op, "calls",
		   "\"calls\":[{\"id\":\"wacid.3\",\"event\":\"terminate\","
		   "\"from\":\"15550783881\",\"direction\":\"BUSINESS_INITIATED\"}]");
	assert_string_equal(told(op, "ep_flat"), "");
	assert_string_equal(told(op, "ep_meta"), "meta.calls meta.calls meta.calls");
	op_end(op);
}

static void
each_change_of_a_group_is_an_event(void **state)
{
	struct op *op = fixture_op();
	const json_t *body;

	(void)state;
	put_change(op, "group_participants_update",
		   "\"groups\":[{\"timestamp\":\"1739321024\",\"group_id\":\"g1\",\"type\":"
		   "\"group_participants_remove\",\"removed_participants\":[{\"wa_id\":"
		   "\"16505551234\"}],\"failed_participants\":[{\"input\":\"16505551235\"}]}]");
	body = body_of(op, "normalized", "group.updated");
	check_text(body, "group_id", "g1");
	check_text(body, "change", "group_participants_remove");
	check_text(body, "participants.0.phone", "+16505551234");
	check_text(body, "participants.0.change", "removed");
	check_text(body, "participants.1.phone", "+16505551235");
	check_text(body, "participants.1.change", "failed");
	check_text(body, "timestamp", "2025-02-12T00:43:44Z");
	check_nulls(body, "group_name error from message_text");
	put_change(op, "group_settings_update",
		   "\"groups\":[{\"group_id\":\"g1\",\"type\":\"group_settings_update\","
		   "\"group_subject\":{\"text\":\"New\",\"update_successful\":true}},"
		   "{\"group_id\":\"g2\",\"type\":\"group_create\",\"subject\":\"s\",\"errors\":"
		   "[{\"code\":131208,\"title\":\"Too many\"}]}]");
	assert_string_equal(told(op, "ep_flat"), "group.updated group.updated group.updated");
	assert_string_equal(told(op, "ep_meta"), "group.updated group.updated group.updated");
	op_end(op);
}

static void
a_groups_message_names_the_group(void **state)
{
	struct op *op = fixture_op();
	const json_t *body;

	(void)state;
	put_row(NULL, document(op, "messages",
			       "{\"from\":\"" PERSON "\",\"group_id\":\"g1\",\"id\":\"wamid.g\","
			       "\"type\":\"text\",\"text\":{\"body\":\"all of you\"}}"));
	apply_all(op);
	body = body_of(op, "normalized", "group.message_received");
	check_text(body, "group_id", "g1");
	check_text(body, "from", "+" PERSON);
	check_text(body, "message_text", "all of you");
	check_nulls(body, "group_name");
	op_end(op);
}

/* ---- templates ---------------------------------------------------------------------------- */

static void
a_template_is_told_as_it_is_now(void **state)
{
	struct op *op = fixture_op();
	const json_t *body;

	(void)state;
	put_row(NULL,
		"{\"entry\":[{\"id\":\"" WABA "\",\"time\":1751247548,\"changes\":[{\"field\":"
		"\"message_template_status_update\",\"value\":{\"event\":\"PAUSED\","
		"\"message_template_id\":1689556908129832,\"message_template_name\":"
		"\"order_confirmation\",\"message_template_language\":\"en-US\",\"reason\":"
		"\"NONE\",\"other_info\":{\"title\":\"FIRST_PAUSE\"}}}]}]}");
	apply_all(op);
	assert_string_equal(told(op, "ep_flat"), "template.status_updated");
	body = body_of(op, "normalized", "template.status_updated");
	check_text(body, "template.id", "1689556908129832");
	check_text(body, "template.name", "order_confirmation");
	check_text(body, "template.language", "en-US");
	check_text(body, "template.change", "status");
	check_text(body, "template.status", "PAUSED");
	check_text(body, "template.reason", "FIRST_PAUSE");
	check_nulls(json_object_get(body, "template"), "quality category previous_category");
	op_end(op);
}

/* ---- what is recorded though nobody listens ------------------------------------------------- */

static size_t
recorded(struct op *op, const char *name)
{
	struct event_query query = { .from = "evt_", .to = "evu", .limit = 100, .name = name };
	struct list events;

	db_rest(op);
	must(op, event_store_list(op, &events, &query));
	return events.n;
}

static void
record_status(struct op *op, const char *status)
{
	struct batch *batch = batch_new(op);
	struct message m = message_now(op, "msg_1");

	m.status = status;
	must(op, event_record_message(op, batch, &fixture_instance, &m, NULL));
	must(op, db_commit(op, batch));
}

static void
a_status_without_an_event_of_its_own_is_always_recorded(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	put_message("msg_1", "sent", "wamid.M");
	record_status(op, "sent");
	record_status(op, "delivered");
	assert_int_equal(recorded(op, "message.sent"), 1);
	assert_int_equal(recorded(op, "message.delivered"), 1);
	assert_int_equal(recorded(op, "message.status_updated"), 0);
	record_status(op, "unknown");
	record_status(op, "cancelled");
	assert_int_equal(recorded(op, "message.status_updated"), 2);
	op_end(op);
}

static int
setup_unheard(void **state)
{
	(void)state;
	store_begin("");
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown_store)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_text_has_every_member_of_the_catalogue),
		TEST(a_file_is_told_without_metas_address),
		TEST(each_type_says_what_it_says),
		TEST(what_meta_says_of_a_person_opens_no_window_and_names_them_anew),
		TEST(an_error_beside_a_message_is_told_beside_it),
		TEST(a_call_that_nobody_took_is_received_and_missed),
		TEST(a_call_that_was_taken_is_not_missed),
		TEST(each_change_of_a_group_is_an_event),
		TEST(a_groups_message_names_the_group),
		TEST(a_template_is_told_as_it_is_now),
		cmocka_unit_test_setup_teardown(
			a_status_without_an_event_of_its_own_is_always_recorded, setup_unheard,
			teardown_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
