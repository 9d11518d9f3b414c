/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue of messages, end to end in one process: accepted, dispatched by the worker's turns to a
 * provider on loopback, on a clock that is set.
 */
#include "store_fixture.h"

#include <errno.h>

#include "clock_fixture.h"
#include "domain/event.h"
#include "gateway/credentials.h"
#include "gateway/daily_count.h"
#include "gateway/deliver.h"
#include "gateway/dispatch_inside.h"
#include "gateway/doorbell.h"
#include "gateway/send_message.h"
#include "peer.h"
#include "store/account_store.h"
#include "store/api_key_store.h"
#include "store/message_store.h"
#include "store/queue_store.h"
#include "store/suppression_store.h"
#include "store/use_store.h"

/* ---- the provider ------------------------------------------------------------------------ */

static const char accepted[] = "{\"messages\":[{\"id\":\"wamid.%d\"}]}";

enum { SEEN_MAX = 64, TEXT_ROOM = 24 };

static struct {
	pthread_mutex_t lock;
	/* the first matching recipient decides; NULL: everybody else */
	struct rule {
		const char *to, *head, *body;
		int status, times; /* status 0: hang up; times 0: always */
	} rules[4];
	char seen[SEEN_MAX][TEXT_ROOM]; /* "<to>:<text>" in order of arrival */
	int seen_count, number;
} graph = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void
find_member(const struct peer_request *r, const char *name, char *out, size_t n)
{
	const char *at = memmem(r->body, r->body_n, name, strlen(name));

	out[0] = '\0';
	if (at != NULL)
		snprintf(out, n, "%.*s", (int)strcspn(at + strlen(name), "\""), at + strlen(name));
}

static struct rule *
rule_for(const char *to)
{
	for (size_t i = 0; i < ARRAY_LEN(graph.rules); i++) {
		struct rule *rule = &graph.rules[i];

		if (rule->body != NULL && (rule->to == NULL || strstr(to, rule->to) != NULL))
			return rule;
	}
	return NULL;
}

static void
note(const struct peer_request *r, struct rule *out, char *body, size_t n)
{
	static struct rule fine = { .status = 200, .body = accepted };
	char to[TEXT_ROOM], text[TEXT_ROOM];
	struct rule *rule;

	find_member(r, "\"to\":\"", to, sizeof(to));
	find_member(r, "\"body\":\"", text, sizeof(text));
	pthread_mutex_lock(&graph.lock);
	if (graph.seen_count < SEEN_MAX)
		snprintf(graph.seen[graph.seen_count++], TEXT_ROOM, "%.2s:%.12s",
			 to + strlen(to) - 2, text);
	rule = rule_for(to);
	*out = rule == NULL ? fine : *rule;
	if (rule != NULL && rule->times > 0 && --rule->times == 0)
		*rule = (struct rule){ 0 };
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(body, n, out->body, ++graph.number);
#pragma GCC diagnostic pop
	pthread_mutex_unlock(&graph.lock);
}

static bool
answer(struct peer_request *r)
{
	struct rule rule;
	char body[1024], head[512];

	note(r, &rule, body, sizeof(body));
	if (rule.status == 0)
		return false;
	snprintf(head, sizeof(head),
		 "HTTP/1.1 %d X\r\nContent-Type: application/json\r\n%sContent-Length: %zu\r\n\r\n",
		 rule.status, rule.head == NULL ? "" : rule.head, strlen(body));
	peer_say(r->fd, head);
	peer_say(r->fd, body);
	return true;
}

static void
provider_says(int which, struct rule rule)
{
	pthread_mutex_lock(&graph.lock);
	graph.rules[which] = rule;
	pthread_mutex_unlock(&graph.lock);
}

static const char *
refusal_body(struct op *op, int64_t code)
{
	return arena_printf(op->arena, "{\"error\":{\"message\":\"no\",\"code\":%lld}}",
			    (long long)code);
}

static const char *
seen(struct op *op)
{
	const char *all = "";

	pthread_mutex_lock(&graph.lock);
	for (int i = 0; i < graph.seen_count; i++)
		all = arena_printf(op->arena, "%s%s%s", all, i == 0 ? "" : " ", graph.seen[i]);
	pthread_mutex_unlock(&graph.lock);
	return all;
}

/* ---- the gateway ------------------------------------------------------------------------- */

static const struct api_key key = {
	.id = "key_1",
	.account_id = "acc_fixture",
	.environment = "production",
	.scopes = "send,read",
};
static const struct api_key slow_key = {
	.id = "key_slow",
	.account_id = "acc_fixture",
	.name = "Slow",
	.environment = "production",
	.hash = "h2",
	.prefix = "pk",
	.last4 = "2",
	.scopes = "send,read",
	.created_by = "test",
	.per_minute = 5,
	.created_at = { 1000 },
};
static const struct api_key daily_key = {
	.id = "key_daily",
	.account_id = "acc_fixture",
	.name = "Daily",
	.environment = "production",
	.hash = "h3",
	.prefix = "pk",
	.last4 = "3",
	.scopes = "send,read",
	.created_by = "test",
	.per_day = 1,
	.created_at = { 1000 },
};
static const struct api_key sandbox_key = {
	.id = "key_2",
	.account_id = "acc_fixture",
	.environment = "sandbox",
	.scopes = "send,read",
};

/* A member of the body for a time, if there is one. */
static const char *
time_member(struct op *op, const char *name, struct instant at)
{
	return at.ms == 0 ? ""
			  : arena_printf(op->arena, ",\"%s\":\"%s\"", name,
					 clock_rfc3339_ms(op->arena, at));
}

/* Accepted for later; fills in the send's message. */
static void
take_in(struct op *op, struct send *send, const char *to, const char *text)
{
	send->source = "guarded";
	if (send->key == NULL)
		send->key = &key;
	if (send->instance_ref == NULL)
		send->instance_ref = fixture_instance.id;
	send->respond_async = true;
	send->body = bytes_of(arena_printf(
		op->arena,
		"{\"phone\":\"+9665000000%s\",\"message\":\"%s\",\"message_purpose\":\"%s\"%s%s}",
		to, text, send->purpose == NULL ? "transactional" : send->purpose,
		time_member(op, "send_at", send->send_at),
		time_member(op, "valid_until", send->valid_until)));
	gateway_send_wait(op, send);
	if (send->refusal != REFUSAL_NONE)
		fail_msg("%s", op->why);
}

static const char *
queued(struct op *op, const char *to, const char *text)
{
	struct send *send = arena_alloc(op->arena, sizeof(*send));

	take_in(op, send, to, text);
	assert_string_equal(send->message.status, "queued");
	assert_true(send->message.log_id > 0);
	return send->message.id;
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

static void
assert_status(struct op *op, const char *id, const char *status)
{
	assert_string_equal(stored(op, id).status, status);
}

/* Turns until nothing is due and nothing is under way. Gives the last one's time to the next. */
static int64_t
work(void)
{
	int64_t started, settled, next_ms;

	do {
		struct op *op = op_begin("test");

		must(op, gateway_dispatch_turn(op, &started, &settled, &next_ms));
		op_end(op);
		if (gateway_dispatch_pending() > 0)
			gateway_wait(1000);
	} while (started > 0 || settled > 0 || gateway_dispatch_pending() > 0 || next_ms == 0);
	return next_ms;
}

/* Move the clock to a time on the clock as it is now. */
static int64_t ahead_ms;
static void
go_to(struct instant at)
{
	ahead_ms += at.ms - clock_now().ms;
	set_clock(ahead_ms);
}

static int64_t
count_events(struct op *op, const char *name)
{
	struct delivery_filter filter = { .event = name, .page.limit = 200 };
	const char *cursor;
	struct list list;

	db_rest(op);
	must(op, gateway_list_deliveries(op, &list, &cursor, &filter));
	return (int64_t)list.n;
}

static void
seal_token(void)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct instance instance = fixture_instance, other = fixture_instance;

	instance.access_token = credential_seal(op, SEALED_ACCESS_TOKEN, instance.id, "token");
	instance_store_update(batch, &instance);
	other.id = "inst_other";
	other.slug = "other";
	other.name = "Other";
	other.phone_number_id = "206540352242922";
	other.access_token = credential_seal(op, SEALED_ACCESS_TOKEN, other.id, "token");
	instance_store_insert(batch, &other);
	instance_store_update(batch, &other);
	api_key_store_insert(batch, &(struct api_key){ .id = "key_1",
						       .name = "One",
						       .environment = "production",
						       .hash = "h1",
						       .prefix = "pk",
						       .last4 = "1",
						       .scopes = "send,read",
						       .created_by = "test",
						       .created_at = { 1000 } });
	api_key_store_insert(batch, &slow_key);
	api_key_store_insert(batch, &daily_key);
	must(op, db_commit(op, batch));
	op_end(op);
}

static int
setup(void **state)
{
	char path[128], extra[256];
	struct op *op;

	/* Each story on a day of its own: what rested yesterday does not rest any more. */
	ahead_ms += DAY_MS;
	set_clock(ahead_ms);
	peer_start(answer);
	memset(graph.rules, 0, sizeof(graph.rules));
	graph.seen_count = 0;
	snprintf(extra, sizeof(extra),
		 "[cloud]\ngraph_url = http://127.0.0.1:%d\n[send]\n"
		 "timeout = 5\nin_flight = 16\n",
		 peer.port);
	store_begin(extra);
	snprintf(path, sizeof(path), "%s/run", store_dir);
	assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	seal_token();
	fixture_endpoint("ep_all", "normalized", "*");
	op = fixture_op();
	must(op, gateway_listen(op));
	*state = op;
	return 0;
}

static int
teardown(void **state)
{
	op_end(*state);
	gateway_unlisten();
	store_end();
	peer_stop();
	return 0;
}

/* ---- the plain way ----------------------------------------------------------------------- */

static void
a_queued_message_is_sent_by_the_worker_and_told(void **state)
{
	struct op *op = *state;
	const char *id = queued(op, "01", "hi");
	struct message m = stored(op, id);

	assert_int_equal(m.due_at.ms, m.created_at.ms);
	assert_int_equal(m.valid_until.ms, m.created_at.ms + DAY_MS);
	assert_int_equal(graph.seen_count, 0);
	assert_int_equal(work(), -1);
	m = stored(op, id);
	assert_string_equal(m.status, "sent");
	assert_true(text_starts(m.provider_id, "wamid."));
	assert_true(m.sent_at.ms != 0 && m.due_at.ms == 0 && m.sending_until.ms == 0);
	assert_int_equal(m.attempts, 0);
	assert_non_null(strstr(m.payload, id));
	assert_string_equal(seen(op), "01:hi");
	assert_int_equal(count_events(op, "message.sent"), 1);
}

static void
a_scheduled_message_goes_out_on_time(void **state)
{
	struct op *op = *state;
	struct send send = { .send_at = clock_after(op->now, HOUR_MS) };
	const char *id;

	take_in(op, &send, "01", "later");
	id = send.message.id;
	assert_string_equal(send.message.status, "scheduled");
	assert_int_equal(stored(op, id).valid_until.ms, send.send_at.ms + DAY_MS);
	assert_true(work() > HOUR_MS - MINUTE_MS);
	go_to((struct instant){ send.send_at.ms - 5000 });
	assert_true(work() <= 5000);
	assert_int_equal(graph.seen_count, 0);
	go_to(send.send_at);
	work();
	assert_status(op, id, "sent");
}

static void
each_is_good_for_as_long_as_it_says(void **state)
{
	struct op *op = *state;
	struct send code = { .purpose = "authentication" }, asked = { .valid_for_s = 90 };
	struct send until = { .valid_until = clock_after(op->now, 5000), .valid_for_s = 90 };

	take_in(op, &code, "01", "1234");
	assert_int_equal(stored(op, code.message.id).valid_until.ms, op->now.ms + 10 * MINUTE_MS);
	take_in(op, &asked, "02", "hi");
	assert_int_equal(stored(op, asked.message.id).valid_until.ms, op->now.ms + 90 * SECOND_MS);
	take_in(op, &until, "03", "hi");
	assert_int_equal(stored(op, until.message.id).valid_until.ms, op->now.ms + 5000);
}

static void
past_its_validity_it_fails_as_expired_and_is_not_sent(void **state)
{
	struct op *op = *state;
	struct send send = { .valid_for_s = 60 };
	struct message m;

	take_in(op, &send, "01", "hi");
	go_to(clock_after(send.message.valid_until, 1));
	work();
	m = stored(op, send.message.id);
	assert_string_equal(m.status, "failed");
	assert_string_equal(m.error_word, "expired");
	assert_true(m.failed_at.ms != 0 && m.due_at.ms == 0 && m.sent_at.ms == 0);
	assert_false(m.error_retryable);
	assert_int_equal(graph.seen_count, 0);
	assert_int_equal(count_events(op, "message.failed"), 1);
	assert_int_equal(count_events(op, "message.sent"), 0);
}

/* ---- refused by the provider ------------------------------------------------------------- */

/* One message, refused once with a code; what became of it. */
static struct message
refused(struct op *op, int64_t code, const char *head)
{
	const char *id;

	provider_says(0, (struct rule){ .status = 400,
					.head = head,
					.body = refusal_body(op, code),
					.times = 1 });
	id = queued(op, "01", arena_printf(op->arena, "hi %lld", (long long)code));
	work();
	return stored(op, id);
}

static void
assert_waits(struct op *op, int64_t code, const char *head, int64_t least_ms, int64_t most_ms)
{
	struct instant before = clock_now();
	struct message m = refused(op, code, head);
	int64_t wait = m.due_at.ms - before.ms;

	if (!text_equal(m.status, "queued") || wait < least_ms || wait > most_ms + 2000)
		fail_msg("%lld: %s for %lld ms", (long long)code, m.status, (long long)wait);
	assert_int_equal(m.attempts, 1);
	assert_int_equal(m.sending_until.ms, 0);
	go_to(clock_after(m.due_at, MINUTE_MS)); /* by then the number has had its rest */
	work();
	assert_status(op, m.id, "sent");
}

static void
what_time_may_heal_is_tried_again_after_the_right_wait(void **state)
{
	static const char usage[] = "X-Business-Use-Case-Usage: {\"1\":[{\"type\":\"whatsapp\","
				    "\"estimated_time_to_regain_access\":7}]}\r\n";
	struct op *op = *state;

	assert_waits(op, 130429, NULL, 1600, 2400);
	assert_waits(op, 131056, NULL, 4000, 4000);
	assert_waits(op, 133004, NULL, 1600, 2400);
	assert_waits(op, 133015, NULL, 5 * MINUTE_MS, 5 * MINUTE_MS);
	assert_waits(op, 134101, NULL, 10 * MINUTE_MS, 10 * MINUTE_MS);
	assert_waits(op, 132069, NULL, HOUR_MS, HOUR_MS);
	assert_waits(op, 132015, NULL, 3 * HOUR_MS, 3 * HOUR_MS);
	assert_waits(op, 80007, NULL, HOUR_MS, HOUR_MS);
	assert_waits(op, 80007, usage, 7 * MINUTE_MS, 7 * MINUTE_MS);
	assert_waits(op, 4, "Retry-After: 30\r\n", 30000, 30000);
}

static void
waits_grow_with_each_refusal(void **state)
{
	struct op *op = *state;
	const char *id;

	provider_says(0, (struct rule){ .status = 400, .body = refusal_body(op, 131057) });
	id = queued(op, "01", "hi");
	for (int64_t n = 1; n <= 5; n++) {
		struct instant before = clock_now();
		struct message m;
		int64_t wait, middle = 1000 * (INT64_C(1) << n);

		work();
		m = stored(op, id);
		wait = m.due_at.ms - before.ms;
		assert_int_equal(m.attempts, n);
		assert_true(wait >= middle * 8 / 10 && wait <= middle * 12 / 10 + 2000);
		go_to(clock_after(m.due_at, MINUTE_MS));
	}
	assert_int_equal(graph.seen_count, 5);
}

static void
allow_one_a_day(struct op *op)
{
	struct account account = { 0 };
	struct batch *batch;

	must(op, account_store_get(op, &account));
	account.plan = "custom";
	account.day_limit = 1;
	batch = batch_new(op);
	account_store_update(batch, &account);
	must(op, db_commit(op, batch));
}

/* With a plan and a key that have room for one message in a day. */
static void
what_is_tried_again_is_counted_once(void **state)
{
	struct op *op = *state;
	struct send send = { .key = &daily_key };
	struct account_use use = { 0 };
	int64_t of_key;

	provider_says(0,
		      (struct rule){ .status = 400, .body = refusal_body(op, 131057), .times = 3 });
	go_to((struct instant){ (clock_now().ms / DAY_MS + 1) * DAY_MS + 12 * HOUR_MS });
	op->now = clock_now(); /* what is taken in is good for a day from then on */
	allow_one_a_day(op);
	take_in(op, &send, "01", "hi");
	for (int n = 1; n <= 3; n++) {
		work();
		assert_int_equal(stored(op, send.message.id).attempts, n);
		go_to(clock_after(stored(op, send.message.id).due_at, MINUTE_MS));
	}
	work();
	assert_status(op, send.message.id, "sent");
	op->now = clock_now();
	must(op, use_store_get(op, &use, account_day(op, op->account_id), false));
	assert_int_equal(use.day_used, 1);
	must(op, use_store_get_key(op, &of_key, account_day(op, op->account_id), "key:key_daily"));
	assert_int_equal(of_key, 1);
}

static void
what_time_cannot_heal_fails_at_once(void **state)
{
	static const int64_t codes[] = { 100, 131026, 131047, 132001, 368, 131031, 131042, 131048 };
	struct op *op = *state;

	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		struct message m = refused(op, codes[i], NULL);

		assert_string_equal(m.status, "failed");
		assert_int_equal(m.error_code, codes[i]);
		assert_null(m.error_word);
		assert_int_equal(m.due_at.ms, 0);
	}
	assert_int_equal(graph.seen_count, ARRAY_LEN(codes));
	assert_int_equal(count_events(op, "message.failed"), ARRAY_LEN(codes));
}

static void
a_wait_past_the_validity_is_not_begun(void **state)
{
	struct op *op = *state;
	struct message m = refused(op, 131049, NULL); /* 24 h, as long as it is valid */

	assert_string_equal(m.status, "failed");
	assert_int_equal(m.error_code, 131049);
	assert_true(m.error_retryable);
}

static void
a_refused_token_closes_the_number_and_the_next_fail_too(void **state)
{
	struct op *op = *state;
	struct instance instance = { 0 };
	const char *first, *second;

	provider_says(0, (struct rule){ .status = 401, .body = refusal_body(op, 190) });
	first = queued(op, "01", "a");
	second = queued(op, "01", "b");
	work();
	assert_int_equal(stored(op, first).error_code, 190);
	must(op, instance_store_by_id(op, &instance, fixture_instance.id));
	assert_string_equal(instance.state, "closed");
	assert_string_equal(stored(op, second).error_word, "instance_not_connected");
	assert_int_equal(graph.seen_count, 1);
}

static void
an_open_outcome_is_unknown_and_never_sent_again(void **state)
{
	static const int64_t codes[] = { 1, 2, 131000, 131016 };
	struct op *op = *state;
	const char *id;

	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		assert_string_equal(refused(op, codes[i], NULL).status, "unknown");
	provider_says(0, (struct rule){ .status = 0, .body = "", .times = 1 });
	id = queued(op, "02", "lost");
	work();
	assert_status(op, id, "unknown");
	go_to(clock_after(op->now, 2 * HOUR_MS));
	work();
	assert_status(op, id, "unknown");
	assert_int_equal(graph.seen_count, ARRAY_LEN(codes) + 1);
}

/* ---- refused by ourselves when it is due ------------------------------------------------- */

static void
assert_fails_as(struct op *op, const char *id, const char *word)
{
	struct message m;

	work();
	m = stored(op, id);
	assert_string_equal(m.status, "failed");
	assert_string_equal(m.error_word, word);
	assert_int_equal(m.error_code, 0);
	assert_non_null(m.error_details);
	assert_int_equal(m.due_at.ms, 0);
	assert_int_equal(graph.seen_count, 0);
}

static void
who_said_stop_meanwhile_gets_nothing(void **state)
{
	struct op *op = *state;
	const char *id = queued(op, "01", "hi");
	struct batch *batch = batch_new(op);
	struct suppression s = {
		.id = "sup_1",
		.recipient = "966500000001",
		.reason = "opted_out",
		.source = "keyword",
		.actor = "test",
		.since = { 1000 },
	};

	suppression_store_insert(batch, &s);
	must(op, db_commit(op, batch));
	assert_fails_as(op, id, "recipient_suppressed");
	assert_int_equal(count_events(op, "message.failed"), 1);
}

static void
a_pause_that_came_meanwhile_holds(void **state)
{
	struct op *op = *state;
	const char *id = queued(op, "01", "hi");
	struct batch *batch = batch_new(op);

	instance_store_pause(batch, fixture_instance.id, op->now);
	must(op, db_commit(op, batch));
	assert_fails_as(op, id, "instance_paused");
}

static void
a_number_that_was_closed_meanwhile_sends_nothing(void **state)
{
	struct op *op = *state;
	const char *id = queued(op, "01", "hi");
	struct batch *batch = batch_new(op);

	instance_store_close(batch, fixture_instance.id, "gone");
	must(op, db_commit(op, batch));
	assert_fails_as(op, id, "instance_not_connected");
}

static void
a_number_that_was_deleted_meanwhile_is_told(void **state)
{
	struct op *op = *state;
	const char *id = queued(op, "01", "hi");
	struct batch *batch = batch_new(op);

	instance_store_delete(batch, fixture_instance.id, op->now);
	must(op, db_commit(op, batch));
	assert_fails_as(op, id, "invalid_instance");
}

/* ---- cancel ------------------------------------------------------------------------------ */

static void
a_cancelled_message_is_never_sent(void **state)
{
	struct op *op = *state;
	const char *id = queued(op, "01", "hi");
	struct message m = { 0 };

	must(op, gateway_cancel_message(op, &m, id));
	assert_string_equal(m.status, "cancelled");
	work();
	m = stored(op, id);
	assert_string_equal(m.status, "cancelled");
	assert_true(m.cancelled_at.ms != 0 && m.due_at.ms == 0);
	assert_int_equal(graph.seen_count, 0);
	assert_int_equal(count_events(op, "message.status_updated"), 1);
	assert_int_equal(gateway_cancel_message(op, &m, id), RC_CONFLICT);
	assert_string_equal(op->code, "not_cancellable");
	op_forgive(op);
}

static void
what_was_sent_cannot_be_cancelled(void **state)
{
	struct op *op = *state;
	const char *id = queued(op, "01", "hi");
	struct message m = { 0 };

	work();
	assert_int_equal(gateway_cancel_message(op, &m, id), RC_CONFLICT);
	assert_string_equal(op->code, "not_cancellable");
	assert_null(m.id);
	op_forgive(op);
	assert_int_equal(gateway_cancel_message(op, &m, "msg_00000000000000000000000000"),
			 RC_MISSING);
	op_forgive(op);
}

/* The steps have had their say, and then somebody cancels: the commit finds it gone. */
static void
of_a_cancel_and_a_dispatch_one_gets_it(void **state)
{
	struct op *op = *state;
	const char *id = queued(op, "01", "hi");
	const struct queued row = { .id = id, .account_id = "acc_fixture" };
	struct message m = { 0 };
	struct dispatch *d;

	must(op, dispatch_new(op, &d, &row));
	assert_int_equal(d->wants, NEXT_COMMIT);
	must(op, gateway_cancel_message(op, &m, id));
	assert_int_equal(db_commit(d->op, d->work->batch), RC_CONFLICT);
	assert_int_equal(d->work->then(d->work, RC_CONFLICT), NEXT_END);
	assert_int_equal(d->send.refusal, REFUSAL_NONE);
	op_end(d->op);
	must(op, dispatch_new(op, &d, &row));
	assert_null(d);
	assert_status(op, id, "cancelled");
	assert_int_equal(graph.seen_count, 0);
}

/* ---- order and fairness ------------------------------------------------------------------ */

static void
one_person_hears_in_order_of_acceptance(void **state)
{
	struct op *op = *state;

	queued(op, "01", "a");
	queued(op, "01", "b");
	queued(op, "01", "c");
	work();
	assert_string_equal(seen(op), "01:a 01:b 01:c");
}

static void
a_person_who_must_wait_holds_up_nobody_else(void **state)
{
	struct op *op = *state;
	const char *first, *second, *other;
	struct message m;

	provider_says(0, (struct rule){ .to = "01",
					.status = 400,
					.body = refusal_body(op, 131056),
					.times = 1 });
	first = queued(op, "01", "a");
	second = queued(op, "01", "b");
	other = queued(op, "02", "c");
	assert_true(work() > 0);
	assert_status(op, other, "sent");
	m = stored(op, first);
	assert_string_equal(m.status, "queued");
	assert_status(op, second, "queued");
	go_to(m.due_at);
	work();
	assert_status(op, first, "sent");
	/* From then on the person gets one every 6 s, by our own limit. */
	m = stored(op, second);
	assert_string_equal(m.status, "queued");
	assert_true(m.due_at.ms > clock_now().ms + 5000 && m.attempts == 0);
	go_to(m.due_at);
	work();
	assert_status(op, second, "sent");
	/* The first two were under way together. */
	if (!text_equal(seen(op), "01:a 02:c 01:a 01:b"))
		assert_string_equal(seen(op), "02:c 01:a 01:a 01:b");
}

static void
a_crowd_for_one_person_lets_others_pass(void **state)
{
	struct op *op = *state;
	const char *last = NULL, *other;
	int64_t next_ms;

	provider_says(0, (struct rule){ .to = "01",
					.status = 400,
					.body = refusal_body(op, 131056),
					.times = 1 });
	for (int i = 0; i < 250; i++)
		last = queued(op, "01", "x");
	other = queued(op, "02", "c");
	work();
	assert_status(op, other, "sent");
	assert_status(op, last, "queued");
	assert_int_equal(graph.seen_count, 2);
	while ((next_ms = work()) >= 0)
		go_to(clock_after(clock_now(), next_ms));
	assert_status(op, last, "sent");
}

static void
a_number_that_is_too_fast_rests_and_others_go_on(void **state)
{
	struct op *op = *state;
	struct send other = { .instance_ref = "inst_other" };
	const char *first, *second;

	provider_says(0, (struct rule){ .to = "01",
					.status = 400,
					.body = refusal_body(op, 130429),
					.times = 1 });
	first = queued(op, "01", "a");
	work();
	second = queued(op, "02", "b");
	take_in(op, &other, "03", "c");
	work();
	assert_status(op, second, "queued");
	assert_status(op, other.message.id, "sent");
	assert_int_equal(stored(op, second).attempts, 0);
	go_to(clock_after(stored(op, first).due_at, 1));
	work();
	assert_status(op, first, "sent");
	assert_status(op, second, "sent");
}

static void
one_number_does_not_take_all_slots(void **state)
{
	struct op *op = *state, *turn = op_begin("test");
	struct send other = { .instance_ref = "inst_other" };
	int64_t started, settled, next_ms;

	for (int i = 10; i < 30; i++)
		queued(op, arena_printf(op->arena, "%d", i), "x");
	take_in(op, &other, "01", "c");
	must(turn, gateway_dispatch_turn(turn, &started, &settled, &next_ms));
	op_end(turn);
	assert_int_equal(started, 16 / 4 + 1);
	assert_int_equal(gateway_dispatch_pending(), 5);
	work();
	assert_status(op, other.message.id, "sent");
	assert_int_equal(graph.seen_count, 21);
}

static void
more_than_the_key_may_waits_and_loses_nothing(void **state)
{
	struct op *op = *state;
	struct batch *batch = batch_new(op);
	const char *ids[7];
	int64_t next_ms, sent = 0;

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct send send = { .key = &slow_key };

		take_in(op, &send, arena_printf(op->arena, "%zu", 10 + i), "x");
		ids[i] = send.message.id;
	}
	api_key_store_revoke(batch, slow_key.id, op->now); /* taken back too late */
	must(op, db_commit(op, batch));
	assert_true(work() > 0);
	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		sent += text_equal(stored(op, ids[i]).status, "sent");
	assert_int_equal(sent, 5);
	while ((next_ms = work()) >= 0)
		go_to(clock_after(clock_now(), next_ms));
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		assert_status(op, ids[i], "sent");
		assert_int_equal(stored(op, ids[i]).attempts, 0);
	}
	assert_int_equal(graph.seen_count, 7);
}

/* ---- simulated --------------------------------------------------------------------------- */

static void
a_simulated_message_waits_in_the_queue_and_reaches_nobody(void **state)
{
	struct op *op = *state;
	struct send send = { .key = &sandbox_key };
	struct message m;

	take_in(op, &send, "01", "hi");
	assert_string_equal(send.message.status, "queued");
	work();
	m = stored(op, send.message.id);
	assert_string_equal(m.status, "sent");
	assert_true(text_starts(m.provider_id, "wamid.FAKE_"));
	assert_true(m.due_at.ms > m.sent_at.ms);
	assert_int_equal(graph.seen_count, 0);
	assert_int_equal(count_events(op, "message.sent"), 1);
}

/* ---- a worker that died ------------------------------------------------------------------ */

static void
what_was_begun_and_not_settled_becomes_unknown(void **state)
{
	struct op *op = *state, *later;
	const char *id = queued(op, "01", "hi");
	struct message begun = stored(op, id);
	struct batch *batch = batch_new(op);
	int64_t n = 0;

	begun.status = "sending";
	begun.sending_until = clock_after(op->now, 10 * SECOND_MS);
	begun.due_at.ms = 0;
	assert_int_equal(queue_store_begin(batch, &begun), 0);
	must(op, db_commit(op, batch));
	work();
	assert_status(op, id, "sending");
	go_to(clock_after(begun.sending_until, 1));
	work();
	later = fixture_op();
	must(later, gateway_reap_sends(later, &n));
	op_end(later);
	assert_int_equal(n, 1);
	assert_status(op, id, "unknown");
	assert_int_equal(graph.seen_count, 0);
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(a_queued_message_is_sent_by_the_worker_and_told),
		STORY(a_scheduled_message_goes_out_on_time),
		STORY(each_is_good_for_as_long_as_it_says),
		STORY(past_its_validity_it_fails_as_expired_and_is_not_sent),
		STORY(what_time_may_heal_is_tried_again_after_the_right_wait),
		STORY(waits_grow_with_each_refusal),
		STORY(what_is_tried_again_is_counted_once),
		STORY(what_time_cannot_heal_fails_at_once),
		STORY(a_wait_past_the_validity_is_not_begun),
		STORY(a_refused_token_closes_the_number_and_the_next_fail_too),
		STORY(an_open_outcome_is_unknown_and_never_sent_again),
		STORY(who_said_stop_meanwhile_gets_nothing),
		STORY(a_pause_that_came_meanwhile_holds),
		STORY(a_number_that_was_closed_meanwhile_sends_nothing),
		STORY(a_number_that_was_deleted_meanwhile_is_told),
		STORY(a_cancelled_message_is_never_sent),
		STORY(what_was_sent_cannot_be_cancelled),
		STORY(of_a_cancel_and_a_dispatch_one_gets_it),
		STORY(one_person_hears_in_order_of_acceptance),
		STORY(a_person_who_must_wait_holds_up_nobody_else),
		STORY(a_crowd_for_one_person_lets_others_pass),
		STORY(a_number_that_is_too_fast_rests_and_others_go_on),
		STORY(one_number_does_not_take_all_slots),
		STORY(more_than_the_key_may_waits_and_loses_nothing),
		STORY(a_simulated_message_waits_in_the_queue_and_reaches_nobody),
		STORY(what_was_begun_and_not_settled_becomes_unknown),
	};

	return cmocka_run_group_tests(tests, setup_clock, teardown_clock);
}
