/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_keywords - what an account may add to the words of opt-out, take back and switch off
 */
#include "store_fixture.h"

#include "gateway/keywords.h"
#include "store/keyword_store.h"

static enum rc
add(const char *language, const char *kind, const char *rule, const char *text)
{
	const struct keyword_draft draft = { language, kind, rule, text };
	struct keyword added = { 0 };

	return RC_OF(op, gateway_add_keyword(op, &added, &draft));
}

static size_t
own_count(void)
{
	struct op *op = fixture_op();
	struct list lines;

	must(op, gateway_list_keywords(op, &lines, NULL, true));
	op_end(op);
	return lines.n;
}

static void
what_makes_no_sense_is_refused(void **state)
{
	(void)state;
	assert_int_equal(add("xx", "stop", "word", "genug"), RC_INPUT);
	assert_int_equal(add("de", "halt", "word", "genug"), RC_INPUT);
	assert_int_equal(add("de", "stop", "ending", "genug"), RC_INPUT);
	assert_int_equal(add("de", "stop", "word", " !? "), RC_INPUT);
	assert_int_equal(add("de", "stop", "word", NULL), RC_INPUT);
	assert_int_equal(add("de", "stop", "word", "Danke!"), RC_INPUT);
	assert_int_equal(add("de", "stop", "phrase", "genug"), RC_INPUT);
	assert_int_equal(add("de", "start", "word", "STOPP"), RC_INPUT);
	assert_int_equal(add("de", "stop", "word", "ABMELDEN"), RC_CONFLICT);
	assert_int_equal(own_count(), 0);
}

static void
a_word_is_added_once_in_any_spelling(void **state)
{
	(void)state;
	assert_int_equal(add("fr", NULL, NULL, "Ça suffit"), RC_OK);
	assert_int_equal(add("fr", "stop", "word", "ca SUFFIT!"), RC_CONFLICT);
	assert_int_equal(add("fr", "start", "word", "ca suffit"), RC_INPUT);
	assert_int_equal(add("es", "stop", "word", "ca suffit"), RC_OK);
	assert_int_equal(own_count(), 2);
	assert_int_equal(RC_OF(op, gateway_remove_keyword(op, "fr", "ça suffit")), RC_OK);
	assert_int_equal(RC_OF(op, gateway_remove_keyword(op, "fr", "ça suffit")), RC_MISSING);
	assert_int_equal(RC_OF(op, gateway_remove_keyword(op, NULL, "ca suffit")), RC_OK);
	assert_int_equal(own_count(), 0);
}

static void
ordinary_answers_are_switched_off_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(RC_OF(op, gateway_switch_keyword(op, NULL, "STOP", false)), RC_INPUT);
	assert_int_equal(RC_OF(op, gateway_switch_keyword(op, NULL, "hello", false)), RC_INPUT);
	assert_int_equal(RC_OF(op, gateway_switch_keyword(op, "en", "cancel", true)), RC_CONFLICT);
	assert_int_equal(RC_OF(op, gateway_switch_keyword(op, "pt", "cancelar", false)), RC_OK);
	assert_int_equal(own_count(), 1);
	/* In all languages: in Spanish too; Portuguese is off already. */
	assert_int_equal(RC_OF(op, gateway_switch_keyword(op, NULL, "Cancelar", false)), RC_OK);
	assert_int_equal(own_count(), 2);
	assert_int_equal(RC_OF(op, gateway_switch_keyword(op, NULL, "cancelar", false)),
			 RC_CONFLICT);
	assert_int_equal(RC_OF(op, gateway_remove_keyword(op, NULL, "cancelar")), RC_MISSING);
	assert_int_equal(RC_OF(op, gateway_switch_keyword(op, NULL, "cancelar", true)), RC_OK);
	assert_int_equal(own_count(), 0);
}

static void
an_account_has_so_many_words(void **state)
{
	struct op *op = fixture_op();
	struct keyword added = { 0 };

	(void)state;
	for (int i = 0; i < KEYWORDS_MAX; i++) {
		const struct keyword_draft draft = { "en", "stop", "word",
						     arena_printf(op->arena, "word%d", i) };

		must(op, gateway_add_keyword(op, &added, &draft));
	}
	assert_int_equal(add("en", "stop", "word", "one more"), RC_LIMIT);
	assert_int_equal(own_count(), KEYWORDS_MAX);
	op_end(op);
}

static void
every_language_lists_its_words(void **state)
{
	struct op *op = fixture_op();
	const struct keyword_line *rows;
	struct list all, turkish;

	(void)state;
	must(op, gateway_list_keywords(op, &all, NULL, false));
	assert_int_equal(all.n, optout_entry_count);
	must(op, gateway_list_keywords(op, &turkish, "tr", false));
	rows = turkish.rows;
	for (size_t i = 0; i < turkish.n; i++) {
		assert_string_equal(rows[i].language, "tr");
		assert_true(rows[i].builtin && !rows[i].off);
	}
	assert_int_equal(gateway_list_keywords(op, &all, "xx", false), RC_INPUT);
	op_end(op);
}

static void
an_answer_is_changed_and_given_back(void **state)
{
	const struct confirmation_view *rows;
	struct op *op = fixture_op();
	struct list list;

	(void)state;
	must(op, gateway_set_confirmation(op, &fixture_instance,
					  &(struct confirmation_change){ "en", "  Bye. ", NULL }));
	must(op, gateway_list_confirmations(op, &list, &fixture_instance));
	rows = list.rows;
	assert_string_equal(rows[0].stop, "Bye.");
	assert_true(rows[0].own_stop && !rows[0].own_start && !rows[1].own_stop);
	assert_string_equal(rows[0].start, optout_confirmation(OPTOUT_START, "en"));
	must(op, gateway_set_confirmation(op, &fixture_instance,
					  &(struct confirmation_change){ "en", "", NULL }));
	must(op, gateway_list_confirmations(op, &list, &fixture_instance));
	assert_false(((const struct confirmation_view *)list.rows)[0].own_stop);
	assert_int_equal(gateway_set_confirmation(op, &fixture_instance,
						  &(struct confirmation_change){ "xx", "a", NULL }),
			 RC_INPUT);
	op_end(op);
}

static int
setup(void **state)
{
	(void)state;
	store_begin("");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	store_end();
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_makes_no_sense_is_refused),
		TEST(a_word_is_added_once_in_any_spelling),
		TEST(ordinary_answers_are_switched_off_and_nothing_else),
		TEST(an_account_has_so_many_words),
		TEST(every_language_lists_its_words),
		TEST(an_answer_is_changed_and_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
