/* SPDX-License-Identifier: Apache-2.0 */
/* The documentation made from tables: every refusal is explained, under every code it has, and in
 * the API's description; the Postman collection has every operation. */
#include "fixture.h"

#include "site/documents.h"
#include "site/error_help.h"
#include "site/site.h"

static const enum dialect all_dialects[] = { DIALECT_GUARDED, DIALECT_PROXY, DIALECT_GRAPH };

static bool
is_sentence(const char *text)
{
	return !text_empty(text) && text_points(text) >= 10 && text_ends(text, ".");
}

static void
every_refusal_is_explained(void **state)
{
	(void)state;
	for (enum refusal r = REFUSAL_NONE + 1; r < REFUSAL__MAX; r++) {
		const struct error_help *help = error_help(r);

		if (!is_sentence(help->when) || !is_sentence(help->what) ||
		    error_again_text(help->again) == NULL)
			fail_msg("refusal %d (%s) has no help", (int)r, refusal_word(r));
	}
}

static void
every_refusal_has_a_code_in_every_dialect(void **state)
{
	struct op *op = *state;

	for (enum refusal r = REFUSAL_NONE + 1; r < REFUSAL__MAX; r++)
		for (size_t d = 0; d < ARRAY_LEN(all_dialects); d++) {
			struct refusal_face face = site_face(op, all_dialects[d], r);

			if (face.status < 400 || face.status > 599 || text_empty(face.code) ||
			    text_equal(face.code, "0"))
				fail_msg("refusal %d in dialect %zu", (int)r, d);
		}
}

/* Clients that check answers by the description must know every code. */
static void
the_description_lists_every_code(void **state)
{
	struct op *op = *state;
	const char *openapi = document("openapi.json");

	for (enum refusal r = REFUSAL_NONE + 1; r < REFUSAL__MAX; r++) {
		const char *word = site_face(op, DIALECT_GUARDED, r).code;
		const char *code = site_face(op, DIALECT_PROXY, r).code;
		const char *number = site_face(op, DIALECT_GRAPH, r).code;

		if (strstr(openapi, arena_printf(op->arena, "\"%s\"", word)) == NULL ||
		    strstr(openapi, arena_printf(op->arena, "\"%s\"", code)) == NULL ||
		    strstr(openapi, arena_printf(op->arena, " %s", number)) == NULL)
			fail_msg("openapi.json lacks %s, %s or %s", word, code, number);
	}
}

static size_t
count_operations(const json_t *openapi)
{
	const char *path, *method;
	json_t *place, *operation;
	size_t n = 0;

	json_object_foreach(json_object_get(openapi, "paths"), path, place)
		json_object_foreach(place, method, operation) n += method != NULL;
	return n;
}

static void
the_collection_has_every_operation(void **state)
{
	struct op *op = *state;
	json_t *openapi, *collection, *folder;
	size_t i, n = 0;
	const char *text;

	assert_int_equal(json_read(op, &openapi, bytes_of(document("openapi.json"))), RC_OK);
	collection = postman_collection(op, openapi, "https://gateway.example");
	json_array_foreach(json_object_get(collection, "item"), i, folder) n +=
		json_array_size(json_object_get(folder, "item"));
	assert_int_equal(n, count_operations(openapi));
	text = json_text(op, collection);
	assert_non_null(strstr(text, "{{base_url}}/api/messages/:id"));
	assert_non_null(strstr(text, "\\\"instance_id\\\":\\\"{{instance_id}}\\\""));
	assert_non_null(strstr(text, "\\\"phone\\\":\\\"{{phone}}\\\""));
	assert_non_null(
		strstr(text, "{\"key\":\"base_url\",\"value\":\"https://gateway.example\"}"));
	assert_null(strstr(text, "+966500000001\\\""));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_op, teardown_op)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_refusal_is_explained),
		TEST(every_refusal_has_a_code_in_every_dialect),
		TEST(the_description_lists_every_code),
		TEST(the_collection_has_every_operation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
