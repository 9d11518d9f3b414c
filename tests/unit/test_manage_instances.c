/* SPDX-License-Identifier: Apache-2.0 */
/* Instances as their verbs keep them: credentials, numbers, slugs, switches; pages and counts. */
#include "store_fixture.h"

#include "gateway/manage_instances.h"
#include "gateway/read_overview.h"

static enum rc
set_one(const char *ref, const char *key, const char *value, bool verified)
{
	const struct instance_change change = { key, value };

	return RC_OF(op, gateway_set_instance(op, ref, &change, 1, verified));
}

static void
an_instance_opens_when_its_credentials_are_complete(void **state)
{
	struct op *op = fixture_op();
	struct instance i = { 0 };
	struct credentials credentials = { 0 };

	(void)state;
	must(op, gateway_create_instance(op, &i, "Second Line", "cloud"));
	assert_string_equal(i.state, "draft");
	assert_int_equal(set_one("second-line", "phone_number_id", "1234567", true), RC_OK);
	must(op, gateway_find_instance(op, &i, "second-line"));
	assert_string_equal(i.state, "draft");
	db_rest(op);
	assert_int_equal(set_one("Second Line", "access_token", " EAAtoken\n", true), RC_OK);
	must(op, gateway_find_instance(op, &i, i.id));
	assert_string_equal(i.state, "open");
	assert_null(strstr(i.access_token, "EAAtoken"));
	must(op, gateway_open_credentials(op, &credentials, &i));
	assert_string_equal(credentials.access_token, "EAAtoken");
	assert_int_equal(strlen(credentials.verify_token), 43);
	op_end(op);
}

static void
a_new_app_secret_keeps_the_one_before(void **state)
{
	struct op *op = fixture_op();
	struct instance i = { 0 };
	struct credentials c = { 0 };

	(void)state;
	assert_int_equal(set_one("front-desk", "app_secret", "first", true), RC_OK);
	assert_int_equal(set_one("front-desk", "app_secret", "second", true), RC_OK);
	assert_int_equal(set_one("front-desk", "app_secret", "second", true), RC_OK);
	must(op, gateway_find_instance(op, &i, "front-desk"));
	must(op, gateway_open_credentials(op, &c, &i));
	assert_string_equal(c.app_secret, "second");
	assert_string_equal(c.previous_app_secret, "first");
	op_end(op);
}

static void
sealed_values_do_not_open_in_another_row(void **state)
{
	struct op *op = fixture_op();
	struct instance one = { 0 }, other = { 0 };
	struct credentials c = { 0 };

	(void)state;
	must(op, gateway_create_instance(op, &other, "Other", "cloud"));
	assert_int_equal(set_one("front-desk", "access_token", "token", true), RC_OK);
	must(op, gateway_find_instance(op, &one, "front-desk"));
	other.access_token = one.access_token;
	assert_int_equal(gateway_open_credentials(op, &c, &other), RC_INTERNAL);
	op_end(op);
}

static void
a_number_needs_proof_and_belongs_to_one_instance(void **state)
{
	struct op *op = fixture_op();
	struct instance i = { 0 };

	(void)state;
	must(op, gateway_create_instance(op, &i, "Thief", "cloud"));
	assert_int_equal(set_one("thief", "phone_number_id", "99999", false), RC_INPUT);
	assert_int_equal(
		set_one("thief", "phone_number_id", fixture_instance.phone_number_id, true),
		RC_CONFLICT);
	assert_int_equal(
		set_one("front-desk", "phone_number_id", fixture_instance.phone_number_id, false),
		RC_OK);
	must(op, gateway_delete_instance(op, "front-desk"));
	assert_int_equal(
		set_one("thief", "phone_number_id", fixture_instance.phone_number_id, true), RC_OK);
	op_end(op);
}

static void
wrong_settings_are_named(void **state)
{
	(void)state;
	assert_int_equal(set_one("front-desk", "colour", "red", true), RC_INPUT);
	assert_int_equal(set_one("front-desk", "window", "maybe", true), RC_INPUT);
	assert_int_equal(set_one("front-desk", "phone_app", "maybe", true), RC_INPUT);
	assert_int_equal(set_one("front-desk", "phone_app", "on", false), RC_OK);
	assert_int_equal(set_one("front-desk", "waba_id", "12a", true), RC_INPUT);
	assert_int_equal(set_one("front-desk", "access_token", "two words", true), RC_INPUT);
	assert_int_equal(set_one("front-desk", "name", "", true), RC_INPUT);
	assert_int_equal(set_one("nobody", "name", "x", true), RC_MISSING);
	assert_int_equal(set_one("front-desk", "window", "meta", false), RC_OK);
}

static void
slugs_stay_unique_and_equal_names_need_a_slug(void **state)
{
	struct op *op = fixture_op();
	struct instance i = { 0 };

	(void)state;
	for (int n = 2; n <= 12; n++)
		must(op, gateway_create_instance(op, &i, "Front Desk", "cloud"));
	assert_true(text_starts(i.slug, "front-desk-"));
	assert_int_equal(gateway_find_instance(op, &i, "Front Desk"), RC_MISSING);
	op_forgive(op);
	must(op, gateway_find_instance(op, &i, "front-desk-2"));
	assert_int_equal(gateway_create_instance(op, &i, "X", "pigeon"), RC_INPUT);
	op_end(op);
}

static void
switches_are_independent(void **state)
{
	struct op *op = fixture_op();
	struct instance i = { 0 };
	bool suspended, isolated;

	(void)state;
	must(op, gateway_switch_instance(op, "front-desk", "pause"));
	must(op, gateway_switch_instance(op, "front-desk", "suspend"));
	must(op, gateway_switch_instance(op, "front-desk", "resume"));
	must(op, gateway_find_instance(op, &i, "front-desk"));
	assert_true(i.paused_at.ms == 0 && i.suspended_at.ms != 0 && i.isolated_at.ms == 0);
	must(op, gateway_switch_instance(op, "front-desk", "isolate"));
	must(op, gateway_switch_instance(op, "front-desk", "release"));
	must(op, gateway_find_instance(op, &i, "front-desk"));
	assert_true(i.paused_at.ms == 0 && i.suspended_at.ms == 0 && i.isolated_at.ms == 0);
	assert_int_equal(gateway_switch_instance(op, "front-desk", "explode"), RC_INPUT);
	op_forgive(op);
	must(op, gateway_switch(op, "suspend"));
	must(op, gateway_switch(op, "suspend"));
	must(op, gateway_switches(op, &suspended, &isolated));
	assert_true(suspended && !isolated);
	must(op, gateway_switch(op, "resume"));
	must(op, gateway_switches(op, &suspended, &isolated));
	assert_true(!suspended && !isolated);
	op_end(op);
}

static void
lists_come_in_pages_newest_first(void **state)
{
	struct op *op = fixture_op();
	struct page_query page = { .limit = 2 };
	struct instance i = { 0 };
	const struct instance *rows;
	struct list found;
	const char *next, *last = NULL;
	size_t seen = 0;

	(void)state;
	for (int n = 0; n < 4; n++)
		must(op, gateway_create_instance(op, &i, "Line", "cloud"));
	do {
		must(op, gateway_list_instances(op, &found, &next, page));
		rows = found.rows;
		assert_true(found.n <= 2);
		for (size_t k = 0; k < found.n; k++) {
			assert_true(last == NULL || strcmp(rows[k].id, last) < 0);
			last = rows[k].id;
		}
		seen += found.n;
		page.cursor = next;
	} while (next != NULL);
	assert_int_equal(seen, 5);
	op_end(op);
}

static void
the_overview_sums_what_was_counted(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct overview o = { 0 };
	const struct day_counts *days;

	(void)state;
	count_add(op, batch, fixture_instance.account_id, "sent", 3);
	count_add(op, batch, fixture_instance.account_id, "sent", 2);
	count_add(op, batch, fixture_instance.account_id, "failed", 1);
	must(op, db_commit(op, batch));
	must(op, gateway_overview(op, &o, 3));
	days = o.days.rows;
	assert_int_equal(o.sent, 5);
	assert_int_equal(o.failed, 1);
	assert_int_equal(o.delivery_success_percent, -1);
	assert_int_equal(o.days.n, 3);
	assert_int_equal(days[2].sent, 5);
	assert_int_equal(days[0].sent, 0);
	assert_int_equal(o.instances.n, 1);
	op_end(op);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_store, teardown_store)
	const struct CMUnitTest tests[] = {
		TEST(an_instance_opens_when_its_credentials_are_complete),
		TEST(a_new_app_secret_keeps_the_one_before),
		TEST(sealed_values_do_not_open_in_another_row),
		TEST(a_number_needs_proof_and_belongs_to_one_instance),
		TEST(wrong_settings_are_named),
		TEST(slugs_stay_unique_and_equal_names_need_a_slug),
		TEST(switches_are_independent),
		TEST(lists_come_in_pages_newest_first),
		TEST(the_overview_sums_what_was_counted),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
