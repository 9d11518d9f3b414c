/* SPDX-License-Identifier: Apache-2.0 */
/* Management calls at the Cloud API: what leaves, what comes back, and whose addresses are in it.
 */
#include "op_fixture.h"

#include "provider/provider.h"

static const struct credentials credentials = { .access_token = "EAAtoken" };

static struct net_call
request(const struct manage_request *asked)
{
	struct net_call call = { 0 };

	cloud_provider.manage_request(op, &call, &credentials, asked);
	return call;
}

static void
a_call_goes_out_as_it_came_but_for_tokens(void **state)
{
	struct bytes body = bytes_of("{\"name\":\"a\",\"x\":1.0}");
	struct net_call call;

	(void)state;
	call = request(&(struct manage_request){
		"GET",
		"1022",
		"message_templates",
		"fields=id%2Cname&access_token=pk_wg_x&limit=3&appsecret_proof=ab",
		{ NULL, 0 } });
	assert_string_equal(call.url, "https://graph.example/v23.0/1022/message_templates"
				      "?fields=id%2Cname&limit=3");
	assert_string_equal(call.headers[0].value, "Bearer EAAtoken");
	call = request(&(struct manage_request){ "POST", "77", NULL, NULL, body });
	assert_string_equal(call.url, "https://graph.example/v23.0/77");
	assert_true(bytes_equal(call.body, body));
	assert_string_equal(call.method, "POST");
	call = request(&(struct manage_request){
		"DELETE", "1022", "message_templates", "access_token=EAA", { NULL, 0 } });
	assert_string_equal(call.url, "https://graph.example/v23.0/1022/message_templates");
}

static struct manage_result
read_answer(int status, const char *body, const struct net_header *header)
{
	struct net_call call = {
		.op = op,
		.outcome = NET_ANSWERED,
		.status = status,
		.answer = bytes_of(body),
		.answer_headers = header,
		.answer_header_count = header != NULL,
	};
	struct manage_result result = { 0 };

	cloud_provider.manage_read(op, &result, &call);
	assert_true(bytes_equal(result.answer, call.answer));
	return result;
}

static void
answers_are_told_apart(void **state)
{
	static const struct net_header later = { "retry-after", "90" };
	static const struct net_header usage = { "x-business-use-case-usage",
						 "{\"1\":[{\"estimated_time_to_regain_access\":0},"
						 "{\"estimated_time_to_regain_access\":4}]}" };
	struct manage_result r;

	(void)state;
	r = read_answer(200, "{\"success\":true}", &usage);
	assert_true(r.done);
	assert_int_equal(r.wait_ms, 0);
	r = read_answer(400,
			"{\"error\":{\"code\":100,\"error_subcode\":2388024,\"message\":\"No\"}}",
			NULL);
	assert_false(r.done);
	assert_int_equal(r.error.subcode, 2388024);
	assert_string_equal(r.words, "No");
	r = read_answer(400, "{\"error\":{\"code\":80007,\"message\":\"Slow\"}}", &usage);
	assert_int_equal(r.wait_ms, 4 * MINUTE_MS);
	r = read_answer(503, "<html>", &later);
	assert_false(r.done);
	assert_null(r.tree);
	assert_int_equal(r.wait_ms, 90 * SECOND_MS);
	/* A success that says it is none. */
	assert_false(read_answer(200, "{\"error\":{\"code\":2}}", NULL).done);
}

/* Meta puts it into addresses of further pages, also deep inside, and into errors about it. */
static void
our_token_comes_back_to_nobody(void **state)
{
	static const char *const answers[] = {
		"{\"id\":\"1\",\"phone_numbers\":{\"data\":[],\"paging\":{\"next\":"
		"\"https://graph.facebook.com/v23.0/1/t?access_token=EAAto|ken&limit=1\"}}}",
		"{\"id\":\"1\",\"x\":[\"EAAto|kenEAAto|ken\",\"EAAto%7Cken\"]}",
		"{\"error\":{\"code\":190,\"message\":\"Malformed access token EAAto|ken\"}}",
	};
	static const struct credentials ours = { .access_token = "EAAto|ken" };
	static const struct manage_request asked = { "GET", "1", NULL, NULL, { NULL, 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct net_call call = { 0 };
		struct manage_result result;
		const char *told;

		cloud_provider.manage_request(op, &call, &ours, &asked);
		call.outcome = NET_ANSWERED;
		call.status = 200;
		call.answer = bytes_of(answers[i]);
		cloud_provider.manage_read(op, &result, &call);
		told = arena_dupn(op->arena, result.answer.p, result.answer.n);
		assert_non_null(result.tree);
		assert_null(strstr(told, "EAA"));
		assert_non_null(strstr(told, "***"));
		assert_null(strstr(result.words, "EAA"));
	}
}

static void
no_answer_has_words(void **state)
{
	struct net_call call = { .op = op, .outcome = NET_NOT_SENT, .words = "no route" };
	struct manage_result result = { 0 };

	(void)state;
	cloud_provider.manage_read(op, &result, &call);
	assert_false(result.done);
	assert_int_equal(result.outcome, NET_NOT_SENT);
	assert_string_equal(result.words, "no route");
}

static const struct {
	const char *before, *after;
} pages[] = {
	{ "{\"data\":[]}", "{\"data\":[]}" },
	{ "{\"paging\":{\"next\":null}}", "{\"paging\":{\"next\":null}}" },
	{ "{\"data\":[ 1.50 ],\"paging\":{\"cursors\":{\"after\":\"x\"},\"next\":\"https:\\/\\/"
	  "graph.facebook.com\\/v23.0\\/1\\/t?access_token=EAA&limit=2&after=x%3D\"}}",
	  "{\"data\":[ 1.50 ],\"paging\":{\"cursors\":{\"after\":\"x\"},\"next\":"
	  "\"https://own/v9.9/1/t?limit=2&after=x%3D\"}}" },
	{ "{\"paging\":{\"previous\":\"https://g/1?before=a\",\"next\":\"https://g/1\"},\"z\":2}",
	  "{\"paging\":{\"previous\":\"https://own/v9.9/1/t?before=a\",\"next\":"
	  "\"https://own/v9.9/1/t\"},\"z\":2}" },
	{ "{\"paging\":{\"next\":\"https://g/1?access_token=EAA\",\"previous\":\"https://g?b=1\"}}",
	  "{\"paging\":{\"next\":\"https://own/v9.9/1/t\",\"previous\":"
	  "\"https://own/v9.9/1/t?b=1\"}}" },
};

static void
further_pages_are_at_our_address_without_metas_token(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		struct bytes after =
			cloud_readdress(op, bytes_of(pages[i].before), "https://own/v9.9/1/t");

		assert_string_equal(arena_dupn(op->arena, after.p, after.n), pages[i].after);
	}
}

static struct template_page
read_page(int status, const char *body)
{
	struct net_call call = {
		.op = op,
		.outcome = NET_ANSWERED,
		.status = status,
		.answer = bytes_of(body),
	};
	struct template_page page = { 0 };

	cloud_provider.templates_read(op, &page, &call);
	return page;
}

static void
a_list_without_a_list_is_a_failure(void **state)
{
	(void)state;
	assert_false(read_page(200, "{\"success\":true}").result.done);
	assert_false(read_page(200, "[]").result.done);
	assert_false(read_page(502, "bad gateway").result.done);
	assert_true(read_page(200, "{\"data\":[]}").result.done);
}

static void
what_is_no_template_is_left_out(void **state)
{
	struct template_page page = read_page(
		200,
		"{\"data\":[7,{\"id\":\"1\"},{\"id\":1,\"name\":\"n\",\"language\":\"en\","
		"\"category\":\"UTILITY\",\"status\":\"APPROVED\",\"quality_score\":\"GREEN\"}]}");
	const struct wa_template *rows = page.templates.rows;

	(void)state;
	assert_int_equal(page.templates.n, 1);
	assert_string_equal(rows[0].id, "1");
	assert_string_equal(rows[0].quality, "GREEN");
	assert_null(page.after);
}

static void
a_sample_list_is_read(void **state)
{
	json_t *root =
		json_load_file("../shared/meta/responses/message_templates_list.json", 0, NULL);
	struct template_page page;
	const struct wa_template *rows;

	(void)state;
	if (root == NULL)
		skip();
	page = read_page(200, json_text(op, json_own(op, root)));
	rows = page.templates.rows;
	assert_true(page.result.done);
	assert_int_equal(page.templates.n, 2);
	assert_string_equal(rows[0].id, "1192339204654487");
	assert_string_equal(rows[0].previous_category, "ACCOUNT_UPDATE");
	assert_non_null(strstr(rows[1].components, "Stop promotions"));
}

static void
a_creation_is_what_body_and_answer_say(void **state)
{
	json_t *body = NULL, *answer = NULL;
	struct wa_template t = { 0 };

	(void)state;
	assert_int_equal(json_read(op, &body,
				   bytes_of("{\"name\":\"n\",\"language\":\"en\","
					    "\"category\":\"UTILITY\","
					    "\"components\":[{\"type\":\"BODY\"}]}")),
			 RC_OK);
	assert_int_equal(json_read(op, &answer,
				   bytes_of("{\"id\":\"5\",\"status\":\"APPROVED\","
					    "\"category\":\"MARKETING\"}")),
			 RC_OK);
	assert_true(cloud_template_created(op, &t, body, answer));
	assert_string_equal(t.category, "MARKETING");
	assert_string_equal(t.status, "APPROVED");
	assert_string_equal(t.components, "[{\"type\":\"BODY\"}]");
	assert_false(cloud_template_created(op, &t, json_new(op), answer));
	assert_false(cloud_template_created(op, &t, body, json_new(op)));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_static_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_call_goes_out_as_it_came_but_for_tokens),
		TEST(answers_are_told_apart),
		TEST(our_token_comes_back_to_nobody),
		TEST(no_answer_has_words),
		TEST(further_pages_are_at_our_address_without_metas_token),
		TEST(a_list_without_a_list_is_a_failure),
		TEST(what_is_no_template_is_left_out),
		TEST(a_sample_list_is_read),
		TEST(a_creation_is_what_body_and_answer_say),
	};

	setenv("WAGATE_CLOUD_GRAPH_URL", "https://graph.example", 1);
	load_default_settings();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
