/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pipeline against a real database and a provider on loopback: what is refused leaves
 * nothing behind, what is sent is told honestly, whatever the provider does.
 */
#include "unit.h"

#include <semaphore.h>

#include "core/clock.h"
#include "domain/api_key.h"
#include "send_fixture.h"
#include "store/api_key_store.h"
#include "store/message_store.h"
#include "store/state_store.h"
#include "store/suppression_store.h"

/* ---- sending ---- */

static const char body_ok[] = "{\"phone\":\"+966 50 000 0001\",\"message\":\"Hi \xc3\xa4\","
			      "\"message_purpose\":\"transactional\"}";
static const char meta_ok[] = "{\"messaging_product\":\"whatsapp\",\"to\":\"966500000001\","
			      "\"text\":{\"body\":\"Hi\"},\"news\" : 1.50 } ";

/* Send and wait; the send lives in op. */
static struct send *
sent(struct op *op, enum dialect dialect, const char *body, const struct api_key *key)
{
	struct send *send = arena_alloc(op->arena, sizeof(*send));

	send->dialect = dialect;
	send->source = dialect == DIALECT_GUARDED ? "guarded" : "proxy";
	send->key = key;
	send->body = bytes_of(body);
	send->send_anyway = true; /* the same few bodies, again and again */
	gateway_send_wait(op, send);
	return send;
}

static struct message
stored(struct op *op, const char *ref)
{
	struct message message;

	must(op, gateway_find_message(op, &message, ref));
	db_rest(op);
	return message;
}

static int64_t
count_messages(struct op *op)
{
	struct message_filter filter = { .page.limit = 200 };
	const char *next;
	struct list list;

	must(op, gateway_list_messages(op, &list, &next, &filter));
	db_rest(op);
	return (int64_t)list.n;
}

/* ---- outcomes ---- */

static void
test_accepted(void **state)
{
	struct op *op = fixture_op();
	struct send *send;
	struct message row;

	(void)state;
	provider_answers(200, accepted);
	send = sent(op, DIALECT_GUARDED, body_ok, &production);
	assert_int_equal(send->refusal, REFUSAL_NONE);
	assert_true(id_is(send->message.id, "msg"));
	assert_true(send->message.log_id > 0);
	assert_true(text_starts(send->message.provider_id, "wamid."));
	assert_non_null(strstr(provider_saw(op), "\"to\":\"+966500000001\""));
	assert_non_null(strstr(provider_saw(op), "\"text\":{\"body\":\"Hi \xc3\xa4\"}"));
	assert_non_null(strstr(provider_saw(op), send->message.id));
	row = stored(op, send->message.id);
	assert_string_equal(row.status, "sent");
	assert_string_equal(row.provider_id, send->message.provider_id);
	assert_string_equal(row.recipient, "966500000001");
	assert_string_equal(row.wa_id, "5511999990001");
	assert_string_equal(row.purpose, "transactional");
	assert_true(row.sent_at.ms > 0 && row.sending_until.ms == 0);
	assert_string_equal(row.payload, provider_saw(op));
	assert_string_equal(stored(op, row.provider_id).id, row.id);
	assert_string_equal(stored(op, arena_printf(op->arena, "%d", (int)row.log_id)).id, row.id);
	op_end(op);
}

static void
test_body_of_the_proxy_dialect_goes_untouched(void **state)
{
	struct op *op = fixture_op();
	struct send *send;

	(void)state;
	provider_answers(200, accepted);
	send = sent(op, DIALECT_PROXY, meta_ok, &production);
	assert_int_equal(send->refusal, REFUSAL_NONE);
	assert_string_equal(provider_saw(op),
			    arena_printf(op->arena, "%.*s,\"biz_opaque_callback_data\":\"%s\"}",
					 (int)(strlen(meta_ok) - 2), meta_ok, send->message.id));
	assert_string_equal(send->message.purpose, "support");
	assert_int_equal(send->provider_status, 200);
	assert_true(send->provider_answer.n > 0);
	send = sent(
		op, DIALECT_PROXY,
		"{\"messaging_product\":\"whatsapp\",\"to\":\"+966500000001\",\"type\":\"text\","
		"\"biz_opaque_callback_data\":\"mine\",\"text\":{\"body\":\"Hi\"}}",
		&production);
	assert_int_equal(send->refusal, REFUSAL_NONE);
	assert_non_null(strstr(provider_saw(op), "\"biz_opaque_callback_data\":\"mine\""));
	assert_null(strstr(provider_saw(op), "msg_"));
	op_end(op);
}

static void
test_refused_by_provider(void **state)
{
	struct op *op = fixture_op();
	struct send *send;
	struct message row;

	(void)state;
	provider_answers(400, "{\"error\":{\"message\":\"(#131026) Message undeliverable\","
			      "\"type\":\"OAuthException\",\"code\":131026,\"error_data\":"
			      "{\"details\":\"Not on WhatsApp\"},\"fbtrace_id\":\"Abc%d\"}}");
	send = sent(op, DIALECT_PROXY, meta_ok, &production);
	assert_int_equal(send->refusal, REFUSAL_PROVIDER);
	assert_int_equal(json_int(send->details, "code", 0), 131026);
	assert_false(json_flag(send->details, "retryable", true));
	assert_string_equal(json_str(send->details, "details"), "Not on WhatsApp");
	row = stored(op, send->message.id);
	assert_string_equal(row.status, "failed");
	assert_int_equal(row.error_code, 131026);
	assert_true(row.failed_at.ms > 0);
	assert_null(row.provider_id);
	op_end(op);
}

static void
assert_unknown(const char *why)
{
	struct op *op = fixture_op();
	int before = peer_requests();
	struct send *send = sent(op, DIALECT_GUARDED, body_ok, &production);
	struct message row;

	if (send->refusal != REFUSAL_UNKNOWN_OUTCOME)
		fail_msg("%s: %d", why, (int)send->refusal);
	row = stored(op, send->message.id);
	assert_string_equal(row.status, "unknown");
	assert_true(row.unknown_until.ms > row.created_at.ms + 23 * HOUR_MS);
	assert_int_equal(peer_requests(), before + 1);
	op_end(op);
}

static void
test_unknown(void **state)
{
	(void)state;
	provider_answers(0, "");
	assert_unknown("hung up");
	provider_answers(500, "<html>");
	assert_unknown("500");
	provider_answers(200, "{\"messages\":[{\"i");
	assert_unknown("cut");
	provider_answers(400, "{\"error\":{\"code\":131000,\"message\":\"x\"}}");
	assert_unknown("131000");
	provider_answers(408, "");
	assert_unknown("408");
}

/* A status webhook was quicker than the answer. */
static void
test_status_before_the_answer(void **state)
{
	struct op *op = fixture_op();
	struct send *send;

	(void)state;
	provider_meanwhile(200, accepted, meanwhile_delivered);
	send = sent(op, DIALECT_GUARDED, body_ok, &production);
	assert_int_equal(send->refusal, REFUSAL_NONE);
	assert_string_equal(send->message.status, "delivered");
	assert_non_null(send->message.provider_id);
	assert_string_equal(stored(op, send->message.id).status, "delivered");
	provider_meanwhile(0, "", meanwhile_delivered);
	send = sent(op, DIALECT_GUARDED, body_ok, &production);
	assert_int_equal(send->refusal, REFUSAL_NONE);
	assert_string_equal(send->message.status, "delivered");
	op_end(op);
}

static void
test_token_refused_closes_the_instance(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct instance instance = { 0 };
	struct send *send;

	(void)state;
	provider_answers(401, "{\"error\":{\"code\":190,\"message\":\"Session has expired\"}}");
	send = sent(op, DIALECT_GUARDED, body_ok, &production);
	assert_int_equal(send->refusal, REFUSAL_PROVIDER);
	must(op, instance_store_by_id(op, &instance, fixture_instance.id));
	assert_string_equal(instance.state, "closed");
	assert_string_equal(instance.state_reason, "The provider refuses the access token "
						   "(code 190): Session has expired");
	db_rest(op);
	send = sent(op, DIALECT_GUARDED, body_ok, &production);
	assert_int_equal(send->refusal, REFUSAL_INSTANCE_STATE);
	assert_null(send->message.id);
	op_forgive(op);
	instance.state = "open";
	instance_store_update(batch, &instance);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
test_simulated(void **state)
{
	static const struct api_key sandbox = {
		.id = "key_2",
		.account_id = "acc_fixture",
		.environment = "sandbox",
		.scopes = "send",
	};
	struct op *op = fixture_op();
	int before = peer_requests();
	struct send *send = sent(op, DIALECT_PROXY, meta_ok, &sandbox), *second;

	(void)state;
	assert_int_equal(send->refusal, REFUSAL_NONE);
	assert_true(text_starts(send->message.provider_id, "wamid.FAKE_"));
	assert_int_equal(strlen(send->message.provider_id), 11 + 19);
	assert_string_equal(stored(op, send->message.id).status, "sent");
	assert_true(stored(op, send->message.id).simulated);
	second = sent(op, DIALECT_GUARDED, body_ok, &sandbox);
	assert_true(strcmp(second->message.provider_id, send->message.provider_id) > 0);
	assert_int_equal(peer_requests(), before);
	op_end(op);
}

static void
test_suppressed(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct suppression s = {
		.id = "sup_1",
		.recipient = "966500000001",
		.reason = "opted_out",
		.source = "keyword",
		.actor = "test",
		.since = { 1000 },
	};
	int64_t before = count_messages(op);
	struct send *send;

	(void)state;
	provider_answers(200, accepted);
	suppression_store_insert(batch, &s);
	must(op, db_commit(op, batch));
	send = sent(op, DIALECT_GUARDED, body_ok, &production);
	assert_int_equal(send->refusal, REFUSAL_SUPPRESSED);
	assert_string_equal(json_str(send->details, "action"), "block");
	assert_null(send->message.id);
	assert_int_equal(count_messages(op), before);
	op_forgive(op);
	send = sent(op, DIALECT_GUARDED,
		    "{\"phone\":\"+966500000001\",\"message\":\"Code 1\","
		    "\"message_purpose\":\"authentication\"}",
		    &production);
	assert_int_equal(send->refusal, REFUSAL_NONE);
	batch = batch_new(op);
	suppression_store_lift(batch, "sup_1", op->now, "test", "over");
	must(op, db_commit(op, batch));
	op_end(op);
}

/* The provider has shown two spellings together: a suppression of one holds for the other. */
static void
test_suppressed_by_another_spelling(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct suppression s = {
		.id = "sup_2",
		.recipient = "5511999990001",
		.reason = "blocked",
		.source = "meta",
		.actor = "test",
		.since = { 1000 },
	};

	(void)state;
	provider_answers(200, accepted);
	assert_int_equal(sent(op, DIALECT_GUARDED, body_ok, &production)->refusal, REFUSAL_NONE);
	suppression_store_insert(batch, &s);
	must(op, db_commit(op, batch));
	assert_int_equal(sent(op, DIALECT_GUARDED, body_ok, &production)->refusal,
			 REFUSAL_SUPPRESSED);
	op_forgive(op);
	batch = batch_new(op);
	suppression_store_lift(batch, "sup_2", op->now, "test", "over");
	must(op, db_commit(op, batch));
	op_end(op);
}

/* ---- refusals of our own ---- */

static void
test_refusals(void **state)
{
	static const struct {
		enum dialect dialect;
		const char *body;
		enum refusal refusal;
		const char *field;
	} cases[] = {
		{ DIALECT_GUARDED, "", REFUSAL_JSON, NULL },
		{ DIALECT_GUARDED, "[]", REFUSAL_JSON, NULL },
		{ DIALECT_GUARDED, "{\"phone\":\"1\",\"phone\":\"2\"}", REFUSAL_JSON, NULL },
		{ DIALECT_GUARDED, "{}", REFUSAL_RECIPIENT, "phone" },
		{ DIALECT_GUARDED, "{\"phone\":966500000001}", REFUSAL_RECIPIENT, "phone" },
		{ DIALECT_GUARDED, "{\"phone\":\"0500000001\"}", REFUSAL_RECIPIENT, "phone" },
		{ DIALECT_GUARDED, "{\"phone\":\"+966500000001\"}", REFUSAL_FIELD, "message" },
		{ DIALECT_GUARDED, "{\"phone\":\"+966500000001\",\"message\":\"\"}", REFUSAL_FIELD,
		  "message" },
		{ DIALECT_GUARDED, "{\"phone\":\"+966500000001\",\"message\":\"a\",\"send_at\":1}",
		  REFUSAL_FIELD, "send_at" },
		{ DIALECT_GUARDED, "{\"phone\":\"+966500000001\",\"message\":\"a\",\"text\":{}}",
		  REFUSAL_FIELD, "message" },
		{ DIALECT_GUARDED, "{\"phone\":\"+966500000001\",\"type\":\"image\"}",
		  REFUSAL_FIELD, "image" },
		{ DIALECT_GUARDED,
		  "{\"phone\":\"+966500000001\",\"type\":\"text\",\"text\":{\"body\":1}}",
		  REFUSAL_FIELD, "text.body" },
		{ DIALECT_GUARDED, "{\"phone\":\"+966500000001\",\"message\":\"a\"}",
		  REFUSAL_PURPOSE_MISSING, NULL },
		{ DIALECT_GUARDED,
		  "{\"phone\":\"+966500000001\",\"message\":\"a\",\"message_purpose\":"
		  "\"marketing\"}",
		  REFUSAL_PURPOSE, NULL },
		{ DIALECT_GUARDED,
		  "{\"phone\":\"+966500000001\",\"message\":\"a\",\"message_purpose\":1}",
		  REFUSAL_FIELD, "message_purpose" },
		{ DIALECT_GUARDED,
		  "{\"phone\":\"+966500000001\",\"message\":\"a\",\"message_purpose\":\"support\","
		  "\"instance_id\":\"nobodys\"}",
		  REFUSAL_INSTANCE_UNKNOWN, NULL },
		{ DIALECT_PROXY, "{\"messaging_product\":\"whatsapp\"}", REFUSAL_RECIPIENT, "to" },
		{ DIALECT_PROXY,
		  "{\"messaging_product\":\"whatsapp\",\"to\":\"+966 500000001\","
		  "\"text\":{\"body\":\"a\"}}",
		  REFUSAL_RECIPIENT, "to" },
		{ DIALECT_PROXY, "{\"to\":\"966500000001\",\"text\":{\"body\":\"a\"}}",
		  REFUSAL_FIELD, "messaging_product" },
	};
	int before = peer_requests();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct op *op = fixture_op();
		struct send *send = sent(op, cases[i].dialect, cases[i].body, &production);

		if (send->refusal != cases[i].refusal || !text_equal(send->field, cases[i].field))
			fail_msg("%s: %d %s: %s", cases[i].body, (int)send->refusal, send->field,
				 op->why);
		assert_null(send->message.id);
		assert_string_not_equal(op->why, "");
		op_end(op);
	}
	assert_int_equal(peer_requests(), before);
}

static void
set_module(bool on)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct account account = { 0 };

	must(op, account_store_get(op, &account));
	account.send_module = on;
	account_store_update(batch, &account);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
pause_account(struct instant at)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	account_store_pause(batch, op->account_id, at, "test", "cli");
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
suspend(bool on)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);

	state_store_set(batch, "suspended", on, op->now);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
assert_refusal(enum refusal refusal)
{
	struct op *op = fixture_op();

	assert_int_equal(sent(op, DIALECT_GUARDED, body_ok, &production)->refusal, refusal);
	op_end(op);
}

static void
test_switches(void **state)
{
	(void)state;
	provider_answers(200, accepted);
	set_module(false);
	assert_refusal(REFUSAL_MODULE);
	set_module(true);
	pause_account((struct instant){ 1000 });
	assert_refusal(REFUSAL_ACCOUNT_PAUSED);
	pause_account((struct instant){ 0 });
	suspend(true);
	assert_refusal(REFUSAL_GATEWAY_SUSPENDED);
	suspend(false);
	assert_refusal(REFUSAL_NONE);
}

static void
test_key_bound_to_an_instance(void **state)
{
	struct api_key bound = production;
	struct op *op = fixture_op();
	struct send *send;

	(void)state;
	provider_answers(200, accepted);
	bound.instance_id = fixture_instance.id;
	assert_int_equal(sent(op, DIALECT_PROXY, meta_ok, &bound)->refusal, REFUSAL_NONE);
	bound.instance_id = "inst_other";
	send = sent(
		op, DIALECT_GUARDED,
		"{\"phone\":\"+966500000001\",\"message\":\"a\",\"message_purpose\":\"support\","
		"\"instance_id\":\"front-desk\"}",
		&bound);
	assert_int_equal(send->refusal, REFUSAL_INSTANCE_UNKNOWN);
	op_forgive(op);
	op_end(op);
}

/* ---- the key ---- */

static void
add_key(const char *id, const char *plain, struct instant expires, struct instant revoked)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct api_key key = {
		.id = id,
		.name = id,
		.environment = "production",
		.hash = secret_sha256_hex(op->arena, bytes_of(plain)),
		.prefix = "pk_wg_",
		.last4 = "abcd",
		.scopes = "send,read",
		.created_by = "test",
		.created_at = { 1000 },
		.expires_at = expires,
	};

	api_key_store_insert(batch, &key);
	if (revoked.ms != 0)
		api_key_store_revoke(batch, id, revoked);
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
assert_approach(const char *header, const char *client, const char *scope, enum refusal want)
{
	struct op *op = op_begin("test");
	struct caller caller = { .suspended = false };
	const struct approach by = { header, client, scope };
	enum refusal refusal;
	enum rc rc = gateway_identify(op, &caller, &refusal, &by);

	if (refusal != want)
		fail_msg("[%s]: %d", header, (int)refusal);
	assert_int_equal(rc, refusal_rc(want));
	assert_true((caller.key.id != NULL) == (rc == RC_OK));
	op_end(op);
}

static void
assert_key(const char *header, enum refusal want)
{
	assert_approach(header, "127.0.0.1", "send", want);
}

static void
test_authenticate(void **state)
{
	struct op *op = op_begin("test");
	const char *keys[4], *headers[4];

	(void)state;
	for (int i = 0; i < 4; i++) {
		keys[i] = api_key_make(op->arena, "production", secret_base62(op->arena, 30));
		headers[i] = arena_printf(op->arena, "Bearer %s", keys[i]);
	}
	add_key("key_a", keys[0], (struct instant){ 0 }, (struct instant){ 0 });
	add_key("key_b", keys[1], (struct instant){ 2000 }, (struct instant){ 0 });
	add_key("key_c", keys[2], (struct instant){ 0 }, (struct instant){ 2000 });
	assert_key(headers[0], REFUSAL_NONE);
	assert_key(headers[1], REFUSAL_KEY_EXPIRED);
	assert_key(headers[2], REFUSAL_KEY_REVOKED);
	assert_key(headers[3], REFUSAL_KEY_UNKNOWN);
	assert_approach(headers[0], "127.0.0.1", "read", REFUSAL_NONE);
	assert_approach(headers[0], "127.0.0.1", "suppress", REFUSAL_SCOPE);
	assert_approach(headers[1], "127.0.0.1", "suppress", REFUSAL_KEY_EXPIRED);
	assert_key(NULL, REFUSAL_KEY_MISSING);
	assert_key("", REFUSAL_KEY_MISSING);
	assert_key(keys[0], REFUSAL_KEY_FORM);
	assert_key("Bearer ", REFUSAL_KEY_FORM);
	assert_key(arena_printf(op->arena, "Bearer  %s", keys[0]), REFUSAL_KEY_FORM);
	assert_key(arena_printf(op->arena, "bearer %s", keys[0]), REFUSAL_KEY_FORM);
	assert_key(arena_printf(op->arena, "%s, %s", headers[0], headers[0]), REFUSAL_KEY_FORM);
	assert_key("Bearer pk_wg_wrong", REFUSAL_KEY_UNKNOWN);
	op_end(op);
}

/* ---- without waiting ---- */

static sem_t all_done;

static void
one_done(struct op *op, struct send *send, void *arg)
{
	(void)op;
	(void)arg;
	assert_int_equal(send->refusal, REFUSAL_NONE);
	sem_post(&all_done);
}

static void
test_many_at_once(void **state)
{
	enum { MANY = 64 };
	struct op *ops[MANY];
	struct send *sends[MANY];

	(void)state;
	provider_answers(200, accepted);
	assert_int_equal(sem_init(&all_done, 0, 0), 0);
	for (int i = 0; i < MANY; i++) {
		ops[i] = fixture_op();
		sends[i] = arena_alloc(ops[i]->arena, sizeof(struct send));
		sends[i]->dialect = DIALECT_PROXY;
		sends[i]->source = "proxy";
		sends[i]->key = &production;
		sends[i]->body = bytes_of(meta_ok);
		sends[i]->send_anyway = true;
		gateway_send(ops[i], sends[i], one_done, NULL);
	}
	for (int i = 0; i < MANY; i++)
		assert_int_equal(sem_wait(&all_done), 0);
	for (int i = 0; i < MANY; i++) {
		for (int j = 0; j < i; j++)
			assert_int_not_equal(sends[i]->message.log_id, sends[j]->message.log_id);
		assert_string_equal(stored(ops[i], sends[i]->message.id).status, "sent");
	}
	for (int i = 0; i < MANY; i++)
		op_end(ops[i]);
	sem_destroy(&all_done);
}

/* ---- left behind ---- */

/* How many the filter by status shows of one message. */
static size_t
shown(struct op *op, const char *status, const char *id)
{
	struct message_filter filter = { .status = status, .page.limit = 200 };
	const char *next;
	struct list list;
	size_t n = 0;

	db_rest(op);
	must(op, gateway_list_messages(op, &list, &next, &filter));
	for (size_t i = 0; i < list.n; i++)
		n += text_equal(((const struct message *)list.rows)[i].id, id);
	return n;
}

static void
test_reap(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct message orphan = {
		.id = id_new(op, "msg"),
		.instance_id = fixture_instance.id,
		.source = "guarded",
		.recipient = "966500000001",
		.type = "text",
		.purpose = "support",
		.payload = "{}",
		.status = "sending",
		.created_at = { 1000 },
		.sending_until = { 2000 },
	};
	const char *owner = NULL;
	int64_t n = -1;

	(void)state;
	message_store_insert(batch, &orphan);
	must(op, db_commit(op, batch));
	assert_int_equal(shown(op, "sending", orphan.id), 1);
	assert_int_equal(shown(op, "unknown", orphan.id), 0);
	must(op, account_store_owner(op, &owner, orphan.id));
	assert_string_equal(owner, fixture_instance.account_id);
	must(op, gateway_reap_sends(op, &n));
	assert_int_equal(n, 1);
	assert_int_equal(shown(op, "sending", orphan.id), 0);
	assert_int_equal(shown(op, "unknown", orphan.id), 1);
	assert_string_equal(stored(op, orphan.id).status, "unknown");
	must(op, gateway_reap_sends(op, &n));
	assert_int_equal(n, 0);
	db_rest(op);
	op->now = clock_after(op->now, DAY_MS + MINUTE_MS);
	must(op, gateway_reap_sends(op, &n));
	assert_true(n >= 1);
	db_rest(op);
	assert_int_equal(stored(op, orphan.id).unknown_until.ms, 0);
	assert_string_equal(op->account_id, fixture_instance.account_id);
	op_end(op);
}

/* ---- reading back ---- */

static void
test_lists(void **state)
{
	struct op *op = fixture_op();
	struct message_filter filter = { .page.limit = 2 };
	const char *next, *first_page;
	struct list list;

	(void)state;
	must(op, gateway_list_messages(op, &list, &next, &filter));
	assert_int_equal(list.n, 2);
	first_page = ((const struct message *)list.rows)[1].id;
	assert_string_equal(next, first_page);
	filter.page.cursor = next;
	must(op, gateway_list_messages(op, &list, &next, &filter));
	assert_true(strcmp(((const struct message *)list.rows)[0].id, first_page) < 0);
	filter = (struct message_filter){ .status = "failed",
					  .to = "+966 500000001",
					  .instance = "front-desk",
					  .page.limit = 200 };
	must(op, gateway_list_messages(op, &list, &next, &filter));
	assert_true(list.n >= 1);
	for (size_t i = 0; i < list.n; i++)
		assert_string_equal(((const struct message *)list.rows)[i].status, "failed");
	filter = (struct message_filter){ .only_simulated = true };
	must(op, gateway_list_messages(op, &list, &next, &filter));
	assert_int_equal(list.n, 2);
	filter = (struct message_filter){ .since = clock_after(op->now, HOUR_MS) };
	must(op, gateway_list_messages(op, &list, &next, &filter));
	assert_int_equal(list.n, 0);
	filter = (struct message_filter){ .status = "nonsense" };
	assert_int_equal(gateway_list_messages(op, &list, &next, &filter), RC_INPUT);
	assert_string_equal(op->code, "status");
	op_end(op);
}

static void
test_foreign_account_sees_nothing(void **state)
{
	struct op *op = fixture_op(), *other = op_begin("test");
	struct message_filter filter = { .page.limit = 1 };
	struct message row;
	const char *next;
	struct list list;

	(void)state;
	must(op, gateway_list_messages(op, &list, &next, &filter));
	row = *(const struct message *)list.rows;
	other->account_id = "acc_other";
	assert_int_equal(gateway_find_message(other, &row, row.id), RC_MISSING);
	assert_int_equal(gateway_find_message(other, &row, "1"), RC_MISSING);
	if (row.provider_id != NULL)
		assert_int_equal(gateway_find_message(other, &row, row.provider_id), RC_MISSING);
	op_end(other);
	op_end(op);
}

static void
test_provider_away(void **state)
{
	struct op *op = fixture_op();
	struct send *send;

	(void)state;
	peer_stop();
	net_stop();
	net_start(true);
	send = sent(op, DIALECT_GUARDED, body_ok, &production);
	assert_int_equal(send->refusal, REFUSAL_PROVIDER);
	assert_true(json_flag(send->details, "retryable", false));
	assert_string_equal(stored(op, send->message.id).status, "failed");
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_body_of_the_proxy_dialect_goes_untouched),
		cmocka_unit_test(test_refused_by_provider),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_status_before_the_answer),
		cmocka_unit_test(test_token_refused_closes_the_instance),
		cmocka_unit_test(test_simulated),
		cmocka_unit_test(test_suppressed),
		cmocka_unit_test(test_suppressed_by_another_spelling),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_switches),
		cmocka_unit_test(test_key_bound_to_an_instance),
		cmocka_unit_test(test_authenticate),
		cmocka_unit_test(test_many_at_once),
		cmocka_unit_test(test_reap),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_foreign_account_sees_nothing),
		cmocka_unit_test(test_provider_away),
	};

	return cmocka_run_group_tests(tests, setup_sends, teardown_sends);
}
