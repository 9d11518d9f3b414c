/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guard's decisions about purpose, opt-outs, window and risk, against a real database and a
 * provider on loopback that takes everything; and what is kept of them.
 */
#include "unit.h"

#include "core/ids.h"
#include "gateway/people.h"
#include "gateway/policy_log.h"
#include "gateway/refused_count.h"
#include "send_fixture.h"
#include "store/conversation_store.h"
#include "store/count_store.h"
#include "store/policy_store.h"
#include "store/suppression_store.h"
#include "store/template_store.h"
#include "store/velocity_store.h"

static const char somebody[] = "966500000001";

/* ---- sending ---- */

/* Events sort by the millisecond. */
static void
next_millisecond(void)
{
	int64_t before = clock_now().ms;

	while (clock_now().ms == before)
		;
}

static struct send *
sent(struct op *op, enum dialect dialect, const char *body)
{
	static const char *const sources[] = { "guarded", "proxy", "graph" };
	struct send *send = arena_alloc(op->arena, sizeof(*send));

	send->dialect = dialect;
	send->source = sources[dialect];
	send->key = &production;
	send->body = bytes_of(body);
	op_forgive(op);
	next_millisecond();
	gateway_send_wait(op, send);
	return send;
}

static const char *
text_body(struct op *op, enum dialect dialect, const char *to, const char *purpose,
	  const char *text)
{
	if (dialect == DIALECT_GUARDED)
		return arena_printf(
			op->arena,
			"{\"phone\":\"%s\",\"message\":\"%s\",\"message_purpose\":\"%s\"}", to,
			text, purpose);
	return arena_printf(op->arena,
			    "{\"messaging_product\":\"whatsapp\",\"to\":\"%s\",\"type\":\"text\","
			    "\"text\":{\"body\":\"%s\"}}",
			    to, text);
}

static struct send *
said(struct op *op, const char *to, const char *purpose, const char *text)
{
	return sent(op, DIALECT_GUARDED, text_body(op, DIALECT_GUARDED, to, purpose, text));
}

static const char *
template_body(struct op *op, enum dialect dialect, const char *name, const char *purpose)
{
	const char *object =
		arena_printf(op->arena, "{\"name\":\"%s\",\"language\":{\"code\":\"en\"}}", name);

	if (dialect == DIALECT_GUARDED)
		return arena_printf(op->arena,
				    "{\"phone\":\"%s\",\"type\":\"template\",\"template\":%s,"
				    "\"message_purpose\":\"%s\"}",
				    somebody, object, purpose);
	return arena_printf(op->arena,
			    "{\"messaging_product\":\"whatsapp\",\"to\":\"%s\","
			    "\"type\":\"template\",\"template\":%s}",
			    somebody, object);
}

/* ---- setting the scene ---- */

static void
set_account(const char *key, const char *value)
{
	struct op *op = fixture_op();

	must(op, gateway_set_account(op, fixture_instance.account_id, key, value));
	op_end(op);
}

static void
set_instance(const char *window_policy, struct instant paused_at)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct instance instance = { 0 };

	must(op, instance_store_by_id(op, &instance, fixture_instance.id));
	instance.window_policy = window_policy;
	instance_store_update(batch, &instance);
	instance_store_pause(batch, instance.id, paused_at);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
heard(const char *who, int64_t ago_ms)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	conversation_store_heard(batch, fixture_instance.id, who, clock_after(op->now, -ago_ms), 1,
				 (struct instant){ 0 });
	must(op, db_commit(op, batch));
	op_end(op);
}

/* A person who got a message some time ago. */
static void
known(const char *who)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	conversation_store_pace(batch, &(struct conversation_pace){
					       .instance_id = fixture_instance.id,
					       .recipient = who,
					       .now = clock_after(op->now, -DAY_MS),
				       });
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
suppress(const char *who, const char *reason, int64_t ago_ms)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct suppression s = {
		.id = id_new(op, "sup"),
		.recipient = who,
		.reason = reason,
		.source = "test",
		.actor = "test",
		.since = clock_after(op->now, -ago_ms),
	};

	suppression_store_insert(batch, &s);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
add_template(const char *name, const char *category)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct wa_template t = {
		.id = name,
		.waba_id = fixture_instance.waba_id,
		.name = name,
		.language = "en",
		.category = category,
		.status = "APPROVED",
		.as_of = op->now,
	};

	template_store_put(batch, &t, op->now);
	must(op, db_commit(op, batch));
	op_end(op);
}

/* Policy events so far, newest first. */
static struct list
events(struct op *op)
{
	struct policy_filter filter = { .page.limit = 200 };
	struct list list;
	const char *next;

	op_forgive(op);
	must(op, gateway_list_policy(op, &list, &next, &filter));
	db_rest(op);
	return list;
}

static const struct policy_event *
last_event(struct op *op)
{
	return events(op).rows;
}

/* ---- step 5 ---- */

static void
a_purpose_fits_the_category_of_the_template(void **state)
{
	static const struct {
		enum dialect dialect;
		const char *name, *stated;
		enum refusal refusal;
		const char *purpose; /* of what passes */
	} cases[] = {
		{ DIALECT_GUARDED, "utility", "transactional", REFUSAL_NONE, "transactional" },
		{ DIALECT_GUARDED, "utility", "operational", REFUSAL_NONE, "operational" },
		{ DIALECT_GUARDED, "utility", "support", REFUSAL_NONE, "support" },
		{ DIALECT_GUARDED, "utility", "internal_team", REFUSAL_NONE, "internal_team" },
		{ DIALECT_GUARDED, "utility", "authentication", REFUSAL_PURPOSE, NULL },
		{ DIALECT_GUARDED, "code", "authentication", REFUSAL_NONE, "authentication" },
		{ DIALECT_GUARDED, "code", "transactional", REFUSAL_PURPOSE, NULL },
		{ DIALECT_GUARDED, "advert", "transactional", REFUSAL_PURPOSE, NULL },
		{ DIALECT_GUARDED, "advert", "marketing", REFUSAL_PURPOSE, NULL },
		{ DIALECT_GUARDED, "new", "operational", REFUSAL_NONE, "operational" },
		{ DIALECT_GUARDED, "new", "", REFUSAL_PURPOSE_MISSING, NULL },
		{ DIALECT_PROXY, "utility", "", REFUSAL_NONE, "transactional" },
		{ DIALECT_PROXY, "code", "", REFUSAL_NONE, "authentication" },
		{ DIALECT_PROXY, "new", "", REFUSAL_NONE, "transactional" },
		{ DIALECT_PROXY, "advert", "", REFUSAL_PURPOSE, NULL },
		{ DIALECT_GRAPH, "utility", "", REFUSAL_NONE, "transactional" },
		{ DIALECT_GRAPH, "advert", "", REFUSAL_PURPOSE, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct op *op = fixture_op();
		const char *body =
			template_body(op, cases[i].dialect, cases[i].name, cases[i].stated);
		struct send *send = sent(op, cases[i].dialect, body);

		if (send->refusal != cases[i].refusal ||
		    (send->refusal == REFUSAL_NONE &&
		     !text_equal(send->message.purpose, cases[i].purpose)))
			fail_msg("%s: %d %s: %s", body, (int)send->refusal, send->purpose, op->why);
		op_end(op);
	}
}

static struct send *
by_marketing_messages(struct op *op, const char *name)
{
	struct send *send = arena_alloc(op->arena, sizeof(*send));

	send->dialect = DIALECT_GRAPH;
	send->source = "graph";
	send->key = &production;
	send->marketing = true;
	send->body = bytes_of(template_body(op, DIALECT_GRAPH, name, NULL));
	op_forgive(op);
	gateway_send_wait(op, send);
	return send;
}

static void
marketing_leaves_where_the_account_lets_it(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	assert_int_equal(by_marketing_messages(op, "new")->refusal, REFUSAL_PURPOSE);
	assert_int_equal(by_marketing_messages(op, "utility")->refusal, REFUSAL_NONE);
	set_account("marketing", "templates");
	assert_string_equal(by_marketing_messages(op, "new")->message.purpose, "marketing");
	assert_string_equal(
		sent(op, DIALECT_PROXY, template_body(op, DIALECT_PROXY, "advert", NULL))
			->message.purpose,
		"marketing");
	assert_int_equal(sent(op, DIALECT_GUARDED,
			      template_body(op, DIALECT_GUARDED, "advert", "transactional"))
				 ->refusal,
			 REFUSAL_PURPOSE);
	set_account("marketing", "refuse");
	op_end(op);
}

static void
the_purpose_is_asked_before_the_instance(void **state)
{
	struct op *op = fixture_op();
	struct send *send;

	(void)state;
	set_instance("meta", op->now);
	send = sent(op, DIALECT_PROXY, template_body(op, DIALECT_PROXY, "advert", NULL));
	assert_int_equal(send->refusal, REFUSAL_PURPOSE);
	send = sent(op, DIALECT_PROXY, template_body(op, DIALECT_PROXY, "utility", NULL));
	assert_int_equal(send->refusal, REFUSAL_INSTANCE_PAUSED);
	set_instance("meta", (struct instant){ 0 });
	send = sent(op, DIALECT_GUARDED,
		    "{\"phone\":\"966500000001\",\"type\":\"template\",\"template\":{\"name\":"
		    "\"advert\",\"language\":{\"code\":\"en\"}},\"message_purpose\":\"support\","
		    "\"instance_id\":\"nowhere\"}");
	assert_int_equal(send->refusal, REFUSAL_INSTANCE_UNKNOWN);
	assert_null(send->field);
	op_end(op);
}

/* ---- step 12 ---- */

static void
a_marketing_opt_out_keeps_back_marketing_alone(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	set_account("marketing", "templates");
	suppress(somebody, "marketing_opt_out", 0);
	assert_int_equal(
		sent(op, DIALECT_PROXY, template_body(op, DIALECT_PROXY, "advert", NULL))->refusal,
		REFUSAL_SUPPRESSED);
	assert_int_equal(
		sent(op, DIALECT_PROXY, template_body(op, DIALECT_PROXY, "utility", NULL))->refusal,
		REFUSAL_NONE);
	set_account("marketing", "refuse");
	op_end(op);
}

static void
a_reply_passes_an_opt_out_when_the_person_wrote_again(void **state)
{
	static const char who[] = "966500000012";
	struct op *op = fixture_op();

	(void)state;
	suppress(who, "opted_out", HOUR_MS);
	heard(who, 2 * HOUR_MS);
	set_account("reply_after_opt_out", "on");
	assert_int_equal(said(op, who, "support", "Hello")->refusal, REFUSAL_SUPPRESSED);
	heard(who, MINUTE_MS);
	assert_int_equal(said(op, who, "support", "Hello")->refusal, REFUSAL_NONE);
	assert_int_equal(said(op, who, "transactional", "Hello")->refusal, REFUSAL_SUPPRESSED);
	set_account("reply_after_opt_out", "off");
	assert_int_equal(said(op, who, "support", "Hello")->refusal, REFUSAL_SUPPRESSED);
	set_account("reply_after_opt_out", "on");
	suppress(who, "manual", 2 * HOUR_MS);
	assert_int_equal(said(op, who, "support", "Hello")->refusal, REFUSAL_SUPPRESSED);
	set_account("reply_after_opt_out", "off");
	op_end(op);
}

/* ---- step 13 ---- */

static void
free_form_needs_an_open_conversation(void **state)
{
	static const char who[] = "966500000013";
	struct op *op = fixture_op();
	struct send *send;

	(void)state;
	set_instance("refuse", (struct instant){ 0 });
	send = said(op, who, "support", "Hello");
	assert_int_equal(send->refusal, REFUSAL_WINDOW);
	assert_non_null(strstr(op->why, "approved template"));
	assert_null(send->message.id);
	heard(who, DAY_MS + MINUTE_MS);
	assert_int_equal(said(op, who, "support", "Hello")->refusal, REFUSAL_WINDOW);
	assert_non_null(strstr(op->why, "closed at 20"));
	heard(who, DAY_MS - MINUTE_MS);
	assert_int_equal(said(op, who, "support", "Hello")->refusal, REFUSAL_NONE);
	send = sent(op, DIALECT_PROXY, template_body(op, DIALECT_PROXY, "utility", NULL));
	assert_int_equal(send->refusal, REFUSAL_NONE);
	set_instance("meta", (struct instant){ 0 });
	assert_int_equal(said(op, "966500000113", "support", "Hello")->refusal, REFUSAL_NONE);
	op_end(op);
}

static void
what_is_simulated_has_no_window(void **state)
{
	struct op *op = fixture_op();
	struct send *send = arena_alloc(op->arena, sizeof(*send));

	(void)state;
	set_instance("refuse", (struct instant){ 0 });
	send->dialect = DIALECT_PROXY;
	send->source = "proxy";
	send->key = &production;
	send->fake = true;
	send->body = bytes_of(text_body(op, DIALECT_PROXY, "966500000114", NULL, "Hello"));
	gateway_send_wait(op, send);
	assert_int_equal(send->refusal, REFUSAL_NONE);
	set_instance("meta", (struct instant){ 0 });
	op_end(op);
}

/* ---- step 14 ---- */

static void
risk_is_allowed_reviewed_or_blocked(void **state)
{
	static const char who[] = "966500000014";
	struct op *op = fixture_op();
	struct send *send;
	const struct policy_event *event;
	size_t before;

	(void)state;
	known(who);
	before = events(op).n;
	send = said(op, who, "support", "Your order is ready");
	assert_int_equal(send->message.risk_score, 0);
	assert_int_equal(events(op).n, before);

	send = said(op, who, "support", "Your discount was applied");
	event = last_event(op);
	assert_string_equal(event->message_id, send->message.id);
	assert_string_equal(event->action, "allow");
	assert_int_equal(event->risk_score, 20);

	send = said(op, who, "support", "Sale: https://bit.ly/x");
	assert_int_equal(send->refusal, REFUSAL_NONE);
	event = last_event(op);
	assert_string_equal(event->action, "review");
	assert_string_equal(event->code, "risk");
	assert_string_equal(event->message_id, send->message.id);
	must(op, gateway_find_message(op, &send->message, send->message.id));
	assert_int_equal(send->message.risk_score, 55);
	assert_non_null(strstr(send->message.risk_parts, "shortener"));

	send = said(op, who, "support", "Sale! Buy now, limited time: https://bit.ly/x");
	assert_int_equal(send->refusal, REFUSAL_POLICY);
	assert_null(send->message.id);
	assert_string_equal(json_str(send->details, "action"), "block");
	assert_int_equal(json_int(send->details, "risk_score", 0), 84);
	assert_int_equal(json_integer_value(json_at(send->details, "parts.shortener.score")), 35);
	event = last_event(op);
	assert_string_equal(event->action, "block");
	assert_string_equal(event->code, "policy_violation");
	assert_int_equal(event->risk_score, 84);
	assert_null(event->message_id);
	op_end(op);
}

static void
thresholds_are_the_accounts_own(void **state)
{
	static const char who[] = "966500000015", text[] = "Sale: https://bit.ly/x";
	struct op *op = fixture_op();

	(void)state;
	known(who);
	set_account("block_score", "55");
	assert_int_equal(said(op, who, "support", text)->refusal, REFUSAL_POLICY);
	set_account("block_score", "56");
	set_account("review_score", "101");
	assert_int_equal(said(op, who, "support", text)->refusal, REFUSAL_NONE);
	assert_string_equal(last_event(op)->action, "allow");
	set_account("block_score", "");
	set_account("review_score", "");
	op_forgive(op);
	assert_int_equal(gateway_set_account(op, "acc_fixture", "block_score", "0"), RC_INPUT);
	op_end(op);
}

static void
one_text_to_many_new_people_is_noticed(void **state)
{
	static const char text[] = "A greeting to all of you";
	struct op *op = fixture_op();
	char who[24];

	(void)state;
	set_account("block_score", "10");
	heard("966510000000", MINUTE_MS);
	for (int i = 0; i < 19; i++) {
		snprintf(who, sizeof(who), "9665100000%02d", i + 1);
		assert_int_equal(said(op, who, "support", text)->refusal, REFUSAL_NONE);
	}
	assert_int_equal(said(op, "966510000020", "support", text)->refusal, REFUSAL_POLICY);
	assert_non_null(strstr(op->why, "20 people"));
	assert_int_equal(said(op, "966510000020", "support", "Another text")->refusal,
			 REFUSAL_NONE);
	/* Who got a message before is no stranger, and neither is who wrote first. */
	assert_int_equal(said(op, "966510000001", "support", text)->refusal, REFUSAL_NONE);
	assert_int_equal(said(op, "966510000000", "support", text)->refusal, REFUSAL_NONE);
	set_account("block_score", "");
	op_end(op);
}

static void
a_burst_over_the_accounts_mean_is_noticed(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct send *send;

	(void)state;
	for (int i = 0; i < 200; i++)
		velocity_store_add(batch, NULL, op->now);
	must(op, db_commit(op, batch));
	send = said(op, "966520000001", "support", "Hello, you");
	assert_int_equal(send->refusal, REFUSAL_NONE);
	assert_int_equal(send->message.risk_score, 49);
	assert_non_null(strstr(send->message.risk_parts, "burst"));
	/* An account that always writes to as many. */
	batch = batch_new(op);
	for (int i = 0; i < 168 * 60; i++)
		velocity_store_add(batch, NULL, clock_after(op->now, -2 * DAY_MS));
	must(op, db_commit(op, batch));
	assert_int_equal(said(op, "966520000002", "support", "Hello, you")->message.risk_score, 0);
	op_end(op);
}

/* ---- the order ---- */

/* Wrong in every way from step 12 on: what is taken away first was asked first, in every dialect.
 */
static void
the_first_step_that_refuses_has_its_say(void **state)
{
	static const char worst[] = "Sale! Buy now, limited time: https://bit.ly/x";

	(void)state;
	set_instance("refuse", (struct instant){ 0 });
	for (enum dialect dialect = DIALECT_GUARDED; dialect <= DIALECT_GRAPH; dialect++) {
		struct op *op = fixture_op();
		const char *who = arena_printf(op->arena, "96653000000%d", (int)dialect);
		const char *body = text_body(op, dialect, who, "support", worst);
		struct batch *batch = batch_new(op);
		struct list active;

		suppress(who, "manual", 0);
		assert_int_equal(sent(op, dialect, body)->refusal, REFUSAL_SUPPRESSED);
		must(op, suppression_store_active(op, &active, who));
		suppression_store_lift(batch, ((const struct suppression *)active.rows)->id,
				       op->now, "test", "over");
		op_forgive(op);
		must(op, db_commit(op, batch));
		assert_int_equal(sent(op, dialect, body)->refusal, REFUSAL_WINDOW);
		heard(who, MINUTE_MS);
		assert_int_equal(sent(op, dialect, body)->refusal, REFUSAL_POLICY);
		op_end(op);
	}
	set_instance("meta", (struct instant){ 0 });
}

/* ---- what is kept ---- */

static void
a_refusal_is_an_event_that_says_nothing_of_the_message(void **state)
{
	static const char who[] = "966500000016";
	struct op *op = fixture_op();
	const struct policy_event *event;
	struct policy_event shown = { 0 };
	const char *why, *text;

	(void)state;
	suppress(who, "blocked", 0);
	assert_int_equal(said(op, who, "support", "Meet me at noon")->refusal, REFUSAL_SUPPRESSED);
	why = arena_dup(op->arena, op->why);
	assert_string_equal(op->code, "recipient_suppressed");
	event = last_event(op);
	assert_string_equal(event->code, "recipient_suppressed");
	assert_string_equal(event->action, "block");
	assert_string_equal(event->recipient, "\xe2\x80\xa6"
					      "0016");
	assert_string_equal(event->purpose, "support");
	assert_string_equal(event->api_key_id, "key_1");
	assert_string_equal(event->source, "guarded");
	assert_string_equal(event->instance_id, fixture_instance.id);
	assert_string_equal(event->sentence, why);
	assert_int_equal(event->count, 1);
	must(op, gateway_find_policy(op, &shown, event->id));
	text = json_text(op, json_of(op, policy_event_shape, &shown));
	assert_null(strstr(text, "noon"));
	assert_null(strstr(text, who));
	op_end(op);
}

static void
every_refusal_from_step_4_on_is_an_event_of_its_own(void **state)
{
	struct op *op = fixture_op();
	size_t before = events(op).n;

	(void)state;
	sent(op, DIALECT_GUARDED, "{\"phone\":\"966500000001\"}");
	assert_string_equal(last_event(op)->code, "validation_error");
	assert_string_equal(last_event(op)->recipient, "\xe2\x80\xa6"
						       "0001");
	said(op, somebody, "whatever I like", "Hello");
	assert_string_equal(last_event(op)->code, "message_purpose_not_allowed");
	assert_null(last_event(op)->purpose);
	said(op, somebody, "whatever I like", "Hello");
	assert_int_equal(events(op).n, before + 3);
	op_end(op);
}

/* How often today, in the op's account. */
static int64_t
counted(struct op *op, const char *code)
{
	const char *what = arena_printf(op->arena, REFUSED_PREFIX "%s", code);
	const struct day_count *rows;
	struct list list;
	int64_t n = 0;

	refused_count_flush();
	op_forgive(op);
	must(op, count_store_since(op, &list, "2020-01-01"));
	db_rest(op);
	rows = list.rows;
	for (size_t i = 0; i < list.n; i++)
		n += text_equal(rows[i].what, what) ? rows[i].n : 0;
	return n;
}

/* The counts may be written by the loop's thread just now. */
static void
wait_for_count(struct op *op, const char *code, int64_t n)
{
	int64_t until_us = clock_elapsed_us() + 5000000;

	while (counted(op, code) != n)
		if (clock_elapsed_us() > until_us)
			fail_msg("%s: %d", code, (int)counted(op, code));
}

static void
refusals_before_step_4_are_counted_alone(void **state)
{
	struct op *op = fixture_op();
	int64_t no_json = counted(op, "invalid_json"), paused = counted(op, "account_paused");
	size_t before = events(op).n;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(sent(op, DIALECT_PROXY, "{")->refusal, REFUSAL_JSON);
	op_forgive(op);
	must(op, gateway_pause_account(op, "acc_fixture", "test"));
	assert_int_equal(said(op, somebody, "support", "x")->refusal, REFUSAL_ACCOUNT_PAUSED);
	op_forgive(op);
	must(op, gateway_resume_account(op, "acc_fixture"));
	wait_for_count(op, "invalid_json", no_json + 3);
	wait_for_count(op, "account_paused", paused + 1);
	assert_int_equal(events(op).n, before);
	op_end(op);
}

static void
keys_that_nobody_has_are_counted_for_nobody(void **state)
{
	struct op *op = fixture_op();
	const struct approach nobodys = { .authorization = "Bearer nonsense", .scope = "send" };
	int64_t before = counted(op, "invalid_api_key");
	struct caller caller;
	enum refusal refusal;

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(gateway_identify(op, &caller, &refusal, &nobodys), RC_AUTH);
	op->account_id = "";
	wait_for_count(op, "invalid_api_key", 5);
	op->account_id = fixture_instance.account_id;
	assert_int_equal(counted(op, "invalid_api_key"), before);
	op_end(op);
}

static void
counts_are_shown_by_day(void **state)
{
	struct op *op = fixture_op();
	const struct refusal_count *rows;
	struct list list;

	(void)state;
	sent(op, DIALECT_PROXY, "[1]");
	refused_count_flush();
	op_forgive(op);
	must(op, gateway_count_refusals(op, &list, 1));
	rows = list.rows;
	assert_true(list.n > 0);
	for (size_t i = 0; i < list.n; i++) {
		assert_int_equal(strlen(rows[i].day), 10);
		assert_null(strstr(rows[i].code, ":"));
	}
	op_end(op);
}

/* A refusal by a limit so long after a certain minute began. */
static void
limited(const char *key, int64_t ms)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct policy_event event = {
		.id = id_new(op, "pol"),
		.api_key_id = key,
		.source = "proxy",
		.code = "rate_limited",
		.action = "block",
		.created_at = { 60 * MINUTE_MS + ms },
	};

	next_millisecond();
	policy_store_tally(batch, &event);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
limits_share_an_event_per_key_code_and_minute(void **state)
{
	struct op *op = fixture_op();
	size_t before = events(op).n;
	const struct policy_event *of_minute, *of_page, *of_key;

	(void)state;
	limited("key_1", 0);
	limited("key_1", 59 * SECOND_MS);
	for (int i = 0; i < 3; i++)
		limited(NULL, 59 * SECOND_MS);
	limited(NULL, 60 * SECOND_MS);
	assert_int_equal(events(op).n, before + 3);
	of_minute = last_event(op);
	of_page = of_minute + 1;
	of_key = of_minute + 2;
	assert_int_equal(of_minute->count, 1);
	assert_int_equal(of_page->count, 3);
	assert_null(of_page->api_key_id);
	assert_int_equal(of_key->count, 2);
	assert_string_equal(of_key->api_key_id, "key_1");
	assert_int_equal(of_key->last_at.ms - of_key->created_at.ms, 59 * SECOND_MS);
	op_end(op);
}

static void
old_velocity_is_forgotten(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct velocity velocity = { 0 };
	int64_t week, gone;

	(void)state;
	velocity_store_add(batch, "text:old", clock_after(op->now, -9 * DAY_MS));
	velocity_store_add(batch, "text:new", op->now);
	velocity_store_add(batch, "text:new", clock_after(op->now, -23 * HOUR_MS));
	velocity_store_add(batch, "text:new", clock_after(op->now, -25 * HOUR_MS));
	must(op, db_commit(op, batch));
	must(op, velocity_store_get(op, &velocity, "text:new"));
	assert_int_equal(velocity.same_text, 2);
	must(op, velocity_store_sum(op, &week, 7 * 24));
	db_rest(op);
	must(op, gateway_forget_velocity(op, &gone));
	assert_int_equal(gone, 2);
	must(op, gateway_forget_velocity(op, &gone));
	assert_int_equal(gone, 0);
	op_end(op);
}

/* The provider knows everybody by the spelling that was asked for. */
static int
begin(void **state)
{
	setup_sends(state);
	provider_answers(200, "{\"messages\":[{\"id\":\"wamid.%d\"}]}");
	add_template("utility", "UTILITY");
	add_template("code", "AUTHENTICATION");
	add_template("advert", "MARKETING");
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_purpose_fits_the_category_of_the_template),
		cmocka_unit_test(marketing_leaves_where_the_account_lets_it),
		cmocka_unit_test(the_purpose_is_asked_before_the_instance),
		cmocka_unit_test(a_marketing_opt_out_keeps_back_marketing_alone),
		cmocka_unit_test(a_reply_passes_an_opt_out_when_the_person_wrote_again),
		cmocka_unit_test(free_form_needs_an_open_conversation),
		cmocka_unit_test(what_is_simulated_has_no_window),
		cmocka_unit_test(risk_is_allowed_reviewed_or_blocked),
		cmocka_unit_test(thresholds_are_the_accounts_own),
		cmocka_unit_test(one_text_to_many_new_people_is_noticed),
		cmocka_unit_test(a_burst_over_the_accounts_mean_is_noticed),
		cmocka_unit_test(the_first_step_that_refuses_has_its_say),
		cmocka_unit_test(a_refusal_is_an_event_that_says_nothing_of_the_message),
		cmocka_unit_test(every_refusal_from_step_4_on_is_an_event_of_its_own),
		cmocka_unit_test(refusals_before_step_4_are_counted_alone),
		cmocka_unit_test(keys_that_nobody_has_are_counted_for_nobody),
		cmocka_unit_test(counts_are_shown_by_day),
		cmocka_unit_test(limits_share_an_event_per_key_code_and_minute),
		cmocka_unit_test(old_velocity_is_forgotten),
	};

	return cmocka_run_group_tests(tests, begin, teardown_sends);
}
