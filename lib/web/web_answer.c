/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes out. An answer is built whole in memory, so that a failure half way is still
 * answered as a failure; only then it is written, with its length. What is too large for that
 * comes from a source piece by piece; where that breaks off, the answer must not look whole.
 */
#include "web/exchange.h"

enum { PUMP = 16 << 10 };

static const struct {
	int status;
	const char *text;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 206, "Partial Content" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Range Not Satisfiable" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
};

static const char *
answer_reason(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		if (reasons[i].status == status)
			return reasons[i].text;
	}
	return "Other";
}

static bool
answer_is_clean(const char *text)
{
	for (; *text != '\0'; text++) {
		if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f)
			return false;
	}
	return true;
}

static void
answer_add_header(struct web *web, const char *name, const char *value)
{
	struct web_header *h;

	if (!answer_is_clean(name) || !answer_is_clean(value))
		bug("the header %.40s has control characters in it", name);
	if (web->out_header_count == ARRAY_LEN(web->out_headers))
		bug("more than %zu headers in an answer", ARRAY_LEN(web->out_headers));
	h = &web->out_headers[web->out_header_count++];
	h->name = arena_dup(web->op->arena, name);
	h->value = arena_dup(web->op->arena, value);
}

void
web_set(struct web *web, const char *name, const char *value)
{
	bool repeats = text_equal_nocase(name, "Set-Cookie");

	for (size_t i = 0; !repeats && i < web->out_header_count; i++) {
		struct web_header *h = &web->out_headers[i];

		if (text_equal_nocase(h->name, name)) {
			*h = web->out_headers[--web->out_header_count];
			break;
		}
	}
	answer_add_header(web, name, value);
}

void
web_set_cookie(struct web *web, const char *name, const char *value, int64_t max_age_s)
{
	struct buf cookie;

	/* The characters of a cookie-value in RFC 6265. */
	for (const char *p = value; *p != '\0'; p++) {
		if (*p <= 0x20 || *p >= 0x7f || strchr("\",;\\", *p) != NULL)
			bug("the cookie %s holds a character that cookies cannot", name);
	}
	buf_init(&cookie, web->op->arena, 4096);
	buf_printf(&cookie, "%s%s=%s; Path=/", web->secure ? "__Host-" : "", name, value);
	if (max_age_s >= 0)
		buf_printf(&cookie, "; Max-Age=%lld", (long long)max_age_s);
	buf_printf(&cookie, "%s; HttpOnly; SameSite=Lax", web->secure ? "; Secure" : "");
	if (!buf_ok(&cookie))
		bug("the cookie %s is longer than browsers keep", name);
	answer_add_header(web, "Set-Cookie", buf_str(&cookie));
}

void
answer_reset(struct web *web)
{
	buf_init(&web->out, web->op->arena, WEB_ANSWER_MAX);
	web->out_header_count = 0;
	web->status = 0;
	web->answered = false;
	exchange_of(web)->source = NULL;
}

enum rc
web_reply(struct web *web, int status, const char *type, struct bytes body)
{
	/* A page is rendered into out already. */
	if (body.n > 0 && body.p != (const unsigned char *)web->out.p) {
		buf_init(&web->out, web->op->arena, WEB_ANSWER_MAX);
		buf_add(&web->out, body.p, body.n);
	} else if (body.n == 0) {
		buf_init(&web->out, web->op->arena, WEB_ANSWER_MAX);
	}
	if (!buf_ok(&web->out))
		return op_fail(web->op, RC_INTERNAL, "The answer is longer than %d bytes.",
			       WEB_ANSWER_MAX);
	if (!text_empty(type))
		web_set(web, "Content-Type", type);
	web->status = status;
	web->answered = true;
	return RC_OK;
}

void
web_reply_from(struct web *web, int status, const char *type, int64_t length, web_source *source,
	       void *arg)
{
	struct exchange *x = exchange_of(web);

	x->source = source;
	x->source_arg = arg;
	x->source_length = length;
	if (!text_empty(type))
		web_set(web, "Content-Type", type);
	web->status = status;
	web->answered = true;
}

enum rc
web_text(struct web *web, int status, const char *text)
{
	return web_reply(web, status, "text/plain; charset=utf-8", bytes_of(text));
}

enum rc
web_json_text(struct web *web, int status, const char *json)
{
	return web_reply(web, status, "application/json", bytes_of(json));
}

enum rc
web_json_value(struct web *web, int status, const json_t *value)
{
	return web_json_text(web, status, json_text(web->op, value));
}

enum rc
web_json(struct web *web, int status, const struct shape *shape, const void *object)
{
	return web_json_value(web, status, json_of(web->op, shape, object));
}

enum rc
web_see_other(struct web *web, const char *location)
{
	struct buf to;

	buf_init(&to, web->op->arena, WEB_URI_MAX);
	for (const unsigned char *p = (const unsigned char *)location; *p != '\0'; p++) {
		if (*p <= 0x20 || *p >= 0x7f)
			buf_printf(&to, "%%%02X", *p);
		else
			buf_char(&to, (char)*p);
	}
	if (!buf_ok(&to))
		return op_fail(web->op, RC_INTERNAL, "The address to go to is too long.");
	web_set(web, "Location", buf_str(&to));
	return web_reply(web, 303, NULL, (struct bytes){ NULL, 0 });
}

/* 204 and 304 have neither body nor length (RFC 9110). */
static bool
answer_has_body(int status)
{
	return status != 204 && status != 304;
}

static void
answer_add_line(struct buf *head, const char *name, const char *value)
{
	buf_text(head, name);
	buf_text(head, ": ");
	buf_text(head, value);
	buf_text(head, "\r\n");
}

/* True when the answer is as long as its head says. */
static bool
answer_pump(struct exchange *x)
{
	struct transport *t = x->web.transport;
	unsigned char *chunk = arena_alloc(x->web.op->arena, PUMP);
	int64_t sent = 0;
	int64_t n;

	while ((n = x->source(x->source_arg, chunk, PUMP)) > 0) {
		if (!t->write(t, bytes_slice(chunk, (size_t)n)))
			return false;
		sent += n;
	}
	return n == 0 && (x->source_length < 0 || sent == x->source_length);
}

void
answer_send(struct exchange *x)
{
	struct web *web = &x->web;
	struct transport *t = web->transport;
	struct bytes body = buf_bytes(&web->out);
	int64_t length = x->source != NULL ? x->source_length : (int64_t)body.n;
	bool shows = !x->head && answer_has_body(web->status), whole = true;
	struct buf head;

	buf_init(&head, web->op->arena, WEB_ANSWER_MAX);
	buf_printf(&head, "Status: %d %s\r\n", web->status, answer_reason(web->status));
	for (size_t i = 0; i < web->out_header_count; i++)
		answer_add_line(&head, web->out_headers[i].name, web->out_headers[i].value);
	if (answer_has_body(web->status) && length >= 0)
		buf_printf(&head, "Content-Length: %lld\r\n", (long long)length);
	buf_text(&head, "\r\n");
	whole = t->write(t, buf_bytes(&head));
	if (whole && shows)
		whole = x->source != NULL ? answer_pump(x) : t->write(t, body);
	t->close(t, whole);
}
