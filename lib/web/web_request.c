/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What came in: address, headers, query, cookies, body. Everything leaves here as valid UTF-8
 * without NUL or is refused with 400; bodies are bytes with a limit.
 *
 * The address is taken from REQUEST_URI, which lighttpd and Apache pass as the client sent it:
 * SCRIPT_NAME is the program's file under mod_rewrite, and cut at the program's prefix under
 * FastCGI. What is missing there comes from SCRIPT_NAME + PATH_INFO (RFC 3875).
 */
#include "web/exchange.h"

static const char *
request_param(const struct web *web, const char *name)
{
	struct transport *t = web->transport;

	return t->param(t, name);
}

/* place: "method", "path" or "query". */
static enum rc
request_bad(struct web *web, const char *place, const char *sentence)
{
	web->status = 400;
	return op_refuse(web->op, RC_INPUT, place, "%s", sentence);
}

/* The path as sent, percent-encoded: without scheme, host and query; NULL when absent. */
static const char *
request_raw_path(struct web *web)
{
	const char *uri = request_param(web, "REQUEST_URI"), *script, *info;

	if (!text_empty(uri)) {
		const char *host = *uri == '/' ? NULL : strstr(uri, "://");

		if (host != NULL)
			uri = host + 3 + strcspn(host + 3, "/?");
		return arena_dupn(web->op->arena, uri, strcspn(uri, "?#"));
	}
	script = request_param(web, "SCRIPT_NAME");
	info = request_param(web, "PATH_INFO");
	if (text_empty(script) && text_empty(info))
		return NULL;
	/* These come decoded: what they hold must survive the decoding that follows. */
	return text_urlencode(web->op->arena,
			      arena_printf(web->op->arena, "%s%s", script != NULL ? script : "",
					   info != NULL ? info : ""));
}

static bool
has_controls(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	}
	return false;
}

/* One slash between segments, none at the end; NULL for "." and ".." and control characters. */
static const char *
request_clean_path(struct arena *arena, const char *path)
{
	char *out = arena_alloc(arena, strlen(path) + 2);
	size_t n = 0, length;

	for (const char *p = path + strspn(path, "/"); *p != '\0'; p += strspn(p, "/")) {
		length = strcspn(p, "/");
		if (*p == '.' && (length == 1 || (length == 2 && p[1] == '.')))
			return NULL;
		out[n++] = '/';
		memcpy(out + n, p, length);
		n += length;
		p += length;
	}
	if (n == 0)
		out[n] = '/';
	return has_controls(out) ? NULL : out;
}

static enum rc
request_read_path(struct web *web)
{
	const char *raw = request_raw_path(web), *path;

	if (raw == NULL)
		return request_bad(web, "path", "The web server passed no address.");
	if (strlen(raw) > WEB_URI_MAX) {
		web->status = 414;
		return op_refuse(web->op, RC_INPUT, "path", "The address is too long.");
	}
	if (!text_urldecode(web->op->arena, bytes_of(raw), false, &path))
		return request_bad(web, "path", "The address is not UTF-8, percent-encoded.");
	path = request_clean_path(web->op->arena, path);
	if (path == NULL)
		return request_bad(web, "path",
				   "The address holds . or .. segments or control "
				   "characters.");
	web->path = path;
	return RC_OK;
}

/* A query of which a part cannot be read is refused whole: who misses is_fake=true there sends to
 * a phone. */
static enum rc
request_read_query(struct exchange *x, const char *query)
{
	struct web *web = &x->web;

	if (!text_is_utf8(bytes_of(query)) || strlen(query) > WEB_URI_MAX ||
	    request_pairs(web->op, &x->query, &x->query_count, bytes_of(query)) != RC_OK) {
		op_forgive(web->op);
		return request_bad(web, "query",
				   "The query is too long, or not UTF-8, percent-encoded.");
	}
	web->query = query;
	return RC_OK;
}

/* A token of RFC 9110, upper case as all methods in use. */
static bool
request_is_method(const char *method)
{
	return !text_empty(method) && strlen(method) <= 16 &&
	       strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(method);
}

/* "Application/JSON; charset=utf-8" is application/json. */
static const char *
request_media_type(struct web *web)
{
	struct arena *arena = web->op->arena;
	const char *type = web_header_in(web, "Content-Type");

	if (type == NULL)
		return "";
	type = arena_dupn(arena, type, strcspn(type, ";"));
	return text_lower(arena, text_trim(arena, type));
}

enum rc
request_read(struct exchange *x)
{
	struct web *web = &x->web;
	const char *method = request_param(web, "REQUEST_METHOD");
	const char *query = request_param(web, "QUERY_STRING");
	const char *client = request_param(web, "REMOTE_ADDR");
	const char *https = request_param(web, "HTTPS");

	web->method = "-";
	web->path = "/";
	web->query = "";
	web->client = client != NULL ? client : "";
	web->secure = https != NULL && (text_equal_nocase(https, "on") || text_equal(https, "1"));
	if (!request_is_method(method))
		return request_bad(web, "method", "The method is not one of HTTP's.");
	x->head = strcmp(method, "HEAD") == 0;
	web->method = x->head ? "GET" : method;
	TRY(request_read_path(web));
	web->content_type = request_media_type(web);
	return query != NULL ? request_read_query(x, query) : RC_OK;
}

/* "Content-Type" is CONTENT_TYPE, "Accept" is HTTP_ACCEPT. */
static void
request_variable(char *out, size_t room, const char *header)
{
	static const char prefix[] = "HTTP_";
	bool plain = text_equal_nocase(header, "Content-Type") ||
		     text_equal_nocase(header, "Content-Length");
	size_t at = plain ? 0 : strlen(prefix);

	expect(at + strlen(header) < room);
	memcpy(out, prefix, at);
	for (const char *p = header; *p != '\0'; p++) {
		if (*p == '-')
			out[at++] = '_';
		else
			out[at++] = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	}
	out[at] = '\0';
}

static const char *
raw_header(const struct web *web, const char *name)
{
	char variable[80];

	request_variable(variable, sizeof(variable), name);
	return request_param(web, variable);
}

bool
web_has_header(const struct web *web, const char *name)
{
	return raw_header(web, name) != NULL;
}

const char *
web_header_in(const struct web *web, const char *name)
{
	const char *value = raw_header(web, name);

	/* Apache hands it to a CGI behind mod_rewrite under this name only. */
	if (text_empty(value) && text_equal_nocase(name, "Authorization"))
		value = request_param(web, "REDIRECT_HTTP_AUTHORIZATION");
	return !text_empty(value) && text_is_utf8(bytes_of(value)) ? value : NULL;
}

const char *
web_query(const struct web *web, const char *name)
{
	const struct exchange *x = exchange_of(web);

	for (size_t i = 0; i < x->query_count; i++) {
		if (strcmp(x->query[i].name, name) == 0)
			return x->query[i].value;
	}
	return NULL;
}

const char *
web_param(const struct web *web, const char *name)
{
	const struct exchange *x = exchange_of(web);

	for (size_t i = 0; i < WEB_PARAMS_MAX && x->param_names[i] != NULL; i++) {
		if (strcmp(x->param_names[i], name) == 0)
			return web->params[i];
	}
	bug("%s has no parameter %s", web->route->path, name);
}

const char *
web_cookie(struct web *web, const char *name)
{
	const char *p = web_header_in(web, "Cookie");
	const char *full = web->secure ? arena_printf(web->op->arena, "__Host-%s", name) : name;
	size_t length = strlen(full);

	while (p != NULL) {
		p += strspn(p, " \t;");
		if (strncmp(p, full, length) == 0 && p[length] == '=') {
			p += length + 1;
			return arena_dupn(web->op->arena, p, strcspn(p, ";"));
		}
		p = strchr(p, ';');
	}
	return NULL;
}
