/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator's templates and business profiles: what every account starts with, what is refused
 * as Meta refuses it, lists in pages. */
#include "sim_fixture.h"

#include "net/net.h"

#define EDGE "v23.0/1022/message_templates"
#define BODY "\"components\":[{\"type\":\"BODY\",\"text\":\"Hi\"}]"

static const struct {
	const char *body;
	int64_t subcode;
} refused[] = {
	{ "", 0 },
	{ "[]", 0 },
	{ "{}", 0 },
	{ "{\"name\":\"Big Name\",\"language\":\"en\",\"category\":\"UTILITY\"," BODY "}", 0 },
	{ "{\"name\":\"ok\",\"category\":\"UTILITY\"," BODY "}", 0 },
	{ "{\"name\":\"ok\",\"language\":\"en\",\"category\":\"utility\"," BODY "}", 0 },
	{ "{\"name\":\"ok\",\"language\":\"en\",\"category\":\"UTILITY\"}", 0 },
	{ "{\"name\":\"ok\",\"language\":\"en\",\"category\":\"UTILITY\","
	  "\"components\":[{\"type\":\"BODY\"}]}",
	  0 },
	{ "{\"name\":\"hello_world\",\"language\":\"en_US\",\"category\":\"UTILITY\"," BODY "}",
	  2388024 },
};

static json_t *
list(const struct sim_request *filters)
{
	struct sim_request request = *filters;
	struct sim_answer answer;

	request.method = "GET";
	request.path = EDGE;
	request.authorization = "Bearer EAAsecret";
	simulator_graph(op, &answer, &request);
	assert_int_equal(answer.status, 200);
	return tree(answer.body);
}

static size_t
count_of(const struct sim_request *filters)
{
	return json_array_size(json_object_get(list(filters), "data"));
}

static const char *
create(const char *name)
{
	struct sim_answer a = graph("POST", EDGE, "EAA",
				    arena_printf(op->arena,
						 "{\"name\":\"%s\",\"language\":\"en\","
						 "\"category\":\"UTILITY\"," BODY "}",
						 name));

	assert_int_equal(a.status, 200);
	assert_string_equal(json_str(tree(a.body), "status"), "PENDING");
	return json_str(tree(a.body), "id");
}

static void
an_account_starts_with_approved_templates(void **state)
{
	static const struct {
		const char *name, *language, *category;
	} seeds[] = {
		{ "hello_world", "en_US", "UTILITY" },
		{ "order_update", "en", "UTILITY" },
		{ "spring_sale", "en", "MARKETING" },
		{ "login_code", "en", "AUTHENTICATION" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(seeds); i++)
		assert_int_equal(count_of(&(struct sim_request){ .name = seeds[i].name,
								 .language = seeds[i].language,
								 .category = seeds[i].category,
								 .status = "APPROVED" }),
				 1);
	assert_int_equal(count_of(&(struct sim_request){ .name = "no_such" }), 0);
}

static void
what_meta_refuses_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct sim_answer a = graph("POST", EDGE, "EAA", refused[i].body);

		if (a.status != 400 || error_code(&a) != 100)
			fail_msg("%s: %d %s", refused[i].body, a.status, a.body);
		assert_int_equal(
			json_int(json_object_get(tree(a.body), "error"), "error_subcode", 0),
			refused[i].subcode);
	}
}

static void
a_template_is_decided_on_after_a_second(void **state)
{
	const char *good = create("fine"), *bad = create("please_reject");
	const bool never = false;
	int64_t until_us = clock_elapsed_us() + 10 * SECOND_MS * 1000;
	struct sim_answer a = graph("POST", good, "EAA", "{" BODY "}");

	(void)state;
	/* Not while it is under review. */
	assert_int_equal(error_code(&a), 100);
	while (count_of(&(struct sim_request){ .status = "PENDING" }) > 0 &&
	       clock_elapsed_us() < until_us)
		net_drive(&never, 20);
	a = graph("GET", good, "EAA", "");
	assert_string_equal(json_str(tree(a.body), "status"), "APPROVED");
	a = graph("GET", bad, "EAA", "");
	assert_string_equal(json_str(tree(a.body), "status"), "REJECTED");
	assert_string_equal(json_str(tree(a.body), "rejected_reason"), "INVALID_FORMAT");
	a = graph("POST", good, "EAA", "{\"category\":\"MARKETING\"," BODY "}");
	assert_int_equal(error_code(&a), 100);
	a = graph("POST", good, "EAA", "{\"components\":[]}");
	assert_int_equal(error_code(&a), 100);
	a = graph("POST", good, "EAA", "{\"components\":[{\"type\":\"BODY\",\"text\":\"New\"}]}");
	assert_string_equal(a.body, "{\"success\":true}");
	a = graph("GET", good, "EAA", "");
	assert_string_equal(json_str(tree(a.body), "status"), "PENDING");
	assert_non_null(strstr(a.body, "\"New\""));
}

static void
lists_come_in_pages_whose_addresses_hold_the_token(void **state)
{
	struct sim_request page = { .limit = "3", .fields = "name" };
	size_t all = count_of(&(struct sim_request){ .limit = "100" }), seen = 0;
	json_t *root;

	(void)state;
	do {
		root = list(&page);
		seen += json_array_size(json_object_get(root, "data"));
		assert_null(json_object_get(json_array_get(json_object_get(root, "data"), 0),
					    "language"));
		page.after = json_string_value(json_at(root, "paging.cursors.after"));
		assert_non_null(page.after);
	} while (json_at(root, "paging.next") != NULL &&
		 strstr(json_string_value(json_at(root, "paging.next")),
			"access_token=EAAsecret") != NULL);
	assert_int_equal(seen, all);
	assert_null(json_at(root, "paging.next"));
}

static void
a_name_is_deleted_in_all_languages(void **state)
{
	struct sim_request request = { .method = "DELETE",
				       .path = EDGE,
				       .authorization = "Bearer EAA",
				       .name = "order_update" };
	struct sim_answer answer;

	(void)state;
	simulator_graph(op, &answer, &request);
	assert_string_equal(answer.body, "{\"success\":true}");
	simulator_graph(op, &answer, &request);
	assert_int_equal(error_code(&answer), 100);
	request.name = NULL;
	simulator_graph(op, &answer, &request);
	assert_int_equal(error_code(&answer), 100);
	request.name = "hello_world";
	request.hsm_id = "1";
	simulator_graph(op, &answer, &request);
	assert_int_equal(error_code(&answer), 100);
	assert_int_equal(count_of(&(struct sim_request){ .name = "hello_world" }), 1);
}

static void
a_profile_is_kept_member_by_member(void **state)
{
	static const char path[] = "v23.0/106540/whatsapp_business_profile";
	struct sim_answer a = graph("POST", path, "EAA", "{\"about\":\"x\"}");
	const json_t *profile;

	(void)state;
	assert_int_equal(error_code(&a), 100);
	a = graph("POST", path, "EAA",
		  "{\"messaging_product\":\"whatsapp\",\"email\":\"a@b.example\","
		  "\"websites\":[\"https://b.example/\"]}");
	assert_string_equal(a.body, "{\"success\":true}");
	a = graph("POST", path, "EAA",
		  "{\"messaging_product\":\"whatsapp\",\"about\":\"Butterflies\"}");
	a = graph("GET", path, "EAA", "");
	profile = json_at(tree(a.body), "data.0");
	assert_string_equal(json_str(profile, "about"), "Butterflies");
	assert_string_equal(json_str(profile, "email"), "a@b.example");
	assert_string_equal(json_string_value(json_at(profile, "websites.0")),
			    "https://b.example/");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_static_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_account_starts_with_approved_templates),
		TEST(what_meta_refuses_is_refused),
		TEST(a_template_is_decided_on_after_a_second),
		TEST(lists_come_in_pages_whose_addresses_hold_the_token),
		TEST(a_name_is_deleted_in_all_languages),
		TEST(a_profile_is_kept_member_by_member),
	};
	int failures;

	load_default_settings();
	secret_start();
	net_start(false);
	failures = cmocka_run_group_tests(tests, NULL, NULL);
	net_stop();
	return failures;
}
