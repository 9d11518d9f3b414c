/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard - which addresses a customer's URL may reach
 *
 * An address chosen by a customer must never lead into the operator's own network. Every
 * address is held as 16 bytes of IPv6 (IPv4 in its mapped form), so that one list of ranges,
 * one mask and one comparison judge all spellings. What the operator allows wins over what is
 * forbidden; what is neither must be global unicast (2000::/3 in IPv6).
 *
 * Ranges: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates).
 */
#include "net/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "net/net_inside.h"

enum { ADDRESS_LEN = 16, MAPPED_BITS = 96, ALLOW_MAX = 64, URL_MAX = 2048 };

struct range {
	unsigned char at[ADDRESS_LEN];
	int bits;
	const char *words;
};

#define V4(a, b, c, d, bits_, words_)                                                            \
	{                                                                                        \
		{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d }, MAPPED_BITS + (bits_), \
			words_                                                                   \
	}

static const struct range forbidden[] = {
	V4(0, 0, 0, 0, 8, "an address of this network (0.0.0.0/8)"),
	V4(10, 0, 0, 0, 8, "a private address (10.0.0.0/8)"),
	V4(100, 64, 0, 0, 10, "a carrier's shared address (100.64.0.0/10)"),
	V4(127, 0, 0, 0, 8, "a loopback address (127.0.0.0/8)"),
	V4(169, 254, 0, 0, 16, "a link-local address (169.254.0.0/16)"),
	V4(172, 16, 0, 0, 12, "a private address (172.16.0.0/12)"),
	V4(192, 0, 0, 0, 24, "a protocol assignment (192.0.0.0/24)"),
	V4(192, 0, 2, 0, 24, "a documentation address (192.0.2.0/24)"),
	V4(192, 88, 99, 0, 24, "a 6to4 relay (192.88.99.0/24)"),
	V4(192, 168, 0, 0, 16, "a private address (192.168.0.0/16)"),
	V4(198, 18, 0, 0, 15, "a benchmarking address (198.18.0.0/15)"),
	V4(198, 51, 100, 0, 24, "a documentation address (198.51.100.0/24)"),
	V4(203, 0, 113, 0, 24, "a documentation address (203.0.113.0/24)"),
	V4(224, 0, 0, 0, 4, "a multicast address (224.0.0.0/4)"),
	V4(255, 255, 255, 255, 32, "the broadcast address"),
	V4(240, 0, 0, 0, 4, "a reserved address (240.0.0.0/4)"),
	{ { 0 }, 128, "the unspecified address (::)" },
	{ { [15] = 1 }, 128, "a loopback address (::1)" },
	{ { 0x00, 0x64, 0xff, 0x9b }, 96, "a translated address (64:ff9b::/96)" },
	{ { 0x00, 0x64, 0xff, 0x9b, 0, 1 }, 48, "a translated address (64:ff9b:1::/48)" },
	{ { 0x01 }, 64, "a discard address (100::/64)" },
	{ { 0x20, 0x01, 0, 0 }, 32, "a Teredo address (2001::/32)" },
	{ { 0x20, 0x01, 0, 0 }, 23, "a protocol assignment (2001::/23)" },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32, "a documentation address (2001:db8::/32)" },
	{ { 0x20, 0x02 }, 16, "a 6to4 address (2002::/16)" },
	{ { 0x3f, 0xff }, 20, "a documentation address (3fff::/20)" },
	{ { 0x5f }, 16, "a segment routing address (5f00::/16)" },
	{ { 0xfc }, 7, "a private address (fc00::/7)" },
	{ { 0xfe, 0x80 }, 10, "a link-local address (fe80::/10)" },
	{ { 0xff }, 8, "a multicast address (ff00::/8)" },
};

static const struct range mapped = { { [10] = 0xff, [11] = 0xff }, MAPPED_BITS, "" };
static const struct range global_unicast = { { 0x20 }, 3, "" };

static const char not_https[] = "the address must start with https://";

/* Written by guard_configure before any call is made, only read afterwards. */
static struct range allowed[ALLOW_MAX];
static size_t allowed_count;

static bool
range_has(const struct range *range, const unsigned char *at)
{
	int whole = range->bits / 8, rest = range->bits % 8;

	if (memcmp(range->at, at, (size_t)whole) != 0)
		return false;
	return rest == 0 || ((range->at[whole] ^ at[whole]) >> (8 - rest)) == 0;
}

static void
map_v4(unsigned char *at, const struct in_addr *v4)
{
	memcpy(at, mapped.at, 12);
	memcpy(at + 12, v4, 4);
}

static bool
bytes_of_address(unsigned char *at, const struct sockaddr *address)
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

/* A numeric address without brackets; *bits is its whole length in its own family. */
static bool
bytes_of_literal(unsigned char *at, int *bits, const char *text)
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

static bool
is_allowed(const unsigned char *at)
{
	for (size_t i = 0; i < allowed_count; i++)
		if (range_has(&allowed[i], at))
			return true;
	return false;
}

static const char *
judge(const unsigned char *at)
{
	if (is_allowed(at))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(forbidden); i++)
		if (range_has(&forbidden[i], at))
			return forbidden[i].words;
	if (range_has(&mapped, at) || range_has(&global_unicast, at))
		return NULL;
	return "an address outside the public range (2000::/3)";
}

/* "10.0.0.0/8", "fd00::/8" or a single address; host bits are ignored. */
static bool
range_read(struct arena *arena, struct range *out, const char *text)
{
	char *copy = arena_dup(arena, text);
	char *slash = strchr(copy, '/');
	int64_t bits;
	int length;

	*out = (struct range){ .words = "" };
	if (slash != NULL)
		*slash = '\0';
	if (!bytes_of_literal(out->at, &length, copy))
		return false;
	bits = length;
	if (slash != NULL && !text_int(slash + 1, 0, length, &bits))
		return false;
	out->bits = (int)bits + (length == 32 ? MAPPED_BITS : 0);
	return true;
}

static void
allow_add(const struct range *range)
{
	allowed[allowed_count++] = *range;
}

enum rc
guard_configure(struct op *op, const char *allow)
{
	size_t n = 0;
	const char **items = text_split(op->arena, allow == NULL ? "" : allow, ',', &n);
	struct range range;

	if (n > ALLOW_MAX / 2)
		return op_fail(op, RC_INPUT, "destinations.allow names more than %d ranges",
			       ALLOW_MAX / 2);
	allowed_count = 0;
	for (size_t i = 0; i < n; i++) {
		if (text_equal_nocase(items[i], "loopback")) {
			allow_add(&(struct range)V4(127, 0, 0, 0, 8, ""));
			allow_add(&(struct range){ { [15] = 1 }, 128, "" });
		} else if (range_read(op->arena, &range, items[i])) {
			allow_add(&range);
		} else {
			return op_fail(
				op, RC_INPUT,
				"destinations.allow: \"%s\" is neither \"loopback\" nor a range "
				"like 10.0.0.0/8",
				items[i]);
		}
	}
	return RC_OK;
}

const char *
guard_address(const struct sockaddr *address)
{
	unsigned char at[ADDRESS_LEN];

	if (!bytes_of_address(at, address))
		return "no internet address";
	return judge(at);
}

bool
guard_is_allowed(const struct sockaddr *address)
{
	unsigned char at[ADDRESS_LEN];

	return bytes_of_address(at, address) && is_allowed(at);
}

/* The host as an address: a literal in any spelling (curl has made 0x7f.1 and 2130706433 plain
 * dotted already) or the names that mean loopback everywhere (RFC 6761 section 6.3). */
static bool
host_literal(struct arena *arena, unsigned char *at, const char *host)
{
	char *bare = text_lower(arena, host);
	size_t n;
	int bits;

	if (bare[0] == '[')
		bare++;
	bare[strcspn(bare, "]%")] = '\0';
	n = strlen(bare);
	while (n > 0 && bare[n - 1] == '.')
		bare[--n] = '\0';
	if (text_equal(bare, "localhost") || text_ends(bare, ".localhost"))
		return bytes_of_literal(at, &bits, "127.0.0.1");
	return bytes_of_literal(at, &bits, bare);
}

static const char *
judge_host(struct arena *arena, const char *host, bool plain)
{
	unsigned char at[ADDRESS_LEN];
	const char *reason;

	if (!host_literal(arena, at, host))
		return plain && allowed_count == 0 ? not_https : NULL;
	reason = judge(at);
	if (reason != NULL)
		return arena_printf(
			arena, "the address leads to %s; use one that is public on the internet",
			reason);
	return plain && !is_allowed(at) ? not_https : NULL;
}

const char *
guard_parts(struct arena *arena, const char *scheme, const char *host, const char *port)
{
	int64_t number = 0;

	if (!text_equal(scheme, "https") && !text_equal(scheme, "http"))
		return not_https;
	if (text_empty(host))
		return "the address names no host";
	if (!text_int(port, 1, 65535, &number) || (number < 1024 && number != 80 && number != 443))
		return arena_printf(arena, "port %s is not allowed; use 443, 80 or 1024 to 65535",
				    port == NULL ? "0" : port);
	return judge_host(arena, host, text_equal(scheme, "http"));
}

enum rc
guard_url(struct op *op, const char *url)
{
	struct url_parts parts;
	const char *reason;

	if (text_empty(url) || strlen(url) > URL_MAX)
		return op_fail(op, RC_INPUT, "the address must have 1 to %d characters", URL_MAX);
	reason = url_parse(op->arena, &parts, url);
	if (reason == NULL)
		reason = guard_parts(op->arena, parts.scheme, parts.host, parts.port);
	return reason == NULL ? RC_OK : op_fail(op, RC_INPUT, "%s", reason);
}
