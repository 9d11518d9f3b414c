/* SPDX-License-Identifier: Apache-2.0 */
/* Shapes: members by name, typed access, samples that hold what escaping must catch. */
#include "unit.h"

#include "core/shape.h"

struct tag {
	const char *word;
	int64_t weight;
};

static const struct shape tag_shape[] = { SHAPE(struct tag, word), SHAPE(struct tag, weight),
					  SHAPE_END };

struct noun {
	bool on;
	const char *name;
	char *writable;
	int64_t count;
	struct instant made_at;
	const char *hidden, *raw;
	struct list tags;
	const struct tag *tag;
	const struct noun *parent;
};

static const struct shape noun_shape[] = {
	SHAPE(struct noun, on),
	SHAPE(struct noun, name),
	SHAPE(struct noun, writable),
	SHAPE(struct noun, count),
	SHAPE(struct noun, made_at),
	SHAPE_HIDDEN(struct noun, hidden),
	SHAPE_AS_JSON(struct noun, raw),
	SHAPE_ROWS(struct noun, tags, struct tag, tag_shape),
	SHAPE_SUB(struct noun, tag, tag_shape),
	SHAPE_SUB(struct noun, parent, noun_shape),
	SHAPE_END,
};

static void
members_are_found(void **state)
{
	(void)state;
	assert_ptr_equal(shape_find(noun_shape, "on"), &noun_shape[0]);
	assert_string_equal(shape_find(noun_shape, "tags")->name, "tags");
	assert_null(shape_find(noun_shape, "tagz"));
	assert_null(shape_find(noun_shape, ""));
	assert_int_equal(shape_find(noun_shape, "hidden")->flags, SHAPE_SECRET);
	assert_int_equal(shape_find(noun_shape, "tags")->flags, SHAPE_NOT_ROW);
	assert_int_equal(shape_find(noun_shape, "raw")->kind, SHAPE_JSON);
	assert_int_equal(shape_find(noun_shape, "writable")->kind, SHAPE_TEXT);
}

static void
access_is_typed(void **state)
{
	const struct tag tags[] = { { "a", 1 }, { "b", 2 } };
	const struct noun noun = { .on = true,
				   .name = "n",
				   .count = INT64_MIN,
				   .made_at = { 7 },
				   .raw = "[1]",
				   .tags = { 2, tags },
				   .tag = &tags[1] };

	(void)state;
	assert_true(shape_bool(shape_find(noun_shape, "on"), &noun));
	assert_string_equal(shape_text(shape_find(noun_shape, "name"), &noun), "n");
	assert_null(shape_text(shape_find(noun_shape, "hidden"), &noun));
	assert_string_equal(shape_text(shape_find(noun_shape, "raw"), &noun), "[1]");
	assert_true(shape_int(shape_find(noun_shape, "count"), &noun) == INT64_MIN);
	assert_int_equal(shape_time(shape_find(noun_shape, "made_at"), &noun).ms, 7);
	assert_ptr_equal(shape_list(shape_find(noun_shape, "tags"), &noun)->rows, tags);
	assert_ptr_equal(shape_object(shape_find(noun_shape, "tag"), &noun), &tags[1]);
	assert_null(shape_object(shape_find(noun_shape, "parent"), &noun));
}

static void
read_text_of_a_number(void *noun)
{
	shape_text(shape_find(noun_shape, "count"), noun);
}

static void
read_number_of_a_text(void *noun)
{
	shape_int(shape_find(noun_shape, "name"), noun);
}

static void
the_wrong_type_is_a_bug(void **state)
{
	struct noun noun = { 0 };

	(void)state;
	assert_bug(read_text_of_a_number, &noun);
	assert_bug(read_number_of_a_text, &noun);
}

static void
samples_are_nasty_and_end(void **state)
{
	struct arena *arena = arena_new(0);
	struct noun noun = { 0 };
	const struct tag *rows;
	int depth = 0;

	(void)state;
	shape_sample(arena, noun_shape, &noun);
	assert_non_null(strstr(noun.name, "<b>&\"'"));
	assert_non_null(strstr(noun.hidden, "<b>&\"'"));
	assert_true(noun.on && noun.count != 0 && noun.made_at.ms != 0);
	assert_int_equal(noun.tags.n, 2);
	rows = noun.tags.rows;
	assert_non_null(strstr(rows[1].word, "<b>&\"'"));
	assert_true(rows[1].weight != 0 && noun.tag->weight != 0);
	for (const struct noun *n = &noun; n; n = n->parent)
		depth++;
	assert_in_range(depth, 2, 10);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_found),
		cmocka_unit_test(access_is_typed),
		cmocka_unit_test(the_wrong_type_is_a_bug),
		cmocka_unit_test(samples_are_nasty_and_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
