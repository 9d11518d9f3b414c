/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints and keys as their verbs keep them, and that another account sees none of it. */
#include "store_fixture.h"

#include "gateway/endpoints.h"
#include "gateway/keys.h"
#include "gateway/people.h"
#include "net/guard.h"
#include "store/api_key_store.h"

static int
begin(void **state)
{
	struct op *op;

	(void)state;
	store_begin("[destinations]\nallow = loopback\n");
	op = fixture_op();
	must(op, guard_configure(op, settings()->destinations_allow));
	op_end(op);
	return 0;
}

/* ---- endpoints --------------------------------------------------------------------------- */

static enum rc
create_endpoint(const struct endpoint_draft *draft)
{
	struct endpoint e;
	const char *secret;

	return RC_OF(op, gateway_create_endpoint(op, &e, &secret, draft));
}

static void
endpoints_are_checked_before_they_are_stored(void **state)
{
	static const char *const nobody[] = { "nobody" };
	const struct endpoint_draft good = { .url = "https://example.com/hook",
					     .format = "normalized",
					     .events = "message.received" };
	struct endpoint_draft d = good;

	(void)state;
	assert_int_equal(create_endpoint(&d), RC_OK);
	d.url = "http://192.0.2.7/hook";
	assert_int_equal(create_endpoint(&d), RC_INPUT);
	d = good, d.format = "xml";
	assert_int_equal(create_endpoint(&d), RC_INPUT);
	d = good, d.events = "";
	assert_int_equal(create_endpoint(&d), RC_INPUT);
	d = good, d.events = "message.received,moon.rose";
	assert_int_equal(create_endpoint(&d), RC_INPUT);
	d = good, d.secret = "whsec_not base64";
	assert_int_equal(create_endpoint(&d), RC_INPUT);
	d = good, d.secret = "too short";
	assert_int_equal(create_endpoint(&d), RC_INPUT);
	d = good, d.bearer = "line\nbreak";
	assert_int_equal(create_endpoint(&d), RC_INPUT);
	d = good, d.headers_json = "{\"Host\":\"x\"}";
	assert_int_equal(create_endpoint(&d), RC_INPUT);
	d = good, d.headers_json = "{\"X-A\":1}";
	assert_int_equal(create_endpoint(&d), RC_INPUT);
	d = good, d.headers_json = "[]";
	assert_int_equal(create_endpoint(&d), RC_INPUT);
	d = good, d.instances = nobody, d.instance_count = 1;
	assert_int_equal(create_endpoint(&d), RC_MISSING);
}

static void
an_endpoint_keeps_its_secrets_sealed_and_shows_one_once(void **state)
{
	static const char *const instances[] = { "front-desk", "Front Desk" };
	const struct endpoint_draft draft = { .url = "http://127.0.0.1:8081/hook",
					      .format = "meta",
					      .events = "messages",
					      .bearer = "token",
					      .headers_json = "{\"X-A\":\"b\"}",
					      .instances = instances,
					      .instance_count = 2 };
	const struct instance_change change = { "bearer", "" };
	struct op *op = fixture_op();
	struct endpoint e = { 0 };
	struct list bound;
	const char *shown, *rotated;
	struct endpoint_secrets keys;

	(void)state;
	must(op, gateway_create_endpoint(op, &e, &shown, &draft));
	assert_true(text_starts(shown, "whsec_"));
	must(op, gateway_endpoint_instances(op, &bound, &e));
	assert_int_equal(bound.n, 1);
	must(op, gateway_find_endpoint(op, &e, e.id));
	assert_string_not_equal(e.secret, shown);
	must(op, gateway_open_endpoint(op, &keys, &e));
	assert_string_equal(keys.secret, shown);
	assert_string_equal(keys.bearer, "token");
	assert_string_equal(keys.headers_json, "{\"X-A\":\"b\"}");
	must(op, gateway_set_endpoint(op, e.id, &change, 1));
	must(op, gateway_rotate_secret(op, e.id, NULL, &rotated));
	must(op, gateway_find_endpoint(op, &e, e.id));
	assert_string_not_equal(e.previous_secret, shown);
	must(op, gateway_open_endpoint(op, &keys, &e));
	assert_string_equal(keys.secret, rotated);
	assert_string_equal(keys.previous, shown);
	assert_true(text_empty(keys.bearer));
	must(op, gateway_delete_endpoint(op, e.id));
	assert_int_equal(gateway_find_endpoint(op, &e, e.id), RC_MISSING);
	op_end(op);
}

/* Whose events it gets can be changed; a name that is not there changes nothing. */
static void
an_endpoint_can_be_bound_anew(void **state)
{
	struct op *op = fixture_op();
	const struct endpoint_draft draft = { .url = "https://example.com/a",
					      .format = "normalized",
					      .events = "*" };
	struct instance other = { 0 };
	struct endpoint e = { 0 };
	struct list bound;
	const char *secret, *many[ENDPOINT_INSTANCES_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = "front-desk";
	must(op, gateway_create_instance(op, &other, "Other", "cloud"));
	must(op, gateway_create_endpoint(op, &e, &secret, &draft));
	assert_true(e.all_instances);
#define SET(k, v) gateway_set_endpoint(op, e.id, &(struct instance_change){ k, v }, 1)
	must(op, SET("instances", "other, front-desk"));
	must(op, gateway_find_endpoint(op, &e, e.id));
	must(op, gateway_endpoint_instances(op, &bound, &e));
	assert_false(e.all_instances);
	assert_int_equal(bound.n, 2);
	assert_int_equal(SET("instances", "other,nobody"), RC_MISSING);
	op_forgive(op);
	assert_int_equal(SET("instances", ""), RC_INPUT);
	op_forgive(op);
	assert_int_equal(SET("instances", text_join(op->arena, many, ARRAY_LEN(many), ",")),
			 RC_INPUT);
	op_forgive(op);
	must(op, gateway_endpoint_instances(op, &bound, &e));
	assert_int_equal(bound.n, 2);
	must(op, SET("instances", "*"));
	must(op, gateway_find_endpoint(op, &e, e.id));
	assert_true(e.all_instances);
	assert_int_equal(SET("message_types", "text,poem"), RC_INPUT);
	assert_string_equal(op->code, "message_types");
	op_forgive(op);
	must(op, SET("message_types", "text"));
	must(op, SET("message_types", ""));
	must(op, gateway_find_endpoint(op, &e, e.id));
	assert_null(e.message_types);
	must(op, SET("secret", "a-secret-of-my-own"));
	must(op, gateway_find_endpoint(op, &e, e.id));
	assert_true(endpoint_is_rotating(&e, op->now));
#undef SET
	op_end(op);
}

static struct instant
failing_since(struct op *op, const char *id)
{
	struct endpoint e = { 0 };

	db_rest(op);
	must(op, gateway_find_endpoint(op, &e, id));
	return e.failing_since;
}

/* What failed was the address before. */
static void
a_new_address_has_not_failed_yet(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	const struct endpoint_draft draft = { .url = "https://example.com/a",
					      .format = "normalized",
					      .events = "*" };
	const struct instance_change events = { "events", "message.sent" },
				     url = { "url", "https://example.com/b" };
	struct endpoint e = { 0 };
	const char *secret;

	(void)state;
	must(op, gateway_create_endpoint(op, &e, &secret, &draft));
	endpoint_store_failed(batch, e.id, op->now);
	must(op, db_commit(op, batch));
	must(op, gateway_set_endpoint(op, e.id, &events, 1));
	assert_int_equal(failing_since(op, e.id).ms, op->now.ms);
	must(op, gateway_set_endpoint(op, e.id, &url, 1));
	assert_int_equal(failing_since(op, e.id).ms, 0);
	op_end(op);
}

static void
events_go_to_enabled_endpoints_of_the_instance(void **state)
{
	struct op *op = fixture_op();
	struct instance other = { 0 };
	const char *names[1];
	struct endpoint_draft draft = { .url = "https://example.com/a",
					.format = "normalized",
					.events = "*" };
	const struct instance_change off = { "enabled", "false" };
	struct endpoint everywhere = { 0 }, here = { 0 };
	struct list found;
	const char *secret;

	(void)state;
	must(op, gateway_create_instance(op, &other, "Other", "cloud"));
	must(op, gateway_create_endpoint(op, &everywhere, &secret, &draft));
	names[0] = "front-desk";
	draft.instances = names;
	draft.instance_count = 1;
	must(op, gateway_create_endpoint(op, &here, &secret, &draft));
	must(op, endpoint_store_for_instance(op, &found, fixture_instance.id));
	assert_int_equal(found.n, 2);
	must(op, endpoint_store_for_instance(op, &found, other.id));
	assert_int_equal(found.n, 1);
	must(op, gateway_set_endpoint(op, everywhere.id, &off, 1));
	must(op, endpoint_store_for_instance(op, &found, other.id));
	assert_int_equal(found.n, 0);
	must(op, gateway_list_endpoints(op, &found, "other"));
	assert_int_equal(found.n, 1);
	op_end(op);
}

/* Every one that there may be is told of every event; one more is not made. */
static void
an_account_has_as_many_as_are_looked_at(void **state)
{
	const struct endpoint_draft draft = { .url = "https://example.com/a",
					      .format = "normalized",
					      .events = "*" };
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct endpoint e = { .account_id = op->account_id,
			      .all_instances = true,
			      .enabled = true,
			      .url = draft.url,
			      .format = draft.format,
			      .events = draft.events,
			      .secret = "",
			      .updated_by = "test",
			      .created_at = op->now };
	struct list found;
	const char *secret;

	(void)state;
	for (int i = 0; i < ENDPOINTS_MAX - 1; i++) {
		e.id = id_new(op, "ep");
		endpoint_store_insert(batch, &e);
	}
	must(op, db_commit(op, batch));
	must(op, gateway_create_endpoint(op, &e, &secret, &draft));
	must(op, endpoint_store_for_instance(op, &found, fixture_instance.id));
	assert_int_equal(found.n, ENDPOINTS_MAX);
	must(op, gateway_list_endpoints(op, &found, NULL));
	assert_int_equal(found.n, ENDPOINTS_MAX);
	assert_int_equal(gateway_create_endpoint(op, &e, &secret, &draft), RC_CONFLICT);
	assert_non_null(strstr(op->why, "at most 1000"));
	op_forgive(op);
	must(op, gateway_delete_endpoint(op, e.id));
	must(op, gateway_create_endpoint(op, &e, &secret, &draft));
	op_end(op);
}

/* ---- keys -------------------------------------------------------------------------------- */

static void
a_key_is_found_by_its_hash_alone(void **state)
{
	struct op *op = fixture_op();
	struct api_key key = { 0 };
	struct key_entry entry = { 0 };
	const char *plain, *hash;

	(void)state;
	must(op, gateway_create_key(op, &key, &plain,
				    &(struct key_draft){ .name = "CRM",
							 .environment = "production",
							 .instance = "front-desk",
							 .scopes = " read , send",
							 .cidrs = " 10.0.0.0/8 ,2001:db8::/32",
							 .per_second = 5,
							 .in_flight = 2 }));
	assert_true(api_key_is_wellformed(plain));
	assert_string_equal(key.scopes, "read,send");
	hash = secret_sha256_hex(op->arena, bytes_of(plain));
	must(op, api_key_store_for_send(op, &entry, hash));
	assert_string_equal(entry.key.id, key.id);
	assert_string_equal(entry.key.instance_id, fixture_instance.id);
	assert_string_equal(entry.account.name, "Fixture");
	assert_true(entry.account.send_module && !entry.suspended);
	assert_string_equal(entry.key.cidrs, "10.0.0.0/8,2001:db8::/32");
	assert_int_equal(entry.key.per_second, 5);
	assert_int_equal(entry.key.per_minute, 0);
	assert_int_equal(entry.key.in_flight, 2);
	must(op, gateway_revoke_key(op, "crm"));
	assert_int_equal(gateway_revoke_key(op, key.id), RC_CONFLICT);
	op_forgive(op);
	must(op, api_key_store_for_send(op, &entry, hash));
	assert_true(entry.key.revoked_at.ms != 0);
	op_end(op);
}

/* The rc of making one; the member that a refusal names, "" otherwise. */
static char wrong_member[48];

static enum rc
create_key_by(const struct key_draft *draft)
{
	struct op *op = fixture_op();
	struct api_key key;
	const char *plain;
	enum rc rc = gateway_create_key(op, &key, &plain, draft);

	snprintf(wrong_member, sizeof(wrong_member), "%s", op->code);
	op_end(op);
	return rc;
}

static enum rc
create_key(const char *name, const char *environment, int64_t expires_ms, const char *scopes)
{
	return create_key_by(&(struct key_draft){ .name = name,
						  .environment = environment,
						  .expires = { expires_ms },
						  .scopes = scopes });
}

#define REFUSED(member, ...)                                                                    \
	do {                                                                                    \
		assert_int_equal(create_key_by(&(struct key_draft){                             \
					 .name = "x", .environment = "sandbox", __VA_ARGS__ }), \
				 RC_INPUT);                                                     \
		assert_string_equal(wrong_member, member);                                      \
	} while (0)

static void
a_keys_addresses_and_limits_are_checked(void **state)
{
	(void)state;
	REFUSED("cidrs", .cidrs = "10.0.0.0/33");
	REFUSED("cidrs", .cidrs = "10.0.0.1, the office");
	REFUSED("cidrs", .cidrs = "2001:db8::/129");
	REFUSED("per_second", .per_second = -1);
	REFUSED("per_second", .per_second = 81);
	REFUSED("per_minute", .per_minute = 4801);
	REFUSED("in_flight", .in_flight = 20001, .by_operator = true);
	assert_int_equal(create_key_by(&(struct key_draft){ .name = "x",
							    .environment = "sandbox",
							    .per_second = 500,
							    .per_minute = 4801,
							    .per_day = 1000000,
							    .by_operator = true }),
			 RC_OK);
}

static void
keys_are_checked_before_they_are_made(void **state)
{
	(void)state;
	assert_int_equal(create_key("", "sandbox", 0, NULL), RC_INPUT);
	assert_int_equal(create_key("x", "test", 0, NULL), RC_INPUT);
	assert_int_equal(create_key("x", "sandbox", 1000, NULL), RC_INPUT);
	assert_int_equal(create_key("x", "sandbox", 0, "send,fly"), RC_INPUT);
	assert_int_equal(create_key("x", "sandbox", 0, " , "), RC_INPUT);
	assert_int_equal(create_key("x", "sandbox", 0, NULL), RC_OK);
}

/* ---- other accounts ---------------------------------------------------------------------- */

static void
another_account_sees_none_of_it(void **state)
{
	struct op *op = fixture_op(), *foreign = op_begin("cli");
	struct account other = { 0 };
	struct api_key key = { 0 };
	struct endpoint e = { 0 };
	struct instance i = { 0 };
	struct list found;
	const char *plain, *secret, *next;
	const struct endpoint_draft draft = { .url = "https://example.com/a",
					      .format = "normalized",
					      .events = "*" };

	(void)state;
	must(op,
	     gateway_create_key(op, &key, &plain,
				&(struct key_draft){ .name = "CRM", .environment = "production" }));
	must(op, gateway_create_endpoint(op, &e, &secret, &draft));
	must(foreign, gateway_create_account(foreign, &other, "Other", NULL));
	assert_int_equal(gateway_find_instance(foreign, &i, fixture_instance.id), RC_MISSING);
	assert_int_equal(gateway_find_endpoint(foreign, &e, e.id), RC_MISSING);
	assert_int_equal(gateway_delete_endpoint(foreign, e.id), RC_MISSING);
	assert_int_equal(gateway_revoke_key(foreign, key.id), RC_MISSING);
	assert_int_equal(gateway_delete_instance(foreign, fixture_instance.id), RC_MISSING);
	op_forgive(foreign);
	must(foreign, gateway_list_keys(foreign, &found, &next, (struct page_query){ 0 }));
	assert_int_equal(found.n, 0);
	op_end(foreign);
	op_end(op);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, teardown_store)
	const struct CMUnitTest tests[] = {
		TEST(endpoints_are_checked_before_they_are_stored),
		TEST(an_endpoint_keeps_its_secrets_sealed_and_shows_one_once),
		TEST(an_endpoint_can_be_bound_anew),
		TEST(a_new_address_has_not_failed_yet),
		TEST(events_go_to_enabled_endpoints_of_the_instance),
		TEST(an_account_has_as_many_as_are_looked_at),
		TEST(a_key_is_found_by_its_hash_alone),
		TEST(keys_are_checked_before_they_are_made),
		TEST(a_keys_addresses_and_limits_are_checked),
		TEST(another_account_sees_none_of_it),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
