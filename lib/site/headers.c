/* SPDX-License-Identifier: Apache-2.0 */
/*
 * headers - what every answer tells the browser it may do
 *
 * Pages may load what this gateway serves and nothing else, no inline code, and be framed by
 * nobody (OWASP ASVS 5.0, V3.4). What belongs to somebody is kept by no cache.
 */
#include "site/visitor.h"

static const struct {
	const char *name, *value;
} page_headers[] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
	  "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
	  "frame-ancestors 'none'" },
	{ "Referrer-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy",
	  "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()" },
};

static const char *
header_out(const struct web *web, const char *name)
{
	for (size_t i = 0; i < web->out_header_count; i++)
		if (text_equal_nocase(web->out_headers[i].name, name))
			return web->out_headers[i].value;
	return NULL;
}

/* Two years, as browsers' preload lists ask for. */
#define HSTS "max-age=63072000"

void
headers_set(struct web *web)
{
	const char *type = header_out(web, "Content-Type");

	web_set(web, "X-Content-Type-Options", "nosniff");
	if (header_out(web, "Cache-Control") == NULL)
		web_set(web, "Cache-Control", "no-store");
	if (web->secure)
		web_set(web, "Strict-Transport-Security", HSTS);
	/* Whoever gives out a stranger's file has said already how little it may do. */
	if (type == NULL || !text_starts(type, "text/html") ||
	    header_out(web, "Content-Security-Policy") != NULL)
		return;
	for (size_t i = 0; i < ARRAY_LEN(page_headers); i++)
		web_set(web, page_headers[i].name, page_headers[i].value);
}
