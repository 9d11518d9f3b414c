/* SPDX-License-Identifier: Apache-2.0 */
/* Message templates in the store: what a send asks, what the provider's list and its webhooks
 * change, when the list is read again. */
#include "clock_fixture.h"
#include "store_fixture.h"

#include <dirent.h>

#include "gateway/manage_instances.h"
#include "gateway/receive.h"
#include "gateway/templates.h"
#include "gateway/templates_sync.h"
#include "store/inbox_store.h"

#define WABA "102290129340398"

static const struct template_sync our_list = { .account_id = "acc_fixture", .waba_id = WABA };

static struct wa_template
template_of(const char *id, const char *name, const char *category, int64_t as_of_ms)
{
	return (struct wa_template){
		.id = id,
		.waba_id = WABA,
		.name = name,
		.language = "en_US",
		.category = category,
		.status = "APPROVED",
		.components = "[{\"type\":\"BODY\",\"text\":\"Hi\"}]",
		.as_of = { as_of_ms },
	};
}

/* Returns how many rows changed. */
static size_t
put(const struct wa_template *t)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	int index = template_store_put(batch, t, op->now);
	size_t n;

	must(op, db_commit(op, batch));
	n = batch_count(batch, index);
	op_end(op);
	return n;
}

static void
assert_category(const char *name, const char *wanted)
{
	struct op *op = fixture_op();
	const char *category = "untouched";
	enum rc rc = template_store_category(op, &category, WABA, name, "en_US");

	assert_int_equal(rc, wanted == NULL ? RC_MISSING : RC_OK);
	assert_string_equal(category, wanted == NULL ? "untouched" : wanted);
	op_end(op);
}

static struct wa_template
row_of(struct op *op, const char *id)
{
	struct wa_template t = { 0 };

	db_rest(op);
	must(op, template_store_get(op, &t, id));
	return t;
}

static struct template_sync
sync_of(struct op *op)
{
	struct template_sync sync = { 0 };

	db_rest(op);
	must(op, template_store_sync(op, &sync, WABA));
	return sync;
}

/* ---- the store --------------------------------------------------------------------------- */

static void
a_send_asks_for_the_category_by_name_and_language(void **state)
{
	struct wa_template t = template_of("11", "asked", "UTILITY", 1000);
	struct op *op = fixture_op();
	struct batch *batch;

	(void)state;
	assert_category("asked", NULL);
	assert_int_equal(put(&t), 1);
	assert_category("asked", "UTILITY");
	t.category = "MARKETING";
	t.as_of.ms = 2000;
	assert_int_equal(put(&t), 1);
	assert_category("asked", "MARKETING");
	/* Another account's, and one that is gone. */
	op->account_id = "acc_other";
	assert_int_equal(template_store_category(op, &t.status, WABA, "asked", "en_US"),
			 RC_MISSING);
	op->account_id = "acc_fixture";
	batch = batch_new(op);
	t.language = NULL;
	t.id = NULL;
	(void)template_store_gone(batch, &t, op->now);
	must(op, db_commit(op, batch));
	assert_true(row_of(op, "11").deleted_at.ms != 0);
	assert_category("asked", "MARKETING");
	op_end(op);
}

static void
what_is_no_different_or_older_is_not_written(void **state)
{
	struct wa_template t = template_of("12", "steady", "UTILITY", 5000);
	struct op *op = fixture_op();

	(void)state;
	assert_int_equal(put(&t), 1);
	t.as_of.ms = 6000;
	assert_int_equal(put(&t), 0);
	t.status = "PAUSED";
	t.as_of.ms = 4000;
	assert_int_equal(put(&t), 0);
	assert_string_equal(row_of(op, "12").status, "APPROVED");
	t.as_of.ms = 7000;
	t.components = NULL; /* not said: stays */
	assert_int_equal(put(&t), 1);
	assert_string_equal(row_of(op, "12").status, "PAUSED");
	assert_non_null(row_of(op, "12").components);
	op_end(op);
}

/* ---- reading the list -------------------------------------------------------------------- */

/* Have the provider answer the page that was asked for. */
static bool
answer(struct template_run *run, int status, const char *body, const char **failed)
{
	bool over = false;

	template_run_ask(run);
	run->call.outcome = NET_ANSWERED;
	run->call.status = status;
	run->call.answer = bytes_of(body);
	must(run->op, template_run_take(run, &over, failed));
	return over;
}

/* Longer than tries are apart. */
static void
pass_time(void)
{
	static int64_t ahead_ms;

	ahead_ms += 2 * TEMPLATE_SYNC_SPACING_MS;
	set_clock(ahead_ms);
}

/* From now to then. */
static int64_t
until_ms(struct instant then)
{
	return then.ms - clock_now().ms;
}

static struct template_run *
begin_run(struct op *op)
{
	struct template_run *run = NULL;
	struct batch *batch = batch_new(op);

	pass_time();
	template_store_want(batch, WABA, clock_now(), true);
	must(op, db_commit(op, batch));
	must(op, template_run_begin(op, &run, &our_list, false));
	assert_non_null(run);
	return run;
}

static void
assert_wanted(struct op *op)
{
	struct instant due_at = sync_of(op).due_at;

	assert_true(due_at.ms != 0);
	assert_true(until_ms(due_at) < 10 * SECOND_MS);
}

static void
assert_not_due(bool wish)
{
	struct op *op = fixture_op();
	struct template_run *run = NULL;

	assert_int_equal(template_run_begin(op, &run, &our_list, wish), RC_CONFLICT);
	assert_null(run);
	op_end(op);
}

static void
a_list_brings_what_is_new_changed_and_gone(void **state)
{
	static const char first[] =
		"{\"data\":[{\"id\":\"21\",\"name\":\"kept\",\"language\":\"en_US\",\"status\":"
		"\"APPROVED\",\"category\":\"UTILITY\",\"components\":[{\"type\":\"BODY\","
		"\"text\":\"Hi\"}]},{\"id\":\"22\",\"name\":\"moved\",\"language\":\"en_US\","
		"\"status\":\"PAUSED\",\"category\":\"MARKETING\",\"rejected_reason\":\"NONE\","
		"\"quality_score\":{\"score\":\"RED\",\"date\":1},\"components\":[]}],\"paging\":"
		"{\"cursors\":{\"before\":\"a\",\"after\":\"b+c\"},\"next\":\"https://x/?a=1\"}}";
	static const char second[] =
		"{\"data\":[{\"id\":23,\"name\":\"new\",\"language\":\"tr\",\"status\":"
		"\"PENDING\",\"category\":\"AUTHENTICATION\"}],\"paging\":{\"cursors\":{}}}";
	struct wa_template kept = template_of("21", "kept", "UTILITY", 1000);
	struct wa_template moved = template_of("22", "moved", "UTILITY", 1000);
	struct wa_template lost = template_of("24", "lost", "UTILITY", 1000);
	struct op *op = fixture_op();
	struct template_run *run;
	const char *failed = "";

	(void)state;
	put(&kept);
	put(&moved);
	put(&lost);
	run = begin_run(op);
	assert_false(answer(run, 200, first, &failed));
	assert_null(failed);
	template_run_ask(run);
	assert_non_null(strstr(run->call.url, "&after=b%2Bc"));
	assert_non_null(strstr(run->call.url, "/" WABA "/message_templates?fields="));
	op_end(run->page);
	assert_true(answer(run, 200, second, &failed));
	assert_int_equal(run->changed, 2);
	template_run_end(run);
	assert_string_equal(row_of(op, "22").category, "MARKETING");
	assert_string_equal(row_of(op, "22").quality, "RED");
	assert_null(row_of(op, "22").rejected_reason);
	assert_string_equal(row_of(op, "23").language, "tr");
	assert_true(row_of(op, "24").deleted_at.ms != 0);
	assert_int_equal(row_of(op, "21").deleted_at.ms, 0);
	assert_int_equal(sync_of(op).failures, 0);
	assert_true(sync_of(op).synced_at.ms != 0);
	assert_true(until_ms(sync_of(op).due_at) > HOUR_MS - MINUTE_MS);
	op_end(op);
}

#define EMPTY_PAGE \
	"{\"data\":[],\"paging\":{\"cursors\":{\"after\":\"c\"},\"next\":\"https://x/\"}}"

static void
an_empty_page_is_not_the_end_of_the_list(void **state)
{
	static const char rest[] = "{\"data\":[{\"id\":\"26\",\"name\":\"behind\",\"language\":"
				   "\"en_US\",\"status\":\"APPROVED\",\"category\":"
				   "\"UTILITY\"}]}";
	struct wa_template behind = template_of("26", "behind", "UTILITY", 1000);
	struct op *op = fixture_op();
	struct template_run *run;
	const char *failed;

	(void)state;
	put(&behind);
	run = begin_run(op);
	assert_false(answer(run, 200, EMPTY_PAGE, &failed));
	assert_null(failed);
	assert_true(answer(run, 200, rest, &failed));
	assert_null(failed);
	template_run_end(run);
	assert_int_equal(row_of(op, "26").deleted_at.ms, 0);
	op_end(op);
}

static void
what_an_endless_list_did_not_show_is_not_gone(void **state)
{
	struct wa_template unseen = template_of("27", "unseen", "UTILITY", 1000);
	struct op *op = fixture_op();
	struct template_run *run;
	const char *failed = NULL;
	int pages = 1;

	(void)state;
	put(&unseen);
	run = begin_run(op);
	while (!answer(run, 200, EMPTY_PAGE, &failed) && pages < 1000)
		pages++;
	assert_in_range(pages, 60, 999);
	assert_non_null(strstr(failed, "does not end"));
	template_run_end(run);
	assert_int_equal(sync_of(op).failures, 1);
	assert_int_equal(row_of(op, "27").deleted_at.ms, 0);
	op_end(op);
}

static void
what_changed_while_the_list_was_read_is_newer_than_it(void **state)
{
	struct wa_template heard = template_of("31", "heard", "MARKETING", 0);
	struct wa_template made = template_of("32", "made_meanwhile", "UTILITY", 0);
	struct op *op = fixture_op();
	struct template_run *run = begin_run(op);
	const char *failed;

	(void)state;
	heard.as_of = made.as_of = clock_after(run->began, 500);
	put(&heard);
	put(&made);
	assert_true(answer(run, 200,
			   "{\"data\":[{\"id\":\"31\",\"name\":\"heard\",\"language\":\"en_US\","
			   "\"status\":\"PENDING\",\"category\":\"UTILITY\"}]}",
			   &failed));
	template_run_end(run);
	assert_string_equal(row_of(op, "31").category, "MARKETING");
	assert_int_equal(row_of(op, "32").deleted_at.ms, 0);
	op_end(op);
}

static void
a_failure_keeps_its_reason_and_waits_longer_each_time(void **state)
{
	static const struct net_header usage = {
		"x-business-use-case-usage",
		"{\"1022\":[{\"type\":\"whatsapp_business_management\",\"call_count\":100,"
		"\"estimated_time_to_regain_access\":25}]}"
	};
	struct op *op = fixture_op();
	struct template_run *run = begin_run(op);
	struct template_sync sync;
	const char *failed;
	bool over;

	(void)state;
	assert_true(answer(run, 500, "<html>", &failed));
	assert_non_null(strstr(failed, "500"));
	template_run_end(run);
	sync = sync_of(op);
	assert_int_equal(sync.failures, 1);
	assert_non_null(strstr(sync.reason, "500"));
	assert_in_range(until_ms(sync.due_at), 50 * SECOND_MS, 60 * SECOND_MS);
	/* Somebody's wish does not make it sooner. */
	assert_not_due(true);
	run = begin_run(op);
	template_run_ask(run);
	run->call.outcome = NET_ANSWERED;
	run->call.status = 400;
	run->call.answer = bytes_of("{\"error\":{\"message\":\"(#80007) Rate limit issues\","
				    "\"code\":80007}}");
	run->call.answer_headers = &usage;
	run->call.answer_header_count = 1;
	must(run->op, template_run_take(run, &over, &failed));
	assert_true(over);
	assert_string_equal(failed, "(#80007) Rate limit issues");
	template_run_end(run);
	sync = sync_of(op);
	assert_in_range(until_ms(sync.due_at), 24 * MINUTE_MS, 25 * MINUTE_MS);
	op_end(op);
}

static void
pauses_double_up_to_an_hour(void **state)
{
	(void)state;
	assert_int_equal(template_sync_pause_ms(1), MINUTE_MS);
	assert_int_equal(template_sync_pause_ms(3), 4 * MINUTE_MS);
	assert_int_equal(template_sync_pause_ms(7), HOUR_MS);
	assert_int_equal(template_sync_pause_ms(1000000), HOUR_MS);
}

static void
only_one_reads_and_a_wish_meanwhile_stays(void **state)
{
	struct op *op = fixture_op();
	struct template_run *run = begin_run(op);
	struct batch *batch = batch_new(op);
	const char *failed;

	(void)state;
	assert_not_due(false);
	template_store_want(batch, WABA, clock_now(), true);
	must(op, db_commit(op, batch));
	assert_true(answer(run, 200, "{\"data\":[]}", &failed));
	assert_true(sync_of(op).due_at.ms <= run->began.ms + TEMPLATE_SYNC_SPACING_MS);
	template_run_end(run);
	op_end(op);
}

static void
without_an_open_instance_nobody_asks_until_there_is_one(void **state)
{
	const struct instance_change token = { "access_token", "EAAnew" };
	struct op *op = fixture_op();
	struct template_run *run = NULL;
	struct batch *batch = batch_new(op);

	(void)state;
	instance_store_close(batch, fixture_instance.id, "token refused");
	pass_time();
	template_store_want(batch, WABA, clock_now(), true);
	must(op, db_commit(op, batch));
	must(op, template_run_begin(op, &run, &our_list, true));
	assert_null(run);
	assert_int_equal(sync_of(op).due_at.ms, 0);
	must(op, gateway_set_instance(op, fixture_instance.id, &token, 1, true));
	assert_wanted(op);
	op_end(op);
}

/* ---- webhooks ---------------------------------------------------------------------------- */

static int rows_put;

static void
hear(const char *raw)
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
	int64_t n = 0;

	inbox_store_insert(batch, &row);
	must(op, db_commit(op, batch));
	op_end(op);
	op = op_begin("test");
	must(op, gateway_apply_inbox(op, 10, &n));
	assert_int_equal(n, 1);
	op_end(op);
}

static void
hear_value(struct op *op, const char *field, int64_t at_s, const char *value)
{
	hear(arena_printf(op->arena,
			  "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"" WABA
			  "\",\"time\":%lld,\"changes\":[{\"field\":\"%s\",\"value\":%s}]}]}",
			  (long long)at_s, field, value));
}

static void
webhooks_change_what_is_known(void **state)
{
	struct op *op = fixture_op();
	int64_t t = op->now.ms / SECOND_MS;
	struct wa_template known =
		template_of("9999999999999999", "told", "UTILITY", op->now.ms - 5000);

	(void)state;
	put(&known);
	hear_value(op, "message_template_status_update", t,
		   "{\"event\":\"REJECTED\",\"message_template_id\":9999999999999999,"
		   "\"message_template_name\":\"told\",\"message_template_language\":\"en-US\","
		   "\"reason\":\"INVALID_FORMAT\"}");
	known = row_of(op, known.id);
	assert_string_equal(known.status, "REJECTED");
	assert_string_equal(known.rejected_reason, "INVALID_FORMAT");
	assert_string_equal(known.language, "en_US");
	hear_value(op, "message_template_quality_update", t,
		   "{\"new_quality_score\":\"YELLOW\",\"message_template_id\":9999999999999999}");
	assert_string_equal(row_of(op, known.id).quality, "YELLOW");
	hear_value(op, "template_category_update", t,
		   "{\"new_category\":\"UTILITY\",\"correct_category\":\"MARKETING\","
		   "\"message_template_id\":9999999999999999}");
	assert_category("told", "UTILITY");
	assert_string_equal(row_of(op, known.id).correct_category, "MARKETING");
	hear_value(op, "template_category_update", t,
		   "{\"new_category\":\"MARKETING\",\"previous_category\":\"UTILITY\","
		   "\"message_template_id\":9999999999999999}");
	assert_category("told", "MARKETING");
	assert_string_equal(row_of(op, known.id).previous_category, "UTILITY");
	assert_null(row_of(op, known.id).correct_category);
	hear_value(op, "message_template_components_update", t,
		   "{\"message_template_element\":\"Dear {{1}} \\u2713\","
		   "\"message_template_id\":9999999999999999}");
	assert_string_equal(row_of(op, known.id).components,
			    "[{\"type\":\"BODY\",\"text\":\"Dear {{1}} \xe2\x9c\x93\"}]");
	hear_value(op, "message_template_status_update", t + 1,
		   "{\"event\":\"DELETED\",\"message_template_id\":9999999999999999}");
	assert_true(row_of(op, known.id).deleted_at.ms != 0);
	op_end(op);
}

static void
rest_for_an_hour(struct op *op)
{
	struct template_run *run = begin_run(op);
	const char *failed;

	assert_true(answer(run, 200, "{\"data\":[]}", &failed));
	template_run_end(run);
	assert_true(until_ms(sync_of(op).due_at) > 30 * MINUTE_MS);
}

static void
late_or_unknown_news_have_the_list_read_again(void **state)
{
	struct op *op = fixture_op();
	struct wa_template known = template_of("41", "late", "UTILITY", 0);
	int64_t t;

	(void)state;
	rest_for_an_hour(op);
	known.as_of = clock_now();
	t = known.as_of.ms / SECOND_MS;
	put(&known);
	hear_value(op, "message_template_status_update", t - 600,
		   "{\"event\":\"REJECTED\",\"message_template_id\":41}");
	assert_string_equal(row_of(op, "41").status, "APPROVED");
	assert_wanted(op);
	rest_for_an_hour(op);
	hear_value(op, "message_template_status_update", t,
		   "{\"event\":\"APPROVED\",\"message_template_id\":4242}");
	assert_wanted(op);
	/* Of no template at all. */
	rest_for_an_hour(op);
	hear_value(op, "message_template_status_update", t, "{\"event\":\"APPROVED\"}");
	assert_true(until_ms(sync_of(op).due_at) > 30 * MINUTE_MS);
	op_end(op);
}

static const char *
file_text(struct op *op, const char *folder, const char *name)
{
	json_t *root = json_load_file(arena_printf(op->arena, "%s/%s", folder, name), 0, NULL);

	assert_non_null(root);
	return json_text(op, json_own(op, root));
}

/* As the webhook of a template that is known here; samples of other business accounts are only
 * read. */
static void
hear_sample(struct op *op, const char *text)
{
	struct wa_template about = { 0 }, known;
	struct happenings read;

	must(op, cloud_read(op, &read, bytes_of(text)));
	assert_int_equal(read.n, 1);
	assert_int_not_equal(cloud_template_news(op, &about, &read.items[0]), NEWS_NONE);
	assert_true(text_int(about.id, 1, INT64_MAX, &(int64_t){ 0 }));
	if (!text_equal(about.waba_id, WABA))
		return;
	known = template_of(about.id, about.id, "UTILITY", 1000);
	put(&known);
	hear(text);
	assert_true(row_of(op, about.id).as_of.ms >= about.as_of.ms);
}

/* Meta's samples, where they are at hand. */
static void
samples_are_understood(void **state)
{
	static const char folder[] = "../shared/meta/webhooks";
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t seen = 0;

	(void)state;
	if (dir == NULL)
		skip();
	while ((entry = readdir(dir)) != NULL) {
		struct op *op;

		if (!text_starts(entry->d_name, "message_template_") &&
		    !text_starts(entry->d_name, "template_category_"))
			continue;
		op = fixture_op();
		hear_sample(op, file_text(op, folder, entry->d_name));
		op_end(op);
		seen++;
	}
	closedir(dir);
	assert_true(seen >= 4);
}

/* ---- lists ------------------------------------------------------------------------------- */

static void
lists_are_filtered_and_paged(void **state)
{
	static const char *const names[] = { "list_a", "list_b", "list_c" };
	struct template_filter filter = { .category = "AUTHENTICATION", .limit = 2 };
	struct op *op = fixture_op();
	const struct wa_template *rows;
	const char *next;
	struct list list;

	(void)state;
	rest_for_an_hour(op);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct wa_template t = template_of(arena_printf(op->arena, "5%zu", i), names[i],
						   "AUTHENTICATION", op->now.ms + 100000);

		put(&t);
	}
	db_rest(op);
	must(op, gateway_list_templates(op, &list, &next, &fixture_instance, &filter));
	rows = list.rows;
	assert_int_equal(list.n, 2);
	assert_string_equal(rows[1].name, "list_b");
	assert_non_null(next);
	filter.after = next;
	must(op, gateway_list_templates(op, &list, &next, &fixture_instance, &filter));
	rows = list.rows;
	assert_int_equal(list.n, 1);
	assert_string_equal(rows[0].name, "list_c");
	assert_null(next);
	filter.after = "not a cursor";
	assert_int_equal(gateway_list_templates(op, &list, &next, &fixture_instance, &filter),
			 RC_INPUT);
	op_end(op);
}

static int
setup(void **state)
{
	return setup_clock(state) != 0 || setup_store(state) != 0;
}

static int
teardown(void **state)
{
	return teardown_store(state) != 0 || teardown_clock(state) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_send_asks_for_the_category_by_name_and_language),
		cmocka_unit_test(what_is_no_different_or_older_is_not_written),
		cmocka_unit_test(a_list_brings_what_is_new_changed_and_gone),
		cmocka_unit_test(an_empty_page_is_not_the_end_of_the_list),
		cmocka_unit_test(what_an_endless_list_did_not_show_is_not_gone),
		cmocka_unit_test(what_changed_while_the_list_was_read_is_newer_than_it),
		cmocka_unit_test(a_failure_keeps_its_reason_and_waits_longer_each_time),
		cmocka_unit_test(pauses_double_up_to_an_hour),
		cmocka_unit_test(only_one_reads_and_a_wish_meanwhile_stays),
		cmocka_unit_test(webhooks_change_what_is_known),
		cmocka_unit_test(late_or_unknown_news_have_the_list_read_again),
		cmocka_unit_test(samples_are_understood),
		cmocka_unit_test(lists_are_filtered_and_paged),
		cmocka_unit_test(without_an_open_instance_nobody_asks_until_there_is_one),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
