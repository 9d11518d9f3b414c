/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a phone number: what is taken is E.164 digits, taking it again changes nothing,
 * and it is the digits that were written, in their order.
 */
#include "domain/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
has_these_digits(const char *written, const char *digits)
{
	for (; *written != '\0'; written++)
		if (*written >= '0' && *written <= '9' && *digits++ != *written)
			return false;
	return *digits == '\0';
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena;
	const char *written, *digits;

	if (!text_is_utf8(bytes_slice(data, size)))
		return 0;
	arena = arena_new(0);
	written = arena_dupn(arena, data, size);
	digits = recipient_normalize(arena, written);
	if (digits != NULL) {
		expect(strlen(digits) >= 7 && strlen(digits) <= 15 && digits[0] != '0');
		expect(recipient_is_bare(digits));
		expect(text_equal(recipient_normalize(arena, digits), digits));
		expect(text_equal(recipient_normalize(arena, recipient_written(arena, digits)),
				  digits));
		expect(has_these_digits(written, digits));
	}
	arena_free(arena);
	return 0;
}
