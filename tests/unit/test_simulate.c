/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simulated sends: what a customer's endpoints hear of them, in both formats, and when.
 */
#include "store_fixture.h"

#include "clock_fixture.h"
#include "core/json.h"
#include "domain/event.h"
#include "gateway/deliver.h"
#include "gateway/send_message.h"
#include "store/event_store.h"
#include "store/message_store.h"

static const struct api_key sandbox = {
	.id = "key_2",
	.account_id = "acc_fixture",
	.environment = "sandbox",
	.scopes = "send,read",
};

static int64_t ahead_ms;

static void
go_to(struct instant at)
{
	ahead_ms += at.ms - clock_now().ms;
	set_clock(ahead_ms);
}

static int
setup(void **state)
{
	struct op *op;

	ahead_ms = 0;
	set_clock(0);
	store_begin("");
	fixture_endpoint("ep_flat", "normalized", "message.sent,message.delivered,message.read");
	fixture_endpoint("ep_meta", "meta", "status");
	op = fixture_op();
	*state = op;
	return 0;
}

static const struct message *
send_body(struct op *op, const char *body)
{
	struct send *send = arena_alloc(op->arena, sizeof(*send));

	*send = (struct send){
		.dialect = DIALECT_PROXY,
		.source = "proxy",
		.key = &sandbox,
		.body = bytes_of(body),
	};
	gateway_send_wait(op, send);
	if (send->refusal != REFUSAL_NONE)
		fail_msg("%s", op->why);
	return &send->message;
}

static const struct message *
send_text(struct op *op)
{
	return send_body(op, "{\"messaging_product\":\"whatsapp\",\"to\":\"966500000001\","
			     "\"text\":{\"body\":\"Hi\"}}");
}

/* One turn of the worker at the time as it is. */
static int64_t
turn(int64_t *next_ms)
{
	struct op *op = op_begin("test");
	int64_t n = 0;

	must(op, gateway_simulate_turn(op, &n, next_ms));
	op_end(op);
	return n;
}

static struct message
stored(struct op *op, const char *id)
{
	struct message message = { 0 };

	db_rest(op);
	must(op, message_store_get(op, &message, id));
	db_rest(op);
	return message;
}

/* Bodies of what goes to an endpoint, oldest first. */
static size_t
bodies(struct op *op, const char *endpoint, const char *format, struct event_body *out)
{
	struct delivery_filter filter = { .endpoint = endpoint, .page.limit = 200 };
	const struct delivery *rows;
	const char *cursor;
	struct list list;

	db_rest(op);
	must(op, gateway_list_deliveries(op, &list, &cursor, &filter));
	rows = list.rows;
	for (size_t i = 0; i < list.n; i++) {
		out[i] = (struct event_body){ 0 };
		must(op, event_store_body(op, &out[i], rows[list.n - 1 - i].event_id, format));
	}
	db_rest(op);
	return list.n;
}

static json_t *
tree(struct op *op, const char *text)
{
	json_t *root = NULL;

	must(op, json_read(op, &root, bytes_of(text)));
	return root;
}

/* The status object of a document in Meta's form. */
static const json_t *
status_in(struct op *op, const struct event_body *body)
{
	const json_t *value = json_at(tree(op, body->body), "entry.0.changes.0.value");

	assert_string_equal(json_str(value, "messaging_product"), "whatsapp");
	assert_string_equal(json_str(json_object_get(value, "metadata"), "phone_number_id"),
			    fixture_instance.phone_number_id);
	assert_int_equal(json_array_size(json_object_get(value, "statuses")), 1);
	return json_at(value, "statuses.0");
}

static void
the_row_moves_on_at_its_times(void **state)
{
	struct op *op = *state;
	const struct message *sent = send_text(op);
	struct message m = stored(op, sent->id);
	int64_t next_ms;

	assert_string_equal(m.status, "sent");
	assert_int_equal(m.due_at.ms, m.sent_at.ms + 400);
	go_to((struct instant){ m.due_at.ms - 200 });
	assert_int_equal(turn(&next_ms), 0);
	assert_true(next_ms > 0 && next_ms <= 200);
	go_to(m.due_at);
	assert_int_equal(turn(&next_ms), 1);
	assert_true(next_ms > 0 && next_ms <= 900);
	m = stored(op, sent->id);
	assert_string_equal(m.status, "delivered");
	assert_int_equal(m.delivered_at.ms, m.sent_at.ms + 400);
	go_to(m.due_at);
	assert_int_equal(turn(&next_ms), 1);
	assert_int_equal(next_ms, -1);
	m = stored(op, sent->id);
	assert_string_equal(m.status, "read");
	assert_int_equal(m.read_at.ms, m.sent_at.ms + 1300);
	assert_int_equal(m.due_at.ms, 0);
	assert_int_equal(turn(&next_ms), 0);
}

static void
a_late_worker_catches_up(void **state)
{
	struct op *op = *state;
	const struct message *sent = send_text(op);
	int64_t next_ms;

	go_to(clock_after(sent->sent_at, HOUR_MS));
	assert_int_equal(turn(&next_ms), 1);
	assert_int_equal(next_ms, 0);
	assert_int_equal(turn(&next_ms), 1);
	assert_string_equal(stored(op, sent->id).status, "read");
	assert_int_equal(stored(op, sent->id).read_at.ms, sent->sent_at.ms + 1300);
}

static void
endpoints_hear_of_each_status_in_their_format(void **state)
{
	static const char *const statuses[] = { "sent", "delivered", "read" };
	struct op *op = *state;
	const struct message *sent = send_text(op);
	struct event_body flat[8], meta[8];
	int64_t next_ms;

	for (int64_t minute = 1; minute <= 2; minute++) {
		go_to(clock_after(sent->sent_at, minute * MINUTE_MS));
		turn(&next_ms);
	}
	assert_int_equal(bodies(op, "ep_flat", "normalized", flat), 3);
	assert_int_equal(bodies(op, "ep_meta", "meta", meta), 3);
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		const json_t *status = status_in(op, &meta[i]), *root = tree(op, flat[i].body);

		assert_string_equal(json_str(status, "id"), sent->provider_id);
		assert_string_equal(json_str(status, "status"), statuses[i]);
		assert_string_equal(json_str(status, "recipient_id"), "966500000001");
		assert_string_equal(json_str(status, "biz_opaque_callback_data"), sent->id);
		assert_string_equal(json_str(root, "status"), statuses[i]);
		assert_string_equal(json_str(root, "message_id"), sent->provider_id);
		assert_string_equal(json_str(root, "gateway_message_id"), sent->id);
		assert_true(json_flag(root, "test", false));
		assert_true(flat[i].test && meta[i].test);
	}
}

static void
the_customers_own_callback_data_is_echoed(void **state)
{
	struct op *op = *state;
	struct event_body meta[8];

	send_body(op, "{\"messaging_product\":\"whatsapp\",\"to\":\"966500000001\",\"text\":"
		      "{\"body\":\"Hi\"},\"biz_opaque_callback_data\":\"mine \xc3\xa4\"}");
	assert_int_equal(bodies(op, "ep_meta", "meta", meta), 1);
	assert_string_equal(json_str(status_in(op, &meta[0]), "biz_opaque_callback_data"),
			    "mine \xc3\xa4");
}

/* Two programs may send in the same microsecond: what is below it is drawn. */
static void
ids_are_drawn(void **state)
{
	enum { BELOW_MICROSECOND = 3, COUNTED_ON_AT_MOST = 20 };
	struct op *op = *state;
	int64_t part, most = 0;

	for (int i = 0; i < 10; i++) {
		const char *id = send_text(op)->provider_id;

		assert_true(text_int(id + strlen(id) - BELOW_MICROSECOND, 0, 999, &part));
		most = part > most ? part : most;
	}
	assert_true(most > COUNTED_ON_AT_MOST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_row_moves_on_at_its_times, setup,
						teardown_store),
		cmocka_unit_test_setup_teardown(a_late_worker_catches_up, setup, teardown_store),
		cmocka_unit_test_setup_teardown(ids_are_drawn, setup, teardown_store),
		cmocka_unit_test_setup_teardown(endpoints_hear_of_each_status_in_their_format,
						setup, teardown_store),
		cmocka_unit_test_setup_teardown(the_customers_own_callback_data_is_echoed, setup,
						teardown_store),
	};

	return cmocka_run_group_tests(tests, setup_clock, teardown_clock);
}
