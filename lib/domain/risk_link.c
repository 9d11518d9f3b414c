/* SPDX-License-Identifier: Apache-2.0 */
/*
 * risk_link - links to services that hide where they lead
 *
 * WhatsApp makes a link of "bit.ly/x" with or without a scheme, so a host counts wherever a path
 * follows it; the shorteners' own names in a sentence are no links. Hosts are listed without
 * "www." and match whole: "orbit.ly" is somebody else.
 */
#include "domain/risk.h"

#include <strings.h>

static const char *const shorteners[] = {
	"adf.ly",  "b.link",     "bit.do",  "bit.ly",   "bitly.com", "bitly.ws",    "bl.ink",
	"buff.ly", "clck.ru",    "cli.re",  "cutt.ly",  "dlvr.it",   "goo.gl",      "is.gd",
	"j.mp",    "kutt.it",    "lnkd.in", "n9.cl",    "ow.ly",     "p2p.lk",      "qr.ae",
	"rb.gy",   "rebrand.ly", "s.id",    "short.gy", "short.io",  "shorturl.at", "shorturl.asia",
	"soo.gd",  "t.co",       "t.ly",    "t2m.io",   "tiny.cc",   "tiny.one",    "tinyurl.com",
	"trib.al", "u.to",       "urlz.fr", "v.gd",     "vk.cc",     "x.gd",        "zpr.io",
};

static bool
is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-';
}

static const char *
listed(const char *host, size_t n)
{
	static const char www[] = "www.";

	if (n > sizeof(www) - 1 && strncasecmp(host, www, sizeof(www) - 1) == 0) {
		host += sizeof(www) - 1;
		n -= sizeof(www) - 1;
	}
	while (n > 0 && host[n - 1] == '.')
		n--;
	for (size_t i = 0; i < ARRAY_LEN(shorteners); i++)
		if (strlen(shorteners[i]) == n && strncasecmp(host, shorteners[i], n) == 0)
			return shorteners[i];
	return NULL;
}

/* Where the host ends before the slash of a path: before its port, if it has one. */
static const char *
host_end(const char *text, const char *slash)
{
	const char *p = slash;

	while (p > text && p[-1] >= '0' && p[-1] <= '9')
		p--;
	return p > text && p[-1] == ':' ? p - 1 : slash;
}

const char *
risk_shortener(const char *text)
{
	for (const char *slash = strchr(text, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		const char *end = host_end(text, slash), *host = end, *found;

		while (host > text && is_host_char(host[-1]))
			host--;
		found = listed(host, (size_t)(end - host));
		if (found != NULL)
			return found;
	}
	return NULL;
}
