/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_suspend - while the operator lets nothing go out, deliveries wait, and then go on in order
 */
#include "deliver_fixture.h"

static struct instance other_instance;

static void
add_other_instance(struct op *op)
{
	struct batch *batch = batch_new(op);

	other_instance = fixture_instance;
	other_instance.id = "inst_other";
	other_instance.slug = "other";
	other_instance.name = "Other";
	other_instance.phone_number_id = NULL;
	instance_store_insert(batch, &other_instance);
	must(op, db_commit(op, batch));
}

static void
happen_at(const struct instance *instance, const char *lane, const char *text)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct event_draft draft = {
		.instance = instance,
		.name = "message.received",
		.topic = "messages",
		.lane = lane,
		.members = arena_printf(op->arena, "{\"text\":\"%s\"}", text),
	};

	must(op, event_record(op, batch, &draft, NULL));
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
switch_instance(const char *ref, const char *what)
{
	struct op *op = fixture_op();

	must(op, gateway_switch_instance(op, ref, what));
	op_end(op);
}

static void
switch_gateway(const char *what)
{
	struct op *op = fixture_op();

	must(op, gateway_switch(op, what));
	op_end(op);
}

static bool
deliveries_are_fine(void)
{
	struct op *op = fixture_op();
	const struct check *rows;
	struct list checks;
	bool ready, ok = false;

	must(op, gateway_ready(op, &checks, &ready));
	rows = checks.rows;
	for (size_t i = 0; i < checks.n; i++)
		if (text_equal(rows[i].name, "deliveries"))
			ok = rows[i].ok;
	op_end(op);
	return ok;
}

static void
assert_came(const char *texts)
{
	assert_int_equal(body_count, (int)strlen(texts));
	for (int i = 0; i < body_count; i++)
		assert_int_equal(bodies[i][0], texts[i]);
}

static void
a_suspended_gateway_keeps_everything_and_goes_on_in_order(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	add_endpoint(op, "/ok", "normalized", &secret);
	switch_gateway("suspend");
	happen("1", "a");
	happen("1", "b");
	assert_int_equal(work(), 0);
	set_clock(clock_ms + HOUR_MS);
	happen("1", "c");
	assert_int_equal(work(), 0);
	assert_true(deliveries_are_fine());
	switch_gateway("resume");
	assert_false(deliveries_are_fine());
	assert_int_equal(work(), 3);
	assert_came("abc");
	op_end(op);
}

static void
a_suspended_instance_waits_and_the_others_go_on(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	add_other_instance(op);
	add_endpoint(op, "/ok", "normalized", &secret);
	switch_instance("front-desk", "suspend");
	happen_at(&fixture_instance, "1", "a");
	happen_at(&fixture_instance, "1", "b");
	happen_at(&other_instance, "2", "x");
	assert_int_equal(work(), 1);
	set_clock(clock_ms + HOUR_MS);
	happen_at(&fixture_instance, "1", "c");
	happen_at(&other_instance, "2", "y");
	assert_int_equal(work(), 1);
	assert_true(deliveries_are_fine());
	switch_instance("front-desk", "unsuspend");
	assert_int_equal(work(), 3);
	assert_came("xyabc");
	op_end(op);
}

static void
many_that_wait_do_not_hide_those_that_may_go(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	add_other_instance(op);
	add_endpoint(op, "/ok", "normalized", &secret);
	switch_instance("front-desk", "suspend");
	for (int i = 0; i < 700; i++)
		happen_at(&fixture_instance, arena_printf(op->arena, "%d", i), "a");
	happen_at(&other_instance, "other", "x");
	assert_int_equal(work(), 1);
	assert_came("x");
	switch_instance("front-desk", "unsuspend");
	assert_int_equal(work(), 700);
	op_end(op);
}

static void
endpoints_of_suspended_instances_alone_are_not_looked_at(void **state)
{
	struct op *op = fixture_op();
	const char *refs[] = { "front-desk" };
	const struct endpoint_draft draft = {
		.instances = refs,
		.instance_count = 1,
		.url = arena_printf(op->arena, "http://127.0.0.1:%d/ok", peer.port),
		.format = "normalized",
		.events = "*",
	};
	struct endpoint endpoint = { 0 };
	struct list attempts;
	const char *secret;

	(void)state;
	must(op, gateway_create_endpoint(op, &endpoint, &secret, &draft));
	switch_instance("front-desk", "suspend");
	happen("1", "a");
	set_clock(clock_ms + HOUR_MS);
	assert_int_equal(work(), 0);
	assert_int_equal(the_delivery(op, &attempts).queue, DELIVERY_FIRST);
	assert_true(deliveries_are_fine());
	switch_instance("front-desk", "unsuspend");
	assert_int_equal(work(), 1);
	op_end(op);
}

static void
what_could_start_and_does_not_is_told(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	add_endpoint(op, "/down", "normalized", &secret);
	happen("1", "a");
	assert_true(deliveries_are_fine());
	set_clock(clock_ms + 2 * MINUTE_MS);
	assert_false(deliveries_are_fine());
	assert_int_equal(work(), 1);
	assert_true(deliveries_are_fine());
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(a_suspended_gateway_keeps_everything_and_goes_on_in_order),
		TEST(a_suspended_instance_waits_and_the_others_go_on),
		TEST(many_that_wait_do_not_hide_those_that_may_go),
		TEST(endpoints_of_suspended_instances_alone_are_not_looked_at),
		TEST(what_could_start_and_does_not_is_told),
	};

	return RUN_DELIVER_TESTS(tests);
}
