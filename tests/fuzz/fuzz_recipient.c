/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a recipient: a phone number is taken as E.164 digits, those that were written, in
 * their order; an id as it is; taking what was taken again changes nothing, neither does taking
 * what people are shown of it.
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

static void
check_number(struct arena *arena, const char *written, const char *digits)
{
	expect(strlen(digits) >= 7 && strlen(digits) <= 15 && digits[0] != '0');
	expect(recipient_is_bare(digits) && recipient_is_metas(digits));
	expect(text_equal(recipient_normalize(arena, digits), digits));
	expect(has_these_digits(written, digits));
}

static void
check_read(struct arena *arena, const char *written, enum recipient_kind kind, const char *taken)
{
	enum recipient_kind again_kind;
	const char *again;

	expect(recipient_read(arena, &again, &again_kind, taken));
	expect(again_kind == kind && text_equal(again, taken));
	expect(recipient_read(arena, &again, &again_kind, recipient_written(arena, taken)));
	expect(again_kind == kind && text_equal(again, taken));
	if (kind == RECIPIENT_PHONE)
		check_number(arena, written, taken);
	else
		expect(text_equal(written, taken) && recipient_normalize(arena, written) == NULL);
	expect(recipient_is_user_id(taken) == (kind == RECIPIENT_USER_ID));
	expect(kind == RECIPIENT_USER_ID || text_points(taken) <= 128);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum recipient_kind kind;
	struct arena *arena;
	const char *written, *taken;

	if (!text_is_utf8(bytes_slice(data, size)))
		return 0;
	arena = arena_new(0);
	written = arena_dupn(arena, data, size);
	if (recipient_read(arena, &taken, &kind, written))
		check_read(arena, written, kind, taken);
	else
		expect(recipient_normalize(arena, written) == NULL &&
		       !recipient_is_user_id(written));
	arena_free(arena);
	return 0;
}
