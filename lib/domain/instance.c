/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance - one WhatsApp number of an account: what it shows, its slug, its state
 *
 * Credentials are read from the table and never written to a page or to JSON. A slug is made
 * once, from the first display name, because customers write it into their programs.
 */
#include "domain/instance.h"

#include <uninorm.h>

const struct shape instance_shape[] = {
	SHAPE(struct instance, id),
	SHAPE(struct instance, account_id),
	SHAPE(struct instance, slug),
	SHAPE(struct instance, name),
	SHAPE(struct instance, provider),
	SHAPE(struct instance, state),
	SHAPE(struct instance, state_reason),
	SHAPE_HIDDEN(struct instance, state_cause),
	SHAPE_HIDDEN(struct instance, state_as_of),
	SHAPE_HIDDEN(struct instance, restricted_until),
	SHAPE(struct instance, window_policy),
	SHAPE(struct instance, phone_number_id),
	SHAPE(struct instance, waba_id),
	SHAPE(struct instance, display_number),
	SHAPE(struct instance, verified_name),
	SHAPE(struct instance, quality),
	SHAPE_HIDDEN(struct instance, access_token),
	SHAPE_HIDDEN(struct instance, app_secret),
	SHAPE_HIDDEN(struct instance, previous_app_secret),
	SHAPE(struct instance, previous_app_secret_until),
	SHAPE_HIDDEN(struct instance, verify_token),
	SHAPE(struct instance, check_result),
	SHAPE(struct instance, phone_app),
	SHAPE(struct instance, confirms_choices),
	SHAPE(struct instance, fetch_media),
	SHAPE(struct instance, paused_at),
	SHAPE(struct instance, suspended_at),
	SHAPE(struct instance, isolated_at),
	SHAPE(struct instance, checked_at),
	SHAPE(struct instance, created_at),
	SHAPE(struct instance, deleted_at),
	SHAPE_END,
};

enum { SLUG_MAX = 60, NAME_BYTES_MAX = 1024 };

/* Letters that Unicode does not take apart but people write with a basic one. */
static const struct {
	const char *letter, *plain;
} plain_letters[] = {
	{ "ı", "i" }, { "ß", "ss" }, { "ø", "o" }, { "Ø", "o" },  { "ł", "l" },
	{ "Ł", "l" }, { "đ", "d" },  { "Đ", "d" }, { "æ", "ae" }, { "Æ", "ae" },
};

/* Compatibility decomposition, so that "é" becomes "e" and a mark that is not copied. */
static const char *
decompose(struct arena *arena, const char *name, size_t *n)
{
	size_t in = strnlen(name, NAME_BYTES_MAX);
	size_t room = in * 18 + 1; /* the longest NFKD of a code point, Unicode UAX #15 */
	uint8_t *buffer = arena_alloc(arena, room);
	uint8_t *result;

	*n = room;
	result = u8_normalize(UNINORM_NFKD, (const uint8_t *)name, in, buffer, n);
	expect(result == buffer);
	return (const char *)buffer;
}

/* The plain spelling of the letter at p, and its length in bytes; NULL when it has none. */
static const char *
plain_letter(const char *p, size_t left, size_t *taken)
{
	for (size_t i = 0; i < ARRAY_LEN(plain_letters); i++) {
		size_t n = strlen(plain_letters[i].letter);

		if (left >= n && memcmp(p, plain_letters[i].letter, n) == 0) {
			*taken = n;
			return plain_letters[i].plain;
		}
	}
	return NULL;
}

/* Append one byte's worth of slug. Marks that decomposition split off vanish; whatever else is no
 * letter or digit becomes one dash between words. */
static size_t
add_byte(char *slug, size_t n, unsigned char c)
{
	static const char kept[] = "0123456789abcdefghijklmnopqrstuvwxyz";

	if (c >= 'A' && c <= 'Z')
		c = (unsigned char)(c - 'A' + 'a');
	if (c == '\0' || c >= 0x80 || n == SLUG_MAX)
		return n;
	if (strchr(kept, c) != NULL)
		slug[n++] = (char)c;
	else if (n > 0 && slug[n - 1] != '-')
		slug[n++] = '-';
	return n;
}

char *
instance_slug(struct arena *arena, const char *name)
{
	char slug[SLUG_MAX + 1];
	size_t left, n = 0;
	const char *p = decompose(arena, name, &left);

	while (left > 0) {
		size_t taken = 1;
		const char *plain = plain_letter(p, left, &taken);

		if (plain == NULL)
			n = add_byte(slug, n, (unsigned char)*p);
		for (; plain != NULL && *plain != '\0'; plain++)
			n = add_byte(slug, n, (unsigned char)*plain);
		p += taken;
		left -= taken;
	}
	while (n > 0 && slug[n - 1] == '-')
		n--;
	return n == 0 ? arena_dup(arena, "instance") : arena_dupn(arena, slug, n);
}

const char *
instance_state_for(const struct instance *instance)
{
	if (text_empty(instance->phone_number_id) || text_empty(instance->access_token))
		return "draft";
	return "open";
}
