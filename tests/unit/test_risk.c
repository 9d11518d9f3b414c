/* SPDX-License-Identifier: Apache-2.0 */
/* The risk of a send: its parts, what they add up to, and what that leads to. */
#include "domain/fold.h"
#include "domain/risk.h"
#include "fixture.h"

static int64_t
part(struct arena *arena, enum risk_kind kind, const struct risk_facts *facts)
{
	struct risk risk;

	risk_judge(arena, &risk, facts);
	assert_true((risk.parts[kind].score > 0) == (risk.parts[kind].sentence != NULL));
	return risk.parts[kind].score;
}

static void
the_same_text_to_many_new_people(void **state)
{
	static const struct {
		int64_t people, score;
	} cases[] = {
		{ 0, 0 }, { 1, 0 }, { 19, 0 }, { 20, 10 }, { 110, 29 }, { 200, 49 }, { 90000, 49 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(
			part(*state, RISK_SAME_TEXT,
			     &(struct risk_facts){ .text = "Hi", .same_text = cases[i].people }),
			cases[i].score);
}

static void
a_burst_is_one_over_the_accounts_own_mean(void **state)
{
	static const struct {
		int64_t hour, week, score;
	} cases[] = {
		{ 200, 0, 0 },           /* too few for a burst */
		{ 201, 0, 49 },          /* an account that wrote to nobody before */
		{ 201, 60 * 168, 0 },    /* three times the mean */
		{ 240, 60 * 168, 10 },   /* four times */
		{ 600, 60 * 168, 29 },   /* ten times */
		{ 960, 60 * 168, 49 },   /* sixteen times */
		{ 5000, 5000 * 168, 0 }, /* a large account as always */
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(part(*state, RISK_BURST,
				      &(struct risk_facts){ .new_hour = cases[i].hour,
							    .new_week = cases[i].week }),
				 cases[i].score);
}

static void
links_to_shorteners(void **state)
{
	static const struct {
		const char *text, *host;
	} cases[] = {
		{ "See https://bit.ly/3abc", "bit.ly" },
		{ "see WWW.BIT.LY/3abc now", "bit.ly" },
		{ "http://tinyurl.com:80/x", "tinyurl.com" },
		{ "(https://user@t.co/x)", "t.co" },
		{ "a/b https://is.gd./x", "is.gd" },
		{ "We write about bit.ly and t.co", NULL },
		{ "https://orbit.ly/x https://bit.ly.example.com/x", NULL },
		{ "https://example.com/bit.ly", NULL },
		{ "1/2 and //", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *found = risk_shortener(cases[i].text);

		if (!text_equal(found, cases[i].host))
			fail_msg("%s: %s", cases[i].text, found == NULL ? "none" : found);
	}
}

static void
words_of_advertising(void **state)
{
	static const struct {
		const char *text, *purpose;
		int64_t score;
	} cases[] = {
		{ "Your order is ready.", "transactional", 0 },
		{ "We wholesale and resale", "transactional", 0 },
		{ "FLASH SALE", "transactional", 20 },
		{ "Get 50% off", "transactional", 20 },
		{ "Turn it off", "transactional", 0 },
		{ "Sale, sale, SALE!", "support", 20 },
		{ "Big sale: buy now", "support", 35 },
		{ "Sale! Buy now, limited time", "support", 49 },
		{ "Sale! Buy now, limited time, 20% off, hurry up", "support", 49 },
		{ "Sale! Buy now, limited time", "marketing", 0 },
		{ "خَصْم كبير لفترة محدودة", "support", 35 },
		{ "BÜYÜK İNDİRİM: kampanyayı değil, fırsatları KAÇIRMAYIN", "operational", 49 },
		{ "¡OFERTAS! Aprovecha", "operational", 35 },
		{ "Aproveite a PROMOCAO", "operational", 35 },
		{ "Rabatt: JETZT KAUFEN", "operational", 35 },
		{ "Soldes: dernière chance", "operational", 35 },
		{ "", "support", 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct risk_facts facts = { .text = cases[i].text,
						  .purpose = cases[i].purpose };
		int64_t score = part(*state, RISK_MARKETING_WORDS, &facts);

		if (score != cases[i].score)
			fail_msg("%s: %d", cases[i].text, (int)score);
	}
}

/* Each entry is found as it is written, and no two are the same words. */
static void
every_word_of_the_table_counts(void **state)
{
	struct arena *arena = *state;

	for (size_t i = 0; risk_marketing_words[i] != NULL; i++) {
		const char *word = risk_marketing_words[i];
		const struct risk_facts facts = { .text = arena_printf(arena, "a %s b", word),
						  .purpose = "support" };

		if (part(arena, RISK_MARKETING_WORDS, &facts) != 20)
			fail_msg("%s does not count once", word);
		for (size_t j = 0; j < i; j++)
			if (text_equal(fold_words(arena, word, 100),
				       fold_words(arena, risk_marketing_words[j], 100)))
				fail_msg("%s stands twice", word);
	}
}

static void
no_part_alone_is_looked_at_and_all_together_are_blocked(void **state)
{
	static const struct risk_facts worst = {
		.text = "Sale! Buy now, limited time: https://bit.ly/x",
		.purpose = "support",
		.same_text = 100000,
		.new_hour = 100000,
	};
	struct risk risk;

	risk_judge(*state, &risk, &worst);
	assert_int_equal(risk.score, 100);
	for (size_t i = 0; i < RISK__MAX; i++) {
		assert_in_range(risk.parts[i].score, 1, 49);
		assert_string_equal(risk_action(risk.parts[i].score, 50, 80), "allow");
	}
	assert_string_equal(risk_action(risk.score, 50, 80), "block");
}

static void
scores_lead_to_actions(void **state)
{
	(void)state;
	assert_string_equal(risk_action(0, 50, 80), "allow");
	assert_string_equal(risk_action(49, 50, 80), "allow");
	assert_string_equal(risk_action(50, 50, 80), "review");
	assert_string_equal(risk_action(79, 50, 80), "review");
	assert_string_equal(risk_action(80, 50, 80), "block");
	assert_string_equal(risk_action(100, 101, 101), "allow");
	assert_string_equal(risk_action(30, 50, 20), "block");
}

static void
parts_explain_themselves_without_the_message(void **state)
{
	struct op *op = *state;
	struct risk risk;
	const char *text;
	json_t *parts;

	risk_judge(op->arena, &risk,
		   &(struct risk_facts){ .text = "Secret plan on sale at bit.ly/q7",
					 .purpose = "support" });
	text = risk_parts_text(op->arena, &risk);
	assert_int_equal(json_read(op, &parts, bytes_of(text)), RC_OK);
	assert_int_equal(json_object_size(parts), 2);
	assert_int_equal(json_integer_value(json_at(parts, "shortener.score")), 35);
	assert_non_null(strstr(json_string_value(json_at(parts, "shortener.reason")), "bit.ly"));
	assert_int_equal(json_integer_value(json_at(parts, "marketing_words.score")), 20);
	assert_null(strstr(text, "ecret"));
	assert_null(strstr(text, "q7"));
	risk_judge(op->arena, &risk, &(struct risk_facts){ .text = "Hi", .purpose = "support" });
	assert_null(risk_parts_text(op->arena, &risk));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, setup_arena, teardown_arena)
		IN_ARENA(the_same_text_to_many_new_people),
		IN_ARENA(a_burst_is_one_over_the_accounts_own_mean),
		IN_ARENA(links_to_shorteners),
		IN_ARENA(words_of_advertising),
		IN_ARENA(every_word_of_the_table_counts),
		IN_ARENA(no_part_alone_is_looked_at_and_all_together_are_blocked),
		IN_ARENA(scores_lead_to_actions),
		cmocka_unit_test_setup_teardown(parts_explain_themselves_without_the_message,
						setup_op, teardown_op),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
