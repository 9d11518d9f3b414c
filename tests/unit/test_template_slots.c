/* SPDX-License-Identifier: Apache-2.0 */
/* What a template asks for when it is filled in by hand, and what it is then. */
#include "unit.h"

#include "domain/template_slots.h"

static struct op *op;

static int
setup(void **state)
{
	(void)state;
	op = op_begin("test");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	op_end(op);
	return 0;
}

static struct template_slots
slots_of(const char *components)
{
	const struct wa_template t = { .name = "order",
				       .language = "en",
				       .components = components };
	struct template_slots slots;

	template_slots_read(op, &slots, &t);
	return slots;
}

static void
each_value_is_asked_for_once(void **state)
{
	const struct template_slots slots =
		slots_of("[{\"type\":\"HEADER\",\"format\":\"TEXT\",\"text\":\"Order {{1}}\"},"
			 "{\"type\":\"BODY\",\"text\":\"Hi {{1}}, {{2}} is ready, {{ 1 }}\"},"
			 "{\"type\":\"FOOTER\",\"text\":\"Bye\"}]");

	(void)state;
	assert_null(slots.obstacle);
	assert_int_equal(slots.n, 3);
	assert_true(slots.rows[0].in_header);
	assert_string_equal(slots.rows[2].name, "2");
	assert_string_equal(slots.footer, "Bye");
}

static void
what_needs_more_than_texts_says_so(void **state)
{
	static const char *const obstacles[] = {
		"[{\"type\":\"HEADER\",\"format\":\"IMAGE\"}]",
		"[{\"type\":\"BUTTONS\",\"buttons\":[{\"type\":\"URL\",\"url\":\"https://x.example/"
		"{{1}}\"}]}]",
		"[{\"type\":\"BUTTONS\",\"buttons\":[{\"type\":\"OTP\"}]}]",
		"[{\"type\":\"CAROUSEL\"}]",
		"[{\"type\":\"BODY\",\"text\":\"{{1}}{{2}}{{3}}{{4}}{{5}}{{6}}{{7}}{{8}}{{9}}{{10}}"
		"{{11}}"
		"{{12}}{{13}}{{14}}{{15}}{{16}}{{17}}\"}]",
		"no json",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(obstacles); i++)
		assert_non_null(slots_of(obstacles[i]).obstacle);
	assert_non_null(slots_of(NULL).obstacle);
	assert_null(slots_of("[{\"type\":\"BUTTONS\",\"buttons\":[{\"type\":\"QUICK_REPLY\"}]}]")
			    .obstacle);
}

static void
it_is_filled_in_as_meta_wants_it(void **state)
{
	static const char *const values[] = { "4711", "Sara" };
	const struct wa_template t = {
		.name = "order",
		.language = "en_US",
		.components = "[{\"type\":\"HEADER\",\"format\":\"TEXT\",\"text\":\"No {{1}}\"},"
			      "{\"type\":\"BODY\",\"text\":\"Hi {{first_name}}\"}]",
	};
	struct template_slots slots;

	(void)state;
	template_slots_read(op, &slots, &t);
	assert_string_equal(
		json_text(op, template_slots_fill(op, &t, &slots, values)),
		"{\"name\":\"order\",\"language\":{\"code\":\"en_US\"},\"components\":["
		"{\"type\":\"header\",\"parameters\":[{\"type\":\"text\",\"text\":\"4711\"}]},"
		"{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"parameter_name\":\"first_"
		"name\","
		"\"text\":\"Sara\"}]}]}");
}

static void
without_values_there_are_no_components(void **state)
{
	const struct wa_template t = { .name = "hello_world",
				       .language = "en",
				       .components = "[{\"type\":\"BODY\",\"text\":\"Hello\"}]" };
	struct template_slots slots;

	(void)state;
	template_slots_read(op, &slots, &t);
	assert_string_equal(json_text(op, template_slots_fill(op, &t, &slots, NULL)),
			    "{\"name\":\"hello_world\",\"language\":{\"code\":\"en\"}}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_value_is_asked_for_once, setup, teardown),
		cmocka_unit_test_setup_teardown(what_needs_more_than_texts_says_so, setup,
						teardown),
		cmocka_unit_test_setup_teardown(it_is_filled_in_as_meta_wants_it, setup, teardown),
		cmocka_unit_test_setup_teardown(without_values_there_are_no_components, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
