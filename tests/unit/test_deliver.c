/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_deliver - the worker's turns against a receiver in this process, on a clock that is set
 */
#include "deliver_fixture.h"

/* ---- tests --------------------------------------------------------------------------------- */

static const char *
header(struct op *op, const char *name)
{
	const char *at = strcasestr(last_head, arena_printf(op->arena, "\r\n%s: ", name));

	if (at == NULL)
		return NULL;
	at += strlen(name) + 4;
	return arena_dupn(op->arena, at, strcspn(at, "\r\n"));
}

static void
an_event_arrives_signed_and_once(void **state)
{
	struct op *op = fixture_op();
	const struct attempt *attempt;
	const char *secret;
	struct list attempts;
	struct delivery d;
	json_t *body;

	(void)state;
	add_endpoint(op, "/ok", "normalized", &secret);
	happen("1", "a");
	assert_int_equal(work(), 1);
	assert_int_equal(work(), 0);
	d = the_delivery(op, &attempts);
	assert_string_equal(d.status, "delivered");
	assert_int_equal(d.attempts, 1);
	assert_int_equal(d.last_status, 200);
	assert_true(d.due_at.ms == 0 && d.done_at.ms != 0);
	attempt = attempts.rows;
	assert_int_equal(attempts.n, 1);
	assert_int_equal(attempt->status, 200);
	assert_string_equal(attempt->excerpt, "fine");
	assert_null(attempt->error);
	assert_false(attempt->slow);
	must(op, json_read(op, &body, bytes_of(last_body)));
	assert_string_equal(json_str(body, "id"), d.event_id);
	assert_string_equal(header(op, "webhook-id"), d.event_id);
	assert_string_equal(header(op, "X-WhatsApp-Gateway-Event"), "message.received");
	assert_string_equal(header(op, "X-WhatsApp-Gateway-Signature"),
			    sign_gateway(op, secret, header(op, "X-WhatsApp-Gateway-Timestamp"),
					 bytes_of(last_body)));
	assert_null(header(op, "X-Hub-Signature-256"));
	op_end(op);
}

static void
meta_form_is_signed_as_meta_does(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	add_endpoint(op, "/accepted", "meta", &secret);
	happen("1", "a");
	assert_int_equal(work(), 1);
	assert_string_equal(last_body, "{\"object\":\"whatsapp_business_account\"}");
	assert_string_equal(header(op, "X-Hub-Signature-256"),
			    sign_hub(op, secret, bytes_of(last_body)));
	op_end(op);
}

static void
a_failing_receiver_is_tried_thirteen_times_over_three_days(void **state)
{
	struct op *op = fixture_op();
	const struct attempt *rows;
	const char *secret;
	struct list attempts;
	struct delivery d;

	(void)state;
	add_endpoint(op, "/down", "normalized", &secret);
	happen("1", "a");
	for (int64_t n = 1; n <= 13; n++) {
		assert_int_equal(work(), 1);
		d = the_delivery(op, &attempts);
		assert_int_equal(d.attempts, n);
		assert_string_equal(d.last_error, "answered 500");
		if (n < 13) {
			int64_t wait = d.due_at.ms - clock_now().ms, delay = retry_delay(n);

			assert_in_range(wait + 1000, delay * 8 / 10, delay * 12 / 10 + 1000);
			set_clock(clock_ms + wait - 50);
			assert_int_equal(work(), 0);
			set_clock(clock_ms + 60);
		}
	}
	assert_string_equal(d.status, "failed");
	rows = attempts.rows;
	assert_int_equal(attempts.n, 13);
	assert_string_equal(rows[12].excerpt, "sorry");
	op_end(op);
}

static void
receivers_say_when_to_come_again(void **state)
{
	struct op *op = fixture_op();
	const char *secret;
	struct list attempts;
	struct delivery d;

	(void)state;
	add_endpoint(op, "/later", "normalized", &secret);
	happen("1", "a");
	work();
	d = the_delivery(op, &attempts);
	assert_string_equal(d.status, "pending");
	assert_in_range(d.due_at.ms - clock_now().ms, 89000, 90000);
	op_end(op);
}

static void
gone_disables_the_endpoint(void **state)
{
	struct op *op = fixture_op();
	const struct endpoint *endpoint;
	const char *secret;
	struct list attempts, endpoints;

	(void)state;
	add_endpoint(op, "/gone", "normalized", &secret);
	happen("1", "a");
	assert_int_equal(work(), 1);
	assert_string_equal(the_delivery(op, &attempts).status, "failed");
	must(op, gateway_list_endpoints(op, &endpoints, NULL));
	endpoint = endpoints.rows;
	assert_false(endpoint->enabled);
	assert_string_equal(endpoint->disabled_reason, "The receiver answered 410 Gone");
	happen("1", "b");
	assert_int_equal(work(), 0);
	op_end(op);
}

static void
check_failure(const char *path, const char *status, const char *error)
{
	struct op *op = fixture_op();
	const char *secret;
	struct list attempts;
	struct delivery d;

	add_endpoint(op, path, "normalized", &secret);
	happen("1", "a");
	assert_int_equal(work(), 1);
	d = the_delivery(op, &attempts);
	assert_string_equal(d.status, status);
	assert_string_equal(d.last_error, error);
	op_end(op);
}

static void
a_redirect_is_not_followed(void **state)
{
	(void)state;
	check_failure("/moved", "pending", "answered 302; redirects are not followed");
}

static void
a_message_can_be_aborted(void **state)
{
	(void)state;
	check_failure("/never", "failed", "answered 400");
}

static void
a_conversation_arrives_in_order_although_the_first_fails(void **state)
{
	struct op *op = fixture_op();
	const char *secret;

	(void)state;
	add_endpoint(op, "/flaky", "normalized", &secret);
	flaky_failures = 1;
	happen("1", "a");
	happen("1", "b");
	happen("1", "c");
	assert_int_equal(work(), 1);
	happen("2", "x");
	assert_int_equal(work(), 1);
	set_clock(clock_ms + 7000);
	assert_int_equal(work(), 3);
	assert_int_equal(body_count, 4);
	assert_string_equal(bodies[0], "x");
	assert_string_equal(bodies[1], "a");
	assert_string_equal(bodies[2], "b");
	assert_string_equal(bodies[3], "c");
	op_end(op);
}

static void
forbidden_addresses_are_blocked_and_never_called(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	int before = peer_requests();
	struct endpoint endpoint = {
		.id = "ep_inside",
		.url = arena_printf(op->arena, "http://127.0.0.1:%d/ok", peer.port),
		.format = "normalized",
		.events = "*",
		.all_instances = true,
		.enabled = true,
		.updated_by = "test",
		.created_at = op->now,
	};
	struct list attempts;

	(void)state;
	endpoint_store_insert(batch, &endpoint);
	must(op, db_commit(op, batch));
	happen("1", "a");
	assert_int_equal(work(), 1);
	assert_string_equal(the_delivery(op, &attempts).status, "blocked");
	assert_int_equal(peer_requests(), before);
	op_end(op);
}

static void
what_a_dead_worker_had_in_hand_goes_out_again(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	const struct endpoint *endpoint;
	const char *secret;
	struct list endpoints, attempts;

	(void)state;
	add_endpoint(op, "/ok", "normalized", &secret);
	happen("1", "a");
	must(op, gateway_list_endpoints(op, &endpoints, NULL));
	endpoint = endpoints.rows;
	delivery_store_claim(batch, &(struct delivery_claim){
					    .endpoint_id = endpoint->id,
					    .by = gateway_machine(),
					    .now = clock_now(),
					    .lease_until = clock_after(clock_now(), 30000),
					    .limit = 10,
				    });
	must(op, db_commit(op, batch));
	assert_int_equal(work(), 0);
	must(op, gateway_recover(op));
	assert_int_equal(work(), 1);
	assert_string_equal(the_delivery(op, &attempts).status, "delivered");
	op_end(op);
}

static void
an_endpoint_keeps_within_its_slots(void **state)
{
	struct op *op = fixture_op(), *turn;
	int64_t started, settled, next_ms;
	const char *secret;

	(void)state;
	add_endpoint(op, "/ok", "normalized", &secret);
	for (int i = 0; i < 50; i++)
		happen(arena_printf(op->arena, "%d", i), "a");
	turn = op_begin("test");
	must(turn, gateway_deliver_turn(turn, &started, &settled, &next_ms));
	assert_int_equal(started, settings()->deliver_endpoint_in_flight);
	assert_int_equal(gateway_deliver_pending(), started);
	assert_int_equal(work(), 50 - started);
	op_end(turn);
	op_end(op);
}

static struct endpoint_trial
a_trial(struct op *op, const char *path, const char *format, const char *sample)
{
	return (struct endpoint_trial){
		.instance = &fixture_instance,
		.url = arena_printf(op->arena, "http://127.0.0.1:%d/%s", peer.port, path),
		.format = format,
		.sample = sample,
		.keys = { .secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
	};
}

static void
the_test_button_shows_the_answer(void **state)
{
	struct op *op = fixture_op();
	struct endpoint_trial trial = a_trial(op, "ok", "normalized", NULL);
	struct test_result result;
	json_t *body;

	(void)state;
	must(op, gateway_test_endpoint(op, &result, &trial));
	assert_true(result.ok);
	assert_int_equal(result.status, 200);
	assert_string_equal(result.body, "fine");
	assert_null(result.error);
	assert_null(result.hint);
	assert_string_equal(header(op, "X-WhatsApp-Gateway-Test"), "true");
	must(op, json_read(op, &body, bytes_of(last_body)));
	assert_string_equal(json_str(body, "event"), "webhook.test");
	assert_true(json_flag(body, "test", false));
	trial = a_trial(op, "accepted", "meta", NULL);
	trial.keys.bearer = "bearer";
	must(op, gateway_test_endpoint(op, &result, &trial));
	assert_true(result.ok);
	assert_non_null(strstr(result.hint, "202"));
	assert_string_equal(header(op, "Authorization"), "Bearer bearer");
	trial = a_trial(op, "down", "normalized", NULL);
	must(op, gateway_test_endpoint(op, &result, &trial));
	assert_false(result.ok);
	assert_string_equal(result.error, "answered 500");
	op_end(op);
}

static const char *
tested(struct op *op, const char *sample, const char *path)
{
	struct endpoint_trial trial = a_trial(op, "ok", "meta", sample);
	struct test_result result;
	json_t *body;

	must(op, gateway_test_endpoint(op, &result, &trial));
	assert_string_equal(header(op, "X-WhatsApp-Gateway-Test"), "true");
	must(op, json_read(op, &body, bytes_of(last_body)));
	return json_string_value(json_at(body, path));
}

static void
a_test_in_metas_form_is_what_one_chooses(void **state)
{
	struct op *op = fixture_op();
	struct endpoint_trial trial = a_trial(op, "ok", "meta", "poem");
	struct test_result result;

	(void)state;
	assert_string_equal(tested(op, NULL, "entry.0.changes.0.value.metadata.phone_number_id"),
			    fixture_instance.phone_number_id);
	assert_string_equal(tested(op, "text", "entry.0.changes.0.value.messages.0.type"), "text");
	assert_string_equal(tested(op, "status", "entry.0.changes.0.value.statuses.0.status"),
			    "delivered");
	assert_string_equal(tested(op, "template", "entry.0.changes.0.field"),
			    "message_template_status_update");
	assert_int_equal(gateway_test_endpoint(op, &result, &trial), RC_INPUT);
	assert_string_equal(op->code, "sample");
	op_end(op);
}

static void
assert_counted(const char *id, int64_t want_taken, int64_t want_refused)
{
	struct op *op = fixture_op();
	int64_t taken, refused;

	must(op, gateway_endpoint_attempts(op, &taken, &refused, id));
	assert_int_equal(taken, want_taken);
	assert_int_equal(refused, want_refused);
	op_end(op);
}

static void
attempts_of_a_day_are_counted_by_endpoint(void **state)
{
	struct op *op = fixture_op();
	const char *secret, *ids[2];

	(void)state;
	ids[0] = add_endpoint(op, "/ok", "normalized", &secret);
	ids[1] = add_endpoint(op, "/flaky", "normalized", &secret);
	assert_counted(ids[0], 0, 0);
	flaky_failures = 1;
	happen("1", "a");
	happen("2", "b");
	work();
	assert_counted(ids[0], 2, 0);
	assert_counted(ids[1], 1, 1);
	set_clock(clock_ms + 23 * HOUR_MS);
	happen("3", "c");
	work();
	assert_counted(ids[0], 3, 0);
	assert_counted(ids[1], 3, 1);
	set_clock(clock_ms + 3 * HOUR_MS);
	assert_counted(ids[0], 1, 0);
	set_clock(clock_ms + 24 * HOUR_MS);
	assert_counted(ids[0], 0, 0);
	/* The slot of an hour long gone begins anew. */
	happen("4", "d");
	work();
	assert_counted(ids[0], 1, 0);
	op_end(op);
}

/* From the rotation on both secrets are there; after a day the new one alone. */
static void
a_rotation_overlaps_for_a_day(void **state)
{
	struct op *op = fixture_op();
	const char *old, *fresh, *again;
	struct list found;
	const char *id;

	(void)state;
	add_endpoint(op, "/ok", "meta", &old);
	must(op, gateway_list_endpoints(op, &found, NULL));
	id = ((const struct endpoint *)found.rows)[0].id;
	must(op, gateway_rotate_secret(op, id, NULL, &fresh));
	happen("1", "a");
	work();
	assert_string_equal(header(op, "X-Hub-Signature-256"),
			    sign_hub(op, old, bytes_of(last_body)));
	assert_int_equal(strlen(header(op, "webhook-signature")), 2 * strlen("v1,") + 2 * 44 + 1);
	/* The one that nobody has switched to is gone; the one that receivers know stays. */
	must(op, gateway_rotate_secret(op, id, NULL, &again));
	assert_string_not_equal(again, fresh);
	happen("1", "b");
	work();
	assert_string_equal(header(op, "X-Hub-Signature-256"),
			    sign_hub(op, old, bytes_of(last_body)));
	must(op, gateway_switch_secret(op, id));
	assert_int_equal(gateway_switch_secret(op, id), RC_CONFLICT);
	op_forgive(op);
	happen("1", "c");
	work();
	assert_string_equal(header(op, "X-Hub-Signature-256"),
			    sign_hub(op, again, bytes_of(last_body)));
	assert_int_equal(strlen(header(op, "webhook-signature")), 2 * strlen("v1,") + 2 * 44 + 1);
	set_clock(clock_ms + DAY_MS);
	happen("1", "d");
	work();
	assert_int_equal(strlen(header(op, "webhook-signature")), strlen("v1,") + 44);
	op_end(op);
}

static void
happen_with_type(const char *type)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct event_draft draft = { .instance = &fixture_instance,
				     .name = "message.received",
				     .topic = "messages",
				     .lane = type,
				     .message_type = type,
				     .members = "{\"text\":\"x\"}" };

	must(op, event_record(op, batch, &draft, NULL));
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
an_endpoint_gets_the_types_it_wants(void **state)
{
	const struct endpoint_draft draft = { .url = "http://127.0.0.1:8089/x",
					      .format = "normalized",
					      .events = "*",
					      .message_types = "image,other" };
	struct delivery_filter filter = { 0 };
	struct op *op = fixture_op();
	struct endpoint endpoint = { 0 };
	const char *secret, *cursor;
	struct list found;

	(void)state;
	must(op, gateway_create_endpoint(op, &endpoint, &secret, &draft));
	happen_with_type("text");
	happen_with_type("image");
	happen_with_type("poll_of_next_year");
	happen_with_type(NULL);
	must(op, gateway_list_deliveries(op, &found, &cursor, &filter));
	assert_int_equal(found.n, 3);
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(an_event_arrives_signed_and_once),
		TEST(meta_form_is_signed_as_meta_does),
		TEST(a_failing_receiver_is_tried_thirteen_times_over_three_days),
		TEST(receivers_say_when_to_come_again),
		TEST(gone_disables_the_endpoint),
		TEST(a_redirect_is_not_followed),
		TEST(a_message_can_be_aborted),
		TEST(a_conversation_arrives_in_order_although_the_first_fails),
		cmocka_unit_test_setup_teardown(forbidden_addresses_are_blocked_and_never_called,
						setup_guarded, teardown),
		TEST(what_a_dead_worker_had_in_hand_goes_out_again),
		TEST(an_endpoint_keeps_within_its_slots),
		TEST(the_test_button_shows_the_answer),
		TEST(a_test_in_metas_form_is_what_one_chooses),
		TEST(attempts_of_a_day_are_counted_by_endpoint),
		TEST(a_rotation_overlaps_for_a_day),
		TEST(an_endpoint_gets_the_types_it_wants),
	};

	return RUN_DELIVER_TESTS(tests);
}
