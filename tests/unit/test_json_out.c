/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text: byte for byte what jansson prints of the same tree, and written without a tree. */
#include "fixture.h"

#include "core/json_out.h"

static void
trees_as_jansson_prints_them(void **state)
{
	static const char *const documents[] = {
		"{}",
		"[]",
		"null",
		"true",
		"false",
		"\"\"",
		"[[],{},[{}],\"a\",null,true,false]",
		"{\"b\":1,\"a\":{\"c\":[1,2,{\"d\":null}]},\"\":0}",
		"[0,-1,9223372036854775807,-9223372036854775808]",
		"[0.1,-0.0,1.0,1e10,1e300,1e-7,123456789.125,1.7976931348623157e308,5e-324]",
		"[\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\\u0080\"]",
		"{\"\\\"\\n\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"}",
		"[\"a\\u0000b\",\"\\u0000\"]",
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"31\"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
	};
	struct op *op = *state;

	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		json_t *tree = NULL;
		char *expected;

		assert_int_equal(json_read_loose(op, &tree, bytes_of(documents[i])), RC_OK);
		expected = json_dumps(tree, JSON_COMPACT | JSON_ENCODE_ANY);
		assert_string_equal(json_text(op, tree), expected);
		free(expected);
	}
}

static void
every_character(void **state)
{
	struct op *op = *state;

	for (uint32_t c = 1; c < 0x180; c++) {
		char utf8[] = { (char)c, '\0', '\0' };
		struct json_out out;
		char *expected;
		json_t *tree;

		if (c >= 0x80) {
			utf8[0] = (char)(0xc0 | c >> 6);
			utf8[1] = (char)(0x80 | (c & 0x3f));
		}
		tree = json_own(op, json_pack("{s:s}", "text", utf8));
		expected = json_dumps(tree, JSON_COMPACT);
		json_out_init(&out, op->arena);
		json_out_open(&out, NULL);
		json_out_text(&out, "text", utf8);
		json_out_close(&out);
		assert_string_equal(json_out_end(&out), expected);
		assert_string_equal(json_text(op, tree), expected);
		free(expected);
	}
}

/* The same members by both ways. */
static void
members_as_in_a_tree(void **state)
{
	const struct instant at = { INT64_C(1778234400007) }, never = { 0 };
	struct op *op = *state;
	json_t *tree = json_new(op), *part = json_own(op, json_pack("[i, {s:b}]", 1, "x", 1));
	struct json_out out;

	json_put(tree, "s", "x\xc3\xa4/\"\\\n");
	json_put(tree, "none", NULL);
	json_put_int(tree, "low", INT64_MIN);
	json_put_int(tree, "high", INT64_MAX);
	json_put_bool(tree, "b", false);
	json_put_time(op, tree, "t", at);
	json_put_time(op, tree, "never", never);
	json_put_json(tree, "j", " {\"a\" : [1, 2.50]}");
	json_put_json(tree, "j0", NULL);
	json_put_json(tree, "j1", "");
	json_put_json(tree, "j2", "{broken");
	json_put_json(tree, "j3", "null");
	expect(json_object_set(tree, "part", part) == 0);

	json_out_init(&out, op->arena);
	json_out_open(&out, NULL);
	json_out_text(&out, "s", "x\xc3\xa4/\"\\\n");
	json_out_text(&out, "none", NULL);
	json_out_int(&out, "low", INT64_MIN);
	json_out_int(&out, "high", INT64_MAX);
	json_out_bool(&out, "b", false);
	json_out_time(&out, "t", at);
	json_out_time(&out, "never", never);
	json_out_json(&out, "j", " {\"a\" : [1, 2.50]}");
	json_out_json(&out, "j0", NULL);
	json_out_json(&out, "j1", "");
	json_out_json(&out, "j2", "{broken");
	json_out_json(&out, "j3", "null");
	json_out_value(&out, "part", part);
	json_out_close(&out);
	assert_string_equal(json_out_end(&out), json_text(op, tree));
}

static void
nesting(void **state)
{
	struct op *op = *state;
	struct json_out out;

	json_out_init(&out, op->arena);
	json_out_open(&out, NULL);
	json_out_open_list(&out, "a");
	json_out_open(&out, NULL);
	json_out_close(&out);
	json_out_open_list(&out, NULL);
	json_out_close_list(&out);
	json_out_int(&out, NULL, 1);
	json_out_text(&out, NULL, "x");
	json_out_open(&out, NULL);
	json_out_bool(&out, "b", true);
	json_out_close(&out);
	json_out_close_list(&out);
	json_out_open(&out, "c");
	json_out_close(&out);
	json_out_text(&out, "d", NULL);
	json_out_close(&out);
	assert_string_equal(json_out_end(&out),
			    "{\"a\":[{},[],1,\"x\",{\"b\":true}],\"c\":{},\"d\":null}");
}

static const char *
around(struct op *op, const char *members)
{
	struct json_out out;

	json_out_init(&out, op->arena);
	json_out_open(&out, NULL);
	json_out_members(&out, members);
	json_out_int(&out, "z", 1);
	json_out_members(&out, members);
	json_out_close(&out);
	return json_out_end(&out);
}

static void
members_of_a_text(void **state)
{
	assert_string_equal(around(*state, "{}"), "{\"z\":1}");
	assert_string_equal(around(*state, "{\"a\":{\"b\":2}}"),
			    "{\"a\":{\"b\":2},\"z\":1,\"a\":{\"b\":2}}");
}

static void
write_bad_text(void *arg)
{
	struct json_out out;

	json_out_init(&out, ((struct op *)arg)->arena);
	json_out_text(&out, NULL, "\xc3(");
}

static void
close_too_much(void *arg)
{
	struct json_out out;

	json_out_init(&out, ((struct op *)arg)->arena);
	json_out_close(&out);
}

static void
leave_open(void *arg)
{
	struct json_out out;

	json_out_init(&out, ((struct op *)arg)->arena);
	json_out_open(&out, NULL);
	(void)json_out_end(&out);
}

static void
add_members_of_a_list(void *arg)
{
	(void)around(arg, "[1]");
}

static void
mistakes_end_the_process(void **state)
{
	assert_bug(write_bad_text, *state);
	assert_bug(close_too_much, *state);
	assert_bug(leave_open, *state);
	assert_bug(add_members_of_a_list, *state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(trees_as_jansson_prints_them),
		TEST(every_character),
		TEST(members_as_in_a_tree),
		TEST(nesting),
		TEST(members_of_a_text),
		TEST(mistakes_end_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
