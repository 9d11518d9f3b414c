/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps 3 and 4: what the three dialects take, what they refuse and at which member, and what the
 * provider gets of it.
 */
#include "store_fixture.h"

#include "gateway/send_inside.h"
#include "store/message_store.h"

static const struct api_key bound_key = {
	.id = "key_bound",
	.account_id = "acc_fixture",
	.instance_id = "inst_other",
};

static struct op *op;

static int
setup(void **state)
{
	setup_store(state);
	op = *state = fixture_op();
	return 0;
}

/* JSON with ' for ". */
static struct bytes
quoted(const char *text)
{
	char *copy = arena_dup(op->arena, text);

	for (char *p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return bytes_of(copy);
}

/* A body through both steps; what is made of it lives in the op. */
static struct send_work *
read_by(enum dialect dialect, const char *body, const struct api_key *key)
{
	struct send *send = arena_alloc(op->arena, sizeof(*send));
	struct send_work *work = send_work_new(op, send, SEND_NOW);
	enum rc rc;

	op_forgive(op);
	send->dialect = dialect;
	send->key = key;
	send->body = quoted(body);
	rc = send_step_json(work);
	if (rc == RC_OK)
		rc = send_step_fields(work);
	assert_true((rc == RC_OK) == (send->refusal == REFUSAL_NONE));
	db_rest(op);
	return work;
}

/* "" or "<field> <reason>", with GW_001's fields marked. */
static const char *
said(enum dialect dialect, const char *body)
{
	const struct send *send = read_by(dialect, body, NULL)->send;

	if (send->refusal == REFUSAL_NONE)
		return "";
	assert_true(send->refusal == REFUSAL_FIELD || send->refusal == REFUSAL_RECIPIENT);
	return arena_printf(op->arena, "%s%s %s", send->refusal == REFUSAL_RECIPIENT ? "!" : "",
			    send->field, send->field_reason);
}

/* What the provider gets of a good body. */
static json_t *
sent(enum dialect dialect, const char *body)
{
	struct send_work *work = read_by(dialect, body, NULL);
	json_t *payload = NULL;

	if (work->send->refusal != REFUSAL_NONE)
		fail_msg("%s: %s", body, op->why);
	must(op, json_read(op, &payload, work->payload));
	return payload;
}

#define GUARDED(members) "{'phone':'+966500000001','message_purpose':'support'," members "}"

/* ---- Meta's body ---- */

static void
a_number_is_spelled_as_its_dialect_has_it(void **state)
{
	static const struct {
		const char *to;
		bool proxy, graph, guarded;
	} cases[] = {
		{ "966500000001", true, true, true },
		{ "+966500000001", true, true, true },
		{ "+966 50 000-0001", false, true, true },
		{ "+1 (650) 555-1234", false, true, true },
		{ "+1.650.555.1234", false, false, true },
		{ "[+1] 650 555 1234", false, false, true },
		{ "+44 (0)20 7946 0018", false, false, false },
		{ "0500000001", false, false, false },
		{ "US.13491208655302741918", false, false, false },
		{ "", false, false, false },
	};
	static const char meta[] = "{'messaging_product':'whatsapp','to':'%s','text':{'body':'a'}}";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *body = arena_printf(op->arena, meta, cases[i].to);
		const char *flat =
			arena_printf(op->arena, "{'phone':'%s','message':'a'}", cases[i].to);

		assert_int_equal(said(DIALECT_PROXY, body)[0], cases[i].proxy ? '\0' : '!');
		assert_int_equal(said(DIALECT_GRAPH, body)[0], cases[i].graph ? '\0' : '!');
		assert_int_equal(said(DIALECT_GUARDED, flat)[0], cases[i].guarded ? '\0' : '!');
	}
	assert_string_equal(
		read_by(DIALECT_GRAPH, arena_printf(op->arena, meta, "+1 (650) 555-1234"), NULL)
			->send->to,
		"16505551234");
}

static void
metas_recipients_are_told_apart(void **state)
{
	static const struct {
		const char *members, *to, *said;
	} cases[] = {
		{ "'to':'966500000001'", "966500000001", "" },
		{ "'recipient':'US.1349'", "US.1349", "" },
		{ "'to':null,'recipient':'US.1349'", "US.1349", "" },
		{ "'to':'966500000001','recipient':'US.1349'", "966500000001", "" },
		{ "'to':'966500000001','recipient':7", "966500000001", "" },
		{ "'recipient_type':'group','to':'Y2Fw aV9n'", "Y2Fw aV9n", "" },
		{ "'recipient_type':'individual','to':'966500000001'", "966500000001", "" },
		{ "'news':1", NULL, "!to is required" },
		{ "'to':966500000001", NULL, "!to must be a string" },
		{ "'recipient':'us.1349'", NULL,
		  "!recipient must be a user id, such as US.13491208655302741918" },
		{ "'recipient':7", NULL, "!recipient must be a string" },
		{ "'recipient_type':'group'", NULL, "!to is required" },
		{ "'recipient_type':'group','recipient':'US.1349'", NULL, "!to is required" },
		{ "'recipient_type':'group','to':'a\\nb'", NULL,
		  "!to must be the id of a group: 1 to 128 characters" },
		{ "'recipient_type':'channel','to':'966500000001'", "966500000001",
		  "recipient_type must be \"individual\" or \"group\"" },
	};

	(void)state;
	for (enum dialect d = DIALECT_PROXY; d <= DIALECT_GRAPH; d++) {
		for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
			const char *body = arena_printf(op->arena,
							"{'messaging_product':'whatsapp',%s,"
							"'text':{'body':'a'}}",
							cases[i].members);

			assert_string_equal(said(d, body), cases[i].said);
			assert_true(text_equal(read_by(d, body, NULL)->send->to, cases[i].to));
		}
	}
}

static void
metas_body_goes_as_it_came(void **state)
{
	static const char body[] = "{ 'messaging_product' : 'whatsapp','to':'966500000001',"
				   "'text':{'body':'\\u0061'},'n':1.50 } \n";
	struct send_work *work = read_by(DIALECT_GRAPH, body, NULL);
	const char *before = (const char *)quoted(body).p;

	(void)state;
	assert_string_equal((const char *)work->payload.p,
			    arena_printf(op->arena, "%.*s,\"biz_opaque_callback_data\":\"%s\"}",
					 (int)(strlen(before) - 3), before, work->id));
	assert_string_equal(work->send->type, "text");
	assert_string_equal(work->send->text, "a");
}

static void
a_receipt_goes_as_it_came_to_nobody(void **state)
{
	static const char body[] = "{'messaging_product':'whatsapp','status':'read',"
				   "'message_id':'wamid.1','typing_indicator':{'type':'text'}}";
	struct send_work *work = read_by(DIALECT_PROXY, body, NULL);

	(void)state;
	assert_int_equal(work->send->refusal, REFUSAL_NONE);
	assert_true(work->send->receipt);
	assert_null(work->send->to);
	assert_true(bytes_equal(work->payload, quoted(body)));
	assert_string_equal(said(DIALECT_GRAPH, "{'messaging_product':'whatsapp','status':'read'}"),
			    "message_id is required");
}

static void
marketing_takes_templates_alone(void **state)
{
	struct send send = { .dialect = DIALECT_PROXY, .marketing = true };
	struct send_work *work = send_work_new(op, &send, SEND_NOW);

	(void)state;
	send.body = quoted("{'messaging_product':'whatsapp','to':'966500000001','type':'template',"
			   "'template':{'name':'hello','language':{'code':'en'}}}");
	must(op, send_step_json(work));
	must(op, send_step_fields(work));
	assert_string_equal(send.template_name, "hello");
	assert_string_equal(send.template_language, "en");
	assert_string_equal(send.text, "");
	send.body = quoted("{'messaging_product':'whatsapp','to':'966500000001',"
			   "'text':{'body':'a'}}");
	must(op, send_step_json(work));
	assert_int_equal(send_step_fields(work), RC_INPUT);
	assert_string_equal(send.field, "type");
}

/* ---- the guarded body ---- */

static void
a_flat_body_becomes_metas(void **state)
{
	json_t *meta = sent(DIALECT_GUARDED, GUARDED("'message':'Hi'"));

	(void)state;
	assert_string_equal(json_str(meta, "messaging_product"), "whatsapp");
	assert_string_equal(json_str(meta, "to"), "+966500000001");
	assert_string_equal(json_str(meta, "type"), "text");
	assert_string_equal(json_string_value(json_at(meta, "text.body")), "Hi");
	assert_true(text_starts(json_str(meta, send_tag), "msg_"));
	meta = sent(DIALECT_GUARDED,
		    GUARDED("'type':'image','image':{'link':'l','caption':'c','news':1},"
			    "'biz_opaque_callback_data':'mine','message_activity_sharing':true,"
			    "'message':null"));
	assert_string_equal(json_str(meta, "type"), "image");
	assert_int_equal(json_integer_value(json_at(meta, "image.news")), 1);
	assert_string_equal(json_str(meta, send_tag), "mine");
	assert_true(json_flag(meta, "message_activity_sharing", false));
	meta = sent(DIALECT_GUARDED,
		    GUARDED("'type':'contacts','contacts':[{'name':{'formatted_name':'A B',"
			    "'first_name':'A'}}]"));
	assert_int_equal(json_array_size(json_object_get(meta, "contacts")), 1);
	meta = sent(DIALECT_GUARDED, "{'user_id':'US.1349','message':'Hi'}");
	assert_string_equal(json_str(meta, "recipient"), "US.1349");
	assert_null(json_object_get(meta, "to"));
}

static void
what_is_wrong_with_a_flat_body_is_told(void **state)
{
	static const struct {
		const char *body, *said;
	} cases[] = {
		{ "{}", "!phone is required" },
		{ "{'user_id':'US.1','phone':'+966500000001','message':'a'}",
		  "!user_id must not be given together with phone" },
		{ "{'user_id':'+966500000001','message':'a'}",
		  "!user_id must be a user id, such as US.13491208655302741918" },
		{ GUARDED("'news':1"), "message is required" },
		{ GUARDED("'message':''"), "message must not be empty" },
		{ GUARDED("'message':1"), "message must be a string" },
		{ GUARDED("'message':'a','text':{'body':'b'}"),
		  "message must not be given together with text" },
		{ GUARDED("'message':'a','type':'image','image':{'id':'1'}"),
		  "message is for texts: this type has a member of its name" },
		{ GUARDED("'type':'image'"), "image is required" },
		{ GUARDED("'type':'phone'"),
		  "type must be one of text, image, video, audio, document, sticker, location, "
		  "contacts, reaction, template or interactive" },
		{ GUARDED("'type':1,'message':'a'"), "type must be a string" },
		{ GUARDED("'type':1"), "type must be a string" },
		{ GUARDED("'type':'interactive','interactive':{'type':'list','body':{'text':'b'},"
			  "'action':{'button':'b','sections':[{'rows':[{'id':'1'}]}]}}"),
		  "interactive.action.sections[0].rows[0].title is required" },
		{ GUARDED("'message':'a','client_reference':1"),
		  "client_reference must be a string" },
		{ GUARDED("'message':'a','reply_to':''"), "reply_to must be the id of a message" },
		{ GUARDED("'message':'a','reply_to':{}"), "reply_to must be the id of a message" },
		{ GUARDED("'message':'a','reply_to':'wamid.1','context':{'message_id':'x'}"),
		  "reply_to must not be given together with context" },
		{ GUARDED("'type':'reaction','reaction':{'message_id':'wamid.1','emoji':''},"
			  "'reply_to':'wamid.2'"),
		  "reply_to cannot go with a reaction" },
		{ GUARDED("'message':'a','send_at':1"),
		  "send_at must be a time such as 2026-05-08T10:00:00Z" },
		{ GUARDED("'message':'a','send_at':'soon'"),
		  "send_at must be a time such as 2026-05-08T10:00:00Z" },
		{ GUARDED("'message':'a','valid_until':'2099-05-08'"),
		  "valid_until must be a time such as 2026-05-08T10:00:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(said(DIALECT_GUARDED, cases[i].body), cases[i].said);
}

static void
lengths_of_the_flat_members_are_in_code_points(void **state)
{
	char reference[256 * 2 + 1];

	(void)state;
	for (size_t i = 0; i < 256; i++)
		memcpy(reference + 2 * i, "\xc3\xa4", 3);
	assert_string_equal(
		said(DIALECT_GUARDED, arena_printf(op->arena,
						   GUARDED("'message':'a',"
							   "'client_reference':'%.510s'"),
						   reference)),
		"");
	assert_string_equal(said(DIALECT_GUARDED, arena_printf(op->arena,
							       GUARDED("'message':'a',"
								       "'client_reference':'%s'"),
							       reference)),
			    "client_reference must have at most 255 characters, this one has 256");
}

/* ---- when ---- */

/* A body with these times, each in ms from now. */
static const char *
timed(const char *name, int64_t ms, const char *other, int64_t other_ms)
{
	const char *at = clock_rfc3339_ms(op->arena, clock_after(op->now, ms));
	const char *until = clock_rfc3339_ms(op->arena, clock_after(op->now, other_ms));

	return arena_printf(op->arena, GUARDED("'message':'a','%s':'%s','%s':'%s'"), name, at,
			    other, until);
}

static void
times_lie_ahead_and_in_order(void **state)
{
	const int64_t month = 30 * DAY_MS;
	const struct send *send;

	(void)state;
	assert_string_equal(said(DIALECT_GUARDED, timed("send_at", 1, "x", 0)), "");
	assert_string_equal(said(DIALECT_GUARDED, timed("send_at", 0, "x", 0)),
			    "send_at must be in the future");
	assert_string_equal(said(DIALECT_GUARDED, timed("send_at", -DAY_MS, "x", 0)),
			    "send_at must be in the future");
	assert_string_equal(said(DIALECT_GUARDED, timed("send_at", month, "x", 0)), "");
	assert_string_equal(said(DIALECT_GUARDED, timed("send_at", month + 1, "x", 0)),
			    "send_at must be at most 30 days ahead");
	assert_string_equal(said(DIALECT_GUARDED, timed("valid_until", 0, "x", 0)),
			    "valid_until must be in the future");
	assert_string_equal(said(DIALECT_GUARDED, timed("send_at", 5, "valid_until", 5)),
			    "valid_until must be later than send_at");
	assert_string_equal(said(DIALECT_GUARDED, timed("send_at", 5, "valid_until", 6)), "");
	assert_string_equal(
		said(DIALECT_GUARDED, GUARDED("'message':'a','send_at':'1969-12-31T23:00:00Z'")),
		"send_at must be in the future");
	send = read_by(DIALECT_GUARDED, timed("send_at", 5, "valid_until", 9), NULL)->send;
	assert_int_equal(send->send_at.ms, op->now.ms + 5);
	assert_int_equal(send->valid_until.ms, op->now.ms + 9);
	send = read_by(DIALECT_GUARDED, GUARDED("'message':'a','send_at':null"), NULL)->send;
	assert_int_equal(send->send_at.ms, 0);
	/* Meta's body has no such members. */
	send = read_by(DIALECT_GRAPH,
		       "{'messaging_product':'whatsapp','to':'966500000001','text':{'body':'a'},"
		       "'send_at':'soon'}",
		       NULL)
		       ->send;
	assert_int_equal(send->refusal, REFUSAL_NONE);
	assert_int_equal(send->send_at.ms, 0);
}

/* ---- replies ---- */

/* A stored message of the account; its id. */
static struct message
stored(const char *provider_id)
{
	struct batch *batch = batch_new(op);
	struct message message = {
		.id = id_new(op, "msg"),
		.account_id = op->account_id,
		.instance_id = fixture_instance.id,
		.source = "guarded",
		.recipient = "966500000001",
		.type = "text",
		.purpose = "support",
		.payload = "{}",
		.status = "sent",
		.provider_id = provider_id,
		.created_at = op->now,
	};
	struct message row;

	message_store_insert(batch, &message);
	must(op, db_commit(op, batch));
	must(op, message_store_get(op, &row, message.id));
	db_rest(op);
	return row;
}

static const char *
answering(const char *ref)
{
	return arena_printf(op->arena, GUARDED("'message':'a','reply_to':%s"), ref);
}

static void
a_reply_names_its_message_by_any_of_its_ids(void **state)
{
	struct message known = stored("wamid.known"), early = stored(NULL);
	const char *by_id = answering(arena_printf(op->arena, "'%s'", known.id));
	const char *by_number = answering(arena_printf(op->arena, "%d", (int)known.log_id));
	const char *by_text = answering(arena_printf(op->arena, "'%d'", (int)known.log_id));
	const char *bodies[] = { by_id, by_number, by_text, answering("'wamid.known'") };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		assert_string_equal(json_string_value(json_at(sent(DIALECT_GUARDED, bodies[i]),
							      "context.message_id")),
				    "wamid.known");
	assert_string_equal(
		json_string_value(json_at(sent(DIALECT_GUARDED, answering("'wamid.of-an-inbound'")),
					  "context.message_id")),
		"wamid.of-an-inbound");
	assert_string_equal(
		said(DIALECT_GUARDED, answering(arena_printf(op->arena, "'%s'", early.id))),
		"reply_to names a message that has not reached WhatsApp");
	assert_string_equal(said(DIALECT_GUARDED, answering("999")),
			    "reply_to names no message of this account");
	assert_string_equal(said(DIALECT_GUARDED,
				 answering(arena_printf(op->arena, "'%s'", id_new(op, "msg")))),
			    "reply_to names no message of this account");
	assert_string_equal(read_by(DIALECT_GUARDED, by_id, &bound_key)->send->field_reason,
			    "names no message of this account");
	assert_string_equal(op->why, "reply_to names no message of this account");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown_store)
	const struct CMUnitTest tests[] = {
		TEST(a_number_is_spelled_as_its_dialect_has_it),
		TEST(metas_recipients_are_told_apart),
		TEST(metas_body_goes_as_it_came),
		TEST(a_receipt_goes_as_it_came_to_nobody),
		TEST(marketing_takes_templates_alone),
		TEST(a_flat_body_becomes_metas),
		TEST(what_is_wrong_with_a_flat_body_is_told),
		TEST(lengths_of_the_flat_members_are_in_code_points),
		TEST(times_lie_ahead_and_in_order),
		TEST(a_reply_names_its_message_by_any_of_its_ids),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
