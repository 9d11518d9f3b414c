/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text without reading it: spans cut out as they stand, and the form that Meta signs. */
#include "fixture.h"

#include <dirent.h>

#include "core/json.h"
#include "core/secret.h"

static void
assert_span(const char *document, const char *path, const char *wanted)
{
	struct bytes got = json_span(bytes_of(document), path);

	if (!bytes_equal(got, bytes_of(wanted)))
		fail_msg("%s of %s: %.*s", path, document, (int)got.n,
			 got.n ? (const char *)got.p : "");
}

static void
spans_are_cut_byte_for_byte(void **state)
{
	const char *doc =
		" { \"a\" : [ 1.50 , { \"b\":\"\\u00e4\\/}\\\"]\" } , [ ] ],"
		"\"n\":123456789012345678901234567890,\"dup\":1,\"dup\":{\"x\":2},\"e\":\"\" } ";

	(void)state;
	assert_span(doc, "a.0", "1.50");
	assert_span(doc, "a.1", "{ \"b\":\"\\u00e4\\/}\\\"]\" }");
	assert_span(doc, "a.1.b", "\"\\u00e4\\/}\\\"]\"");
	assert_span(doc, "a.2", "[ ]");
	assert_span(doc, "a.3", "");
	assert_span(doc, "a.x", "");
	assert_span(doc, "n", "123456789012345678901234567890");
	assert_span(doc, "n.x", "");
	assert_span(doc, "dup", "{\"x\":2}");
	assert_span(doc, "dup.x", "2");
	assert_span(doc, "e", "\"\"");
	assert_span(doc, "absent", "");
	assert_span(
		doc, "",
		"{ \"a\" : [ 1.50 , { \"b\":\"\\u00e4\\/}\\\"]\" } , [ ] ],"
		"\"n\":123456789012345678901234567890,\"dup\":1,\"dup\":{\"x\":2},\"e\":\"\" }");
	assert_span("{\"fr\\u006fm\":1}", "from", "1");
	assert_span("{\"from\":1,\"fr\\u006fm\":2}", "from", "2");
	assert_span("{\"a\":1}", "", "{\"a\":1}");
	assert_span(" true ", "", "true");
	assert_span("{}", "a", "");
	assert_span("", "a", "");
	assert_span("", "", "");
}

static void
items_are_counted_and_walked(void **state)
{
	struct bytes array = bytes_of(" [ 1 ,[2,3],{\"a\":[4]}, \"],\" ,null ] ");
	static const char *const items[] = { "1", "[2,3]", "{\"a\":[4]}", "\"],\"", "null" };
	struct bytes item = { NULL, 0 };

	(void)state;
	assert_int_equal(json_span_count(array), 5);
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		assert_true(bytes_equal(json_span_item(array, i), bytes_of(items[i])));
		assert_true(json_span_next(array, &item));
		assert_true(bytes_equal(item, bytes_of(items[i])));
	}
	assert_false(json_span_next(array, &item));
	assert_true(bytes_equal(item, bytes_of("null")));
	assert_int_equal(json_span_item(array, 5).n, 0);
	assert_int_equal(json_span_count(bytes_of("[]")), 0);
	assert_int_equal(json_span_count(bytes_of("{\"a\":1}")), 0);
	assert_int_equal(json_span_count(bytes_of("")), 0);
	assert_int_equal(json_span_item(bytes_of("7"), 0).n, 0);
}

static const char *
ascii_of(struct op *op, struct bytes json)
{
	struct buf b;

	buf_init(&b, op->arena, 1 << 24);
	json_ascii(&b, json);
	assert_true(buf_ok(&b));
	return buf_str(&b);
}

static void
ascii_is_metas_form(void **state)
{
	static const char *const pairs[][2] = {
		{ "{\"text\":{\"body\":\"\xc3\xa4\xc3\xb6\xc3\xa5 \xf0\x9f\x91\x8d "
		  "https://a.b/c\"}}",
		  "{\"text\":{\"body\":\"\\u00e4\\u00f6\\u00e5 \\ud83d\\udc4d "
		  "https:\\/\\/a.b\\/c\"}}" },
		{ " { \"a b\" :\t[ 1.50 ,\r\n -0, 1E+2 ] , \"a b\":\"x  y\" } ",
		  "{\"a b\":[1.50,-0,1E+2],\"a b\":\"x  y\"}" },
		{ "\"\x7f\"", "\"\\u007f\"" },
		{ "\"\\u00E4\\/\\\"\\\\\\n/\"", "\"\\u00E4\\/\\\"\\\\\\n\\/\"" },
		{ "\"\xe2\x80\xa8\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"",
		  "\"\\u2028\\uffff\\ud800\\udc00\\udbff\\udfff\"" },
		{ "123456789012345678901234567890", "123456789012345678901234567890" },
		{ "\"\"", "\"\"" },
		{ "", "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		assert_string_equal(ascii_of(*state, bytes_of(pairs[i][0])), pairs[i][1]);
}

/* Meta's own samples, where the tree is accompanied by them. */
#define SAMPLES "../shared/meta/"

static struct bytes
whole_file(struct op *op, const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = arena_alloc(op->arena, 1 << 20);
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	return bytes_slice(text, n);
}

static void
assert_same_tree(struct op *op, struct bytes json)
{
	const char *text = ascii_of(op, json);
	json_t *before = NULL, *after = NULL;

	assert_int_equal(json_read_loose(op, &before, json), RC_OK);
	assert_int_equal(json_read_loose(op, &after, bytes_of(text)), RC_OK);
	assert_true(json_equal(before, after));
	for (; *text; text++)
		assert_true(*text >= 0x20 && *text < 0x7f);
}

static void
ascii_keeps_metas_samples(void **state)
{
	DIR *folder = opendir(SAMPLES "webhooks");
	size_t seen = 0;

	(void)state;
	if (!folder)
		skip();
	for (struct dirent *e = readdir(folder); e; e = readdir(folder)) {
		struct op *op;

		if (!text_ends(e->d_name, ".json"))
			continue;
		op = op_begin("cli");
		assert_same_tree(op, whole_file(op, arena_printf(op->arena, SAMPLES "webhooks/%s",
								 e->d_name)));
		op_end(op);
		seen++;
	}
	closedir(folder);
	assert_true(seen > 50);
}

static struct bytes
unhexed(struct op *op, const char *hex)
{
	size_t n = strlen(hex) / 2;
	unsigned char *raw = arena_alloc(op->arena, n + 1);

	assert_true(text_unhex(hex, raw, n));
	return bytes_slice(raw, n);
}

static void
signatures_are_metas(void **state)
{
	struct op *op = *state;
	json_t *tree = NULL;
	size_t i;
	const json_t *v;

	if (access(SAMPLES "signature_vectors.json", R_OK) != 0)
		skip();
	assert_int_equal(json_read(op, &tree, whole_file(op, SAMPLES "signature_vectors.json")),
			 RC_OK);
	json_array_foreach(json_at(tree, "vectors"), i, v)
	{
		struct bytes body = unhexed(op, json_str(v, "body_hex"));
		unsigned char out[SHA256_LEN];

		secret_hmac(bytes_of(json_str(v, "secret")), &body, 1, out);
		assert_string_equal(
			arena_printf(op->arena, "sha256=%s",
				     text_hex(op->arena, bytes_slice(out, sizeof(out)))),
			json_str(v, "x_hub_signature_256"));
	}
	assert_true(i > 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(spans_are_cut_byte_for_byte), TEST(items_are_counted_and_walked),
		TEST(ascii_is_metas_form),         TEST(ascii_keeps_metas_samples),
		TEST(signatures_are_metas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
