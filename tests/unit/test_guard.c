/* SPDX-License-Identifier: Apache-2.0 */
/* The guard: destinations of every forbidden kind in every spelling, what the operator allows,
 * and the URLs that customers may save. */
#include "op_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "net/guard.h"

static int
begin(void **state)
{
	setup_static_op(state);
	assert_int_equal(guard_configure(op, ""), RC_OK);
	return 0;
}

static void
allow(const char *list)
{
	assert_int_equal(guard_configure(op, list), RC_OK);
}

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static union address
address_of(const char *text)
{
	union address a = { .v4 = { .sin_family = AF_INET } };

	if (inet_pton(AF_INET, text, &a.v4.sin_addr) == 1)
		return a;
	a = (union address){ .v6 = { .sin6_family = AF_INET6 } };
	assert_int_equal(inet_pton(AF_INET6, text, &a.v6.sin6_addr), 1);
	return a;
}

static const char *
judge(const char *text)
{
	union address a = address_of(text);

	return guard_address(&a.any);
}

static const struct {
	const char *address;
	bool open;
} destinations[] = {
	/* first and last of each range, and the neighbours outside it */
	{ "0.0.0.0", false },
	{ "0.255.255.255", false },
	{ "1.0.0.0", true },
	{ "1.1.1.1", true },
	{ "8.8.8.8", true },
	{ "9.255.255.255", true },
	{ "10.0.0.0", false },
	{ "10.255.255.255", false },
	{ "11.0.0.0", true },
	{ "100.63.255.255", true },
	{ "100.64.0.0", false },
	{ "100.127.255.255", false },
	{ "100.128.0.0", true },
	{ "126.255.255.255", true },
	{ "127.0.0.1", false },
	{ "127.255.255.255", false },
	{ "128.0.0.0", true },
	{ "168.63.129.15", true },
	{ "168.63.129.16", false },
	{ "168.63.129.17", true },
	{ "169.253.255.255", true },
	{ "169.254.0.0", false },
	{ "169.254.169.254", false },
	{ "169.255.0.0", true },
	{ "172.15.255.255", true },
	{ "172.16.0.0", false },
	{ "172.31.255.255", false },
	{ "172.32.0.0", true },
	{ "191.255.255.255", true },
	{ "192.0.0.0", false },
	{ "192.0.0.255", false },
	{ "192.0.1.0", true },
	{ "192.0.2.1", false },
	{ "192.0.3.0", true },
	{ "192.88.98.255", true },
	{ "192.88.99.1", false },
	{ "192.88.100.0", true },
	{ "192.167.255.255", true },
	{ "192.168.0.1", false },
	{ "192.168.255.255", false },
	{ "192.169.0.0", true },
	{ "198.17.255.255", true },
	{ "198.18.0.0", false },
	{ "198.19.255.255", false },
	{ "198.20.0.0", true },
	{ "198.51.99.255", true },
	{ "198.51.100.1", false },
	{ "198.51.101.0", true },
	{ "203.0.112.255", true },
	{ "203.0.113.255", false },
	{ "203.0.114.0", true },
	{ "223.255.255.255", true },
	{ "224.0.0.1", false },
	{ "239.255.255.255", false },
	{ "240.0.0.1", false },
	{ "255.255.255.254", false },
	{ "255.255.255.255", false },
	/* IPv6 */
	{ "::", false },
	{ "::1", false },
	{ "::2", false },
	{ "::10.0.0.1", false },
	{ "::ffff:10.0.0.1", false },
	{ "::ffff:127.0.0.1", false },
	{ "::ffff:169.254.169.254", false },
	{ "::ffff:8.8.8.8", true },
	{ "64:ff9b::10.0.0.1", false },
	{ "64:ff9b::8.8.8.8", false },
	{ "64:ff9b:1::1", false },
	{ "100::1", false },
	{ "100:0:0:1::1", false },
	{ "1fff:ffff::1", false },
	{ "2000::1", true },
	{ "2001::1", false },
	{ "2001:0:4136:e378:8000:63bf:3fff:fdd2", false },
	{ "2001:1ff::1", false },
	{ "2001:200::1", true },
	{ "2001:db7::1", true },
	{ "2001:db8::1", false },
	{ "2001:db9::1", true },
	{ "2001:4860:4860::8888", true },
	{ "2002:7f00:1::1", false },
	{ "2002:808:808::1", false },
	{ "2003::1", true },
	{ "2606:4700:4700::1111", true },
	{ "2a03:2880:f100::1", true },
	{ "3ffe::1", true },
	{ "3fff::1", false },
	{ "3fff:fff::1", false },
	{ "3fff:1000::1", true },
	{ "4000::1", false },
	{ "5f00::1", false },
	{ "fbff::1", false },
	{ "fc00::1", false },
	{ "fd00:ec2::254", false },
	{ "fdff::1", false },
	{ "fe7f::1", false },
	{ "fe80::1", false },
	{ "febf::1", false },
	{ "fec0::1", false },
	{ "ff02::1", false },
};

static void
every_address_is_judged_by_its_range(void **state)
{
	(void)state;
	assert_true(ARRAY_LEN(destinations) >= 80);
	for (size_t i = 0; i < ARRAY_LEN(destinations); i++) {
		const char *reason = judge(destinations[i].address);

		if ((reason == NULL) != destinations[i].open)
			fail_msg("%s: %s", destinations[i].address, reason ? reason : "open");
	}
}

static void
reasons_name_the_range(void **state)
{
	(void)state;
	assert_string_equal(judge("10.1.2.3"), "a private address (10.0.0.0/8)");
	assert_string_equal(judge("::ffff:10.1.2.3"), "a private address (10.0.0.0/8)");
	assert_string_equal(judge("fe80::1"), "a link-local address (fe80::/10)");
	assert_string_equal(judge("255.255.255.255"), "the broadcast address");
}

static void
other_families_are_refused(void **state)
{
	struct sockaddr local = { .sa_family = AF_UNIX };

	(void)state;
	assert_non_null(guard_address(&local));
	assert_false(guard_is_allowed(&local));
}

static void
the_operator_opens_what_it_names_and_nothing_else(void **state)
{
	union address a;

	(void)state;
	allow("loopback");
	assert_null(judge("127.0.0.1"));
	assert_null(judge("127.9.9.9"));
	assert_null(judge("::1"));
	assert_null(judge("::ffff:127.0.0.1"));
	assert_non_null(judge("10.0.0.1"));
	allow(" 10.20.0.0/16 , fd12:3456::/32, 192.168.7.9 ");
	assert_null(judge("10.20.255.1"));
	assert_non_null(judge("10.21.0.1"));
	assert_null(judge("::ffff:10.20.0.1"));
	assert_null(judge("fd12:3456:1::1"));
	assert_non_null(judge("fd12:3457::1"));
	assert_null(judge("192.168.7.9"));
	assert_non_null(judge("192.168.7.8"));
	assert_non_null(judge("127.0.0.1"));
	a = address_of("8.8.8.8");
	assert_false(guard_is_allowed(&a.any));
	a = address_of("10.20.0.1");
	assert_true(guard_is_allowed(&a.any));
	allow("10.0.0.0/9");
	assert_null(judge("10.127.0.1"));
	assert_non_null(judge("10.128.0.1"));
}

static void
a_wrong_item_is_named(void **state)
{
	static const char *const wrong[] = { "10.0.0/8",    "10.0.0.0/33", "fd00::/129",
					     "local",       "10.0.0.0/",   "10.0.0.0/-1",
					     "10.0.0.0/8x", "example.com", "300.1.1.1" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		op_forgive(op);
		assert_int_equal(guard_configure(op, wrong[i]), RC_INPUT);
		assert_non_null(strstr(op->why, wrong[i]));
	}
}

static bool
url_passes(const char *url)
{
	op_forgive(op);
	return guard_url(op, url) == RC_OK;
}

static const char *const good_urls[] = {
	"https://crm.example.com/hook",
	"https://crm.example.com",
	"https://crm.example.com:8443/hook?a=b",
	"https://crm.example.com:80/",
	"https://8.8.8.8/hook",
	"https://[2606:4700:4700::1111]/hook",
	"HTTPS://CRM.EXAMPLE.COM/",
};

static const char *const bad_urls[] = {
	"",
	"crm.example.com/hook",
	"http://crm.example.com/hook",
	"ftp://crm.example.com/hook",
	"file:///etc/passwd",
	"gopher://crm.example.com/",
	"javascript:alert(1)",
	"https://",
	"https://bücher.example/hook",
	"https://user@crm.example.com/",
	"https://user:secret@crm.example.com/",
	"https://crm.example.com:22/",
	"https://crm.example.com:25/",
	"https://crm.example.com:1023/",
	"https://crm.example.com:0/",
	"https://crm.example.com:65536/",
	"https://127.0.0.1/",
	"https://127.1/",
	"https://0x7f.1/",
	"https://0x7f000001/",
	"https://2130706433/",
	"https://017700000001/",
	"https://0177.0.0.01/",
	"https://10.0.0.1/",
	"https://0xa.0.0.1/",
	"https://192.168.257/",
	"https://169.254.169.254/latest/meta-data/",
	"https://[::1]/",
	"https://[::ffff:127.0.0.1]/",
	"https://[::ffff:7f00:1]/",
	"https://[fe80::1%25eth0]/",
	"https://[fd00::1]/",
	"https://[64:ff9b::a00:1]/",
	"https://localhost/",
	"https://LOCALHOST./",
	"https://a.localhost/",
	"https://0.0.0.0/",
	"https://crm.example.com/a b",
	"https://crm.example.com/\nHost: x",
	"https://crm example.com/",
};

static void
urls_are_judged_by_their_text(void **state)
{
	char too_long[2100] = "https://crm.example.com/";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good_urls); i++)
		if (!url_passes(good_urls[i]))
			fail_msg("refused: %s: %s", good_urls[i], op->why);
	for (size_t i = 0; i < ARRAY_LEN(bad_urls); i++)
		if (url_passes(bad_urls[i]))
			fail_msg("passed: %s", bad_urls[i]);
	memset(too_long + strlen(too_long), 'a', sizeof(too_long) - strlen(too_long) - 1);
	assert_false(url_passes(too_long));
	assert_false(url_passes(NULL));
}

static void
plain_http_reaches_allowed_destinations_only(void **state)
{
	(void)state;
	allow("loopback,10.0.0.0/8");
	assert_true(url_passes("http://127.0.0.1:9000/hook"));
	assert_true(url_passes("http://localhost:9000/hook"));
	assert_true(url_passes("http://[::1]:9000/hook"));
	assert_true(url_passes("http://10.1.2.3/hook"));
	assert_true(url_passes("https://10.1.2.3/hook"));
	/* A name is judged when it is called. */
	assert_true(url_passes("http://crm.internal/hook"));
	assert_false(url_passes("http://8.8.8.8/hook"));
	assert_false(url_passes("http://192.168.1.1/hook"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_address_is_judged_by_its_range),
		TEST(reasons_name_the_range),
		TEST(other_families_are_refused),
		TEST(the_operator_opens_what_it_names_and_nothing_else),
		TEST(a_wrong_item_is_named),
		TEST(urls_are_judged_by_their_text),
		TEST(plain_http_reaches_allowed_destinations_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
