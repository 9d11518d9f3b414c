/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of files: which header asks for which bytes. */
#include "fixture.h"

#include "web/byte_range.h"

static void
headers_ask_for_parts(void **state)
{
	static const struct {
		const char *header;
		int64_t size, at, end;
		int status;
	} asked[] = {
		{ NULL, 1000, 0, 1000, 200 },
		{ "bytes=0-99", 1000, 0, 100, 206 },
		{ "bytes=0-0", 1000, 0, 1, 206 },
		{ "bytes=999-999", 1000, 999, 1000, 206 },
		{ "bytes=100-", 1000, 100, 1000, 206 },
		{ "bytes=100-5000", 1000, 100, 1000, 206 },
		{ "bytes=0-9223372036854775807", 1000, 0, 1000, 206 },
		{ "bytes=-1", 1000, 999, 1000, 206 },
		{ "bytes=-1000", 1000, 0, 1000, 206 },
		{ "bytes=-9223372036854775807", 1000, 0, 1000, 206 },
		{ "bytes=1000-", 1000, 0, 0, 416 },
		{ "bytes=9223372036854775807-", 1000, 0, 0, 416 },
		{ "bytes=-0", 1000, 0, 0, 416 },
		{ "bytes=0-", 0, 0, 0, 416 },
		/* Ignored: several, backwards, nonsense. */
		{ "bytes=0-1,5-6", 1000, 0, 1000, 200 },
		{ "bytes=5-2", 1000, 0, 1000, 200 },
		{ "bytes=-", 1000, 0, 1000, 200 },
		{ "bytes=", 1000, 0, 1000, 200 },
		{ "bytes=a-b", 1000, 0, 1000, 200 },
		{ "bytes=9223372036854775808-", 1000, 0, 1000, 200 },
		{ "bytes= 1-2", 1000, 0, 1000, 200 },
		{ "items=1-2", 1000, 0, 1000, 200 },
		{ "", 1000, 0, 1000, 200 },
	};

	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		struct byte_range range = byte_range_read(*state, asked[i].header, asked[i].size);

		if (range.status != asked[i].status || range.at != asked[i].at ||
		    range.end != asked[i].end)
			fail_msg("%s of %lld: %d, %lld to %lld", asked[i].header,
				 (long long)asked[i].size, range.status, (long long)range.at,
				 (long long)range.end);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(headers_ask_for_parts, setup_arena, teardown_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
