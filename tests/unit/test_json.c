/* SPDX-License-Identifier: Apache-2.0 */
/* JSON: what is refused and how that is said, members, and nouns by their shape. */
#include "fixture.h"

#include "core/json.h"

static json_t *
read_good(struct op *op, const char *text)
{
	json_t *tree = NULL;

	assert_int_equal(json_read(op, &tree, bytes_of(text)), RC_OK);
	return tree;
}

static json_t *
read_loosely(struct op *op, const char *text)
{
	json_t *tree = NULL;

	assert_int_equal(json_read_loose(op, &tree, bytes_of(text)), RC_OK);
	return tree;
}

static const char *
nested(struct op *op, int levels)
{
	struct buf b;

	buf_init(&b, op->arena, 1 << 20);
	for (int i = 0; i < levels; i++)
		buf_text(&b, i % 2 ? "{\"a\":" : "[");
	buf_text(&b, "1");
	for (int i = levels - 1; i >= 0; i--)
		buf_char(&b, i % 2 ? '}' : ']');
	return buf_str(&b);
}

static void
refusals_say_where_and_what(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "", "line 1" },
		{ "{\n \"to\": }", "line 2, column 8" },
		{ "{\"a\":1", "ends too early" },
		{ "{\"a\":1} x", "something follows" },
		{ "{'a':1}", "line 1, column 2" },
		{ "[1,]", "line 1" },
		{ "[01]", "line 1" },
		{ "[NaN]", "line 1" },
		{ "{\"a\":1,\"a\":2}", "twice" },
		{ "{\"a\":{\"b\":1,\"\\u0062\":2}}", "twice" },
		{ "[\"\xff\"]", "not UTF-8" },
		{ "[\"\xed\xa0\x80\"]", "not UTF-8" },
		{ "[\"a\\u0000\"]", "\\u0000" },
		{ "{\"a\\u0000\":1}", "\\u0000" },
		{ "[\"\\ud800\"]", "line 1" },
		{ "[\"a\nb\"]", "line 1" },
		{ "[9223372036854775808]", "out of range" },
		{ "[-9223372036854775809]", "out of range" },
		{ "[1e400]", "out of range" },
	};
	struct op *op = *state;
	json_t *tree = NULL;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		op_forgive(op);
		if (json_read(op, &tree, bytes_of(cases[i].text)) != RC_INPUT || tree)
			fail_msg("accepted: %s", cases[i].text);
		if (!strstr(op->why, cases[i].says))
			fail_msg("%s: %s", cases[i].text, op->why);
	}
	op_forgive(op);
	assert_int_equal(json_read(op, &tree, bytes_slice("[1]\0", 4)), RC_INPUT);
	assert_int_equal(json_read(op, &tree, bytes_of(NULL)), RC_INPUT);
	/* jansson drops a NUL behind a number. */
	assert_int_equal(json_read(op, &tree, bytes_slice("[1\0]", 4)), RC_INPUT);
	assert_int_equal(json_read_loose(op, &tree, bytes_slice("61\0", 3)), RC_INPUT);
	assert_null(tree);
}

static void
refusals_do_not_quote_values(void **state)
{
	struct op *op = *state;
	json_t *tree;

	assert_int_equal(json_read(op, &tree, bytes_of("{\"text\":\"my secret\" \"x\"}")),
			 RC_INPUT);
	assert_null(strstr(op->why, "secret"));
	op_forgive(op);
	assert_int_equal(json_read(op, &tree, bytes_of("{\"pin\":1234x}")), RC_INPUT);
	assert_null(strstr(op->why, "1234"));
}

static void
any_value_may_be_the_root(void **state)
{
	static const char *const good[] = { "1",
					    "\"a\"",
					    "null",
					    " true ",
					    "[]",
					    "{}",
					    "-0.5e-7",
					    "9223372036854775807",
					    "-9223372036854775808",
					    "1e-400" };

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_non_null(read_good(*state, good[i]));
}

static void
strings_mean_what_was_written(void **state)
{
	json_t *tree = read_good(*state, "{\"a\\u0062\" : \"\\\"\\\\\\/\\b\\f\\n\\r\\t\","
					 "\"\":\"\\u00e4\\u20AC\\ud83d\\uDE00 \xc3\xa4\\u0041z\"}");

	assert_string_equal(json_str(tree, "ab"), "\"\\/\b\f\n\r\t");
	assert_string_equal(json_str(tree, ""), "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80 \xc3\xa4"
						"Az");
}

static void
depth_ends_at_32(void **state)
{
	struct op *op = *state;
	json_t *tree = NULL;

	read_good(op, nested(op, 32));
	assert_int_equal(json_read(op, &tree, bytes_of(nested(op, 33))), RC_INPUT);
	assert_non_null(strstr(op->why, "deeper than 32"));
	assert_int_equal(json_read_loose(op, &tree, bytes_of(nested(op, 20000))), RC_INPUT);
	/* Brackets in texts are no depth. */
	read_good(op, "[\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\\\"]");
}

static void
loose_documents(void **state)
{
	static const char *const bad[] = {
		"{\"a\":1e999,}",
		"[99999999999999999999,-]",
		"{99999999999999999999 :1}",
		"[1e999-5]",
		"[1e999.5]",
		"[-1e]",
		"[099999999999999999999]",
	};
	struct op *op = *state;
	json_t *tree = read_loosely(op, "{\"a\":1,\"b\":\"x\\u0000y\",\"a\":2}"), *none = NULL;

	assert_int_equal(json_int(tree, "a", 0), 2);
	assert_string_equal(json_str(tree, "b"), "x");
	tree = read_loosely(
		op, "{\"id\":12345678901234567890123,\"n\":7,\"f\":-1e999,\"s\":\"1e999\\\"\","
		    "\"k\":[-99999999999999999999,1.5]}");
	assert_string_equal(json_str(tree, "id"), "12345678901234567890123");
	assert_string_equal(json_number_text(op, tree, "id"), "12345678901234567890123");
	assert_int_equal(json_int(tree, "n", 0), 7);
	assert_string_equal(json_str(tree, "f"), "-1e999");
	assert_string_equal(json_str(tree, "s"), "1e999\"");
	assert_string_equal(json_string_value(json_at(tree, "k.0")), "-99999999999999999999");
	assert_true(json_is_real(json_at(tree, "k.1")));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		op_forgive(op);
		assert_int_equal(json_read_loose(op, &none, bytes_of(bad[i])), RC_INPUT);
	}
	assert_null(none);
}

static void
members_without_ceremony(void **state)
{
	struct op *op = *state;
	json_t *tree = read_good(
		op,
		"{\"s\":\"x\",\"n\":-5,\"t\":true,\"o\":{\"l\":[{\"c\":\"deep\"},7]},\"z\":null,"
		"\"id\":106540352242922,\"r\":1.5,\"7\":\"seven\"}");

	assert_string_equal(json_str(tree, "s"), "x");
	assert_null(json_str(tree, "n"));
	assert_null(json_str(tree, "absent"));
	assert_null(json_str(NULL, "s"));
	assert_null(json_str(json_at(tree, "o.l"), "s"));
	assert_int_equal(json_int(tree, "n", 9), -5);
	assert_int_equal(json_int(tree, "s", 9), 9);
	assert_int_equal(json_int(tree, "r", 9), 9);
	assert_true(json_flag(tree, "t", false));
	assert_true(json_flag(tree, "absent", true));
	assert_false(json_flag(tree, "n", false));
	assert_string_equal(json_number_text(op, tree, "id"), "106540352242922");
	assert_string_equal(json_number_text(op, tree, "s"), "x");
	assert_null(json_number_text(op, tree, "t"));
	assert_null(json_number_text(op, tree, "absent"));
	assert_string_equal(json_str(json_at(tree, "o.l.0"), "c"), "deep");
	assert_string_equal(json_string_value(json_at(tree, "o.l.0.c")), "deep");
	assert_string_equal(json_string_value(json_at(tree, "7")), "seven");
	assert_ptr_equal(json_at(tree, ""), tree);
	assert_null(json_at(tree, "o.l.2"));
	assert_null(json_at(tree, "o.l.-1"));
	assert_null(json_at(tree, "o.l.00000000000000000000"));
	assert_null(json_at(tree, "o.l.c"));
	assert_null(json_at(tree, "s.x"));
	assert_null(json_at(NULL, "s"));
}

static void
putting_members(void **state)
{
	struct op *op = *state;
	json_t *o = json_new(op);

	json_put(o, "s", "x\xc3\xa4/\"");
	json_put(o, "none", NULL);
	json_put_int(o, "n", INT64_MIN);
	json_put_bool(o, "b", false);
	json_put_time(op, o, "t", (struct instant){ INT64_C(1778234400007) });
	json_put_time(op, o, "never", (struct instant){ 0 });
	json_put_json(o, "j", "{\"a\":[1,2]}");
	json_put_json(o, "j0", NULL);
	json_put_json(o, "j1", "");
	json_put_json(o, "j2", "{broken");
	json_put_json(o, "j3", "[12345678901234567890]");
	assert_string_equal(
		json_text(op, o),
		"{\"s\":\"x\xc3\xa4/\\\"\",\"none\":null,\"n\":-9223372036854775808,\"b\":false,"
		"\"t\":\"2026-05-08T10:00:00.007Z\",\"never\":null,\"j\":{\"a\":[1,2]},"
		"\"j0\":null,\"j1\":null,\"j2\":\"{broken\",\"j3\":[\"12345678901234567890\"]}");
	assert_string_equal(json_text(op, json_new_array(op)), "[]");
	assert_string_equal(json_text(op, json_own(op, json_string("a"))), "\"a\"");
}

struct part {
	const char *name;
};

struct noun {
	const char *id, *token, *extra;
	int64_t count;
	bool on;
	struct instant made_at;
	struct list parts;
	const struct part *first;
};

static const struct shape part_shape[] = { SHAPE(struct part, name), SHAPE_END };
static const struct shape noun_shape[] = {
	SHAPE(struct noun, id),
	SHAPE_HIDDEN(struct noun, token),
	SHAPE_AS_JSON(struct noun, extra),
	SHAPE(struct noun, count),
	SHAPE(struct noun, on),
	SHAPE(struct noun, made_at),
	SHAPE_ROWS(struct noun, parts, struct part, part_shape),
	SHAPE_SUB(struct noun, first, part_shape),
	SHAPE_END,
};

static void
nouns_without_their_secrets(void **state)
{
	const struct part parts[] = { { "a" }, { NULL } };
	const struct noun nouns[] = {
		{ .id = "x_1",
		  .token = "hidden",
		  .extra = "{\"k\":1}",
		  .count = 3,
		  .on = true,
		  .made_at = { 1000 },
		  .parts = { 2, parts },
		  .first = parts },
		{ .id = NULL, .token = "hidden" },
	};
	const struct list list = { 2, nouns };
	struct op *op = *state;

	assert_string_equal(json_text(op, json_of(op, noun_shape, &nouns[0])),
			    "{\"id\":\"x_1\",\"extra\":{\"k\":1},\"count\":3,\"on\":true,"
			    "\"made_at\":\"1970-01-01T00:00:01.000Z\",\"parts\":[{\"name\":\"a\"},"
			    "{\"name\":null}],\"first\":{\"name\":\"a\"}}");
	assert_string_equal(json_text(op, json_of(op, noun_shape, &nouns[1])),
			    "{\"id\":null,\"extra\":null,\"count\":0,\"on\":false,\"made_at\":null,"
			    "\"parts\":[],\"first\":null}");
	assert_int_equal(json_array_size(json_of_list(op, noun_shape, sizeof(nouns[0]), &list)), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(refusals_say_where_and_what),
		TEST(refusals_do_not_quote_values),
		TEST(any_value_may_be_the_root),
		TEST(strings_mean_what_was_written),
		TEST(depth_ends_at_32),
		TEST(loose_documents),
		TEST(members_without_ceremony),
		TEST(putting_members),
		TEST(nouns_without_their_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
