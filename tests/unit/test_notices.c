/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents: when they open, get worse and end, who is told, and that coming and going does not
 * fill mailboxes. */
#include "clock_fixture.h"
#include "store_fixture.h"

#include "gateway/management.h"
#include "gateway/notices.h"
#include "gateway/people.h"
#include "gateway/read_overview.h"
#include "store/api_key_store.h"
#include "store/incident_store.h"
#include "store/mail_store.h"
#include "store/template_store.h"
#include "store/use_store.h"
#include "store/user_store.h"

static int64_t ahead_ms;

static void
pass(int64_t ms)
{
	ahead_ms += ms;
	set_clock(ahead_ms);
}

/* One turn at a time that the turn before has not seen. Returns how many incidents moved. */
static int64_t
look(void)
{
	int64_t done = -1, next_ms = -1;
	struct op *op;

	pass(30 * SECOND_MS);
	op = op_begin("worker");
	must(op, gateway_notice_turn(op, &done, &next_ms));
	assert_true(next_ms > 0);
	op_end(op);
	return done;
}

static void
add_user(const char *id, const char *role, bool disabled)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct user user = {
		.id = id,
		.account_id = op->account_id,
		.email = arena_printf(op->arena, "%s@example.com", id),
		.name = "",
		.role = role,
		.password_hash = "-",
		.created_at = op->now,
	};

	user_store_insert(batch, &user);
	if (disabled)
		user_store_disable(batch, id, op->now);
	must(op, db_commit(op, batch));
	op_end(op);
}

static int
setup(void **state)
{
	ahead_ms = 0;
	set_clock(0);
	store_begin("");
	add_user("usr_owner", "owner", false);
	add_user("usr_admin", "admin", false);
	add_user("usr_late", "admin", true);
	add_user("usr_maker", "developer", false);
	add_user("usr_host", "operator", false);
	look();
	*state = NULL;
	return 0;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The outbox as sorted lines "recipient: subject", and emptied. */
static const char *
letters(struct op *op)
{
	struct batch *batch = batch_new(op);
	const char *lines[100];
	const struct mail *mail;
	struct list due;

	must(op, mail_store_due(op, &due, op->now, ARRAY_LEN(lines)));
	mail = due.rows;
	for (size_t i = 0; i < due.n; i++) {
		struct mail sent = mail[i];

		lines[i] =
			arena_printf(op->arena, "%.*s: %s\n", (int)strcspn(mail[i].recipient, "@"),
				     mail[i].recipient, mail[i].subject);
		sent.state = "sent";
		sent.done_at = op->now;
		mail_store_settle(batch, &sent);
	}
	must(op, db_commit(op, batch));
	qsort(lines, due.n, sizeof(lines[0]), by_text);
	return text_join(op->arena, lines, due.n, "");
}

static void
assert_letters(const char *wanted)
{
	struct op *op = fixture_op();

	assert_string_equal(letters(op), wanted);
	op_end(op);
}

/* How many incidents the account has had, and how many are open. */
static void
assert_incidents(size_t all, size_t open)
{
	struct op *op = fixture_op();
	struct list found;
	const char *next;

	must(op, gateway_list_incidents(op, &found, &next, false, (struct page_query){ 0 }));
	assert_int_equal(found.n, all);
	must(op, gateway_list_incidents(op, &found, &next, true, (struct page_query){ 0 }));
	assert_int_equal(found.n, open);
	op_end(op);
}

static void
set_state(const char *state, const char *reason, const char *quality)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct instance instance = fixture_instance;

	instance.state = state;
	instance.state_reason = reason;
	instance.quality = quality;
	instance_store_checked(batch, &instance);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
set_account(const char *key, const char *value)
{
	struct op *op = fixture_op();

	must(op, gateway_set_account(op, "acc_fixture", key, value));
	op_end(op);
}

#define CLOSED "Front Desk cannot send: Session has expired (190)"

static void
close_it(void)
{
	set_state("closed", "Session has expired (190)", "GREEN");
}

static void
open_it(void)
{
	set_state("open", NULL, "GREEN");
}

static void
a_closed_number_is_told_once_and_once_when_it_is_over(void **state)
{
	(void)state;
	assert_int_equal(look(), 0);
	close_it();
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: " CLOSED "\nusr_owner: " CLOSED "\n");
	assert_incidents(1, 1);
	assert_int_equal(look(), 0);
	assert_int_equal(look(), 0);
	assert_letters("");
	open_it();
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: Front Desk can send again\n"
		       "usr_owner: Front Desk can send again\n");
	assert_int_equal(look(), 0);
	assert_letters("");
	assert_incidents(1, 0);
}

static void
what_comes_and_goes_is_told_ever_more_rarely(void **state)
{
	int64_t told = 0;

	(void)state;
	/* A day of five minutes closed, five minutes open. */
	for (int i = 0; i < 144; i++) {
		close_it();
		told += look();
		pass(5 * MINUTE_MS);
		open_it();
		told += look();
		pass(5 * MINUTE_MS);
	}
	assert_in_range(told, 8, 24);
}

static void
what_is_back_soon_and_stays_is_told_ten_minutes_after_the_end(void **state)
{
	(void)state;
	close_it();
	assert_int_equal(look(), 1);
	open_it();
	assert_int_equal(look(), 1);
	close_it();
	assert_int_equal(look(), 0);
	pass(9 * MINUTE_MS);
	assert_int_equal(look(), 1);
	assert_incidents(2, 1);
}

static void
what_gets_worse_is_told_and_what_gets_a_little_better_is_not(void **state)
{
#define LIMITED "Front Desk cannot send: Policy violation"
	(void)state;
	close_it();
	look();
	assert_letters("usr_admin: " CLOSED "\nusr_owner: " CLOSED "\n");
	set_state("restricted", "Policy violation", "GREEN");
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: " LIMITED "\nusr_host: " LIMITED "\nusr_owner: " LIMITED "\n");
	close_it();
	assert_int_equal(look(), 1);
	assert_letters("");
	set_state("restricted", "Policy violation", "GREEN");
	assert_int_equal(look(), 1);
	assert_letters("");
	assert_incidents(1, 1);
#undef LIMITED
}

static void
quality_is_told_at_yellow_and_at_red(void **state)
{
	(void)state;
	set_state("open", NULL, "YELLOW");
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: The quality of Front Desk is medium (YELLOW)\n"
		       "usr_owner: The quality of Front Desk is medium (YELLOW)\n");
	set_state("open", NULL, "RED");
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: The quality of Front Desk is low (RED)\n"
		       "usr_owner: The quality of Front Desk is low (RED)\n");
	set_state("open", NULL, "GREEN");
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: Front Desk has good quality (GREEN) again\n"
		       "usr_owner: Front Desk has good quality (GREEN) again\n");
}

static void
fail_endpoint(bool failing)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	if (failing)
		endpoint_store_failed(batch, "ep_1", op->now);
	else
		endpoint_store_succeeded(batch, "ep_1");
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
an_endpoint_is_told_of_after_an_hour_and_when_it_is_disabled(void **state)
{
#define HOOK "The webhook http://127.0.0.1:9/hook"
	struct op *op;
	struct batch *batch;

	(void)state;
	fixture_endpoint("ep_1", "normalized", "message.received");
	fail_endpoint(true);
	pass(59 * MINUTE_MS);
	assert_int_equal(look(), 0);
	pass(MINUTE_MS);
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: " HOOK " is failing\nusr_owner: " HOOK " is failing\n");
	op = fixture_op();
	batch = batch_new(op);
	endpoint_store_disable(batch, "ep_1", "The receiver answered 410 Gone", op->now);
	must(op, db_commit(op, batch));
	op_end(op);
	assert_int_equal(look(), 1);
#define GONE HOOK " is disabled: The receiver answered 410 Gone\n"
	assert_letters("usr_admin: " GONE "usr_host: " GONE "usr_owner: " GONE);
	assert_incidents(1, 1);
#undef GONE
}

static void
an_endpoint_that_works_again_ends_it(void **state)
{
	(void)state;
	fixture_endpoint("ep_1", "normalized", "message.received");
	fail_endpoint(true);
	pass(HOUR_MS);
	assert_int_equal(look(), 1);
	fail_endpoint(false);
	assert_letters("usr_admin: " HOOK " is failing\nusr_owner: " HOOK " is failing\n");
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: " HOOK " works\nusr_owner: " HOOK " works\n");
#undef HOOK
}

static void
what_is_switched_off_is_kept_and_not_told(void **state)
{
	(void)state;
	set_account("notices.instance", "off");
	close_it();
	assert_int_equal(look(), 1);
	assert_letters("");
	assert_incidents(1, 1);
	set_account("notices.instance", "on");
	assert_int_equal(look(), 0);
	open_it();
	assert_int_equal(look(), 1);
	assert_letters(""); /* who was not told that it began is not told that it is over */
}

static void
only_kinds_that_there_are_can_be_switched(void **state)
{
	(void)state;
	assert_int_equal(
		RC_OF(op, gateway_set_account(op, "acc_fixture", "notices.nothing", "off")),
		RC_INPUT);
	assert_int_equal(RC_OF(op, gateway_set_account(op, "acc_fixture", "notices.key", "of")),
			 RC_INPUT);
	assert_int_equal(RC_OF(op, gateway_set_own(op, "Europe/Istanbul", "key,nothing")),
			 RC_INPUT);
	assert_int_equal(RC_OF(op, gateway_set_own(op, "Europe/Nowhere", "key")), RC_INPUT);
	assert_int_equal(RC_OF(op, gateway_set_own(op, "Europe/Istanbul", "key,limit")), RC_OK);
}

static void
put_template(const char *status, int64_t as_of_ms)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct wa_template t = {
		.id = "7001",
		.waba_id = fixture_instance.waba_id,
		.name = "order_update",
		.language = "en",
		.category = "UTILITY",
		.status = status,
		.rejected_reason = text_equal(status, "REJECTED") ? "INVALID_FORMAT" : NULL,
		.as_of = { as_of_ms },
	};

	template_store_put(batch, &t, op->now);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
a_template_is_told_of_when_its_status_changes_here(void **state)
{
#define REJECTED "The template order_update (en) was rejected: INVALID_FORMAT\n"
	(void)state;
	put_template("REJECTED", 1000); /* as it came with the first list */
	assert_int_equal(look(), 0);
	put_template("PENDING", 2000);
	assert_int_equal(look(), 0);
	put_template("REJECTED", 3000);
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: " REJECTED "usr_owner: " REJECTED);
	put_template("APPROVED", 4000);
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: The template order_update (en) is approved\n"
		       "usr_owner: The template order_update (en) is approved\n");
#undef REJECTED
}

static void
use_some(int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		struct op *op = fixture_op();
		struct batch *batch = batch_new(op);
		const char *now = clock_rfc3339(op->arena, op->now);
		const char *then = clock_rfc3339(op->arena, clock_after(op->now, DAY_MS));
		struct use_day day = { arena_dupn(op->arena, now, 10),
				       arena_dupn(op->arena, then, 10) };

		use_store_take(batch, day, false, 0, 0);
		must(op, db_commit(op, batch));
		op_end(op);
	}
}

static void
a_limit_is_told_at_80_percent_and_when_it_is_reached(void **state)
{
	struct plan_choice plan = { "custom", { 10, 0 } };

	(void)state;
	assert_int_equal(RC_OF(op, gateway_set_plan(op, "acc_fixture", &plan)), RC_OK);
	use_some(7);
	assert_int_equal(look(), 0);
	use_some(1);
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: 8 of 10 messages of this day are sent\n"
		       "usr_owner: 8 of 10 messages of this day are sent\n");
	use_some(2);
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: 10 of 10 messages of this day are sent\n"
		       "usr_owner: 10 of 10 messages of this day are sent\n");
	pass(DAY_MS);
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: The day's limit has room again\n"
		       "usr_owner: The day's limit has room again\n");
}

static void
add_key(int64_t days)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct api_key key = {
		.id = "key_1",
		.name = "CRM",
		.environment = "production",
		.hash = "0",
		.prefix = "pk_wg_AbCd",
		.last4 = "1234",
		.scopes = "send",
		.created_by = "cli",
		.created_at = op->now,
		.expires_at = clock_after(op->now, days * DAY_MS),
	};

	api_key_store_insert(batch, &key);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
a_key_is_told_of_a_week_before_it_expires(void **state)
{
	(void)state;
	add_key(30);
	pass(22 * DAY_MS);
	assert_int_equal(look(), 0);
	pass(DAY_MS);
	assert_int_equal(look(), 1);
	assert_letters("usr_admin: The API key \"CRM\" expires in 7 days\n"
		       "usr_owner: The API key \"CRM\" expires in 7 days\n");
	pass(7 * DAY_MS);
	assert_int_equal(look(), 1);
	assert_letters(
		"usr_admin: The API key \"CRM\" has expired: requests with it are refused\n"
		"usr_owner: The API key \"CRM\" has expired: requests with it are refused\n");
	assert_int_equal(look(), 0);
}

static void
a_short_lived_key_is_no_news_when_it_is_made(void **state)
{
	(void)state;
	add_key(2);
	assert_int_equal(look(), 0);
	pass(DAY_MS);
	assert_int_equal(look(), 1);
}

static void
the_overview_says_since_when(void **state)
{
	struct op *op = fixture_op();
	struct overview overview = { 0 };
	const struct attention *row;
	struct instant before = op->now;

	(void)state;
	close_it();
	look();
	pass(DAY_MS);
	must(op, gateway_overview(op, &overview, 7));
	assert_int_equal(overview.attentions.n, 1);
	row = overview.attentions.rows;
	assert_string_equal(row->text, CLOSED);
	assert_string_equal(row->level, "danger");
	assert_in_range(row->since.ms, before.ms, before.ms + HOUR_MS);
	op_end(op);
}

static void
a_turn_within_half_a_minute_does_nothing(void **state)
{
	int64_t done = -1, next_ms = -1;
	struct op *op;

	(void)state;
	close_it();
	op = op_begin("worker");
	must(op, gateway_notice_turn(op, &done, &next_ms));
	assert_int_equal(done, 0);
	assert_in_range(next_ms, 1, 30 * SECOND_MS);
	op_end(op);
}

static void
old_incidents_and_letters_are_forgotten(void **state)
{
	int64_t done = -1;

	(void)state;
	close_it();
	look();
	open_it();
	look();
	assert_incidents(1, 0);
	{
		struct op *op = fixture_op();

		assert_true(strlen(letters(op)) > 0);
		op_end(op);
	}
	pass(31 * DAY_MS);
	assert_int_equal(RC_OF(op, gateway_forget_notices(op, &done)), RC_OK);
	assert_int_equal(done, 4);
	assert_incidents(1, 0);
	pass(340 * DAY_MS);
	assert_int_equal(RC_OF(op, gateway_forget_notices(op, &done)), RC_OK);
	assert_int_equal(done, 1);
	assert_incidents(0, 0);
}

static void
a_letter_is_tried_for_three_days(void **state)
{
	struct instant created = { 1000 }, now = created;
	int64_t wait, tries = 0;

	(void)state;
	assert_int_equal(mail_wait(1, created, created), MINUTE_MS);
	assert_int_equal(mail_wait(2, created, created), 2 * MINUTE_MS);
	assert_int_equal(mail_wait(40, created, created), 4 * HOUR_MS);
	while ((wait = mail_wait(++tries, created, now)) >= 0)
		now = clock_after(now, wait);
	assert_in_range(now.ms - created.ms, 2 * DAY_MS + 20 * HOUR_MS, 3 * DAY_MS);
	assert_in_range(tries, 20, 40);
}

static void
a_letter_says_what_since_when_and_where(void **state)
{
	const struct mail *mail;
	struct list due;
	struct op *op;

	(void)state;
	set_account("time_zone", "Europe/Istanbul");
	close_it();
	look();
	op = fixture_op();
	must(op, mail_store_due(op, &due, op->now, 1000));
	mail = due.rows;
	assert_int_equal(due.n, 2);
	assert_non_null(strstr(mail->body, CLOSED ".\n\nSince:    "));
	assert_non_null(strstr(mail->body, "(Europe/Istanbul)\nAccount:  Fixture\n"));
	assert_non_null(strstr(mail->body, "http://127.0.0.1:8080/instances/inst_fixture/manage"));
	assert_non_null(strstr(mail->body, "http://127.0.0.1:8080/settings"));
	op_end(op);
}

static void
a_name_with_a_line_end_stays_in_its_line(void **state)
{
	const struct mail *mail;
	struct list due;
	struct op *op;

	(void)state;
	set_state("closed", "no\r\nBcc: everybody@example.com", "GREEN");
	look();
	op = fixture_op();
	must(op, mail_store_due(op, &due, op->now, 1000));
	mail = due.rows;
	assert_string_equal(mail->subject,
			    "Front Desk cannot send: no  Bcc: everybody@example.com");
	op_end(op);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown_store)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_closed_number_is_told_once_and_once_when_it_is_over),
		TEST(what_comes_and_goes_is_told_ever_more_rarely),
		TEST(what_is_back_soon_and_stays_is_told_ten_minutes_after_the_end),
		TEST(what_gets_worse_is_told_and_what_gets_a_little_better_is_not),
		TEST(quality_is_told_at_yellow_and_at_red),
		TEST(an_endpoint_is_told_of_after_an_hour_and_when_it_is_disabled),
		TEST(an_endpoint_that_works_again_ends_it),
		TEST(what_is_switched_off_is_kept_and_not_told),
		TEST(only_kinds_that_there_are_can_be_switched),
		TEST(a_template_is_told_of_when_its_status_changes_here),
		TEST(a_limit_is_told_at_80_percent_and_when_it_is_reached),
		TEST(a_key_is_told_of_a_week_before_it_expires),
		TEST(a_short_lived_key_is_no_news_when_it_is_made),
		TEST(the_overview_says_since_when),
		TEST(a_turn_within_half_a_minute_does_nothing),
		TEST(old_incidents_and_letters_are_forgotten),
		TEST(a_letter_is_tried_for_three_days),
		TEST(a_letter_says_what_since_when_and_where),
		TEST(a_name_with_a_line_end_stays_in_its_line),
	};

	return cmocka_run_group_tests(tests, setup_clock, teardown_clock);
}
