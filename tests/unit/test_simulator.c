/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator: Meta's answers and refusals, recipients with a fate, and webhooks that reach a
 * receiver signed, in ASCII, and again until they are taken. */
#include "peer.h"
#include "sim_fixture.h"

#include "net/net.h"
#include "provider/provider.h"

enum { HOOKS_MAX = 64, DEADLINE_US = 15000000 };

/* ---- the receiver of webhooks ---- */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *hooks[HOOKS_MAX];
static int hook_count, refusals;

static bool
signature_is_right(const struct peer_request *r)
{
	const struct credentials credentials = { .app_secret = "app-secret" };
	const char *at = strcasestr(r->head, "X-Hub-Signature-256: ");
	char given[72] = "";
	struct op *own = op_begin("test");
	bool right;

	assert_non_null(at);
	memcpy(given, at + 21, 71);
	right = cloud_provider.verify(own, &credentials, bytes_slice(r->body, r->body_n), given) ==
		RC_OK;
	op_end(own);
	return right;
}

static bool
receive(struct peer_request *r)
{
	bool refuse;

	pthread_mutex_lock(&lock);
	refuse = refusals > 0 || !signature_is_right(r);
	if (refuse)
		refusals--;
	else if (hook_count < HOOKS_MAX)
		hooks[hook_count++] = strndup(r->body, r->body_n);
	pthread_mutex_unlock(&lock);
	peer_say(r->fd, refuse ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
			       : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	return true;
}

static int
hooks_so_far(void)
{
	int n;

	pthread_mutex_lock(&lock);
	n = hook_count;
	pthread_mutex_unlock(&lock);
	return n;
}

static void
wait_for_hooks(int n)
{
	int64_t limit = clock_elapsed_us() + DEADLINE_US;

	while (hooks_so_far() < n && clock_elapsed_us() < limit)
		usleep(2000);
	assert_int_equal(hooks_so_far(), n);
}

/* ---- stories ---- */
static void
ready(void *arg)
{
	__atomic_store_n((bool *)arg, true, __ATOMIC_RELEASE);
}

static void
wait_ready(struct sim_answer *answer)
{
	int64_t limit = clock_elapsed_us() + DEADLINE_US;
	bool is_ready = false;

	if (simulator_answer_ready(answer))
		return;
	simulator_when_ready(answer, ready, &is_ready);
	while (!__atomic_load_n(&is_ready, __ATOMIC_ACQUIRE) && clock_elapsed_us() < limit)
		usleep(2000);
	assert_true(is_ready);
}

static int
begin(void **state)
{
	struct sim_answer answer;

	setup_static_op(state);
	simulator_settle(op, &answer, bytes_of(""));
	wait_ready(&answer);
	simulator_reset(op, &answer, bytes_of(""));
	pthread_mutex_lock(&lock);
	while (hook_count > 0)
		free(hooks[--hook_count]);
	refusals = 0;
	pthread_mutex_unlock(&lock);
	return 0;
}

static struct sim_answer
send_text(const char *to)
{
	return graph(
		"POST", "v23.0/106540/messages", "EAA",
		arena_printf(op->arena,
			     "{\"messaging_product\":\"whatsapp\",\"to\":\"%s\",\"text\":{\"body\":"
			     "\"h\xc3\xa9/\"},\"biz_opaque_callback_data\":\"msg_1\"}",
			     to));
}

/* The one status or message of the n-th webhook. */
static const json_t *
hook_item(int n, const char *array)
{
	const json_t *value = json_at(tree(hooks[n]), "entry.0.changes.0.value");

	assert_string_equal(json_string_value(json_at(value, "metadata.phone_number_id")),
			    "106540");
	return json_array_get(json_object_get(value, array), 0);
}

static void
a_send_is_answered_like_meta(void **state)
{
	struct sim_answer answer = send_text("+49 151 23456789");
	json_t *root = tree(answer.body);
	const char *id = json_string_value(json_at(root, "messages.0.id"));

	(void)state;
	assert_int_equal(answer.status, 200);
	assert_string_equal(json_string_value(json_at(root, "contacts.0.input")),
			    "+49 151 23456789");
	assert_string_equal(json_string_value(json_at(root, "contacts.0.wa_id")), "4915123456789");
	assert_true(text_starts(id, "wamid.HBgN") && strlen(id) <= 128);
	root = tree(send_text("5511987654321").body);
	assert_string_equal(json_string_value(json_at(root, "contacts.0.wa_id")), "5511987654321");
	root = tree(send_text("5541987654321").body);
	assert_string_equal(json_string_value(json_at(root, "contacts.0.wa_id")), "554187654321");
}

static void
statuses_follow_signed_and_in_order(void **state)
{
	static const char *const ladder[] = { "sent", "delivered", "read" };
	json_t *sent = tree(send_text("4915123456789").body);

	(void)state;
	wait_for_hooks(3);
	for (int i = 0; i < 3; i++) {
		const json_t *status = hook_item(i, "statuses");

		assert_string_equal(json_str(status, "status"), ladder[i]);
		assert_string_equal(json_str(status, "id"),
				    json_string_value(json_at(sent, "messages.0.id")));
		assert_string_equal(json_str(status, "recipient_id"), "4915123456789");
		assert_string_equal(json_str(status, "biz_opaque_callback_data"), "msg_1");
		assert_true(json_is_string(json_object_get(status, "timestamp")));
	}
	assert_true(json_is_boolean(json_at(hook_item(0, "statuses"), "pricing.billable")));
}

static void
a_refused_webhook_is_sent_again(void **state)
{
	(void)state;
	refusals = 1;
	send_text("4915123456789");
	wait_for_hooks(3);
}

static void
some_recipients_have_a_fate(void **state)
{
	struct sim_answer answer = send_text("1555000131026");

	(void)state;
	assert_int_equal(answer.status, 400);
	assert_int_equal(error_code(&answer), 131026);
	answer = send_text("1555000000190");
	assert_int_equal(answer.status, 401);
	answer = send_text("15550020001");
	assert_true(answer.drop);
	answer = send_text("15550020002");
	assert_int_equal(answer.wait_ms, 60000);
	answer = send_text("15550020003");
	assert_int_equal(answer.status, 500);
	assert_true(text_starts(answer.type, "text/html"));
	answer = send_text("15550020004");
	assert_int_equal(answer.status, 200);
	assert_null(json_loads(answer.body, 0, NULL));
	wait_for_hooks(9);
}

static void
a_late_failure_comes_by_webhook(void **state)
{
	const json_t *status;

	(void)state;
	assert_int_equal(send_text("1555001131047").status, 200);
	wait_for_hooks(1);
	status = hook_item(0, "statuses");
	assert_string_equal(json_str(status, "status"), "failed");
	assert_int_equal(json_integer_value(json_at(status, "errors.0.code")), 131047);
	assert_null(json_object_get(status, "pricing"));
}

static void
a_status_may_overtake_the_answer(void **state)
{
	struct sim_answer answer = send_text("15550020005");

	(void)state;
	assert_false(simulator_answer_ready(&answer));
	wait_ready(&answer);
	assert_int_equal(hooks_so_far(), 1);
	assert_string_equal(json_str(hook_item(0, "statuses"), "status"), "delivered");
	assert_non_null(json_at(tree(answer.body), "messages.0.id"));
	wait_for_hooks(3);
}

static void
statuses_may_be_missing_or_repeated(void **state)
{
	struct sim_answer answer = send_text("15550020006");
	int counts[3] = { 0, 0, 0 };

	(void)state;
	assert_int_equal(answer.status, 200);
	send_text("15550020007");
	wait_for_hooks(9);
	for (int i = 0; i < 9; i++) {
		const char *status = json_str(hook_item(i, "statuses"), "status");

		counts[0] += text_equal(status, "sent");
		counts[1] += text_equal(status, "delivered");
		counts[2] += text_equal(status, "read");
	}
	assert_int_equal(counts[0] * 100 + counts[1] * 10 + counts[2], 333);
	simulator_settle(op, &answer, bytes_of(""));
	wait_ready(&answer);
	assert_string_equal(answer.body, "{\"settled\":true}");
	assert_int_equal(hooks_so_far(), 9);
}

static void
a_person_writes(void **state)
{
	struct sim_answer answer;
	const json_t *message;

	(void)state;
	simulator_inbound(op, &answer,
			  bytes_of("{\"from\":\"4915199\xe2\x80\x8b\",\"text\":\"St\xc3\xb6p/"
				   "\",\"name\":\"Ann\"}"));
	wait_ready(&answer);
	assert_int_equal(json_int(tree(answer.body), "webhook_status", 0), 200);
	message = hook_item(0, "messages");
	assert_string_equal(json_str(message, "id"), json_str(tree(answer.body), "id"));
	assert_string_equal(json_str(message, "from"), "4915199");
	assert_string_equal(json_string_value(json_at(message, "text.body")), "St\xc3\xb6p/");
	assert_non_null(strstr(hooks[0], "St\\u00f6p\\/"));
	simulator_inbound(op, &answer,
			  bytes_of("{\"from\":\"4915199\",\"message\":{\"id\":\"wamid.MINE\","
				   "\"type\":\"image\","
				   "\"image\":{\"id\":\"1\",\"mime_type\":\"image/png\"}}}"));
	wait_ready(&answer);
	assert_string_equal(json_str(hook_item(1, "messages"), "id"), "wamid.MINE");
	simulator_webhook(
		op, &answer,
		bytes_of("{\"field\":\"account_alerts\",\"value\":{\"alert_type\":\"X\"}}"));
	wait_ready(&answer);
	assert_non_null(json_at(tree(hooks[2]), "entry.0.time"));
	assert_string_equal(json_string_value(json_at(tree(hooks[2]), "entry.0.changes.0.field")),
			    "account_alerts");
}

static void
what_was_accepted_is_listed(void **state)
{
	struct sim_answer answer;
	const json_t *items;

	(void)state;
	send_text("4915100000001");
	send_text("4915100000002");
	send_text("1555000131026");
	wait_for_hooks(6);
	simulator_messages(op, &answer, NULL, 0);
	items = json_object_get(tree(answer.body), "items");
	assert_int_equal(json_array_size(items), 2);
	assert_string_equal(json_str(json_array_get(items, 0), "to"), "4915100000002");
	simulator_messages(op, &answer, "+4915100000001", 10);
	items = json_object_get(tree(answer.body), "items");
	assert_int_equal(json_array_size(items), 1);
	assert_string_equal(json_string_value(json_at(items, "0.payload.biz_opaque_callback_data")),
			    "msg_1");
	assert_string_equal(json_string_value(json_at(items, "0.statuses.2.status")), "read");
	assert_int_equal(json_integer_value(json_at(items, "0.statuses.2.webhook_status")), 200);
	simulator_reset(op, &answer, bytes_of(""));
	simulator_messages(op, &answer, NULL, 0);
	assert_string_equal(answer.body, "{\"items\":[]}");
}

static void
the_chat_shows_both_sides(void **state)
{
	const struct sim_line *lines;
	struct sim_chat chat;

	(void)state;
	assert_int_equal(simulator_say(op, NULL, "+4915177", "Bea", "Hello"), RC_OK);
	assert_int_equal(simulator_say(op, NULL, "", "Bea", "Hello"), RC_INPUT);
	graph("POST", "106540/messages", "EAA",
	      "{\"messaging_product\":\"whatsapp\",\"to\":\"4915177\",\"type\":\"interactive\","
	      "\"interactive\":{\"type\":\"button\",\"body\":{\"text\":\"Sure?\"},\"action\":{"
	      "\"buttons\":"
	      "[{\"type\":\"reply\",\"reply\":{\"id\":\"y\",\"title\":\"Yes\"}}]}}}");
	wait_for_hooks(4);
	simulator_chat(op, &chat, NULL, NULL);
	assert_string_equal(chat.with, "4915177");
	assert_string_equal(chat.name, "Bea");
	assert_int_equal(chat.conversations.n, 1);
	assert_int_equal(chat.lines.n, 2);
	lines = chat.lines.rows;
	assert_true(lines[0].is_mine);
	assert_string_equal(lines[0].text, "Hello");
	assert_string_equal(lines[1].text, "Sure?");
	assert_true(lines[1].is_read);
	assert_int_equal(lines[1].buttons.n, 1);
	assert_string_equal(((const struct sim_button *)lines[1].buttons.rows)->title, "Yes");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_send_is_answered_like_meta),
		TEST(statuses_follow_signed_and_in_order),
		TEST(a_refused_webhook_is_sent_again),
		TEST(some_recipients_have_a_fate),
		TEST(a_late_failure_comes_by_webhook),
		TEST(a_status_may_overtake_the_answer),
		TEST(statuses_may_be_missing_or_repeated),
		TEST(a_person_writes),
		TEST(what_was_accepted_is_listed),
		TEST(the_chat_shows_both_sides),
	};
	struct sim_answer answer;
	char folder[] = "/tmp/test_simulator.XXXXXX";
	int failed;

	assert_non_null(mkdtemp(folder));
	setenv("WAGATE_DATA_DIR", folder, 1);
	load_default_settings();
	secret_start();
	peer_start(receive);
	net_start(true);
	simulator_start();
	op = op_begin("test");
	simulator_subscribe(
		op, &answer,
		bytes_of(arena_printf(op->arena,
				      "{\"phone_number_id\":\"106540\",\"waba_id\":\"1022\","
				      "\"callback_url\":\"http://127.0.0.1:%d/\","
				      "\"app_secret\":\"app-secret\"}",
				      peer.port)));
	op_end(op);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	net_stop();
	peer_stop();
	rmdir(folder);
	return failed;
}
