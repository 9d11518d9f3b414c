/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net_url - a URL taken apart by the parser that will also call it
 *
 * One parser for judging and calling: two that disagree are how a guard is walked around.
 * curl turns octal, hexadecimal and short spellings of IPv4 addresses into dotted ones.
 */
#include <arpa/inet.h>

#include "net/net_inside.h"

static void
destroy_url(void *url)
{
	curl_url_cleanup(url);
}

static const char *
part(struct arena *arena, CURLU *url, CURLUPart which, unsigned flags)
{
	char *text = NULL;
	const char *copy;

	if (curl_url_get(url, which, &text, flags) != CURLUE_OK)
		return NULL;
	copy = arena_dup(arena, text);
	curl_free(text);
	return copy;
}

static bool
is_literal(const char *host)
{
	unsigned char at[16];

	return host != NULL && (host[0] == '[' || inet_pton(AF_INET, host, at) == 1);
}

const char *
url_parse(struct arena *arena, struct url_parts *out, const char *url)
{
	struct url_parts parts = { .parsed = curl_url() };
	CURLUcode code;

	if (parts.parsed == NULL)
		fatal("out of memory");
	arena_defer(arena, destroy_url, parts.parsed);
	code = curl_url_set(parts.parsed, CURLUPART_URL, url, CURLU_DISALLOW_USER);
	if (code == CURLUE_USER_NOT_ALLOWED)
		return "the address must not contain a user or password";
	if (code != CURLUE_OK)
		return "this is no address of the form https://host/path";
	parts.scheme = part(arena, parts.parsed, CURLUPART_SCHEME, 0);
	parts.host = part(arena, parts.parsed, CURLUPART_HOST, 0);
	parts.port = part(arena, parts.parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	parts.literal = is_literal(parts.host);
	*out = parts;
	return NULL;
}

bool
net_place_of(struct arena *arena, struct net_place *out, const char *url)
{
	struct url_parts parts;

	if (url == NULL || url_parse(arena, &parts, url) != NULL || text_empty(parts.host) ||
	    parts.port == NULL)
		return false;
	*out = (struct net_place){ parts.scheme, parts.host, parts.port };
	return true;
}
