/* SPDX-License-Identifier: Apache-2.0 */
/* The arena: alignment, zeroes, the cap, destructors in order, arithmetic that overflows. */
#include "unit.h"

#include "core/arena.h"

static void
memory_is_zeroed_and_aligned(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t n = 0; n < 20000; n = n * 3 + 1) {
		unsigned char *p = arena_alloc(arena, n);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
	}
	arena_free(arena);
}

static void
pieces_do_not_overlap(void **state)
{
	enum { PIECES = 3000 };
	struct arena *arena = arena_new(0);
	unsigned char *piece[PIECES];

	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		piece[i] = arena_alloc(arena, 1 + i % 97);
		memset(piece[i], (int)(i % 251), 1 + i % 97);
	}
	for (size_t i = 0; i < PIECES; i++) {
		for (size_t j = 0; j < 1 + i % 97; j++)
			assert_int_equal(piece[i][j], i % 251);
	}
	arena_free(arena);
}

static void
copies_end_with_nul(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	assert_null(arena_dup(arena, NULL));
	assert_string_equal(arena_dup(arena, ""), "");
	assert_string_equal(arena_dup(arena, "text"), "text");
	assert_string_equal(arena_dupn(arena, "text", 2), "te");
	assert_string_equal(arena_dupn(arena, NULL, 0), "");
	assert_string_equal(arena_printf(arena, "%s-%d", "a", 7), "a-7");
	arena_free(arena);
}

static void
long_texts_are_printed_whole(void **state)
{
	struct arena *arena = arena_new(0);
	char *text = arena_printf(arena, "%0*d", 100000, 1);

	(void)state;
	assert_int_equal(strlen(text), 100000);
	assert_true(arena_used(arena) >= 100001);
	arena_free(arena);
}

static char order[8];
static size_t ended;

static void
note(void *name)
{
	order[ended++] = *(const char *)name;
}

static void
texts_are_joined_up_to_the_null(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	assert_string_equal(arena_join(arena, "key", ":", "", "key_1"), "key:key_1");
	assert_string_equal(arena_join(arena, "one"), "one");
	arena_free(arena);
}

static void
destructors_run_last_first(void **state)
{
	struct arena *arena = arena_new(0);
	char names[] = "abc";

	(void)state;
	ended = 0;
	for (size_t i = 0; i < 3; i++)
		arena_defer(arena, note, &names[i]);
	arena_free(arena);
	assert_int_equal(ended, 3);
	assert_memory_equal(order, "cba", 3);
	arena_free(NULL);
}

static void
a_mark_ends_only_what_came_after_it(void **state)
{
	struct arena *arena = arena_new(0);
	char names[] = "abcd";
	const void *mark;

	(void)state;
	ended = 0;
	arena_defer(arena, note, &names[0]);
	mark = arena_mark(arena);
	arena_defer(arena, note, &names[1]);
	arena_defer(arena, note, &names[2]);
	arena_release(arena, mark);
	assert_int_equal(ended, 2);
	arena_release(arena, mark);
	assert_int_equal(ended, 2);
	arena_defer(arena, note, &names[3]);
	arena_free(arena);
	assert_int_equal(ended, 4);
	assert_memory_equal(order, "cbda", 4);
}

static void
grow_past_cap(void *n)
{
	struct arena *arena = arena_new(10000);

	for (size_t i = 0; i < *(size_t *)n; i++)
		arena_alloc(arena, 100);
}

static void
ask_too_much_at_once(void *n)
{
	arena_alloc(arena_new(10000), *(size_t *)n);
}

static void
overflow_array(void *n)
{
	arena_array(arena_new(0), *(size_t *)n, 16);
}

static void
the_cap_is_fatal(void **state)
{
	size_t under = 80, over = 200, huge = SIZE_MAX, wraps = SIZE_MAX / 8;

	(void)state;
	assert_int_equal(status_of(grow_past_cap, &under), 0);
	assert_fatal(grow_past_cap, &over);
	assert_fatal(ask_too_much_at_once, &huge);
	assert_fatal(overflow_array, &wraps);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(pieces_do_not_overlap),
		cmocka_unit_test(copies_end_with_nul),
		cmocka_unit_test(long_texts_are_printed_whole),
		cmocka_unit_test(texts_are_joined_up_to_the_null),
		cmocka_unit_test(destructors_run_last_first),
		cmocka_unit_test(a_mark_ends_only_what_came_after_it),
		cmocka_unit_test(the_cap_is_fatal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
