/* SPDX-License-Identifier: Apache-2.0 */
/* What a process remembers of conversations: only what it was told, and never less than before. */
#include "core/secret.h"
#include "fixture.h"
#include "gateway/spoken.h"

static void
only_what_was_told_is_known(void **state)
{
	const struct spoken_with ada = { "acc_1", "inst_1", "905321112233" };
	const struct spoken_with others[] = {
		{ "acc_2", "inst_1", "905321112233" },
		{ "acc_1", "inst_2", "905321112233" },
		{ "acc_1", "inst_1", "905321112234" },
		{ "acc_1i", "nst_1", "905321112233" },
	};
	struct instant heard = { 0 };

	(void)state;
	assert_false(spoken_find(&ada, &heard));
	spoken_note(&ada, (struct instant){ 0 });
	assert_true(spoken_find(&ada, &heard));
	assert_int_equal(heard.ms, 0);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_false(spoken_find(&others[i], &heard));
}

static void
what_was_heard_only_moves_forward(void **state)
{
	const struct spoken_with bob = { "acc_1", "inst_1", "905320000000" };
	struct instant heard = { 0 };

	(void)state;
	spoken_note(&bob, (struct instant){ 5000 });
	spoken_note(&bob, (struct instant){ 4000 });
	assert_true(spoken_find(&bob, &heard));
	assert_int_equal(heard.ms, 5000);
	spoken_note(&bob, (struct instant){ 6000 });
	assert_true(spoken_find(&bob, &heard));
	assert_int_equal(heard.ms, 6000);
}

/* Many more than fit: what is found is right, and nobody is found who was not told. */
static void
a_later_one_may_take_the_place(void **state)
{
	enum { MANY = 100000 };
	struct arena *arena = *state;
	size_t found = 0;

	for (int i = 0; i < MANY; i++) {
		const struct spoken_with with = { "acc_1", "inst_1",
						  arena_printf(arena, "1555%07d", i) };
		spoken_note(&with, (struct instant){ i + 1 });
	}
	for (int i = 0; i < 2 * MANY; i++) {
		const struct spoken_with with = { "acc_1", "inst_1",
						  arena_printf(arena, "1555%07d", i) };
		struct instant heard;

		if (!spoken_find(&with, &heard))
			continue;
		found++;
		assert_true(i < MANY);
		assert_int_equal(heard.ms, i + 1);
	}
	assert_in_range(found, 60000, 65536);
}

static struct spoken_with
person(struct arena *arena, int i)
{
	return (struct spoken_with){ "acc_1", "inst_2", arena_printf(arena, "1556%07d", i) };
}

/* One in ten goes to somebody new: those push out each other, not the regular ones. */
static void
regular_ones_stay(void **state)
{
	enum { REGULARS = 10000, ROUNDS = 5 };
	struct arena *arena = *state;
	struct instant heard = { 0 };
	int missed = 0, fresh = REGULARS;

	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < REGULARS; i++) {
			const struct spoken_with with = person(arena, i);

			if (!spoken_find(&with, &heard)) {
				missed += round > 0;
				spoken_note(&with, heard);
			}
			if (i % 10 == 0) {
				const struct spoken_with other = person(arena, fresh++);

				spoken_note(&other, heard);
			}
		}
	assert_in_range(missed, 0, REGULARS * (ROUNDS - 1) / 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_was_told_is_known),
		cmocka_unit_test(what_was_heard_only_moves_forward),
		cmocka_unit_test_setup_teardown(a_later_one_may_take_the_place, setup_arena,
						teardown_arena),
		cmocka_unit_test_setup_teardown(regular_ones_stay, setup_arena, teardown_arena),
	};

	secret_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
