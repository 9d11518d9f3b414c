/* SPDX-License-Identifier: Apache-2.0 */
/* A stretch of time is a range of ids. */
#include "core/id_range.h"

#include "core/ids.h"
#include "core/secret.h"
#include "unit.h"

static void
test_range_holds_ids(void **state)
{
	struct op *op;

	(void)state;
	secret_start();
	op = op_begin("test");
	for (int i = 0; i < 1000; i++) {
		struct instant before = clock_now();
		const char *id = id_new(op, "msg");
		struct instant after = clock_after(clock_now(), 1);

		assert_true(strcmp(id_least(op, "msg", before), id) <= 0);
		assert_true(strcmp(id_least(op, "msg", after), id) > 0);
		assert_true(strcmp(id_beyond(op, "msg"), id) > 0);
		assert_true(id_time(id).ms >= before.ms && id_time(id).ms < after.ms);
	}
	op_end(op);
}

static void
test_edges(void **state)
{
	struct op *op = op_begin("test");
	const char *first = id_least(op, "msg", (struct instant){ 0 });

	(void)state;
	assert_string_equal(first, "msg_000000000000000000000000");
	assert_true(id_is(first, "msg"));
	assert_true(id_time("msg_00000001000000000000000").ms == 0);
	assert_true(id_time("msg_0000000u0000000000000000").ms == 0);
	assert_true(id_time("nothing").ms == 0);
	assert_true(id_time(NULL).ms == 0);
	assert_string_equal(id_least(op, "msg", (struct instant){ INT64_C(1577836800001) }),
			    "msg_000000010000000000000000");
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_range_holds_ids),
		cmocka_unit_test(test_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
