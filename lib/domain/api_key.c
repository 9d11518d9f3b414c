/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api_key - the form of a key: who it is for, what is random in it, and its check sum
 *
 * The check sum lets a typing error be told from an unknown key without reading the database,
 * and lets secret scanners tell our pk_/sk_ from other vendors'. It protects nothing: only the
 * SHA-256 of the whole key in the database does.
 */
#include "domain/api_key.h"

#include <zlib.h>

#include "core/address.h"

enum { PREFIX_LENGTH = 6, RANDOM_LENGTH = 30, SUM_LENGTH = 6 };
_Static_assert(PREFIX_LENGTH + RANDOM_LENGTH + SUM_LENGTH == API_KEY_LENGTH, "parts of a key");

const struct shape api_key_shape[] = {
	SHAPE(struct api_key, id),
	SHAPE(struct api_key, account_id),
	SHAPE(struct api_key, instance_id),
	SHAPE(struct api_key, name),
	SHAPE(struct api_key, environment),
	SHAPE_HIDDEN(struct api_key, hash),
	SHAPE(struct api_key, prefix),
	SHAPE(struct api_key, last4),
	SHAPE(struct api_key, scopes),
	SHAPE(struct api_key, created_by),
	SHAPE(struct api_key, cidrs),
	SHAPE(struct api_key, per_second),
	SHAPE(struct api_key, per_minute),
	SHAPE(struct api_key, per_day),
	SHAPE(struct api_key, in_flight),
	SHAPE(struct api_key, created_at),
	SHAPE(struct api_key, expires_at),
	SHAPE(struct api_key, revoked_at),
	SHAPE(struct api_key, last_used_at),
	SHAPE_HIDDEN(struct api_key, sealed),
	SHAPE_END,
};

const char *const api_key_scopes[] = { "send", "read", "suppress", "configure", NULL };

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* CRC-32 of the n characters as base62, most significant digit first. 62^6 > 2^32. */
static void
write_sum(char out[SUM_LENGTH], const char *text, size_t n)
{
	uint32_t sum = (uint32_t)crc32(0, (const unsigned char *)text, (uInt)n);

	for (int i = SUM_LENGTH - 1; i >= 0; i--) {
		out[i] = digits[sum % 62];
		sum /= 62;
	}
}

char *
api_key_make(struct arena *arena, const char *environment, const char *random30)
{
	char sum[SUM_LENGTH];
	char *head =
		arena_printf(arena, "%s%s",
			     text_equal(environment, "production") ? "pk_wg_" : "sk_wg_", random30);

	expect(strlen(head) == PREFIX_LENGTH + RANDOM_LENGTH);
	write_sum(sum, head, PREFIX_LENGTH + RANDOM_LENGTH);
	return arena_printf(arena, "%s%.*s", head, SUM_LENGTH, sum);
}

bool
api_key_is_wellformed(const char *text)
{
	char sum[SUM_LENGTH];

	if (text_empty(text) || strlen(text) != API_KEY_LENGTH)
		return false;
	if (!text_starts(text, "pk_wg_") && !text_starts(text, "sk_wg_"))
		return false;
	if (strspn(text + PREFIX_LENGTH, digits) != RANDOM_LENGTH + SUM_LENGTH)
		return false;
	write_sum(sum, text, PREFIX_LENGTH + RANDOM_LENGTH);
	return memcmp(sum, text + PREFIX_LENGTH + RANDOM_LENGTH, SUM_LENGTH) == 0;
}

bool
api_key_has_scope(const struct api_key *key, const char *scope)
{
	return text_list_has(key->scopes, scope);
}

bool
api_key_may_come_from(struct arena *arena, const struct api_key *key, const char *address)
{
	return text_empty(key->cidrs) || address_is_listed(arena, address, key->cidrs);
}

/* Whatever is not production reaches no phone. */
bool
api_key_is_sandbox(const struct api_key *key)
{
	return !text_equal(key->environment, "production");
}

bool
api_key_covers(const struct api_key *key, const char *instance_id)
{
	return key->instance_id == NULL || text_equal(key->instance_id, instance_id);
}
