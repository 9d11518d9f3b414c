/* SPDX-License-Identifier: Apache-2.0 */
/* API keys: their form and their check sum. */
#include "fixture.h"

#include <zlib.h>

#include "core/secret.h"
#include "domain/api_key.h"

static const char random30[] = "AbCdEfGhIjKlMnOpQrStUvWxYz0123";

/* The check sum read back as a number is the CRC-32 of all before it. */
static void
a_key_ends_with_the_crc_of_its_beginning(void **state)
{
	static const char digits[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	const char *key = api_key_make(*state, "production", random30);
	uint64_t sum = 0;

	assert_int_equal(strlen(key), API_KEY_LENGTH);
	assert_memory_equal(key, "pk_wg_", 6);
	assert_memory_equal(key + 6, random30, 30);
	for (const char *c = key + 36; *c != '\0'; c++)
		sum = sum * 62 + (uint64_t)(strchr(digits, *c) - digits);
	assert_int_equal(sum, crc32(0, (const unsigned char *)key, 36));
}

static void
the_prefix_tells_the_environment(void **state)
{
	assert_memory_equal(api_key_make(*state, "sandbox", random30), "sk_wg_", 6);
	assert_memory_equal(api_key_make(*state, "production", random30), "pk_wg_", 6);
}

static void
every_single_typing_error_is_noticed(void **state)
{
	char *key = api_key_make(*state, "production", random30);

	assert_true(api_key_is_wellformed(key));
	for (size_t i = 0; i < API_KEY_LENGTH; i++) {
		char right = key[i];

		key[i] = right == 'x' ? 'y' : 'x';
		assert_false(api_key_is_wellformed(key));
		key[i] = right;
	}
	assert_true(api_key_is_wellformed(key));
}

static void
swapped_neighbours_are_noticed(void **state)
{
	char *key = api_key_make(*state, "sandbox", random30);

	for (size_t i = 6; i + 1 < API_KEY_LENGTH; i++) {
		char left = key[i];

		if (left == key[i + 1])
			continue;
		key[i] = key[i + 1];
		key[i + 1] = left;
		assert_false(api_key_is_wellformed(key));
		key[i + 1] = key[i];
		key[i] = left;
	}
}

static void
other_texts_are_no_keys(void **state)
{
	static const char *const others[] = {
		"",
		"pk_wg_",
		"pk_wg_AbCdEfGhIjKlMnOpQrStUvWxYz012",
		"rk_wg_AbCdEfGhIjKlMnOpQrStUvWxYz0123000000",
		"pk_wg_AbCdEfGhIjKlMnOpQrStUvWxYz0-23000000",
	};
	const char *key = api_key_make(*state, "production", random30);

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_false(api_key_is_wellformed(others[i]));
	assert_false(api_key_is_wellformed(NULL));
	assert_false(api_key_is_wellformed(arena_printf(*state, "%s ", key)));
	assert_false(api_key_is_wellformed(arena_printf(*state, " %s", key)));
}

static void
scopes_are_whole_words(void **state)
{
	const struct api_key key = { .scopes = "send,read" };

	(void)state;
	assert_true(api_key_has_scope(&key, "send"));
	assert_true(api_key_has_scope(&key, "read"));
	assert_false(api_key_has_scope(&key, "configure"));
	assert_false(api_key_has_scope(&key, "sen"));
}

static void
a_key_is_of_use_where_it_says(void **state)
{
	struct api_key key = { .cidrs = NULL };

	assert_true(api_key_may_come_from(*state, &key, "203.0.113.7"));
	assert_true(api_key_may_come_from(*state, &key, ""));
	key.cidrs = "10.0.0.0/9,198.51.100.7,2001:db8:1::/48";
	assert_true(api_key_may_come_from(*state, &key, "10.127.255.255"));
	assert_false(api_key_may_come_from(*state, &key, "10.128.0.0"));
	assert_true(api_key_may_come_from(*state, &key, "198.51.100.7"));
	assert_false(api_key_may_come_from(*state, &key, "198.51.100.8"));
	assert_true(api_key_may_come_from(*state, &key, "2001:db8:1:ffff::1"));
	assert_false(api_key_may_come_from(*state, &key, "2001:db8:2::1"));
	/* the same address in another spelling; and what is none */
	assert_true(api_key_may_come_from(*state, &key, "::ffff:10.0.0.1"));
	assert_false(api_key_may_come_from(*state, &key, ""));
	assert_false(api_key_may_come_from(*state, &key, "localhost"));
}

static void
a_key_covers_its_own_instance_or_all(void **state)
{
	struct api_key key = { .environment = "production" };

	(void)state;
	assert_true(api_key_covers(&key, "inst_a"));
	key.instance_id = "inst_a";
	assert_true(api_key_covers(&key, "inst_a"));
	assert_false(api_key_covers(&key, "inst_b"));
	assert_false(api_key_is_sandbox(&key));
	key.environment = "sandbox";
	assert_true(api_key_is_sandbox(&key));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_arena, teardown_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_ends_with_the_crc_of_its_beginning),
		TEST(the_prefix_tells_the_environment),
		TEST(every_single_typing_error_is_noticed),
		TEST(swapped_neighbours_are_noticed),
		TEST(other_texts_are_no_keys),
		cmocka_unit_test(scopes_are_whole_words),
		TEST(a_key_is_of_use_where_it_says),
		cmocka_unit_test(a_key_covers_its_own_instance_or_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
