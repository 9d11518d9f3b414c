/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_receive - only what proves its signature is stored, as it came, and nothing while isolated
 */
#include "store_fixture.h"

#include "gateway/deliver_sign.h"
#include "gateway/manage_instances.h"
#include "gateway/receive.h"
#include "store/inbox_store.h"

static int
setup(void **state)
{
	struct op *op;
	const struct instance_change changes[] = {
		{ "app_secret", "first" },
		{ "app_secret", "second" },
		{ "verify_token", "knock" },
	};

	store_begin("[cloud]\napp_secret = operators\nprevious_app_secret = older\n"
		    "verify_token = open sesame\n");
	op = fixture_op();
	must(op, gateway_set_instance(op, fixture_instance.id, changes, 1, true));
	must(op, gateway_set_instance(op, fixture_instance.id, changes + 1, 2, true));
	op->account_id = NULL;
	*state = op;
	return 0;
}

static enum rc
receive(struct op *op, const char *instance, const char *secret, struct bytes raw)
{
	op_forgive(op);
	return gateway_receive(op, instance, raw, sign_hub(op, secret, raw));
}

/* The only row, taken out of the inbox. */
static void
check_stored(struct op *op, const char *instance, const char *want, const char *want_encoding)
{
	struct batch *batch = batch_new(op);
	int index = inbox_store_claim(batch, clock_now(), clock_after(clock_now(), 1000), "t", 10);
	const char *raw, *encoding;
	const struct inbox *row;
	struct list rows;

	must(op, db_commit(op, batch));
	must(op, inbox_store_claimed(op, batch, index, &rows));
	assert_int_equal(rows.n, 1);
	row = rows.rows;
	assert_true(text_equal(row->instance_id, instance));
	assert_string_equal(row->provider, "cloud");
	assert_int_equal(row->tries, 1);
	must(op, inbox_store_body(op, &raw, &encoding, row->id));
	assert_string_equal(raw, want);
	assert_string_equal(encoding, want_encoding);
}

static void
check_nothing_stored(struct op *op)
{
	struct instant oldest;

	db_rest(op);
	must(op, inbox_store_oldest(op, &oldest));
	assert_true(oldest.ms == 0);
}

static void
a_proved_body_is_stored_as_it_came(void **state)
{
	must(*state, receive(*state, NULL, "operators", bytes_of(" {\"a\":  1e2}")));
	check_stored(*state, NULL, " {\"a\":  1e2}", "utf8");
	must(*state, receive(*state, fixture_instance.id, "second", bytes_of("no json at all")));
	check_stored(*state, fixture_instance.id, "no json at all", "utf8");
}

static void
bytes_that_are_no_text_are_stored_too(void **state)
{
	must(*state, receive(*state, NULL, "operators", bytes_slice("a\0\xff", 3)));
	check_stored(*state, NULL, "YQD/", "base64");
}

static void
both_secrets_count_during_a_rotation(void **state)
{
	must(*state, receive(*state, NULL, "older", bytes_of("{}")));
	check_stored(*state, NULL, "{}", "utf8");
	must(*state, receive(*state, fixture_instance.id, "first", bytes_of("{}")));
	check_stored(*state, fixture_instance.id, "{}", "utf8");
}

static void
what_is_not_proved_is_not_stored(void **state)
{
	struct op *op = *state;

	assert_int_equal(receive(op, NULL, "wrong", bytes_of("{}")), RC_AUTH);
	assert_string_equal(op->code, "WH_003");
	assert_int_equal(receive(op, NULL, "second", bytes_of("{}")), RC_AUTH);
	assert_int_equal(receive(op, fixture_instance.id, "operators", bytes_of("{}")), RC_AUTH);
	op_forgive(op);
	assert_int_equal(gateway_receive(op, NULL, bytes_of("{}"), NULL), RC_AUTH);
	assert_string_equal(op->code, "WH_002");
	assert_int_equal(receive(op, "inst_of_nobody", "second", bytes_of("{}")), RC_MISSING);
	check_nothing_stored(op);
}

static void
an_instance_without_a_secret_takes_nothing(void **state)
{
	struct op *op = *state;
	struct batch *batch;
	struct instance bare = fixture_instance;

	bare.id = bare.slug = "inst_bare";
	bare.phone_number_id = "2";
	op->account_id = fixture_instance.account_id;
	batch = batch_new(op);
	instance_store_insert(batch, &bare);
	must(op, db_commit(op, batch));
	assert_int_equal(receive(op, bare.id, "", bytes_of("{}")), RC_AUTH);
	assert_int_equal(gateway_verify_webhook(op, bare.id, "subscribe", ""), RC_DENIED);
	check_nothing_stored(op);
}

static void
nothing_comes_in_while_isolated(void **state)
{
	struct op *op = *state;
	struct bytes mine = bytes_of("{\"phone_number_id\":\"106540352242922\"}");

	op->account_id = fixture_instance.account_id;
	must(op, gateway_switch_instance(op, fixture_instance.id, "isolate"));
	assert_int_equal(receive(op, fixture_instance.id, "second", bytes_of("{}")), RC_BUSY);
	assert_int_equal(receive(op, NULL, "operators", mine), RC_BUSY);
	check_nothing_stored(op);
	must(op, receive(op, NULL, "operators", bytes_of("{\"phone_number_id\":\"7\"}")));
	must(op, gateway_switch_instance(op, fixture_instance.id, "unisolate"));
	must(op, receive(op, NULL, "operators", mine));
	must(op, gateway_switch(op, "isolate"));
	assert_int_equal(receive(op, NULL, "operators", bytes_of("{}")), RC_BUSY);
	must(op, gateway_switch(op, "resume"));
	must(op, receive(op, NULL, "operators", bytes_of("{}")));
}

static void
the_challenge_needs_the_token(void **state)
{
	struct op *op = *state;

	must(op, gateway_verify_webhook(op, NULL, "subscribe", "open sesame"));
	must(op, gateway_verify_webhook(op, fixture_instance.id, "subscribe", "knock"));
	assert_int_equal(gateway_verify_webhook(op, NULL, "subscribe", "knock"), RC_DENIED);
	assert_string_equal(op->code, "WH_001");
	assert_int_equal(gateway_verify_webhook(op, NULL, "unsubscribe", "open sesame"), RC_DENIED);
	assert_int_equal(gateway_verify_webhook(op, NULL, NULL, NULL), RC_DENIED);
	op_forgive(op);
	assert_int_equal(gateway_verify_webhook(op, "inst_of_nobody", "subscribe", "knock"),
			 RC_MISSING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown_store)
		TEST(a_proved_body_is_stored_as_it_came),
		TEST(bytes_that_are_no_text_are_stored_too),
		TEST(both_secrets_count_during_a_rotation),
		TEST(what_is_not_proved_is_not_stored),
		TEST(an_instance_without_a_secret_takes_nothing),
		TEST(nothing_comes_in_while_isolated),
		TEST(the_challenge_needs_the_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
