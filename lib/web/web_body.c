/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies of requests. A stated length over the limit is refused before a byte is read; a body
 * without one (chunked, passed on as it comes) is read until the limit is passed. A body that
 * ends before its stated length is not an answerable request.
 */
#include "web/exchange.h"

enum { CHUNK = 16 << 10 };

static enum rc
body_too_large(struct web *web, size_t max)
{
	web->status = 413;
	return op_refuse(web->op, RC_INPUT, "body_too_large",
			 "The body is longer than the %zu bytes that are taken here.", max);
}

static enum rc
body_bad(struct web *web, const char *sentence)
{
	web->status = 400;
	return op_refuse(web->op, RC_INPUT, "bad_request", "%s", sentence);
}

static enum rc
body_read_stated(struct web *web, size_t length)
{
	struct transport *t = web->transport;
	unsigned char *p = arena_alloc(web->op->arena, length + 1);
	size_t n = 0;

	while (n < length) {
		size_t got = t->read(t, p + n, length - n);

		if (got == 0)
			return body_bad(web, "The body ended before its stated length.");
		n += got;
	}
	web->body = bytes_slice(p, n);
	return RC_OK;
}

static enum rc
body_read_open(struct web *web, size_t max)
{
	struct transport *t = web->transport;
	unsigned char *chunk = arena_alloc(web->op->arena, CHUNK);
	struct buf body;
	size_t got;

	buf_init(&body, web->op->arena, max);
	while ((got = t->read(t, chunk, CHUNK)) > 0) {
		buf_add(&body, chunk, got);
		if (!buf_ok(&body))
			return body_too_large(web, max);
	}
	web->body = buf_bytes(&body);
	return RC_OK;
}

enum rc
request_length(struct exchange *x, int64_t *out, size_t max)
{
	struct web *web = &x->web;
	struct transport *t = web->transport;
	const char *text = t->param(t, "CONTENT_LENGTH");
	int64_t length = 0;

	if (!text_empty(text) && !text_int(text, 0, INT64_MAX, &length))
		return body_bad(web, "Content-Length is not a number.");
	if (length > 0 && (uint64_t)length > max)
		return body_too_large(web, max);
	*out = text_empty(text) && t->open_ended ? -1 : length;
	return RC_OK;
}

enum rc
request_read_body(struct exchange *x, size_t max)
{
	struct web *web = &x->web;
	int64_t length = 0;

	TRY(request_length(x, &length, max));
	x->body_read = true;
	if (length > 0)
		return body_read_stated(web, (size_t)length);
	return length < 0 ? body_read_open(web, max) : RC_OK;
}

enum rc
web_body_begin(struct web *web, int64_t *length, size_t max)
{
	struct exchange *x = exchange_of(web);

	TRY(request_length(x, &x->body_length, max));
	x->body_max = max;
	*length = x->body_length;
	return RC_OK;
}

enum rc
web_body_next(struct web *web, void *out, size_t n, size_t *got)
{
	struct exchange *x = exchange_of(web);
	struct transport *t = web->transport;
	size_t left = x->body_max + 1 - x->body_taken, taken;

	if (x->body_length >= 0)
		left = (size_t)x->body_length - x->body_taken;
	taken = left == 0 ? 0 : t->read(t, out, n < left ? n : left);
	if (taken == 0 && left > 0 && x->body_length >= 0)
		return body_bad(web, "The body ended before its stated length.");
	x->body_taken += taken;
	if (x->body_taken > x->body_max)
		return body_too_large(web, x->body_max);
	*got = taken;
	return RC_OK;
}

enum rc
web_body(struct web *web, struct bytes *out, size_t max)
{
	struct exchange *x = exchange_of(web);

	if (!x->body_read)
		TRY(request_read_body(x, max));
	if (web->body.n > max)
		return body_too_large(web, max);
	*out = web->body;
	return RC_OK;
}
