/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address - numeric internet addresses, and whether they are in a range
 *
 * What cannot be read is in no range: who is unsure who is calling keeps the caller out.
 */
#include "core/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static const unsigned char mapped[ADDRESS_MAPPED_BITS / 8] = { [10] = 0xff, [11] = 0xff };

static void
map_v4(unsigned char *at, const struct in_addr *v4)
{
	memcpy(at, mapped, sizeof(mapped));
	memcpy(at + sizeof(mapped), v4, sizeof(*v4));
}

/* *bits: the length in its own family. */
static bool
read_literal(unsigned char *at, int *bits, const char *text)
{
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1) {
		map_v4(at, &v4);
		*bits = 32;
		return true;
	}
	*bits = 128;
	return inet_pton(AF_INET6, text, at) == 1;
}

bool
address_read(unsigned char at[ADDRESS_LEN], const char *text)
{
	int bits;

	return text != NULL && read_literal(at, &bits, text);
}

bool
address_of(unsigned char at[ADDRESS_LEN], const struct sockaddr *address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	switch (address->sa_family) {
	case AF_INET:
		memcpy(&v4, address, sizeof(v4));
		map_v4(at, &v4.sin_addr);
		return true;
	case AF_INET6:
		memcpy(&v6, address, sizeof(v6));
		memcpy(at, &v6.sin6_addr, ADDRESS_LEN);
		return true;
	default:
		return false;
	}
}

bool
address_read_range(struct arena *arena, struct address_range *out, const char *text)
{
	char *copy = arena_dup(arena, text);
	char *slash = strchr(copy, '/');
	struct address_range range;
	int64_t bits;
	int length;

	if (slash != NULL)
		*slash = '\0';
	if (!read_literal(range.at, &length, copy))
		return false;
	bits = length;
	if (slash != NULL && !text_int(slash + 1, 0, length, &bits))
		return false;
	range.bits = (int)bits + (length == 32 ? ADDRESS_MAPPED_BITS : 0);
	*out = range;
	return true;
}

bool
address_is_in(const unsigned char at[ADDRESS_LEN], const struct address_range *range)
{
	int whole = range->bits / 8, rest = range->bits % 8;

	if (memcmp(range->at, at, (size_t)whole) != 0)
		return false;
	return rest == 0 || ((range->at[whole] ^ at[whole]) >> (8 - rest)) == 0;
}

bool
address_is_listed(struct arena *arena, const char *address, const char *ranges)
{
	const char **items = text_split(arena, ranges == NULL ? "" : ranges, ',', NULL);
	unsigned char at[ADDRESS_LEN];
	struct address_range range;

	if (!address_read(at, address))
		return false;
	for (; *items != NULL; items++)
		if (address_read_range(arena, &range, *items) && address_is_in(at, &range))
			return true;
	return false;
}
