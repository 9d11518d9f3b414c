/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_inbox - the operator's look into the raw inbox, and what a replay does and does not
 */
#include "clock_fixture.h"
#include "store_fixture.h"

#include "core/id_range.h"
#include "gateway/inbox.h"
#include "gateway/manage_instances.h"
#include "gateway/receive.h"
#include "store/event_store.h"
#include "store/inbound_store.h"
#include "store/inbox_list_store.h"
#include "store/inbox_store.h"

static int
setup(void **state)
{
	(void)state;
	set_clock(0);
	store_begin("");
	fixture_endpoint("ep_flat", "normalized", "*");
	return 0;
}

static const char *
put_row(struct op *op, const char *raw)
{
	struct batch *batch = batch_new(op);
	struct inbox row = {
		.id = id_new(op, "box"),
		.provider = "cloud",
		.raw = raw,
		.encoding = "utf8",
		.received_at = op->now,
	};

	inbox_store_insert(batch, &row);
	must(op, db_commit(op, batch));
	return row.id;
}

static const char *
text_for(struct op *op, const char *phone, const char *id)
{
	return arena_printf(op->arena,
			    "{\"entry\":[{\"id\":\"9\",\"changes\":[{\"field\":\"messages\","
			    "\"value\":{\"metadata\":{\"phone_number_id\":\"%s\"},\"messages\":"
			    "[{\"id\":\"%s\",\"from\":\"1\",\"type\":\"text\",\"text\":"
			    "{\"body\":\"x\"}}]}}]}]}",
			    phone, id);
}

static void
apply_all(struct op *reader)
{
	int64_t n;

	db_rest(reader);
	do {
		struct op *op = op_begin("test");

		must(op, gateway_apply_inbox(op, 10, &n));
		op_end(op);
	} while (n > 0);
}

static size_t
count_of(struct op *op, enum inbox_kind kind)
{
	const struct inbox_filter filter = { .kind = kind };
	struct list found;
	const char *next;

	must(op, gateway_list_inbox(op, &found, &next, &filter));
	return found.n;
}

static int64_t
events_of(struct op *op)
{
	const struct event_query all = {
		.from = id_least(op, "evt", (struct instant){ 0 }),
		.to = id_beyond(op, "evt"),
		.forward = true,
		.limit = 100,
	};
	struct list found;

	must(op, event_store_list(op, &found, &all));
	return (int64_t)found.n;
}

static void
what_belonged_to_nobody_is_applied_once_its_number_is_here(void **state)
{
	const struct instance_change change = { "phone_number_id", "777" };
	struct op *op = fixture_op();
	struct inbound in = { 0 };
	struct inbox_entry entry = { 0 };
	const char *id, *body;
	int64_t n;

	(void)state;
	id = put_row(op, text_for(op, "777", "wamid.early"));
	apply_all(op);
	assert_int_equal(count_of(op, INBOX_UNCLAIMED), 1);
	assert_int_equal(inbound_store_by_provider_id(op, &in, "wamid.early"), RC_MISSING);
	must(op, gateway_set_instance(op, fixture_instance.id, &change, 1, true));
	must(op, gateway_replay_inbox_range(op, INBOX_UNCLAIMED, (struct instant){ 0 },
					    (struct instant){ 0 }, &n));
	assert_int_equal(n, 1);
	assert_int_equal(gateway_replay_inbox(op, id), RC_CONFLICT);
	apply_all(op);
	must(op, inbound_store_by_provider_id(op, &in, "wamid.early"));
	assert_int_equal(count_of(op, INBOX_UNCLAIMED), 0);
	must(op, gateway_find_inbox(op, &entry, &body, id));
	assert_string_equal(entry.state, "applied");
	assert_string_equal(body, text_for(op, "777", "wamid.early"));
	op_end(op);
}

static void
a_replay_of_what_was_right_changes_nothing(void **state)
{
	struct op *op = fixture_op();
	struct inbox_entry entry = { 0 };
	const char *id, *body;
	int64_t before;

	(void)state;
	id = put_row(op, text_for(op, fixture_instance.phone_number_id, "wamid.1"));
	apply_all(op);
	before = events_of(op);
	assert_true(before > 0);
	must(op, gateway_replay_inbox(op, id));
	apply_all(op);
	assert_int_equal(events_of(op), before);
	must(op, gateway_find_inbox(op, &entry, &body, id));
	assert_string_equal(entry.state, "applied");
	assert_int_not_equal(entry.replayed_at.ms, 0);
	op_end(op);
}

static void
what_could_not_be_understood_stays_so_until_somebody_understands(void **state)
{
	struct op *op = fixture_op();
	struct inbox_entry entry = { 0 };
	const char *id, *body;

	(void)state;
	id = put_row(op, "{\"entry\":1}");
	apply_all(op);
	must(op, gateway_find_inbox(op, &entry, &body, id));
	assert_string_equal(entry.state, "unclear");
	assert_non_null(entry.note);
	must(op, gateway_replay_inbox(op, id));
	must(op, gateway_find_inbox(op, &entry, &body, id));
	assert_string_equal(entry.state, "new");
	assert_null(entry.note);
	apply_all(op);
	assert_int_equal(count_of(op, INBOX_UNCLEAR), 1);
	assert_int_equal(gateway_replay_inbox(op, "box_nobody"), RC_MISSING);
	op_end(op);
}

static void
a_range_takes_what_came_in_it(void **state)
{
	struct op *op;
	struct instant first, last;
	int64_t n;

	(void)state;
	for (int hour = 0; hour < 3; hour++) {
		set_clock(hour * HOUR_MS);
		op = fixture_op();
		if (hour == 1)
			first = op->now;
		for (int i = 0; i < 201; i++)
			put_row(op, "{\"entry\":1}");
		if (hour == 1)
			last = clock_now();
		apply_all(op);
		op_end(op);
	}
	op = fixture_op();
	must(op, gateway_replay_inbox_range(op, INBOX_UNCLEAR, first, last, &n));
	assert_int_equal(n, 201);
	must(op, gateway_replay_inbox_range(op, INBOX_ANY, first, (struct instant){ 0 }, &n));
	assert_int_equal(n, 201);
	must(op, gateway_replay_inbox_range(op, INBOX_ANY, (struct instant){ 0 }, last, &n));
	assert_int_equal(n, 201);
	op_end(op);
}

/* /readyz asks since when a row waits: one that came long ago has waited since its replay. */
static void
a_replayed_row_waits_since_its_replay(void **state)
{
	struct op *op = fixture_op();
	struct instant waits;
	int64_t n;

	(void)state;
	put_row(op, "{\"entry\":1}");
	apply_all(op);
	op_end(op);
	set_clock(DAY_MS);
	op = fixture_op();
	must(op, gateway_replay_inbox_range(op, INBOX_UNCLEAR, (struct instant){ 0 }, op->now, &n));
	must(op, inbox_store_oldest(op, &waits));
	assert_int_equal(waits.ms, op->now.ms);
	op_end(op);
}

static void
the_secret_before_a_change_ends_by_itself_or_at_once(void **state)
{
	const struct instance_change first = { "app_secret", "first" },
				     second = { "app_secret", "second" },
				     end = { "previous_app_secret", "" },
				     forge = { "previous_app_secret", "x" };
	struct op *op = fixture_op();
	struct instance instance = { 0 };
	struct credentials c = { 0 };

	(void)state;
	must(op, gateway_set_instance(op, fixture_instance.id, &first, 1, true));
	must(op, gateway_set_instance(op, fixture_instance.id, &second, 1, true));
	must(op, gateway_find_instance(op, &instance, fixture_instance.id));
	must(op, gateway_open_credentials(op, &c, &instance));
	assert_string_equal(c.previous_app_secret, "first");
	op_end(op);

	set_clock(7 * DAY_MS + SECOND_MS);
	op = fixture_op();
	must(op, gateway_find_instance(op, &instance, fixture_instance.id));
	must(op, gateway_open_credentials(op, &c, &instance));
	assert_null(c.previous_app_secret);
	assert_string_equal(c.app_secret, "second");
	must(op, gateway_set_instance(op, fixture_instance.id, &first, 1, true));
	assert_int_equal(gateway_set_instance(op, fixture_instance.id, &forge, 1, true), RC_INPUT);
	must(op, gateway_set_instance(op, fixture_instance.id, &end, 1, true));
	must(op, gateway_find_instance(op, &instance, fixture_instance.id));
	must(op, gateway_open_credentials(op, &c, &instance));
	assert_null(c.previous_app_secret);
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown_store)
		TEST(what_belonged_to_nobody_is_applied_once_its_number_is_here),
		TEST(a_replay_of_what_was_right_changes_nothing),
		TEST(what_could_not_be_understood_stays_so_until_somebody_understands),
		TEST(a_range_takes_what_came_in_it),
		TEST(a_replayed_row_waits_since_its_replay),
		TEST(the_secret_before_a_change_ends_by_itself_or_at_once),
	};

	return cmocka_run_group_tests(tests, setup_clock, teardown_clock);
}
