/* SPDX-License-Identifier: Apache-2.0 */
/* Steps 8 to 10 of the pipeline at times of the test's choosing: what is over a limit is refused
 * and told when to come again, and what is refused for whatever reason has used nothing. */
#include "store_fixture.h"

#include "core/json.h"
#include "domain/plan.h"
#include "gateway/daily_count.h"
#include "gateway/send_message.h"
#include "store/conversation_store.h"
#include "store/pace_store.h"
#include "store/suppression_store.h"
#include "store/use_store.h"

/* In Berlin, 24 October 2026 is the day before summer time ends: 12:00 at 10:00Z. */
static const char zone[] = "Europe/Berlin";
static const struct instant noon = { INT64_C(1792836000) * 1000 };

static const char stopped[] = "966500000666";

/* A key of its own for each story, so that none meets the windows of another. */
static struct api_key
key_called(const char *id)
{
	return (struct api_key){
		.id = id,
		.account_id = "acc_fixture",
		.environment = "sandbox",
		.scopes = "send,read",
	};
}

static const char *
body_to(struct op *op, enum dialect dialect, const char *to)
{
	if (dialect == DIALECT_GUARDED)
		return arena_printf(op->arena,
				    "{\"phone\":\"%s\",\"message\":\"Hi\","
				    "\"message_purpose\":\"transactional\"}",
				    to);
	return arena_printf(op->arena,
			    "{\"messaging_product\":\"whatsapp\",\"to\":\"%s\","
			    "\"type\":\"text\",\"text\":{\"body\":\"Hi\"}}",
			    to);
}

/* A simulated send so long after noon, in op. */
static struct send *
sent(struct op *op, enum dialect dialect, const struct api_key *key, const char *to, int64_t ms)
{
	struct send *send = arena_alloc(op->arena, sizeof(*send));

	op->now = clock_after(noon, ms);
	send->dialect = dialect;
	send->source = "guarded";
	send->key = key;
	send->fake = true;
	send->body = bytes_of(body_to(op, dialect, to));
	gateway_send_wait(op, send);
	return send;
}

/* What such a send is refused for; each to somebody else. */
static enum refusal
refusal_at(const struct api_key *key, int64_t ms)
{
	static int person;
	struct op *op = fixture_op();
	const char *to = arena_printf(op->arena, "9665100%05d", ++person);
	struct send *send = sent(op, DIALECT_GUARDED, key, to, ms);
	enum refusal refusal = send->refusal;

	assert_true((refusal == REFUSAL_NONE) == (send->message.id != NULL));
	op_end(op);
	return refusal;
}

/* A refused send: its details are those, and it may come again after so many milliseconds. */
static void
assert_told(const struct send *send, enum refusal refusal, const char *type, int64_t limit,
	    int64_t used, int64_t after_ms)
{
	struct op *op = fixture_op();

	assert_int_equal(send->refusal, refusal);
	assert_string_equal(json_str(send->details, "limit_type"), type);
	assert_int_equal(json_int(send->details, "limit", -1), limit);
	assert_int_equal(json_int(send->details, "used", -1), used);
	assert_int_equal(send->retry_after_ms, after_ms);
	assert_string_equal(json_str(send->details, "retry_after"),
			    arena_printf(op->arena, "%llds", (long long)(after_ms + 999) / 1000));
	op_end(op);
}

static void
set_plan(const char *plan, int64_t day, int64_t month)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct account account = { 0 };

	must(op, account_store_get(op, &account));
	account.plan = plan;
	account.day_limit = day;
	account.month_limit = month;
	account.time_zone = zone;
	account_store_update(batch, &account);
	must(op, db_commit(op, batch));
	op_end(op);
}

/* ---- windows ---- */

static void
a_key_has_windows_of_a_second_and_a_minute(void **state)
{
	struct api_key key = key_called("key_windows");
	struct op *op = fixture_op();

	(void)state;
	key.per_second = 3;
	key.per_minute = 5;
	for (int i = 0; i < 3; i++)
		assert_int_equal(refusal_at(&key, i * 100), REFUSAL_NONE);
	assert_told(sent(op, DIALECT_GUARDED, &key, "966510099991", 400), REFUSAL_RATE, "sec", 3, 3,
		    600);
	assert_string_equal(op->why,
			    "This API key may send 3 messages per second; try again in 1 s");
	op_forgive(op);
	assert_int_equal(refusal_at(&key, 1000), REFUSAL_NONE);
	assert_int_equal(refusal_at(&key, 1100), REFUSAL_NONE);
	assert_told(sent(op, DIALECT_GUARDED, &key, "966510099991", 1200), REFUSAL_RATE, "min", 5,
		    5, 58800);
	op_forgive(op);
	assert_int_equal(refusal_at(&key, 59999), REFUSAL_RATE);
	assert_int_equal(refusal_at(&key, 60000), REFUSAL_NONE);
	op_end(op);
}

static void
the_proxy_dialect_tells_its_windows_each_time(void **state)
{
	struct api_key key = key_called("key_told");
	struct op *op = fixture_op();
	struct send *send;

	(void)state;
	key.per_second = 2;
	for (int i = 0; i < 2; i++) {
		send = sent(op, DIALECT_PROXY, &key, "966510099992", i);
		assert_int_equal(send->refusal, REFUSAL_NONE);
		assert_int_equal(send->pace.second_limit, 2);
		assert_int_equal(send->pace.second_left, 1 - i);
		assert_int_equal(send->pace.minute_limit, 4800);
		assert_int_equal(send->pace.minute_left, 4799 - i);
	}
	send = sent(op, DIALECT_PROXY, &key, "966510099992", 500);
	assert_int_equal(send->refusal, REFUSAL_RATE);
	assert_string_equal(json_text(op, send->details),
			    "{\"limit_type\":\"sec\",\"retry_after\":\"1s\"}");
	assert_int_equal(send->retry_after_ms, 500);
	assert_int_equal(send->pace.second_left, 0);
	assert_int_equal(send->pace.minute_left, 4798);
	op_forgive(op);
	assert_int_equal(sent(op, DIALECT_GUARDED, &key, "966510099992", 5000)->pace.second_limit,
			 0);
	op_end(op);
}

/* [limits] number_per_second = 6, phone_app_per_second = 4. */
static void
share_with_the_phone(bool phone_app)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct instance instance = { 0 };

	must(op, instance_store_by_id(op, &instance, fixture_instance.id));
	instance.phone_app = phone_app;
	instance_store_update(batch, &instance);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
keys_share_the_window_of_their_number(void **state)
{
	struct api_key one = key_called("key_one"), two = key_called("key_two");
	struct op *op = fixture_op();

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(refusal_at(&one, 100000), REFUSAL_NONE);
		assert_int_equal(refusal_at(&two, 100001), REFUSAL_NONE);
	}
	assert_told(sent(op, DIALECT_GUARDED, &one, "966510099993", 100500), REFUSAL_RATE, "sec", 6,
		    6, 500);
	assert_string_equal(op->why,
			    "This number may send 6 messages per second; try again in 1 s");
	op_forgive(op);
	share_with_the_phone(true);
	assert_int_equal(refusal_at(&one, 101001), REFUSAL_NONE);
	for (int i = 0; i < 3; i++)
		assert_int_equal(refusal_at(&two, 101001), REFUSAL_NONE);
	assert_int_equal(refusal_at(&one, 101001), REFUSAL_RATE);
	share_with_the_phone(false);
	op_end(op);
}

/* ---- pairs ---- */

/* [limits] pair_seconds = 6, pair_burst = 3. */
static void
one_recipient_is_spared(void **state)
{
	static const char to[] = "966510099994";
	struct api_key key = key_called("key_pair");
	struct op *op = fixture_op();

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(sent(op, DIALECT_GUARDED, &key, to, 200000 + i)->refusal,
				 REFUSAL_NONE);
	assert_told(sent(op, DIALECT_GUARDED, &key, to, 200500), REFUSAL_PAIR, "pair", 3, -1, 5500);
	op_forgive(op);
	assert_int_equal(refusal_at(&key, 200500), REFUSAL_NONE);
	assert_string_equal(json_text(op, sent(op, DIALECT_PROXY, &key, to, 203999)->details),
			    "{\"limit_type\":\"pair\",\"retry_after\":\"3s\"}");
	op_forgive(op);
	assert_int_equal(sent(op, DIALECT_GUARDED, &key, to, 206000)->refusal, REFUSAL_NONE);
	assert_int_equal(sent(op, DIALECT_GUARDED, &key, to, 206000)->refusal, REFUSAL_PAIR);
	op_end(op);
}

/* ---- plans ---- */

static void
plans_have_their_limits(void **state)
{
	static const struct {
		struct account account;
		struct plan_limits limits;
	} known[] = {
		{ { .plan = "starter" }, { 100, 2000 } },
		{ { .plan = "growth" }, { 500, 10000 } },
		{ { .plan = "scale" }, { 1500, 30000 } },
		{ { .plan = "unlimited" }, { 0, 0 } },
		{ { .plan = "custom", .day_limit = 7, .month_limit = 70 }, { 7, 70 } },
		{ { .plan = "starter", .day_limit = 7, .month_limit = 70 }, { 100, 2000 } },
		{ { .plan = "of old" }, { 0, 0 } },
	};
	struct op *op = fixture_op();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct plan_limits limits = plan_limits_of(&known[i].account);

		assert_int_equal(limits.day, known[i].limits.day);
		assert_int_equal(limits.month, known[i].limits.month);
	}
	assert_null(plan_problem(op->arena, &(struct plan_choice){ .name = "growth" }));
	assert_null(plan_problem(op->arena, &(struct plan_choice){ "custom", { 0, 5 } }));
	assert_non_null(plan_problem(op->arena, &(struct plan_choice){ .name = "custom" }));
	assert_non_null(plan_problem(op->arena, &(struct plan_choice){ "growth", { 5, 0 } }));
	assert_non_null(plan_problem(op->arena, &(struct plan_choice){ "custom", { -5, 0 } }));
	assert_non_null(plan_problem(op->arena, &(struct plan_choice){ .name = "free" }));
	assert_non_null(plan_problem(op->arena, &(struct plan_choice){ .name = NULL }));
	op_end(op);
}

/* The day of 25 October has 25 hours, and ends its month a week later. */
static void
a_plan_limits_the_day_and_the_month_of_the_account(void **state)
{
	const int64_t midnight = 12 * HOUR_MS, next = midnight + 25 * HOUR_MS;
	const int64_t november = next + 6 * DAY_MS;
	struct api_key key = key_called("key_plan");
	struct op *op = fixture_op();

	(void)state;
	set_plan("custom", 2, 4);
	assert_int_equal(refusal_at(&key, midnight - 1000), REFUSAL_NONE);
	assert_int_equal(refusal_at(&key, midnight - 1000), REFUSAL_NONE);
	assert_told(sent(op, DIALECT_GUARDED, &key, "966510099995", midnight - 1000),
		    REFUSAL_DAY_LIMIT, "day", 2, 2, 1000);
	assert_string_equal(op->why,
			    "This account may send 2 messages a day by its plan, and has sent 2 "
			    "today; its next day begins on 2026-10-25 at 00:00 (Europe/Berlin)");
	op_forgive(op);
	assert_int_equal(refusal_at(&key, midnight), REFUSAL_NONE);
	assert_int_equal(refusal_at(&key, next - 1000), REFUSAL_NONE);
	assert_told(sent(op, DIALECT_GUARDED, &key, "966510099995", midnight + HOUR_MS),
		    REFUSAL_MONTH_LIMIT, "month", 4, 4, november - midnight - HOUR_MS);
	assert_string_equal(op->why,
			    "This account may send 4 messages a month by its plan, and has sent 4; "
			    "its next month begins on 2026-11-01 at 00:00 (Europe/Berlin)");
	op_forgive(op);
	assert_int_equal(refusal_at(&key, next), REFUSAL_MONTH_LIMIT);
	assert_int_equal(refusal_at(&key, november - 1), REFUSAL_MONTH_LIMIT);
	assert_int_equal(refusal_at(&key, november), REFUSAL_NONE);
	set_plan("custom", 0, 2);
	assert_int_equal(refusal_at(&key, november), REFUSAL_NONE);
	assert_int_equal(refusal_at(&key, november), REFUSAL_MONTH_LIMIT);
	set_plan("unlimited", 0, 0);
	assert_int_equal(refusal_at(&key, november), REFUSAL_NONE);
	set_plan("custom", 3, 0);
	assert_int_equal(refusal_at(&key, november), REFUSAL_DAY_LIMIT);
	set_plan("unlimited", 0, 0);
	op_end(op);
}

static void
a_key_has_a_day_of_its_own(void **state)
{
	const int64_t midnight = 12 * HOUR_MS;
	struct api_key key = key_called("key_day"), other = key_called("key_other");
	struct op *op = fixture_op();

	(void)state;
	key.per_day = 2;
	assert_int_equal(refusal_at(&key, 0), REFUSAL_NONE);
	assert_int_equal(refusal_at(&key, HOUR_MS), REFUSAL_NONE);
	assert_told(sent(op, DIALECT_GUARDED, &key, "966510099996", 2 * HOUR_MS), REFUSAL_RATE,
		    "day", 2, 2, 10 * HOUR_MS);
	op_forgive(op);
	assert_int_equal(refusal_at(&other, 2 * HOUR_MS), REFUSAL_NONE);
	assert_int_equal(refusal_at(&key, midnight), REFUSAL_NONE);
	op_end(op);
}

/* ---- what is refused uses nothing ---- */

static struct conversation
conversation_with(const char *to)
{
	struct op *op = fixture_op();
	struct conversation found = { 0 };

	must(op, conversation_store_get(op, &found, fixture_instance.id, to));
	op_end(op);
	return found;
}

static void
a_suppressed_recipient_costs_nothing(void **state)
{
	const int64_t day = 40 * DAY_MS;
	struct api_key key = key_called("key_suppressed");
	struct op *op = fixture_op();

	(void)state;
	set_plan("custom", 1, 1);
	key.per_second = key.per_minute = key.per_day = 1;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(sent(op, DIALECT_GUARDED, &key, stopped, day)->refusal,
				 REFUSAL_SUPPRESSED);
		op_forgive(op);
	}
	assert_int_equal(conversation_with(stopped).fake_paced_until.ms, 0);
	assert_int_equal(refusal_at(&key, day), REFUSAL_NONE);
	assert_int_equal(refusal_at(&key, day), REFUSAL_RATE);
	set_plan("unlimited", 0, 0);
	op_end(op);
}

static void
the_first_limit_in_the_order_has_its_say_and_the_others_keep_their_room(void **state)
{
	static const char to[] = "966510099997";
	const int64_t day = 50 * DAY_MS;
	struct api_key key = key_called("key_order");
	struct op *op = fixture_op();

	(void)state;
	key.per_second = 5;
	set_plan("custom", 5, 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(sent(op, DIALECT_GUARDED, &key, to, day)->refusal, REFUSAL_NONE);
	for (int i = 0; i < 3; i++)
		assert_int_equal(sent(op, DIALECT_GUARDED, &key, to, day)->refusal, REFUSAL_PAIR);
	assert_int_equal(refusal_at(&key, day), REFUSAL_NONE);
	assert_int_equal(refusal_at(&key, day), REFUSAL_NONE);
	/* Now all three are full. */
	assert_int_equal(sent(op, DIALECT_GUARDED, &key, to, day)->refusal, REFUSAL_RATE);
	assert_int_equal(sent(op, DIALECT_GUARDED, &key, to, day + 1000)->refusal, REFUSAL_PAIR);
	assert_int_equal(refusal_at(&key, day + 1000), REFUSAL_DAY_LIMIT);
	/* Nothing of these was counted in the second's window. */
	set_plan("unlimited", 0, 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(refusal_at(&key, day + 1000), REFUSAL_NONE);
	assert_int_equal(refusal_at(&key, day + 1000), REFUSAL_RATE);
	op_end(op);
}

/* ---- counters ---- */

static enum rc
use(const char *today, const char *tomorrow, bool simulated, int64_t per_day)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	enum rc rc;

	use_store_take(batch, (struct use_day){ today, tomorrow }, simulated, per_day, 0);
	rc = db_commit(op, batch);
	op_end(op);
	return rc;
}

static int64_t
used(const char *today, const char *tomorrow, bool simulated)
{
	struct op *op = fixture_op();
	struct account_use found = { .day_used = -1 };

	must(op, use_store_get(op, &found, (struct use_day){ today, tomorrow }, simulated));
	op_end(op);
	return found.day_used;
}

static void
simulated_messages_are_counted_apart(void **state)
{
	(void)state;
	assert_int_equal(use("2030-01-01", "2030-01-02", true, 1), RC_OK);
	assert_int_equal(use("2030-01-01", "2030-01-02", true, 1), RC_LIMIT);
	assert_int_equal(used("2030-01-01", "2030-01-02", false), 0);
	assert_int_equal(use("2030-01-01", "2030-01-02", false, 1), RC_OK);
	assert_int_equal(use("2030-01-01", "2030-01-02", false, 1), RC_LIMIT);
	assert_int_equal(used("2030-01-01", "2030-01-02", true), 1);
}

/* Otherwise the two would start the day again for one another. */
static void
who_is_late_over_midnight_is_counted_into_the_new_day(void **state)
{
	(void)state;
	assert_int_equal(use("2030-02-28", "2030-03-01", false, 2), RC_OK);
	assert_int_equal(use("2030-03-01", "2030-03-02", false, 2), RC_OK);
	assert_int_equal(use("2030-02-28", "2030-03-01", false, 2), RC_OK);
	assert_int_equal(use("2030-02-28", "2030-03-01", false, 2), RC_LIMIT);
	assert_int_equal(use("2030-03-01", "2030-03-02", false, 2), RC_LIMIT);
	assert_int_equal(used("2030-03-01", "2030-03-02", false), 2);
	/* A clock that was far ahead leaves no day that lasts until then. */
	assert_int_equal(use("2031-03-01", "2031-03-02", false, 1), RC_OK);
	assert_int_equal(use("2030-03-02", "2030-03-03", false, 1), RC_OK);
	assert_int_equal(use("2030-03-02", "2030-03-03", false, 1), RC_LIMIT);
}

static void
assert_midnight(const char *of, const char *day, const char *utc)
{
	struct op *op = fixture_op();

	assert_string_equal(clock_rfc3339(op->arena, local_midnight(of, day)), utc);
	op_end(op);
}

static void
days_begin_at_their_own_midnight(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	assert_midnight("UTC", "2026-11-21", "2026-11-21T00:00:00Z");
	assert_midnight("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z");
	assert_midnight("Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00Z");
	assert_midnight("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z");
	assert_midnight("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z");
	assert_midnight("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z");
	assert_midnight("America/New_York", "2026-03-09", "2026-03-09T04:00:00Z");
	assert_midnight("Pacific/Auckland", "2026-09-27", "2026-09-26T12:00:00Z");
	assert_midnight("Pacific/Auckland", "2026-09-28", "2026-09-27T11:00:00Z");
	assert_string_equal(next_month(op, "2026-12-15"), "2027-01-01");
	assert_string_equal(next_month(op, "2026-01-31"), "2026-02-01");
	assert_string_equal(next_month(op, "2028-02-29"), "2028-03-01");
	op_end(op);
}

static void
the_sweep_forgets_all_that_is_old(void **state)
{
	enum { MANY = 2500 };
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	int64_t n = -1;

	(void)state;
	op->now = clock_after(noon, 60 * DAY_MS);
	must(op, gateway_forget_paces(op, &n));
	for (int i = 0; i < MANY; i++)
		pace_store_take(batch, &(struct pace_limit){
					       .subject = "key:swept",
					       .per_second = MANY,
					       .now = clock_after(op->now, i),
				       });
	must(op, db_commit(op, batch));
	must(op, gateway_forget_paces(op, &n));
	assert_int_equal(n, 0);
	op->now = clock_after(op->now, 5 * MINUTE_MS);
	must(op, gateway_forget_paces(op, &n));
	assert_int_equal(n, MANY);
	op_end(op);
}

static int
begin(void **state)
{
	struct op *op;
	struct batch *batch;
	const struct suppression row = {
		.id = "sup_1",
		.recipient = stopped,
		.reason = "manual",
		.source = "cli",
		.actor = "test",
		.since = { 1000 },
	};

	(void)state;
	store_begin("[limits]\nnumber_per_second = 6\nphone_app_per_second = 4\n"
		    "pair_seconds = 6\npair_burst = 3\n[risk]\nreview = 101\nblock = 101\n");
	set_plan("unlimited", 0, 0);
	op = fixture_op();
	batch = batch_new(op);
	suppression_store_add(batch, &row);
	must(op, db_commit(op, batch));
	op_end(op);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans_have_their_limits),
		cmocka_unit_test(a_plan_limits_the_day_and_the_month_of_the_account),
		cmocka_unit_test(a_key_has_windows_of_a_second_and_a_minute),
		cmocka_unit_test(the_proxy_dialect_tells_its_windows_each_time),
		cmocka_unit_test(keys_share_the_window_of_their_number),
		cmocka_unit_test(one_recipient_is_spared),
		cmocka_unit_test(a_key_has_a_day_of_its_own),
		cmocka_unit_test(a_suppressed_recipient_costs_nothing),
		cmocka_unit_test(
			the_first_limit_in_the_order_has_its_say_and_the_others_keep_their_room),
		cmocka_unit_test(simulated_messages_are_counted_apart),
		cmocka_unit_test(who_is_late_over_midnight_is_counted_into_the_new_day),
		cmocka_unit_test(days_begin_at_their_own_midnight),
		cmocka_unit_test(the_sweep_forgets_all_that_is_old),
	};

	return cmocka_run_group_tests(tests, begin, teardown_store);
}
