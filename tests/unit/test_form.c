/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forms: one table for browsers, JSON and queries; every mistake reported at its field, all at
 * once; what cannot be read at all is another thing.
 */
#include "web_fake.h"

struct input {
	const char *name, *nick, *code;
	int64_t age;
	bool agree;
	struct texts tags;
};

static const char *
upper_rule(struct op *op, const char **value)
{
	char *upper = arena_dup(op->arena, *value);

	for (char *p = upper; *p != '\0'; p++) {
		if (*p < 'a' || *p > 'z')
			return "must be small letters";
		*p = (char)(*p - 'a' + 'A');
	}
	*value = upper;
	return NULL;
}

static const struct field fields[] = {
	FIELD(struct input, name, NEEDED, 2, 5, NULL),
	FIELD(struct input, nick, OPTIONAL, 2, 5, NULL),
	FIELD(struct input, code, OPTIONAL, 1, 10, upper_rule),
	FIELD(struct input, age, OPTIONAL, 1, 150, NULL),
	FIELD(struct input, agree, OPTIONAL, 0, 0, NULL),
	FIELD(struct input, tags, OPTIONAL, 1, 2, upper_rule),
	FIELDS_END,
};

static enum rc
show_errors(struct web *web)
{
	const struct input *in = web->input;

	return web_text(
		web, 200,
		arena_printf(web->op->arena, "again %s: %s", in->name, form_error(web, "name")));
}

static const struct form form = { sizeof(struct input), fields, NULL };
static const struct form page_form = { sizeof(struct input), fields, show_errors };

static enum rc
show(struct web *web)
{
	const struct input *in = web->input;
	struct buf out;

	buf_init(&out, web->op->arena, 1000);
	buf_printf(&out, "name=%s nick=%s code=%s age=%d agree=%d tags=", in->name, in->nick,
		   in->code, (int)in->age, in->agree);
	for (size_t i = 0; i < in->tags.n; i++)
		buf_printf(&out, "%s,", in->tags.items[i]);
	return web_text(web, 200, buf_str(&out));
}

static enum rc
gate(struct web *web)
{
	(void)web;
	return RC_OK;
}

static void
problem(struct web *web, enum rc rc)
{
	struct buf out;

	buf_init(&out, web->op->arena, 4000);
	buf_printf(&out, "%s/%s/%s", rc_text(rc), web->op->code, web->op->why);
	for (size_t i = 0; i < web->field_error_count; i++)
		buf_printf(&out, "|%s %s", web->field_errors[i].name, web->field_errors[i].message);
	if (web_text(web, web->status != 0 ? web->status : 422, buf_str(&out)) != RC_OK)
		abort();
}

static const struct web_site site = { .gate = gate, .problem = problem };
static const struct route routes[] = {
	{ "POST", "/form", 1, &form, show, 2000 },
	{ "GET", "/form", 1, &form, show, 0 },
	{ "POST", "/page", 1, &page_form, show, 0 },
};
static const struct program program = { .name = "test", ROUTES(routes) };

static const char *
posted(const char *uri, const char *type, const char *body)
{
	return fake_serve(
		       &program, &site, body,
		       PARAMS("REQUEST_METHOD", "POST", "REQUEST_URI", uri, "CONTENT_TYPE", type))
		->answer;
}

#define URLENCODED "application/x-www-form-urlencoded"
#define JSON "application/json"

static const struct {
	const char *type, *body, *part;
} cases[] = {
	/* browsers */
	{ URLENCODED, "name=Ada", "name=Ada nick=(null) code=(null) age=0 agree=0 tags=" },
	{ URLENCODED, "name=J%C3%B6+%26&nick=&age=+7+&code=ab&agree=on",
	  "name=Jö & nick= code=AB age=7 agree=1 tags=" },
	{ URLENCODED, "&&name=Ada&unknown=1&csrf_token=x&", "name=Ada " },
	{ URLENCODED, "name=Ada&tags=a&tags=b", " tags=A,B," },
	{ URLENCODED, "name=Ada&agree=0&agree=1", " agree=1 " },
	{ URLENCODED, "name=Ada&agree=1&agree=0", " agree=0 " },
	{ URLENCODED, "name=%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80",
	  "200 OK" },
	{ URLENCODED, "", "|name is needed" },
	{ URLENCODED, "name=", "input/name/name is needed.|name is needed" },
	{ URLENCODED, "name=A", "|name must have at least 2 characters" },
	{ URLENCODED, "name=Adaadaa", "|name must have at most 5 characters" },
	{ URLENCODED, "name=Ada&name=Eve", "|name came more than once" },
	{ URLENCODED, "name=Ada&age=0", "|age must be from 1 to 150" },
	{ URLENCODED, "name=Ada&age=1x", "|age must be a whole number" },
	{ URLENCODED, "name=Ada&age=99999999999999999999", "|age must be a whole number" },
	{ URLENCODED, "name=Ada&agree=maybe", "|agree must be true or false" },
	{ URLENCODED, "name=Ada&code=1", "|code must be small letters" },
	{ URLENCODED, "name=Ada&tags=a&tags=b&tags=c", "|tags must have at most 2 values" },
	{ URLENCODED, "name=Ada&tags=1", "|tags must be small letters" },
	{ URLENCODED, "name=A&age=x&agree=maybe&code=1",
	  "|name must have at least 2 characters|code must be small letters|age must be a whole "
	  "number|agree must be true or false" },
	{ URLENCODED, "name=%zz", "Status: 400 " },
	{ URLENCODED, "name=%ff", "Status: 400 " },
	{ URLENCODED, "name=a%00b", "Status: 400 " },
	{ "", "name=Ada", "Status: 415 " },
	{ "multipart/form-data; boundary=x", "--x", "Status: 415 " },
	/* programs */
	{ JSON, "{\"name\":\"Ada\",\"age\":7,\"agree\":true,\"tags\":[\"a\",\"b\"],\"code\":\"x\"}",
	  "name=Ada nick=(null) code=X age=7 agree=1 tags=A,B," },
	{ JSON, "{\"name\":\"Ada\",\"nick\":null,\"age\":null}", "name=Ada nick=(null) " },
	{ JSON "; charset=utf-8", "{\"name\":\"J\\u00f6\"}", "name=Jö " },
	{ JSON, "{}", "|name is needed" },
	{ JSON, "{\"name\":null}", "|name is needed" },
	{ JSON, "{\"name\":\"\"}", "|name is needed" },
	{ JSON, "{\"name\":7}", "|name must be a string" },
	{ JSON, "{\"name\":\"Ada\",\"age\":\"7\"}", "|age must be a whole number" },
	{ JSON, "{\"name\":\"Ada\",\"age\":7.5}", "|age must be a whole number" },
	{ JSON, "{\"name\":\"Ada\",\"agree\":1}", "|agree must be true or false" },
	{ JSON, "{\"name\":\"Ada\",\"tags\":\"a\"}", "|tags must be a list of strings" },
	{ JSON, "{\"name\":\"Ada\",\"tags\":[1]}", "|tags must be a list of strings" },
	{ JSON, "{\"name\":\"Ada\",\"tags\":[]}", "|tags must have at least 1 value" },
	{ JSON, "{\"name\":\"Ada\",\"nmae\":1}", "input/nmae/nmae is not known here." },
	{ JSON, "{\"nmae\":\"Ada\"}", "|name is needed|nmae is not known here" },
	{ JSON, "{\"name\":\"Ada\"", "Status: 400 " },
	{ JSON, "[1]", "Status: 400 " },
	{ JSON, "", "Status: 400 " },
	{ JSON, "{\"name\":\"Ada\",\"name\":\"Eve\"}", "Status: 400 " },
};

static void
one_table_for_browsers_and_programs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_contains(posted("/form", cases[i].type, cases[i].body), cases[i].part);
}

static void
queries_fill_forms_too(void **state)
{
	struct fake *f = fake_serve(&program, &site, "",
				    PARAMS("REQUEST_METHOD", "GET", "REQUEST_URI", "/form",
					   "QUERY_STRING", "name=A%20b&age=3"));

	(void)state;
	assert_contains(f->answer, "name=A b nick=(null) code=(null) age=3 ");
	f = fake_serve(
		&program, &site, "",
		PARAMS("REQUEST_METHOD", "GET", "REQUEST_URI", "/form", "QUERY_STRING", "%"));
	assert_contains(f->answer, "Status: 400 ");
}

static void
a_page_shows_its_form_again(void **state)
{
	const char *answer = posted("/page", URLENCODED, "name=A");

	(void)state;
	assert_contains(answer, "Status: 422 ");
	assert_contains(answer, "again A: must have at least 2 characters");
	/* A program gets the problem, and so does what is no form at all. */
	assert_contains(posted("/page", JSON, "{}"), "input/name/");
	assert_contains(posted("/page", URLENCODED, "name=%"), "Status: 400 ");
}

static void
sizes_are_limited(void **state)
{
	char many[1002 * 2 + 1], long_body[3000];

	(void)state;
	for (size_t i = 0; i < 1002; i++)
		memcpy(many + i * 2, "a&", 2);
	many[1002 * 2] = '\0';
	assert_contains(posted("/page", URLENCODED, many), "More than 1000 values came.");
	memset(long_body, 'a', sizeof(long_body));
	long_body[sizeof(long_body) - 1] = '\0';
	assert_contains(posted("/form", URLENCODED, long_body), "Status: 413 ");
}

static void
more_mistakes_than_room(void **state)
{
	struct buf body;
	struct arena *arena = arena_new(0);

	(void)state;
	buf_init(&body, arena, 1900);
	buf_text(&body, "{\"name\":\"Ada\"");
	for (int i = 0; i < 40; i++)
		buf_printf(&body, ",\"unknown_%d\":%d", i, i);
	buf_text(&body, "}");
	assert_true(buf_ok(&body));
	assert_contains(posted("/form", JSON, buf_str(&body)), "|unknown_15 is not known here");
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_table_for_browsers_and_programs),
		cmocka_unit_test(queries_fill_forms_too),
		cmocka_unit_test(a_page_shows_its_form_again),
		cmocka_unit_test(sizes_are_limited),
		cmocka_unit_test(more_mistakes_than_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
