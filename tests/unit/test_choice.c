/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_choice - what follows from a stop, a start and Meta's switch: evidence, cancelled messages,
 * one answer, and nothing undone by what comes late
 */
#include "store_fixture.h"

#include "clock_fixture.h"
#include "core/id_range.h"
#include "gateway/choices.h"
#include "gateway/receive.h"
#include "gateway/send_message.h"
#include "store/choice_store.h"
#include "store/event_store.h"
#include "store/inbound_store.h"
#include "store/inbox_store.h"
#include "store/keyword_store.h"
#include "store/message_store.h"
#include "store/queue_store.h"
#include "store/recipient_store.h"
#include "store/suppression_store.h"

#define PHONE "106540352242922"
#define ADA "905321112233"

static int rows_put;

static int
setup(void **state)
{
	(void)state;
	set_clock(0);
	store_begin("[cloud]\napp_secret = operators\nverify_token = knock\n");
	return 0;
}

static int64_t
seconds_ago(int64_t n)
{
	return clock_now().ms / SECOND_MS - n;
}

static void
put_row(const char *raw)
{
	struct op *op = op_begin("test");
	struct batch *batch = batch_new(op);
	struct inbox row = {
		.id = arena_printf(op->arena, "box_%06d", ++rows_put),
		.provider = "cloud",
		.raw = raw,
		.encoding = "utf8",
		.received_at = op->now,
	};

	inbox_store_insert(batch, &row);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
apply_all(void)
{
	int64_t n = 1;

	while (n > 0) {
		struct op *op = op_begin("test");

		must(op, gateway_apply_inbox(op, 10, &n));
		op_end(op);
	}
}

static const char *
document(struct op *op, const char *field, const char *value)
{
	return arena_printf(op->arena,
			    "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":"
			    "\"102290129340398\",\"changes\":[{\"value\":{\"messaging_product\":"
			    "\"whatsapp\",\"metadata\":{\"display_phone_number\":\"15550783881\","
			    "\"phone_number_id\":\"" PHONE "\"},%s},\"field\":\"%s\"}]}]}",
			    value, field);
}

/* Ada writes a text that is so many seconds old; id: the number of the message. */
static void
ada_says(const char *text, int id, int64_t seconds)
{
	struct op *op = fixture_op();

	put_row(document(op, "messages",
			 arena_printf(op->arena,
				      "\"messages\":[{\"from\":\"" ADA "\",\"id\":\"wamid.%d\","
				      "\"timestamp\":\"%lld\",\"type\":\"text\",\"text\":"
				      "{\"body\":\"%s\"}}]",
				      id, (long long)seconds_ago(seconds), text)));
	apply_all();
	op_end(op);
}

static void
meta_tells(const char *value, int64_t seconds)
{
	struct op *op = fixture_op();

	put_row(document(op, "user_preferences",
			 arena_printf(op->arena,
				      "\"user_preferences\":[{\"wa_id\":\"" ADA "\",\"detail\":"
				      "\"User requested it\",\"category\":\"marketing_messages\","
				      "\"value\":\"%s\",\"timestamp\":%lld}]",
				      value, (long long)seconds_ago(seconds))));
	apply_all();
	op_end(op);
}

static struct list
active_of(struct op *op, const char *who)
{
	struct list active;

	db_rest(op);
	must(op, suppression_store_active(op, &active, who));
	return active;
}

static bool
is_active(const char *reason, const char *source)
{
	struct op *op = fixture_op();
	struct list active = active_of(op, ADA);
	const struct suppression *rows = active.rows;
	bool found = false;

	for (size_t i = 0; i < active.n; i++)
		found |= text_equal(rows[i].reason, reason) && text_equal(rows[i].source, source);
	op_end(op);
	return found;
}

/* Messages to Ada from a source, newest first. */
static struct list
messages_from(struct op *op, const char *source)
{
	struct message_query query = { .recipient = ADA, .limit = 50 };
	struct message *found = arena_array(op->arena, 50, sizeof(*found));
	const struct message *rows;
	struct list list;
	size_t n = 0;

	db_rest(op);
	must(op, message_store_list(op, &list, &query));
	rows = list.rows;
	for (size_t i = 0; i < list.n; i++)
		if (text_equal(rows[i].source, source))
			found[n++] = rows[i];
	return (struct list){ n, found };
}

static size_t
count_from(const char *source)
{
	struct op *op = fixture_op();
	size_t n = messages_from(op, source).n;

	op_end(op);
	return n;
}

static size_t
events_called(const char *name)
{
	struct op *op = fixture_op();
	struct event_query query = { .from = "evt_",
				     .to = id_beyond(op, "evt"),
				     .name = name,
				     .forward = true,
				     .limit = 100 };
	struct list list;

	must(op, event_store_list(op, &list, &query));
	op_end(op);
	return list.n;
}

static void
put_message(const char *id, const char *recipient, const char *purpose, const char *status)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct message message = {
		.id = id,
		.instance_id = fixture_instance.id,
		.source = "guarded",
		.recipient = recipient,
		.type = "text",
		.purpose = purpose,
		.payload = "{}",
		.status = status,
		.created_at = op->now,
		.due_at = clock_after(op->now, HOUR_MS),
	};

	message_store_insert(batch, &message);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
assert_message(const char *id, const char *status)
{
	struct op *op = fixture_op();
	struct message message = { 0 };

	must(op, message_store_get(op, &message, id));
	assert_string_equal(message.status, status);
	op_end(op);
}

/* ---- evidence and the answer --------------------------------------------------------------- */

static void
a_stop_leaves_evidence_and_one_answer(void **state)
{
	struct op *op = fixture_op();
	const struct suppression *row;
	const struct message *answer;
	struct list active, answers;

	(void)state;
	ada_says("LÜTFEN İPTAL!", 1, 3);
	active = active_of(op, ADA);
	assert_int_equal(active.n, 1);
	row = active.rows;
	assert_string_equal(row->reason, "opted_out");
	assert_string_equal(row->text, "LÜTFEN İPTAL!");
	assert_string_equal(row->keyword, "iptal");
	assert_string_equal(row->language, "tr");
	assert_string_equal(row->rule, "word");
	assert_string_equal(row->instance_id, fixture_instance.id);
	assert_true(row->since.ms <= op->now.ms && row->since.ms > op->now.ms - 10 * SECOND_MS);
	assert_non_null(row->inbound_id);
	answers = messages_from(op, SOURCE_OPT_OUT);
	assert_int_equal(answers.n, 1);
	answer = answers.rows;
	assert_string_equal(row->confirmation_id, answer->id);
	assert_string_equal(answer->status, "queued");
	assert_string_equal(answer->purpose, "support");
	assert_null(answer->api_key_id);
	assert_non_null(strstr(answer->payload, "\"to\":\"+" ADA "\""));
	assert_non_null(strstr(answer->payload, optout_confirmation(OPTOUT_STOP, "tr")));
	assert_non_null(strstr(answer->payload, answer->id));
	op_end(op);
}

static void
an_answer_goes_once_in_a_day_for_each_kind(void **state)
{
	(void)state;
	ada_says("STOP", 1, 5);
	ada_says("stop", 2, 4);
	assert_int_equal(count_from(SOURCE_OPT_OUT), 1);
	ada_says("START", 3, 3);
	assert_int_equal(count_from(SOURCE_OPT_IN), 1);
	ada_says("stop", 4, 2);
	ada_says("start", 5, 1);
	assert_int_equal(count_from(SOURCE_OPT_OUT), 1);
	assert_int_equal(count_from(SOURCE_OPT_IN), 1);
	assert_int_equal(events_called("recipient.opted_out"), 3);
	assert_int_equal(events_called("recipient.opted_in"), 2);
	set_clock(DAY_MS + MINUTE_MS);
	ada_says("STOP", 6, 0);
	assert_int_equal(count_from(SOURCE_OPT_OUT), 2);
	set_clock(0);
}

static void
nobody_is_answered_after_the_window(void **state)
{
	(void)state;
	ada_says("STOP", 1, 25 * 3600);
	assert_true(is_active("opted_out", "keyword"));
	assert_int_equal(count_from(SOURCE_OPT_OUT), 0);
}

static void
nobody_is_answered_whom_the_account_has_shut_out(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	(void)state;
	suppression_store_add(batch, &(struct suppression){ .id = "sup_hard",
							    .recipient = ADA,
							    .reason = "complaint",
							    .source = "portal",
							    .actor = "test",
							    .since = op->now });
	must(op, db_commit(op, batch));
	op_end(op);
	ada_says("STOP", 1, 1);
	assert_true(is_active("opted_out", "keyword"));
	assert_int_equal(count_from(SOURCE_OPT_OUT), 0);
	ada_says("START", 2, 0);
	assert_false(is_active("opted_out", "keyword"));
	assert_true(is_active("complaint", "portal"));
	assert_int_equal(count_from(SOURCE_OPT_IN), 0);
}

static void
an_instance_has_texts_of_its_own_or_says_nothing(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct list answers;

	(void)state;
	choice_store_set_text(batch, fixture_instance.id,
			      &(struct confirmation_text){ "stop", "en", "Bye \"now\"." });
	must(op, db_commit(op, batch));
	ada_says("STOP", 1, 1);
	answers = messages_from(op, SOURCE_OPT_OUT);
	assert_int_equal(answers.n, 1);
	assert_non_null(
		strstr(((const struct message *)answers.rows)->payload, "Bye \\\"now\\\"."));
	batch = batch_new(op);
	choice_store_set_answering(batch, fixture_instance.id, false);
	must(op, db_commit(op, batch));
	ada_says("START", 2, 0);
	assert_true(!is_active("opted_out", "keyword"));
	assert_int_equal(count_from(SOURCE_OPT_IN), 0);
	op_end(op);
}

/* ---- what waits ---------------------------------------------------------------------------- */

static void
what_waits_for_the_person_is_cancelled(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	(void)state;
	fixture_endpoint("ep_1", "normalized", "message.status_updated,recipient.opted_out");
	recipient_store_join(batch, ADA, "US.1349");
	must(op, db_commit(op, batch));
	op_end(op);
	put_message("msg_queued", ADA, "transactional", "queued");
	put_message("msg_later", ADA, "support", "scheduled");
	put_message("msg_alias", "US.1349", "operational", "queued");
	put_message("msg_code", ADA, "authentication", "queued");
	put_message("msg_sent", ADA, "support", "sending");
	put_message("msg_other", "905321112244", "support", "queued");
	ada_says("STOP", 1, 0);
	assert_message("msg_queued", "cancelled");
	assert_message("msg_later", "cancelled");
	assert_message("msg_alias", "cancelled");
	assert_message("msg_code", "queued");
	assert_message("msg_sent", "sending");
	assert_message("msg_other", "queued");
	assert_int_equal(events_called("message.status_updated"), 3);
	assert_int_equal(count_from(SOURCE_OPT_OUT), 1);
}

/* The worker takes a message in the moment of the stop: the whole item is looked at again. */
static void
what_leaves_the_queue_meanwhile_is_not_told_as_cancelled(void **state)
{
	const struct chooser ada = { ADA, NULL, ADA };
	struct op *op = fixture_op(), *other = fixture_op();
	struct batch *batch = batch_new(op), *worker = batch_new(other);
	struct message message = { .id = "msg_queued", .status = "sending" };

	(void)state;
	put_message("msg_queued", ADA, "support", "queued");
	must(op, choice_cancel(op, batch, &ada, "opted_out"));
	message.sending_until = clock_after(other->now, MINUTE_MS);
	queue_store_begin(worker, &message);
	must(other, db_commit(other, worker));
	assert_int_equal(db_commit(op, batch), RC_BUSY);
	assert_message("msg_queued", "sending");
	assert_int_equal(events_called("message.status_updated"), 0);
	op_end(other);
	op_end(op);
}

/* A newer choice of the same kind was noted in the moment of the commit. */
static void
an_older_time_is_not_noted(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op), *late = batch_new(op);
	struct choice_times times = { 0 };

	(void)state;
	choice_store_note(batch, ADA, "meta", (struct instant){ 5000 });
	must(op, db_commit(op, batch));
	choice_store_note(late, ADA, "meta", (struct instant){ 4000 });
	assert_int_equal(db_commit(op, late), RC_BUSY);
	op_forgive(op);
	must(op, choice_store_times(op, &times, ADA));
	assert_int_equal(times.meta.ms, 5000);
	assert_int_equal(times.keyword.ms, 0);
	op_end(op);
}

static void
a_second_stop_leaves_the_answer_in_the_queue(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	ada_says("STOP", 1, 1);
	ada_says("STOP", 2, 0);
	assert_string_equal(
		((const struct message *)messages_from(op, SOURCE_OPT_OUT).rows)->status, "queued");
	op_end(op);
}

static void
a_stop_told_twice_changes_nothing_the_second_time(void **state)
{
	(void)state;
	ada_says("STOP", 1, 1);
	ada_says("STOP", 1, 1);
	assert_int_equal(events_called("message.received"), 1);
	assert_int_equal(events_called("recipient.opted_out"), 1);
	assert_int_equal(count_from(SOURCE_OPT_OUT), 1);
}

/* ---- late ones ----------------------------------------------------------------------------- */

static void
what_comes_late_undoes_nothing(void **state)
{
	(void)state;
	ada_says("STOP", 1, 10);
	ada_says("START", 2, 20);
	assert_true(is_active("opted_out", "keyword"));
	ada_says("START", 3, 5);
	assert_false(is_active("opted_out", "keyword"));
	ada_says("STOP", 4, 8);
	assert_false(is_active("opted_out", "keyword"));
	assert_int_equal(events_called("recipient.opted_out"), 1);
	assert_int_equal(events_called("recipient.opted_in"), 1);
}

/* ---- Meta's switch ------------------------------------------------------------------------- */

static void
metas_stop_keeps_marketing_back_and_its_resume_lifts_it(void **state)
{
	(void)state;
	put_message("msg_promo", ADA, "marketing", "scheduled");
	put_message("msg_order", ADA, "transactional", "scheduled");
	meta_tells("stop", 10);
	assert_true(is_active("marketing_opt_out", "meta"));
	assert_message("msg_promo", "cancelled");
	assert_message("msg_order", "scheduled");
	assert_int_equal(count_from(SOURCE_OPT_OUT), 0);
	assert_int_equal(events_called("recipient.opted_out"), 1);
	meta_tells("resume", 20);
	assert_true(is_active("marketing_opt_out", "meta"));
	meta_tells("resume", 5);
	assert_false(is_active("marketing_opt_out", "meta"));
	assert_int_equal(events_called("recipient.opted_in"), 1);
	meta_tells("stop", 7);
	assert_false(is_active("marketing_opt_out", "meta"));
	assert_int_equal(events_called("recipient.opted_out"), 1);
	assert_int_equal(count_from(SOURCE_OPT_IN), 0);
}

static void
a_resume_that_is_told_first_wins(void **state)
{
	(void)state;
	meta_tells("resume", 5);
	meta_tells("stop", 10);
	assert_false(is_active("marketing_opt_out", "meta"));
}

static void
metas_resume_lifts_nothing_else_and_a_start_word_not_metas(void **state)
{
	(void)state;
	ada_says("STOP", 1, 10);
	meta_tells("stop", 9);
	meta_tells("resume", 8);
	assert_true(is_active("opted_out", "keyword"));
	meta_tells("stop", 7);
	ada_says("START", 2, 6);
	assert_false(is_active("opted_out", "keyword"));
	assert_true(is_active("marketing_opt_out", "meta"));
}

static void
several_wishes_in_one_webhook_end_with_the_newest(void **state)
{
	struct op *op = fixture_op();
	long long now = (long long)seconds_ago(0);

	(void)state;
	put_row(document(
		op, "user_preferences",
		arena_printf(op->arena,
			     "\"user_preferences\":["
			     "{\"wa_id\":\"" ADA "\",\"user_id\":\"US.1349\",\"category\":"
			     "\"marketing_messages\",\"value\":\"stop\",\"timestamp\":%lld},"
			     "{\"wa_id\":\"" ADA "\",\"category\":\"marketing_messages\","
			     "\"value\":\"resume\",\"timestamp\":%lld},"
			     "{\"user_id\":\"US.77\",\"category\":\"marketing_messages\","
			     "\"value\":\"stop\",\"timestamp\":%lld},"
			     "{\"wa_id\":\"905321112299\",\"category\":\"something_else\","
			     "\"value\":\"stop\",\"timestamp\":%lld},{\"value\":\"stop\"}]",
			     now - 1, now - 2, now, now)));
	apply_all();
	assert_int_equal(active_of(op, ADA).n, 1);
	assert_int_equal(active_of(op, "US.1349").n, 1);
	assert_int_equal(active_of(op, "US.77").n, 1);
	assert_int_equal(active_of(op, "905321112299").n, 0);
	op_end(op);
}

/* ---- possible ones, lists of one's own ------------------------------------------------------ */

static void
a_possible_opt_out_holds_marketing_until_it_is_settled(void **state)
{
	struct inbound_query query = { .only_possible_opt_outs = true, .limit = 10 };
	struct op *op = fixture_op();
	struct list flagged;

	(void)state;
	ada_says("I wish all these promotions would stop, honestly", 1, 9);
	assert_true(is_active("marketing_opt_out", "review"));
	assert_int_equal(events_called("recipient.opted_out"), 0);
	assert_int_equal(count_from(SOURCE_OPT_OUT), 0);
	must(op, inbound_store_list(op, &flagged, &query));
	assert_int_equal(flagged.n, 1);
	assert_false(((const struct inbound *)flagged.rows)->opted_out);
	ada_says("STOP", 2, 8);
	assert_false(is_active("marketing_opt_out", "review"));
	assert_true(is_active("opted_out", "keyword"));
	ada_says("START", 3, 7);
	ada_says("please stop with the spam for once", 4, 6);
	meta_tells("stop", 5);
	assert_true(is_active("marketing_opt_out", "meta"));
	assert_false(is_active("marketing_opt_out", "review"));
	op_end(op);
}

static void
add_keyword(const char *text, const char *folded, bool off)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	keyword_store_insert(batch, &(struct keyword){ .language = "en",
						       .kind = "stop",
						       .rule = "word",
						       .text = text,
						       .folded = folded,
						       .created_by = "test",
						       .off = off,
						       .created_at = op->now });
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
an_accounts_own_words_count_at_once(void **state)
{
	(void)state;
	ada_says("genug", 1, 9);
	assert_false(is_active("opted_out", "keyword"));
	add_keyword("Genug", " genug ", false);
	add_keyword("cancel", " cancel ", true);
	ada_says("cancel", 2, 8);
	assert_false(is_active("opted_out", "keyword"));
	ada_says("GENUG!", 3, 7);
	assert_true(is_active("opted_out", "keyword"));
}

/* An edited message says what it says now. */
static void
a_message_edited_into_a_stop_is_one(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	ada_says("See you", 1, 9);
	put_row(document(op, "messages",
			 arena_printf(op->arena,
				      "\"messages\":[{\"from\":\"" ADA "\",\"id\":\"wamid.2\","
				      "\"timestamp\":\"%lld\",\"type\":\"edit\",\"edit\":"
				      "{\"original_message_id\":\"wamid.1\",\"message\":"
				      "{\"type\":\"text\",\"text\":{\"body\":\"STOP\"}}}}]",
				      (long long)seconds_ago(3))));
	apply_all();
	op_end(op);
	assert_true(is_active("opted_out", "keyword"));
	assert_int_equal(events_called("recipient.opted_out"), 1);
}

/* ---- one person under two names ------------------------------------------------------------ */

#define ADAS_ID "US.13491208655302741918"

/* Two texts in one webhook: the first under what is given of the person, the second by id. */
static void
ada_says_twice(const char *names, const char *first, const char *second, int id)
{
	struct op *op = fixture_op();

	put_row(document(
		op, "messages",
		arena_printf(op->arena,
			     "\"messages\":[{%s,\"id\":\"wamid.%d\",\"timestamp\":\"%lld\","
			     "\"type\":\"text\",\"text\":{\"body\":\"%s\"}},"
			     "{\"from_user_id\":\"" ADAS_ID "\",\"id\":\"wamid.%d\","
			     "\"timestamp\":\"%lld\",\"type\":\"text\","
			     "\"text\":{\"body\":\"%s\"}}]",
			     names, id, (long long)seconds_ago(3), first, id + 1,
			     (long long)seconds_ago(2), second)));
	apply_all();
	op_end(op);
}

static size_t
count_answers(void)
{
	struct op *op = fixture_op();
	struct message_query query = { .limit = 50 };
	const struct message *rows;
	struct list list;
	size_t n = 0;

	must(op, message_store_list(op, &list, &query));
	rows = list.rows;
	for (size_t i = 0; i < list.n; i++)
		n += text_equal(rows[i].source, SOURCE_OPT_OUT);
	op_end(op);
	return n;
}

static void
a_person_under_two_names_is_answered_once(void **state)
{
	(void)state;
	ada_says_twice("\"from\":\"" ADA "\",\"from_user_id\":\"" ADAS_ID "\"", "STOP", "STOP", 1);
	assert_int_equal(count_answers(), 1);
	assert_int_equal(events_called("recipient.opted_out"), 2);
	assert_true(is_active("opted_out", "keyword"));
}

static void
a_person_known_by_two_names_is_answered_once(void **state)
{
	(void)state;
	ada_says_twice("\"from\":\"" ADA "\",\"from_user_id\":\"" ADAS_ID "\"", "Hello", "There",
		       1);
	ada_says_twice("\"from\":\"" ADA "\"", "STOP", "STOP", 3);
	assert_int_equal(count_answers(), 1);
	assert_int_equal(events_called("recipient.opted_out"), 2);
}

static void
a_start_by_id_lifts_the_stop_before_it(void **state)
{
	(void)state;
	ada_says_twice("\"from\":\"" ADA "\",\"from_user_id\":\"" ADAS_ID "\"", "STOP", "START", 1);
	assert_false(is_active("opted_out", "keyword"));
	assert_int_equal(events_called("recipient.opted_in"), 1);
	ada_says_twice("\"from\":\"" ADA "\"", "STOP", "START", 3);
	assert_false(is_active("opted_out", "keyword"));
}

static int
teardown(void **state)
{
	(void)state;
	store_end();
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_stop_leaves_evidence_and_one_answer),
		TEST(an_answer_goes_once_in_a_day_for_each_kind),
		TEST(nobody_is_answered_after_the_window),
		TEST(nobody_is_answered_whom_the_account_has_shut_out),
		TEST(an_instance_has_texts_of_its_own_or_says_nothing),
		TEST(what_waits_for_the_person_is_cancelled),
		TEST(what_leaves_the_queue_meanwhile_is_not_told_as_cancelled),
		TEST(an_older_time_is_not_noted),
		TEST(a_second_stop_leaves_the_answer_in_the_queue),
		TEST(a_stop_told_twice_changes_nothing_the_second_time),
		TEST(what_comes_late_undoes_nothing),
		TEST(metas_stop_keeps_marketing_back_and_its_resume_lifts_it),
		TEST(a_resume_that_is_told_first_wins),
		TEST(metas_resume_lifts_nothing_else_and_a_start_word_not_metas),
		TEST(several_wishes_in_one_webhook_end_with_the_newest),
		TEST(a_possible_opt_out_holds_marketing_until_it_is_settled),
		TEST(an_accounts_own_words_count_at_once),
		TEST(a_message_edited_into_a_stop_is_one),
		TEST(a_person_under_two_names_is_answered_once),
		TEST(a_person_known_by_two_names_is_answered_once),
		TEST(a_start_by_id_lifts_the_stop_before_it),
	};

	return cmocka_run_group_tests(tests, setup_clock, teardown_clock);
}
