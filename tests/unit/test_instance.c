/* SPDX-License-Identifier: Apache-2.0 */
/* Instances and endpoints: slugs, states, headers, and what never leaves in JSON. */
#include "fixture.h"

#include "core/json.h"
#include "domain/instance.h"

static void
slugs_are_small_letters_digits_and_dashes(void **state)
{
	static const struct {
		const char *name, *slug;
	} cases[] = {
		{ "Demo Support Line", "demo-support-line" },
		{ "  Orders & Returns!! ", "orders-returns" },
		{ "Müşteri Hattı", "musteri-hatti" },
		{ "Straße №1", "strasse-no1" },
		{ "Kraków Łódź", "krakow-lodz" },
		{ "École—Été", "ecoleete" },
		{ "ﬁne １２", "fine-12" },
		{ "A", "a" },
		{ "خط الدعم", "instance" },
		{ "---", "instance" },
		{ "", "instance" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(instance_slug(*state, cases[i].name), cases[i].slug);
}

static void
slugs_have_at_most_sixty_characters(void **state)
{
	char name[101];

	for (size_t i = 0; i < 100; i++)
		name[i] = i % 10 == 9 ? ' ' : 'a';
	name[100] = '\0';
	assert_int_equal(strlen(instance_slug(*state, name)), 59);
}

static void
the_state_follows_number_and_token(void **state)
{
	(void)state;
	assert_string_equal(instance_state_for(&(struct instance){ .id = "i" }), "draft");
	assert_string_equal(instance_state_for(&(struct instance){ .phone_number_id = "1" }),
			    "draft");
	assert_string_equal(instance_state_for(&(struct instance){ .access_token = "1." }),
			    "draft");
	assert_string_equal(instance_state_for(&(struct instance){ .phone_number_id = "1",
								   .access_token = "1." }),
			    "open");
}

static void
customers_headers_cannot_forge_ours(void **state)
{
	static const char *const refused[] = {
		"Host",
		"content-type",
		"Content-Length",
		"Connection",
		"Transfer-Encoding",
		"Proxy-Authorization",
		"TE",
		"Upgrade",
		"X-WhatsApp-Gateway-Signature",
		"webhook-id",
		"X-Hub-Signature-256",
		"User-Agent",
		"Expect",
		"",
		"two words",
		"colon:",
		"ünicode",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		assert_non_null(endpoint_header_problem(refused[i], "x", false));
	assert_null(endpoint_header_problem("X-Tenant", "a b\tc", false));
	assert_null(endpoint_header_problem("Test", "te is only a whole name", false));
	assert_null(endpoint_header_problem("Authorization", "Basic abc", false));
	assert_non_null(endpoint_header_problem("authorization", "Basic abc", true));
	assert_non_null(endpoint_header_problem("X-Tenant", "a\r\nX-Evil: 1", false));
}

static void
secrets_do_not_leave_in_json(void **state)
{
	struct op *op = op_begin("cli");
	struct instance instance = { 0 };
	struct endpoint endpoint = { 0 };
	json_t *i, *e;

	(void)state;
	shape_sample(op->arena, instance_shape, &instance);
	shape_sample(op->arena, endpoint_shape, &endpoint);
	i = json_of(op, instance_shape, &instance);
	e = json_of(op, endpoint_shape, &endpoint);
	assert_non_null(json_object_get(i, "phone_number_id"));
	assert_null(json_object_get(i, "access_token"));
	assert_null(json_object_get(i, "app_secret"));
	assert_null(json_object_get(i, "previous_app_secret"));
	assert_null(json_object_get(i, "verify_token"));
	assert_non_null(json_object_get(e, "url"));
	assert_null(json_object_get(e, "secret"));
	assert_null(json_object_get(e, "bearer"));
	assert_null(json_object_get(e, "headers"));
	op_end(op);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_arena, teardown_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(slugs_are_small_letters_digits_and_dashes),
		TEST(slugs_have_at_most_sixty_characters),
		cmocka_unit_test(the_state_follows_number_and_token),
		cmocka_unit_test(customers_headers_cannot_forge_ours),
		cmocka_unit_test(secrets_do_not_leave_in_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
