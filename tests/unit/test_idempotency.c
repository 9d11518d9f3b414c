/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking twice: the first answer once more, however the first attempt ended, and never a second
 * message at the provider.
 */
#include "unit.h"

#include <pthread.h>

#include "core/clock.h"
#include "send_fixture.h"
#include "store/idempotency_store.h"
#include "store/message_store.h"
#include "store/suppression_store.h"

static const char guarded[] = "{\"phone\":\"+966500000001\",\"message\":\"Hi\","
			      "\"message_purpose\":\"transactional\"}";
static const char other[] = "{\"phone\":\"+966500000001\",\"message\":\"Ho\","
			    "\"message_purpose\":\"transactional\"}";
static const char meta[] = "{\"messaging_product\":\"whatsapp\",\"to\":\"966500000001\","
			   "\"text\":{\"body\":\"Hi\"}}";

static const struct {
	enum dialect dialect;
	const char *route, *body;
} dialects[] = {
	{ DIALECT_GUARDED, "POST /api/send-message", guarded },
	{ DIALECT_PROXY, "POST /v1/wa/message", meta },
	{ DIALECT_GRAPH, "POST /v23.0/106540352242922/messages", meta },
};

/* A request of a dialect; idempotency_key NULL: without. Lives in op. */
static struct send *
request(struct op *op, enum dialect dialect, const char *idempotency_key)
{
	struct send *send = arena_alloc(op->arena, sizeof(*send));

	send->dialect = dialect;
	send->source = "test";
	send->key = &production;
	send->route = dialects[dialect].route;
	send->body = bytes_of(dialects[dialect].body);
	send->idempotency_key = idempotency_key;
	return send;
}

static struct send *
asked(struct op *op, enum dialect dialect, const char *idempotency_key)
{
	struct send *send = request(op, dialect, idempotency_key);

	gateway_send_wait(op, send);
	return send;
}

/* The same as before, in an op of its own that the caller ends. */
static struct send *
asked_again(struct op **op, const struct send *first)
{
	struct send *send;

	*op = fixture_op();
	send = request(*op, first->dialect, first->idempotency_key);
	send->fake = first->fake;
	gateway_send_wait(*op, send);
	return send;
}

static const char *
text_of(struct op *op, const json_t *details)
{
	return details == NULL ? NULL : json_text(op, details);
}

/* All that an answer is rendered from. */
static void
assert_same_answer(struct op *op, const struct send *a, struct op *again, const struct send *b)
{
	assert_true(b->replayed);
	assert_int_equal(a->refusal, b->refusal);
	assert_string_equal(op->why, again->why);
	assert_string_equal(a->message.id, b->message.id);
	assert_int_equal(a->message.log_id, b->message.log_id);
	assert_string_equal(a->message.status, b->message.status);
	assert_true(text_equal(a->message.provider_id, b->message.provider_id));
	assert_true(text_equal(a->message.wa_id, b->message.wa_id));
	assert_true(text_equal(a->message.user_id, b->message.user_id));
	assert_string_equal(a->message.recipient, b->message.recipient);
	assert_int_equal(a->message.simulated, b->message.simulated);
	assert_int_equal(a->provider_status, b->provider_status);
	assert_true(bytes_equal(a->provider_answer, b->provider_answer));
	assert_true(text_equal(text_of(op, a->details), text_of(again, b->details)));
}

static void
assert_repeats(struct op *op, const struct send *first)
{
	int before = peer_requests();
	struct op *again;
	const struct send *second = asked_again(&again, first);

	assert_same_answer(op, first, again, second);
	assert_int_equal(peer_requests(), before);
	op_end(again);
}

/* ---- the first answer ---- */

static void
test_what_was_accepted_is_answered_again(void **state)
{
	(void)state;
	provider_answers(200, accepted);
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		struct op *op = fixture_op();
		struct send *first = asked(op, dialects[i].dialect, "accepted");

		assert_int_equal(first->refusal, REFUSAL_NONE);
		assert_false(first->replayed);
		assert_repeats(op, first);
		assert_repeats(op, first);
		op_end(op);
	}
}

/* With every byte that JSON cannot carry as it is. */
static void
test_what_the_provider_refused_is_answered_again(void **state)
{
	static const char *const answers[] = {
		"{\"error\":{\"message\":\"(#131026) Message undeliverable\",\"code\":131026,"
		"\"error_data\":{\"details\":\"Not on \\u0022WhatsApp\\u0022\"},"
		"\"fbtrace_id\":\"Abc%d\"}}",
		"<html>\xff\xfe\x01 no \"JSON\" at all %d\r\n</html>",
		"",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dialects) * ARRAY_LEN(answers); i++) {
		struct op *op = fixture_op();
		const char *key = arena_printf(op->arena, "refused-%zu", i);
		struct send *first;

		provider_answers(400, answers[i / ARRAY_LEN(dialects)]);
		first = asked(op, dialects[i % ARRAY_LEN(dialects)].dialect, key);
		assert_int_equal(first->refusal, REFUSAL_PROVIDER);
		provider_answers(200, accepted);
		assert_repeats(op, first);
		op_end(op);
	}
}

static void
test_what_was_simulated_is_answered_again(void **state)
{
	struct op *op = fixture_op();
	struct send *first = request(op, DIALECT_PROXY, "simulated");

	(void)state;
	first->fake = true;
	gateway_send_wait(op, first);
	assert_int_equal(first->refusal, REFUSAL_NONE);
	assert_true(text_starts(first->message.provider_id, "wamid.FAKE_"));
	assert_repeats(op, first);
	op_end(op);
}

static void
test_a_status_before_the_answer_changes_nothing(void **state)
{
	struct op *op = fixture_op(), *again;
	struct send *first, *second;

	(void)state;
	provider_meanwhile(200, accepted, meanwhile_delivered);
	first = asked(op, DIALECT_PROXY, "overtaken");
	assert_int_equal(first->refusal, REFUSAL_NONE);
	second = asked_again(&again, first);
	assert_true(second->replayed);
	assert_int_equal(second->refusal, REFUSAL_NONE);
	assert_string_equal(second->message.provider_id, first->message.provider_id);
	assert_int_equal(second->provider_status, 200);
	assert_true(bytes_equal(second->provider_answer, first->provider_answer));
	op_end(again);
	op_end(op);
}

/* What came instead of an answer is not passed off as one once the message is known to be there. */
static void
test_a_broken_answer_that_a_status_overtakes(void **state)
{
	struct op *op = fixture_op();
	struct send *first;

	(void)state;
	provider_meanwhile(200, "{\"messages\":[{\"i", meanwhile_delivered);
	first = asked(op, DIALECT_PROXY, "broken");
	assert_int_equal(first->refusal, REFUSAL_NONE);
	assert_int_equal(first->provider_answer.n, 0);
	op_end(op);
}

/* ---- another request ---- */

static void
assert_mismatch(struct send *send, struct op *op)
{
	int before = peer_requests();

	gateway_send_wait(op, send);
	assert_int_equal(send->refusal, REFUSAL_MISMATCH);
	assert_false(send->replayed);
	assert_null(send->message.id);
	assert_int_equal(peer_requests(), before);
	op_forgive(op);
}

static void
test_the_same_key_with_another_body_or_query(void **state)
{
	struct op *op = fixture_op();
	struct send *send;

	(void)state;
	provider_answers(200, accepted);
	assert_int_equal(asked(op, DIALECT_GUARDED, "mismatch")->refusal, REFUSAL_NONE);
	send = request(op, DIALECT_GUARDED, "mismatch");
	send->body = bytes_of(other);
	assert_mismatch(send, op);
	send = request(op, DIALECT_GUARDED, "mismatch");
	send->query = "a=b";
	assert_mismatch(send, op);
	op_end(op);
}

static void
test_a_key_is_of_one_api_key_and_one_route(void **state)
{
	struct api_key second = production;
	struct op *op = fixture_op();
	struct send *send;

	(void)state;
	provider_answers(200, accepted);
	assert_int_equal(asked(op, DIALECT_PROXY, "mine")->refusal, REFUSAL_NONE);
	send = asked(op, DIALECT_GRAPH, "mine");
	assert_int_equal(send->refusal, REFUSAL_NONE);
	assert_false(send->replayed);
	second.id = "key_second";
	send = request(op, DIALECT_PROXY, "mine");
	send->key = &second;
	gateway_send_wait(op, send);
	assert_int_equal(send->refusal, REFUSAL_NONE);
	assert_false(send->replayed);
	op_end(op);
}

static void
test_a_refusal_of_our_own_releases_the_key(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct suppression s = {
		.id = "sup_key",
		.recipient = "966500000001",
		.reason = "opted_out",
		.source = "keyword",
		.actor = "test",
		.since = { 1000 },
	};
	struct send *send;

	(void)state;
	provider_answers(200, accepted);
	suppression_store_insert(batch, &s);
	must(op, db_commit(op, batch));
	assert_int_equal(asked(op, DIALECT_GUARDED, "released")->refusal, REFUSAL_SUPPRESSED);
	op_forgive(op);
	send = request(op, DIALECT_GUARDED, "released");
	send->body = bytes_of("{\"phone\":\"+966500000002\",\"message\":\"\"}");
	gateway_send_wait(op, send);
	assert_int_equal(send->refusal, REFUSAL_FIELD);
	op_forgive(op);
	batch = batch_new(op);
	suppression_store_lift(batch, s.id, op->now, "test", "over");
	must(op, db_commit(op, batch));
	send = asked(op, DIALECT_GUARDED, "released");
	assert_int_equal(send->refusal, REFUSAL_NONE);
	assert_false(send->replayed);
	op_end(op);
}

/* ---- while the first is under way, and where it never ended ---- */

static void
ask_meanwhile(const struct peer_request *r)
{
	struct op *op = fixture_op();
	struct send *send = request(op, DIALECT_GUARDED, "running");

	(void)r;
	gateway_send_wait(op, send);
	assert_int_equal(send->refusal, REFUSAL_IN_PROGRESS);
	assert_false(send->replayed);
	assert_null(send->message.id);
	op_forgive(op);
	send = request(op, DIALECT_GUARDED, "running");
	send->body = bytes_of(other);
	assert_mismatch(send, op);
	op_end(op);
}

static void
test_the_first_is_still_running(void **state)
{
	struct op *op = fixture_op();
	struct send *first;

	(void)state;
	provider_meanwhile(200, accepted, ask_meanwhile);
	first = asked(op, DIALECT_GUARDED, "running");
	assert_int_equal(first->refusal, REFUSAL_NONE);
	assert_repeats(op, first);
	op_end(op);
}

/* Take a key for a message whose process died before the provider's answer came. */
static const char *
die_with(struct op *op, const char *idempotency_key)
{
	struct op *first = fixture_op();
	struct send *send = asked(first, DIALECT_GUARDED, idempotency_key);
	struct batch *batch = batch_new(op);
	struct idempotency row = { 0 };
	struct message orphan;
	const char *hash;

	must(first, message_store_get(first, &orphan, send->message.id));
	hash = orphan.body_hash;
	assert_int_equal(strlen(hash), 32);
	orphan.id = id_new(op, "msg");
	orphan.status = "sending";
	orphan.provider_id = NULL;
	orphan.sent_at.ms = 0;
	orphan.sending_until = clock_after(op->now, SECOND_MS);
	row = (struct idempotency){ .api_key_id = production.id,
				    .route = send->route,
				    .key = arena_printf(op->arena, "%s-dead", idempotency_key),
				    .hash = hash,
				    .message_id = orphan.id };
	message_store_insert(batch, &orphan);
	idempotency_store_take(batch, &row, op->now);
	must(op, db_commit(op, batch));
	op_end(first);
	return row.key;
}

static struct send *
asked_at(struct op *op, const char *idempotency_key, int64_t later_ms)
{
	struct send *send = request(op, DIALECT_GUARDED, idempotency_key);

	op_forgive(op);
	db_rest(op);
	op->now = clock_after(op->now, later_ms);
	gateway_send_wait(op, send);
	return send;
}

static void
set_status(const char *id, struct message now)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	now.id = id;
	status_store_move(batch, &now, "unknown");
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
test_the_first_died(void **state)
{
	struct op *op = fixture_op();
	int before;
	struct send *send;
	const char *key, *id;
	int64_t n;

	(void)state;
	provider_answers(200, accepted);
	key = die_with(op, "died");
	before = peer_requests();
	assert_int_equal(asked_at(op, key, 0)->refusal, REFUSAL_IN_PROGRESS);
	send = asked_at(op, key, 2 * SECOND_MS);
	assert_int_equal(send->refusal, REFUSAL_UNKNOWN_OUTCOME);
	assert_true(send->replayed);
	id = send->message.id;
	op_forgive(op);
	must(op, gateway_reap_sends(op, &n));
	send = asked_at(op, key, 0);
	assert_int_equal(send->refusal, REFUSAL_UNKNOWN_OUTCOME);
	assert_string_equal(send->message.id, id);
	set_status(id, (struct message){ .status = "delivered", .provider_id = "wamid.late" });
	send = asked_at(op, key, 0);
	assert_int_equal(send->refusal, REFUSAL_NONE);
	assert_true(send->replayed);
	assert_string_equal(send->message.provider_id, "wamid.late");
	assert_int_equal(peer_requests(), before);
	op_end(op);
}

static void
test_an_unknown_outcome_is_told_as_it_turned_out(void **state)
{
	struct op *op = fixture_op();
	struct send *send;
	int before;

	(void)state;
	provider_answers(500, "<html>");
	send = asked(op, DIALECT_GUARDED, "unknown");
	assert_int_equal(send->refusal, REFUSAL_UNKNOWN_OUTCOME);
	assert_false(send->replayed);
	before = peer_requests();
	send = asked_at(op, "unknown", 0);
	assert_int_equal(send->refusal, REFUSAL_UNKNOWN_OUTCOME);
	assert_true(send->replayed);
	set_status(send->message.id, (struct message){ .status = "failed",
						       .error_code = 131047,
						       .error_title = "Re-engagement message",
						       .error_details = "24 hours have passed",
						       .failed_at = { 9 } });
	send = asked_at(op, "unknown", 0);
	assert_int_equal(send->refusal, REFUSAL_PROVIDER);
	assert_true(send->replayed);
	assert_int_equal(json_int(send->details, "code", 0), 131047);
	assert_string_equal(json_str(send->details, "details"), "24 hours have passed");
	assert_false(json_flag(send->details, "retryable", true));
	assert_int_equal(peer_requests(), before);
	op_end(op);
}

/* ---- many at once ---- */

struct caller_thread {
	pthread_t thread;
	pthread_barrier_t *start;
	struct op *op;
	struct send *send;
};

static void *
call_at_once(void *arg)
{
	struct caller_thread *c = arg;

	pthread_barrier_wait(c->start);
	gateway_send_wait(c->op, c->send);
	return NULL;
}

/* They look for the key before anybody has taken it. */
static void
test_many_at_once_are_one_send(void **state)
{
	enum { MANY = 64 };
	struct caller_thread callers[MANY], *first = NULL;
	pthread_barrier_t start;
	int before = peer_requests();

	(void)state;
	provider_answers(200, accepted);
	assert_int_equal(pthread_barrier_init(&start, NULL, MANY), 0);
	for (int i = 0; i < MANY; i++) {
		struct caller_thread *c = &callers[i];

		*c = (struct caller_thread){ .start = &start, .op = fixture_op() };
		c->send = request(c->op, DIALECT_PROXY, "crowd");
		assert_int_equal(pthread_create(&c->thread, NULL, call_at_once, c), 0);
	}
	for (int i = 0; i < MANY; i++)
		assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
	assert_int_equal(peer_requests(), before + 1);
	for (int i = 0; i < MANY; i++)
		if (callers[i].send->refusal == REFUSAL_NONE && !callers[i].send->replayed) {
			assert_null(first);
			first = &callers[i];
		}
	assert_non_null(first);
	for (int i = 0; i < MANY; i++)
		if (callers[i].send->replayed)
			assert_same_answer(first->op, first->send, callers[i].op, callers[i].send);
		else if (&callers[i] != first)
			assert_int_equal(callers[i].send->refusal, REFUSAL_IN_PROGRESS);
	assert_repeats(first->op, first->send);
	for (int i = 0; i < MANY; i++)
		op_end(callers[i].op);
	pthread_barrier_destroy(&start);
}

/* ---- twins ---- */

static enum refusal
twin_asked(struct op *op, struct send *send)
{
	op_forgive(op);
	gateway_send_wait(op, send);
	return send->refusal;
}

static void
test_the_twin_of_an_unknown_message(void **state)
{
	static const char body[] = "{\"phone\":\"+966500000001\",\"message\":\"Twin\","
				   "\"message_purpose\":\"transactional\"}";
	struct api_key second = production;
	struct op *op = fixture_op();
	struct send *first = request(op, DIALECT_GUARDED, NULL), *send;

	(void)state;
	second.id = "key_second";
	provider_answers(500, "<html>");
	first->body = bytes_of(body);
	assert_int_equal(twin_asked(op, first), REFUSAL_UNKNOWN_OUTCOME);
	provider_answers(200, accepted);
	for (int i = 0; i < 2; i++) {
		int before = peer_requests();

		send = request(op, DIALECT_GUARDED, NULL);
		send->body = bytes_of(body);
		assert_int_equal(twin_asked(op, send), REFUSAL_UNKNOWN_TWIN);
		assert_string_equal(json_str(send->details, "id"), first->message.id);
		assert_int_equal(json_int(send->details, "log_id", 0), first->message.log_id);
		assert_null(send->message.id);
		assert_int_equal(peer_requests(), before);
	}
	send = request(op, DIALECT_GUARDED, NULL);
	send->body = bytes_of(body);
	send->key = &second;
	assert_int_equal(twin_asked(op, send), REFUSAL_NONE);
	send = request(op, DIALECT_GUARDED, NULL);
	send->body = bytes_of(body);
	send->send_anyway = true;
	assert_int_equal(twin_asked(op, send), REFUSAL_NONE);
	send = request(op, DIALECT_GUARDED, "a key of its own");
	send->body = bytes_of(body);
	assert_int_equal(twin_asked(op, send), REFUSAL_NONE);
	send = request(op, DIALECT_GUARDED, NULL);
	send->body = bytes_of(body);
	op->now = clock_after(op->now, 10 * MINUTE_MS);
	assert_int_equal(twin_asked(op, send), REFUSAL_NONE);
	op_end(op);
}

static void
test_no_twin_once_the_outcome_is_known(void **state)
{
	static const char body[] = "{\"phone\":\"+966500000001\",\"message\":\"Resolved\","
				   "\"message_purpose\":\"transactional\"}";
	struct op *op = fixture_op();
	struct send *send = request(op, DIALECT_GUARDED, NULL);

	(void)state;
	provider_answers(500, "<html>");
	send->body = bytes_of(body);
	assert_int_equal(twin_asked(op, send), REFUSAL_UNKNOWN_OUTCOME);
	set_status(send->message.id, (struct message){ .status = "delivered" });
	provider_answers(200, accepted);
	send = request(op, DIALECT_GUARDED, NULL);
	send->body = bytes_of(body);
	assert_int_equal(twin_asked(op, send), REFUSAL_NONE);
	op_end(op);
}

/* ---- forgetting ---- */

static bool
is_kept(const char *idempotency_key)
{
	struct op *op = fixture_op();
	struct idempotency row = { 0 }, asked = { .api_key_id = production.id,
						  .route = dialects[DIALECT_GUARDED].route,
						  .key = idempotency_key };
	enum rc rc = idempotency_store_find(op, &row, &asked);

	op_end(op);
	assert_true(rc == RC_OK || rc == RC_MISSING);
	return rc == RC_OK;
}

/* Gives how many went. */
static int64_t
forget_at(struct instant now)
{
	struct op *op = fixture_op();
	int64_t n;

	op->now = now;
	must(op, gateway_forget_idempotency(op, &n));
	op_end(op);
	return n;
}

static void
test_kept_for_a_day_after_the_last_change(void **state)
{
	struct op *op = fixture_op();
	struct instant start = op->now, half = clock_after(start, DAY_MS / 2);
	struct send *changing;

	(void)state;
	provider_answers(200, accepted);
	asked(op, DIALECT_GUARDED, "plain");
	provider_answers(500, "<html>");
	asked(op, DIALECT_GUARDED, "open");
	changing = asked_at(op, "changing", 0);
	set_status(changing->message.id,
		   (struct message){ .status = "read", .sent_at = start, .read_at = half });
	forget_at(clock_after(start, DAY_MS - MINUTE_MS));
	assert_true(is_kept("plain") && is_kept("open") && is_kept("changing"));
	assert_true(forget_at(clock_after(start, DAY_MS + MINUTE_MS)) > 0);
	assert_false(is_kept("plain"));
	assert_true(is_kept("open") && is_kept("changing"));
	assert_int_equal(forget_at(clock_after(half, DAY_MS - MINUTE_MS)), 0);
	assert_true(is_kept("changing"));
	assert_int_equal(forget_at(clock_after(half, DAY_MS + MINUTE_MS)), 1);
	assert_false(is_kept("changing"));
	assert_true(is_kept("open"));
	op_end(op);
}

/* More than one portion, and as many again that must stay in front of them. */
static void
test_forgetting_goes_through_all(void **state)
{
	enum { MANY = 1200 };
	struct op *op = fixture_op();
	struct instant old = clock_after(op->now, -10 * DAY_MS);
	struct batch *batch = batch_new(op);
	struct message ended = { .id = id_new(op, "msg"),
				 .instance_id = fixture_instance.id,
				 .source = "test",
				 .recipient = "1",
				 .type = "text",
				 .purpose = "support",
				 .payload = "{}",
				 .status = "sent",
				 .created_at = old };
	struct message open = ended;

	(void)state;
	open.id = id_new(op, "msg");
	open.status = "scheduled";
	message_store_insert(batch, &ended);
	message_store_insert(batch, &open);
	for (int i = 0; i < 2 * MANY; i++) {
		struct idempotency row = {
			.api_key_id = "key_many",
			.route = "POST /api/send-message",
			.key = arena_printf(op->arena, "many-%d", i),
			.hash = "h",
			.message_id = i < MANY ? open.id : ended.id,
		};

		idempotency_store_take(batch, &row, clock_after(old, i));
	}
	must(op, db_commit(op, batch));
	assert_int_equal(forget_at(op->now), MANY);
	assert_int_equal(forget_at(op->now), 0);
	op_end(op);
}

/* It has neither taken nor refused anything: the key is free. */
static void
test_provider_away(void **state)
{
	struct op *op = fixture_op(), *again;
	struct send *first, *second;

	(void)state;
	peer_stop();
	net_stop();
	net_start(true);
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		op_forgive(op);
		first = asked(op, dialects[i].dialect, "away");
		assert_int_equal(first->refusal, REFUSAL_PROVIDER);
		assert_int_equal(first->provider_answer.n, 0);
		second = asked_again(&again, first);
		assert_int_equal(second->refusal, REFUSAL_PROVIDER);
		assert_false(second->replayed);
		assert_string_not_equal(second->message.id, first->message.id);
		op_end(again);
	}
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_accepted_is_answered_again),
		cmocka_unit_test(test_what_the_provider_refused_is_answered_again),
		cmocka_unit_test(test_what_was_simulated_is_answered_again),
		cmocka_unit_test(test_a_status_before_the_answer_changes_nothing),
		cmocka_unit_test(test_a_broken_answer_that_a_status_overtakes),
		cmocka_unit_test(test_the_same_key_with_another_body_or_query),
		cmocka_unit_test(test_a_key_is_of_one_api_key_and_one_route),
		cmocka_unit_test(test_a_refusal_of_our_own_releases_the_key),
		cmocka_unit_test(test_the_first_is_still_running),
		cmocka_unit_test(test_the_first_died),
		cmocka_unit_test(test_an_unknown_outcome_is_told_as_it_turned_out),
		cmocka_unit_test(test_many_at_once_are_one_send),
		cmocka_unit_test(test_the_twin_of_an_unknown_message),
		cmocka_unit_test(test_no_twin_once_the_outcome_is_known),
		cmocka_unit_test(test_kept_for_a_day_after_the_last_change),
		cmocka_unit_test(test_forgetting_goes_through_all),
		cmocka_unit_test(test_provider_away),
	};

	return cmocka_run_group_tests(tests, setup_sends, teardown_sends);
}
