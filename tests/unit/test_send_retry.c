/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a refused message is tried again: the waits themselves, and what each of Meta's codes means.
 */
#include "op_fixture.h"

#include "core/json.h"
#include "core/settings.h"
#include "domain/send_retry.h"
#include "provider/cloud_error.h"

/* ---- waits ---- */

static int64_t
wait_of(enum send_retry retry, int64_t n)
{
	return send_retry_wait(retry, n, 0, SEND_RETRY_SPREAD / 2);
}

static void
passing_trouble_waits_longer_each_time(void **state)
{
	(void)state;
	assert_int_equal(wait_of(SEND_RETRY_BACKOFF, 1), 2 * SECOND_MS);
	assert_int_equal(wait_of(SEND_RETRY_BACKOFF, 2), 4 * SECOND_MS);
	assert_int_equal(wait_of(SEND_RETRY_BACKOFF, 9), 512 * SECOND_MS);
	assert_int_equal(wait_of(SEND_RETRY_BACKOFF, 10), 15 * MINUTE_MS);
	assert_int_equal(wait_of(SEND_RETRY_BACKOFF, INT64_MAX), 15 * MINUTE_MS);
}

static void
backoff_is_spread_and_never_longer_than_the_most(void **state)
{
	(void)state;
	assert_int_equal(send_retry_wait(SEND_RETRY_BACKOFF, 1, 0, 0), 1600);
	assert_int_equal(send_retry_wait(SEND_RETRY_BACKOFF, 1, 0, SEND_RETRY_SPREAD), 2400);
	assert_int_equal(send_retry_wait(SEND_RETRY_BACKOFF, 99, 0, SEND_RETRY_SPREAD),
			 15 * MINUTE_MS);
	assert_int_equal(send_retry_wait(SEND_RETRY_BACKOFF, 99, 0, 0), 12 * MINUTE_MS);
}

static void
the_pair_limit_waits_powers_of_four(void **state)
{
	(void)state;
	assert_int_equal(wait_of(SEND_RETRY_PAIR, 1), 4 * SECOND_MS);
	assert_int_equal(wait_of(SEND_RETRY_PAIR, 2), 16 * SECOND_MS);
	assert_int_equal(wait_of(SEND_RETRY_PAIR, 5), 1024 * SECOND_MS);
	assert_int_equal(wait_of(SEND_RETRY_PAIR, 8), 65536 * SECOND_MS);
	assert_int_equal(wait_of(SEND_RETRY_PAIR, INT64_MAX), 65536 * SECOND_MS);
}

static void
announced_waits_are_kept_and_never_is_never(void **state)
{
	(void)state;
	assert_int_equal(send_retry_wait(SEND_RETRY_LATER, 7, 300000, 0), 300000);
	assert_int_equal(wait_of(SEND_RETRY_LATER, 1), HOUR_MS);
	assert_int_equal(wait_of(SEND_RETRY_NEVER, 1), -1);
}

/* ---- codes ---- */

static struct provider_error
read_code(int64_t code, const struct net_header *header)
{
	struct net_call call = { .outcome = NET_ANSWERED,
				 .status = 400,
				 .answer_headers = header,
				 .answer_header_count = header != NULL };
	struct provider_error error = { .code = code };

	cloud_error_wait(op, &error, &call);
	return error;
}

static void
every_code_with_a_wait_of_its_own(void **state)
{
	static const struct {
		int64_t code;
		enum send_retry retry;
		int64_t wait_ms;
		bool holds_number;
	} wanted[] = {
		{ 4, SEND_RETRY_LATER, 0, true },
		{ 613, SEND_RETRY_LATER, 0, false },
		{ 80007, SEND_RETRY_LATER, 0, true },
		{ 80008, SEND_RETRY_LATER, 0, true },
		{ 130429, SEND_RETRY_BACKOFF, 0, true },
		{ 131049, SEND_RETRY_LATER, DAY_MS, false },
		{ 131056, SEND_RETRY_PAIR, 0, false },
		{ 131057, SEND_RETRY_BACKOFF, 0, true },
		{ 131064, SEND_RETRY_LATER, 0, false },
		{ 131208, SEND_RETRY_BACKOFF, 0, false },
		{ 132015, SEND_RETRY_LATER, 3 * HOUR_MS, false },
		{ 132069, SEND_RETRY_LATER, HOUR_MS, false },
		{ 133000, SEND_RETRY_BACKOFF, 0, true },
		{ 133004, SEND_RETRY_BACKOFF, 0, true },
		{ 133015, SEND_RETRY_LATER, 5 * MINUTE_MS, true },
		{ 133016, SEND_RETRY_LATER, 72 * HOUR_MS, true },
		{ 134101, SEND_RETRY_LATER, 10 * MINUTE_MS, false },
		{ 139102, SEND_RETRY_BACKOFF, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		struct provider_error error = read_code(wanted[i].code, NULL);

		if (error.retry != wanted[i].retry || error.wait_ms != wanted[i].wait_ms ||
		    error.holds_number != wanted[i].holds_number)
			fail_msg("code %lld", (long long)wanted[i].code);
	}
}

static void
what_is_open_or_needs_a_change_is_never_tried_again(void **state)
{
	static const int64_t codes[] = { 0,      1,      2,      3,      10,     33,
					 100,    190,    230,    368,    130403, 130472,
					 130497, 131000, 131016, 131005, 131008, 131026,
					 131031, 131042, 131044, 131047, 131048, 131050,
					 132000, 132016, 133010, 135000, 999999 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (read_code(codes[i], NULL).retry != SEND_RETRY_NEVER)
			fail_msg("code %lld", (long long)codes[i]);
}

static void
the_time_in_the_answer_wins(void **state)
{
	static const struct net_header usage = {
		"x-business-use-case-usage",
		"{\"102290129340398\":[{\"type\":\"whatsapp\",\"call_count\":100,"
		"\"estimated_time_to_regain_access\":7},{\"type\":"
		"\"whatsapp_business_management\",\"estimated_time_to_regain_access\":19}]}"
	};
	static const struct net_header idle = {
		"x-business-use-case-usage",
		"{\"1\":[{\"type\":\"whatsapp\",\"estimated_time_to_regain_access\":0}]}"
	};
	static const struct net_header broken = { "x-business-use-case-usage", "{\"1\":[" };
	static const struct net_header after = { "retry-after", "120" };

	(void)state;
	assert_int_equal(read_code(80007, &usage).wait_ms, 19 * MINUTE_MS);
	assert_int_equal(read_code(80007, &idle).wait_ms, 0);
	assert_int_equal(read_code(80007, &broken).wait_ms, 0);
	assert_int_equal(read_code(4, &after).wait_ms, 120 * SECOND_MS);
	/* Of the number's throughput nothing is announced; the header speaks of other calls. */
	assert_int_equal(read_code(130429, &usage).wait_ms, 0);
	assert_string_equal(op->why, "");
}

/* ---- Meta's own table, where it is at hand ---- */

/* What errors.json calls it; the ambiguous ones are never repeated, whatever it says. */
static bool
agrees(const char *word, int64_t code, const struct provider_error *error)
{
	if ((cloud_error_class(code) & CLOUD_AMBIGUOUS) != 0)
		return error->retry == SEND_RETRY_NEVER;
	if (text_equal(word, "backoff"))
		return error->retry == SEND_RETRY_BACKOFF || error->retry == SEND_RETRY_PAIR;
	if (text_equal(word, "later"))
		return error->retry == SEND_RETRY_LATER;
	return error->retry == SEND_RETRY_NEVER;
}

static json_t *
errors_of_meta(void)
{
	static const char path[] = "../shared/meta/errors.json";
	json_t *root = json_load_file(path, 0, NULL);

	if (root == NULL)
		skip();
	return json_object_get(json_own(op, root), "errors");
}

static void
all_of_metas_codes_have_the_class_that_is_published(void **state)
{
	json_t *errors = errors_of_meta(), *one;
	size_t i;

	(void)state;
	assert_true(json_array_size(errors) > 100);
	json_array_foreach(errors, i, one)
	{
		int64_t code = json_int(one, "code", -1), wait = json_int(one, "wait_s", 0);
		struct provider_error error = read_code(code, NULL);

		if (!agrees(json_str(one, "retry"), code, &error) ||
		    (wait != 0 && error.wait_ms != wait * SECOND_MS))
			fail_msg("code %lld is %s", (long long)code, json_str(one, "retry"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passing_trouble_waits_longer_each_time),
		cmocka_unit_test(backoff_is_spread_and_never_longer_than_the_most),
		cmocka_unit_test(the_pair_limit_waits_powers_of_four),
		cmocka_unit_test(announced_waits_are_kept_and_never_is_never),
		cmocka_unit_test_setup_teardown(every_code_with_a_wait_of_its_own, setup_static_op,
						teardown_op),
		cmocka_unit_test_setup_teardown(what_is_open_or_needs_a_change_is_never_tried_again,
						setup_static_op, teardown_op),
		cmocka_unit_test_setup_teardown(the_time_in_the_answer_wins, setup_static_op,
						teardown_op),
		cmocka_unit_test_setup_teardown(all_of_metas_codes_have_the_class_that_is_published,
						setup_static_op, teardown_op),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
