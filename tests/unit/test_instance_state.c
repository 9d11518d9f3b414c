/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_instance_state - what Meta does to a number moves its state, and moves it back
 */
#include "apply_fixture.h"
#include "clock_fixture.h"

#include "gateway/instance_state.h"
#include "store/instance_state_store.h"

static int
setup_open(void **state)
{
	set_clock(0);
	return setup(state);
}

/* News of the business account at that second. */
static void
put_news(const char *field, int64_t at, const char *value)
{
	struct op *op = fixture_op();

	put_row(NULL, arena_printf(op->arena,
				   "{\"entry\":[{\"id\":\"" WABA "\",\"time\":%lld,\"changes\":"
				   "[{\"field\":\"%s\",\"value\":%s}]}]}",
				   (long long)at, field, value));
	apply_all(op);
	op_end(op);
}

#define BAN(what) "{\"event\":\"DISABLED_UPDATE\",\"ban_info\":{\"waba_ban_state\":\"" what "\"}}"
#define RESTRICTION(type, until)                                                                 \
	"{\"event\":\"ACCOUNT_RESTRICTION\",\"restriction_info\":[{\"restriction_type\":\"" type \
	"\",\"expiration\":" until "}]}"
#define FAR "4000000000" /* 2096 */

static struct instance
instance_now(struct op *op)
{
	struct instance now = { 0 };

	db_rest(op);
	must(op, instance_store_by_id(op, &now, fixture_instance.id));
	return now;
}

static const char *
state_now(struct op *op)
{
	return instance_now(op).state;
}

static void
a_restriction_holds_until_its_end(void **state)
{
	struct op *op = fixture_op();
	int64_t until = clock_now().ms / SECOND_MS + 3600, n = 0;

	(void)state;
	put_news("account_update", 1000,
		 arena_printf(op->arena, RESTRICTION("RESTRICTED_BIZ_INITIATED_MESSAGING", "%lld"),
			      (long long)until));
	assert_string_equal(state_now(op), "restricted");
	assert_non_null(
		strstr(instance_now(op).state_reason, "RESTRICTED_BIZ_INITIATED_MESSAGING"));
	assert_string_equal(told(op, "ep_flat"), "account.updated instance.connection_updated");
	check_text(body_of(op, "normalized", "instance.connection_updated"), "state", "restricted");
	check_text(body_of(op, "normalized", "account.updated"), "change.event",
		   "ACCOUNT_RESTRICTION");
	must(op, gateway_end_restrictions(op, &n));
	assert_int_equal(n, 0);
	set_clock(2 * HOUR_MS);
	op_end(op);
	op = fixture_op();
	must(op, gateway_end_restrictions(op, &n));
	assert_int_equal(n, 1);
	assert_string_equal(state_now(op), "open");
	assert_null(instance_now(op).state_reason);
	assert_string_equal(told(op, "ep_flat"), "account.updated instance.connection_updated "
						 "instance.connection_updated");
	/* What held at an earlier moment comes late. */
	put_news("account_update", 999, RESTRICTION("RESTRICTED_BIZ_INITIATED_MESSAGING", FAR));
	assert_string_equal(state_now(op), "open");
	op_end(op);
}

static void
what_keeps_no_message_back_is_no_restriction(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	put_news("account_update", 1000, RESTRICTION("RESTRICTED_ADD_PHONE_NUMBER_ACTION", FAR));
	assert_string_equal(state_now(op), "open");
	assert_string_equal(told(op, "ep_flat"), "account.updated");
	op_end(op);
}

static void
a_ban_closes_and_its_end_opens(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	put_news("account_update", 1000, BAN("DISABLE"));
	assert_string_equal(state_now(op), "closed");
	assert_string_equal(told(op, "ep_flat"), "account.updated instance.disconnected "
						 "instance.connection_updated");
	put_news("account_update", 1000, BAN("DISABLE"));
	put_news("account_update", 2000, BAN("REINSTATE"));
	assert_string_equal(state_now(op), "open");
	assert_string_equal(told(op, "ep_flat"),
			    "account.updated instance.disconnected instance.connection_updated "
			    "account.updated instance.connected instance.connection_updated");
	op_end(op);
}

/* All orders of four news leave the same state behind. */
static void
news_count_by_their_moment_in_any_order(void **state)
{
	static const char *const news[] = {
		RESTRICTION("RESTRICTED_BIZ_INITIATED_MESSAGING", FAR),
		BAN("DISABLE"),
		"{\"event\":\"ACCOUNT_OFFBOARDED\"}",
		"{\"event\":\"ACCOUNT_RECONNECTED\"}",
	};

	for (int order = 0; order < 24; order++) {
		bool used[4] = { false };
		struct op *op;
		int rest = order;

		store_end();
		setup(state);
		op = fixture_op();
		for (int left = 4; left > 0; left--) {
			int skip = rest % left, i = 0;

			rest /= left;
			while (used[i] || skip-- > 0)
				i++;
			used[i] = true;
			put_news("account_update", 1000 + i, news[i]);
		}
		assert_string_equal(state_now(op), "open");
		assert_null(instance_now(op).state_cause);
		op_end(op);
	}
}

static void
what_was_closed_for_another_reason_stays_closed(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	(void)state;
	instance_store_close(batch, fixture_instance.id, "The token was refused");
	must(op, db_commit(op, batch));
	put_news("account_update", 1000, BAN("DISABLE"));
	put_news("account_update", 2000, BAN("REINSTATE"));
	put_news("account_update", 3000, "{\"event\":\"ACCOUNT_RECONNECTED\"}");
	assert_string_equal(state_now(op), "closed");
	assert_string_equal(instance_now(op).state_reason, "The token was refused");
	assert_string_equal(told(op, "ep_flat"), "account.updated account.updated account.updated");
	op_end(op);
}

static void
a_refused_token_outlasts_a_restriction(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	(void)state;
	put_news("account_update", 1000, RESTRICTION("RESTRICTED_BIZ_INITIATED_MESSAGING", FAR));
	instance_store_close(batch, fixture_instance.id, "The token was refused");
	instance_state_store_own(batch, fixture_instance.id);
	must(op, db_commit(op, batch));
	put_news("account_update", 2000, BAN("REINSTATE"));
	assert_string_equal(state_now(op), "closed");
	op_end(op);
}

static void
violations_and_announced_bans_are_told_and_change_nothing(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	put_news("account_update", 1000,
		 "{\"event\":\"ACCOUNT_VIOLATION\",\"violation_info\":{\"violation_type\":"
		 "\"ADULT\"}}");
	assert_string_equal(state_now(op), "open");
	assert_non_null(
		strstr(json_str(body_of(op, "normalized", "instance.connection_updated"), "reason"),
		       "ADULT"));
	put_news("account_update", 1001, BAN("SCHEDULE_FOR_DISABLE"));
	assert_string_equal(state_now(op), "open");
	op_end(op);
}

#define QUALITY(event) "{\"display_phone_number\":\"15550783881\",\"event\":\"" event "\"}"

static void
quality_and_name_follow_the_newest_news(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	put_news("phone_number_quality_update", 2000, QUALITY("UNFLAGGED"));
	put_news("phone_number_quality_update", 1000, QUALITY("FLAGGED"));
	assert_string_equal(instance_now(op).quality, "UNKNOWN");
	put_news("phone_number_quality_update", 3000, QUALITY("FLAGGED"));
	assert_string_equal(instance_now(op).quality, "RED");
	put_news("phone_number_name_update", 2000,
		 "{\"decision\":\"APPROVED\",\"requested_verified_name\":\"Lucky Shrub\"}");
	put_news("phone_number_name_update", 1000,
		 "{\"decision\":\"APPROVED\",\"requested_verified_name\":\"Old Name\"}");
	put_news("phone_number_name_update", 3000,
		 "{\"decision\":\"REJECTED\",\"requested_verified_name\":\"No Name\"}");
	assert_string_equal(instance_now(op).verified_name, "Lucky Shrub");
	op_end(op);
}

static void
set_shown(struct op *op, const char *id, const char *number)
{
	const struct instance_change change = { "display_number", number };

	must(op, gateway_set_instance(op, id, &change, 1, true));
}

/* News that name a number concern that one, however it is written. */
static void
news_of_a_number_are_that_numbers(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct instance other = fixture_instance, now = { 0 };

	(void)state;
	other.id = other.slug = "inst_other";
	other.phone_number_id = "111";
	instance_store_insert(batch, &other);
	instance_store_update(batch, &other);
	must(op, db_commit(op, batch));
	set_shown(op, fixture_instance.id, "+1 555-078-3881");
	set_shown(op, "inst_other", "+1 555 000 0000");
	put_news("phone_number_quality_update", 1000, QUALITY("FLAGGED"));
	assert_string_equal(instance_now(op).quality, "RED");
	must(op, instance_store_by_id(op, &now, "inst_other"));
	assert_null(now.quality);
	put_news("account_update", 1000, BAN("DISABLE"));
	assert_string_equal(state_now(op), "closed");
	must(op, instance_store_by_id(op, &now, "inst_other"));
	assert_string_equal(now.state, "closed");
	op_end(op);
}

/* ---- by our own hand ---------------------------------------------------------------------- */

static void
a_change_of_credentials_is_told(void **state)
{
	struct op *op = fixture_op();
	const struct instance_change name = { "name", "Other" }, token = { "access_token", "EAAB" },
				     none = { "access_token", "" };

	(void)state;
	must(op, gateway_set_instance(op, fixture_instance.id, &name, 1, true));
	assert_string_equal(told(op, "ep_flat"), "");
	must(op, gateway_set_instance(op, fixture_instance.id, &token, 1, true));
	db_rest(op);
	assert_string_equal(told(op, "ep_flat"), "instance.connection_updated");
	check_text(body_of(op, "normalized", "instance.connection_updated"), "state", "open");
	must(op, gateway_set_instance(op, fixture_instance.id, &none, 1, true));
	db_rest(op);
	assert_string_equal(told(op, "ep_flat"), "instance.connection_updated "
						 "instance.disconnected "
						 "instance.connection_updated");
	check_text(body_of(op, "normalized", "instance.disconnected"), "state", "draft");
	op_end(op);
}

/* A ban is Meta's to end, but who connects the number anew knows better than old news. */
static void
new_credentials_end_what_meta_did(void **state)
{
	struct op *op = fixture_op();
	const struct instance_change token = { "access_token", "EAAB" };

	(void)state;
	put_news("account_update", 1000, BAN("DISABLE"));
	must(op, gateway_set_instance(op, fixture_instance.id, &token, 1, true));
	assert_string_equal(state_now(op), "open");
	assert_null(instance_now(op).state_cause);
	op_end(op);
}

static void
a_deleted_instance_says_farewell(void **state)
{
	struct op *op = fixture_op();

	(void)state;
	must(op, gateway_delete_instance(op, fixture_instance.id));
	db_rest(op);
	assert_string_equal(told(op, "ep_flat"),
			    "instance.disconnected instance.connection_updated");
	check_text(body_of(op, "normalized", "instance.disconnected"), "reason", "deleted");
	op_end(op);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_open, teardown_store)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_restriction_holds_until_its_end),
		TEST(what_keeps_no_message_back_is_no_restriction),
		TEST(a_ban_closes_and_its_end_opens),
		TEST(news_count_by_their_moment_in_any_order),
		TEST(what_was_closed_for_another_reason_stays_closed),
		TEST(a_refused_token_outlasts_a_restriction),
		TEST(violations_and_announced_bans_are_told_and_change_nothing),
		TEST(quality_and_name_follow_the_newest_news),
		TEST(news_of_a_number_are_that_numbers),
		TEST(a_change_of_credentials_is_told),
		TEST(new_credentials_end_what_meta_did),
		TEST(a_deleted_instance_says_farewell),
	};

	return cmocka_run_group_tests(tests, setup_clock, teardown_clock);
}
