/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name=value pairs of queries and urlencoded bodies (WHATWG URL, section 5), decoded. Their
 * number is limited: each costs more memory than the byte or two it may take on the wire.
 */
#include "web/exchange.h"

enum { PAIRS_MAX = 1000 };

/* One pair, cut at its first '='. */
static bool
pair_decode(struct arena *arena, struct web_header *out, struct bytes text)
{
	const unsigned char *equals = memchr(text.p, '=', text.n);
	size_t name = equals != NULL ? (size_t)(equals - text.p) : text.n;
	size_t skip = equals != NULL ? name + 1 : text.n;

	return text_urldecode(arena, bytes_slice(text.p, name), true, &out->name) &&
	       text_urldecode(arena, bytes_slice(text.p + skip, text.n - skip), true, &out->value);
}

static size_t
pairs_count(struct bytes text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '&';
	return n;
}

enum rc
request_pairs(struct op *op, struct web_header **out, size_t *count, struct bytes text)
{
	size_t room = pairs_count(text), n = 0;
	struct web_header *pairs;

	if (room > PAIRS_MAX)
		return op_refuse(op, RC_INPUT, "bad_request", "More than %d values came.",
				 PAIRS_MAX);
	pairs = arena_array(op->arena, room, sizeof(*pairs));
	for (size_t at = 0; at < text.n;) {
		const unsigned char *end = memchr(text.p + at, '&', text.n - at);
		size_t length = end != NULL ? (size_t)(end - text.p) - at : text.n - at;

		if (length > 0 &&
		    !pair_decode(op->arena, &pairs[n++], bytes_slice(text.p + at, length)))
			return op_refuse(op, RC_INPUT, "bad_request",
					 "The form or query is not UTF-8, percent-encoded.");
		at += length + 1;
	}
	*out = pairs;
	*count = n;
	return RC_OK;
}
