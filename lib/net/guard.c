/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard - which addresses a customer's URL may reach
 *
 * An address chosen by a customer must never lead into the operator's own network. All spellings
 * of both families are judged by one list of ranges (core/address.h). What the operator allows wins
 * over what is forbidden; what is neither must be global unicast (2000::/3 in IPv6).
 *
 * Ranges: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates), and the
 * one public address under which a cloud answers its machines (Azure's platform, 168.63.129.16).
 */
#include "net/guard.h"

#include "core/address.h"
#include "net/net_inside.h"

enum { ALLOW_MAX = 64, URL_MAX = 2048 };

/* IPv4 a.b.c.d/bits in its mapped form. */
#define V4(a, b, c, d, bits_)                                             \
	{                                                                 \
		{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d }, \
			ADDRESS_MAPPED_BITS + (bits_)                     \
	}

static const struct {
	struct address_range range;
	const char *words;
} forbidden[] = {
	{ V4(0, 0, 0, 0, 8), "an address of this network (0.0.0.0/8)" },
	{ V4(10, 0, 0, 0, 8), "a private address (10.0.0.0/8)" },
	{ V4(100, 64, 0, 0, 10), "a carrier's shared address (100.64.0.0/10)" },
	{ V4(127, 0, 0, 0, 8), "a loopback address (127.0.0.0/8)" },
	{ V4(168, 63, 129, 16, 32), "a cloud's own service (168.63.129.16)" },
	{ V4(169, 254, 0, 0, 16), "a link-local address (169.254.0.0/16)" },
	{ V4(172, 16, 0, 0, 12), "a private address (172.16.0.0/12)" },
	{ V4(192, 0, 0, 0, 24), "a protocol assignment (192.0.0.0/24)" },
	{ V4(192, 0, 2, 0, 24), "a documentation address (192.0.2.0/24)" },
	{ V4(192, 88, 99, 0, 24), "a 6to4 relay (192.88.99.0/24)" },
	{ V4(192, 168, 0, 0, 16), "a private address (192.168.0.0/16)" },
	{ V4(198, 18, 0, 0, 15), "a benchmarking address (198.18.0.0/15)" },
	{ V4(198, 51, 100, 0, 24), "a documentation address (198.51.100.0/24)" },
	{ V4(203, 0, 113, 0, 24), "a documentation address (203.0.113.0/24)" },
	{ V4(224, 0, 0, 0, 4), "a multicast address (224.0.0.0/4)" },
	{ V4(255, 255, 255, 255, 32), "the broadcast address" },
	{ V4(240, 0, 0, 0, 4), "a reserved address (240.0.0.0/4)" },
	{ { { 0 }, 128 }, "the unspecified address (::)" },
	{ { { [15] = 1 }, 128 }, "a loopback address (::1)" },
	{ { { 0x00, 0x64, 0xff, 0x9b }, 96 }, "a translated address (64:ff9b::/96)" },
	{ { { 0x00, 0x64, 0xff, 0x9b, 0, 1 }, 48 }, "a translated address (64:ff9b:1::/48)" },
	{ { { 0x01 }, 64 }, "a discard address (100::/64)" },
	{ { { 0x20, 0x01, 0, 0 }, 32 }, "a Teredo address (2001::/32)" },
	{ { { 0x20, 0x01, 0, 0 }, 23 }, "a protocol assignment (2001::/23)" },
	{ { { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, "a documentation address (2001:db8::/32)" },
	{ { { 0x20, 0x02 }, 16 }, "a 6to4 address (2002::/16)" },
	{ { { 0x3f, 0xff }, 20 }, "a documentation address (3fff::/20)" },
	{ { { 0x5f }, 16 }, "a segment routing address (5f00::/16)" },
	{ { { 0xfc }, 7 }, "a private address (fc00::/7)" },
	{ { { 0xfe, 0x80 }, 10 }, "a link-local address (fe80::/10)" },
	{ { { 0xff }, 8 }, "a multicast address (ff00::/8)" },
};

static const struct address_range mapped = V4(0, 0, 0, 0, 0);
static const struct address_range global_unicast = { { 0x20 }, 3 };

static const char not_https[] = "the address must start with https://";

/* Written by guard_configure before any call is made, only read afterwards. */
static struct address_range allowed[ALLOW_MAX];
static size_t allowed_count;

static bool
is_allowed(const unsigned char *at)
{
	for (size_t i = 0; i < allowed_count; i++)
		if (address_is_in(at, &allowed[i]))
			return true;
	return false;
}

static const char *
judge(const unsigned char *at)
{
	if (is_allowed(at))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(forbidden); i++)
		if (address_is_in(at, &forbidden[i].range))
			return forbidden[i].words;
	if (address_is_in(at, &mapped) || address_is_in(at, &global_unicast))
		return NULL;
	return "an address outside the public range (2000::/3)";
}

static void
allow_add(const struct address_range *range)
{
	allowed[allowed_count++] = *range;
}

enum rc
guard_configure(struct op *op, const char *allow)
{
	size_t n = 0;
	const char **items = text_split(op->arena, allow == NULL ? "" : allow, ',', &n);
	struct address_range range;

	if (n > ALLOW_MAX / 2)
		return op_fail(op, RC_INPUT, "destinations.allow names more than %d ranges",
			       ALLOW_MAX / 2);
	allowed_count = 0;
	for (size_t i = 0; i < n; i++) {
		if (text_equal_nocase(items[i], "loopback")) {
			allow_add(&(struct address_range)V4(127, 0, 0, 0, 8));
			allow_add(&(struct address_range){ { [15] = 1 }, 128 });
		} else if (address_read_range(op->arena, &range, items[i])) {
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

	if (!address_of(at, address))
		return "no internet address";
	return judge(at);
}

bool
guard_is_allowed(const struct sockaddr *address)
{
	unsigned char at[ADDRESS_LEN];

	return address_of(at, address) && is_allowed(at);
}

/* The host as an address: a literal in any spelling (curl has made 0x7f.1 and 2130706433 plain
 * dotted already) or the names that mean loopback everywhere (RFC 6761 section 6.3). */
static bool
host_literal(struct arena *arena, unsigned char *at, const char *host)
{
	char *bare = text_lower(arena, host);
	size_t n;

	if (bare[0] == '[')
		bare++;
	bare[strcspn(bare, "]%")] = '\0';
	n = strlen(bare);
	while (n > 0 && bare[n - 1] == '.')
		bare[--n] = '\0';
	if (text_equal(bare, "localhost") || text_ends(bare, ".localhost"))
		return address_read(at, "127.0.0.1");
	return address_read(at, bare);
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

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

const char *
guard_parts(struct arena *arena, const char *scheme, const char *host, const char *port)
{
	int64_t number = 0;

	if (!text_equal(scheme, "https") && !text_equal(scheme, "http"))
		return not_https;
	if (text_empty(host))
		return "the address names no host";
	/* One spelling of a name: what others make of the rest is not for us to guess. */
	if (!is_ascii(host))
		return "the host must be written in ASCII letters (xn--... for other scripts)";
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
