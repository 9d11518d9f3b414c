/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_ADDRESS_H
#define CORE_ADDRESS_H

#include <sys/socket.h>

#include "core/text.h"

/*
 * Numeric internet addresses and ranges of them. Both families are 16 bytes of IPv6, IPv4 in its
 * mapped form (RFC 4291 2.5.5.2), so that one comparison judges every spelling.
 */
enum { ADDRESS_LEN = 16, ADDRESS_MAPPED_BITS = 96 };

/* bits: how many of the 128 count. */
struct address_range {
	unsigned char at[ADDRESS_LEN];
	int bits;
};

/* False when the text is no numeric address, or the family is neither; at is then undefined. */
bool address_read(unsigned char at[ADDRESS_LEN], const char *text);
bool address_of(unsigned char at[ADDRESS_LEN], const struct sockaddr *address);

/* "10.0.0.0/8", "fd00::/8" or a single address; host bits are ignored. False when it is neither;
 * *out untouched. */
bool address_read_range(struct arena *arena, struct address_range *out, const char *text);

bool address_is_in(const unsigned char at[ADDRESS_LEN], const struct address_range *range);

/* Is the numeric address in one of a comma-separated list of ranges? False for what is none. */
bool address_is_listed(struct arena *arena, const char *address, const char *ranges);

#endif
