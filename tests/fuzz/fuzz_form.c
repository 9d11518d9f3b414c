/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a request: as urlencoded body, JSON body, query, address or cookies. A form that
 * passes holds what its table promises, one that does not says why; every request is answered.
 */
#include "core/log.h"
#include "web/exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const char *name, *note;
	int64_t age;
	bool agree;
	struct texts tags;
};

static const struct field fields[] = {
	FIELD(struct input, name, NEEDED, 2, 5, NULL),
	FIELD(struct input, note, OPTIONAL, 1, 20, NULL),
	FIELD(struct input, age, OPTIONAL, 1, 150, NULL),
	FIELD(struct input, agree, OPTIONAL, 0, 0, NULL),
	FIELD(struct input, tags, OPTIONAL, 1, 3, NULL),
	FIELDS_END,
};

static const struct form form = { sizeof(struct input), fields, NULL };

struct memory {
	struct transport transport; /* first */
	int mode;
	const char *text; /* NUL-terminated: addresses and headers */
	const uint8_t *data;
	size_t size, at;
	bool sent;
};

enum mode { MODE_URLENCODED, MODE_JSON, MODE_QUERY, MODE_ADDRESS, MODE_COOKIE, MODE__MAX };

static const char *
memory_param(struct transport *t, const char *name)
{
	const struct memory *m = (const struct memory *)t;
	bool post = m->mode <= MODE_JSON;

	if (strcmp(name, "REQUEST_METHOD") == 0)
		return post ? "POST" : "GET";
	if (strcmp(name, "REQUEST_URI") == 0)
		return m->mode == MODE_ADDRESS ? m->text : "/form";
	if (strcmp(name, "QUERY_STRING") == 0)
		return m->mode == MODE_QUERY ? m->text : NULL;
	if (strcmp(name, "HTTP_COOKIE") == 0)
		return m->mode == MODE_COOKIE ? m->text : NULL;
	if (strcmp(name, "CONTENT_TYPE") == 0 && post)
		return m->mode == MODE_JSON ? "application/json"
					    : "application/x-www-form-urlencoded";
	return NULL;
}

static size_t
memory_read(struct transport *t, void *out, size_t n)
{
	struct memory *m = (struct memory *)t;

	n = n < m->size - m->at ? n : m->size - m->at;
	memcpy(out, m->data + m->at, n);
	m->at += n;
	return n;
}

static bool
memory_write(struct transport *t, struct bytes part)
{
	struct memory *m = (struct memory *)t;

	expect(m->sent || (part.n > 20 && memcmp(part.p, "Status: ", 8) == 0));
	expect(part.n == 0 || text_is_utf8(part));
	m->sent = true;
	return true;
}

static void
memory_close(struct transport *t, bool whole)
{
	expect(((struct memory *)t)->sent && whole);
}

static void
memory_end(struct transport *t)
{
	(void)t;
}

static void
check_text(const char *text, size_t least, size_t most)
{
	expect(text_is_utf8(bytes_of(text)));
	expect(text_points(text) >= least && text_points(text) <= most);
}

static enum rc
take_form(struct web *web)
{
	const struct input *in = web->input;

	expect(web->field_error_count == 0);
	check_text(in->name, 2, 5);
	if (in->note != NULL)
		check_text(in->note, 0, 20);
	expect(in->age >= 0 && in->age <= 150);
	expect(in->tags.n <= 3);
	for (size_t i = 0; i < in->tags.n; i++)
		check_text(in->tags.items[i], 0, SIZE_MAX);
	return web_text(web, 200, in->name);
}

static enum rc
take_rest(struct web *web)
{
	return web_text(web, 200, web_param(web, "rest"));
}

static enum rc
gate(struct web *web)
{
	const char *cookie = web_cookie(web, "c"), *query = web_query(web, "q");

	check_text(web->path, 1, WEB_URI_MAX);
	expect(web->path[0] == '/' && strstr(web->path, "//") == NULL &&
	       strstr(web->path, "/../") == NULL);
	if (cookie != NULL)
		check_text(cookie, 0, SIZE_MAX);
	if (query != NULL)
		check_text(query, 0, SIZE_MAX);
	return RC_OK;
}

static void
problem(struct web *web, enum rc rc)
{
	expect(rc == RC_INPUT || rc == RC_MISSING);
	expect(web->op->why[0] != '\0');
	expect(web->status != 0 || web->field_error_count > 0);
	if (web_text(web, 400, "no") != RC_OK)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct web_site site = { .gate = gate, .problem = problem };
	static const struct route routes[] = {
		{ "POST", "/form", 1, &form, take_form, 0 },
		{ "GET", "/form", 1, &form, take_form, 0 },
		{ "GET", "/*rest", 1, NULL, take_rest, 0 },
	};
	static const struct program program = { .name = "fuzz", ROUTES(routes) };
	struct memory m = { .transport = { memory_param, memory_read, memory_write, memory_close,
					   memory_end, true } };
	struct arena *arena = arena_new(0);

	if (size > 0) {
		log_open("fuzz", NULL, LOG_ERROR);
		m.mode = data[0] % MODE__MAX;
		m.data = data + 1;
		m.size = size - 1;
		m.text = arena_dupn(arena, m.data, m.size);
		exchange_serve(&program, &site, &m.transport);
		expect(m.sent);
	}
	arena_free(arena);
	return 0;
}
