/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Templates: cases of our own over the whole ground of the Mustache specification (and its own
 * cases, where they lie beside the repository), what is refused, and values from shapes.
 */
#include "unit.h"

#include <dirent.h>
#include <pthread.h>
#include <sys/stat.h>

#include "core/settings.h"
#include "web/template.h"

#define SPECIFICATION "../shared/mustache/"

/* ---- from JSON ---- */

static const char *
rendered(struct op *op, const char *text, const json_t *data, const json_t *partials)
{
	const struct template *t;
	struct buf out;

	buf_init(&out, op->arena, 1 << 20);
	if (template_compile(op, &t, "case", text) != RC_OK ||
	    template_render_json(op, &out, t, data, partials) != RC_OK)
		return op->why;
	return buf_str(&out);
}

struct example {
	const char *name, *template, *data, *expected, *partials;
};

static const struct example examples[] = {
	{ "plain text", "Hello {World} }} {\n", "{}", "Hello {World} }} {\n", NULL },
	{ "a name", "Hello, {{who}}!", "{\"who\":\"Ada\"}", "Hello, Ada!", NULL },
	{ "values are not templates", "{{a}}", "{\"a\":\"{{b}}\",\"b\":\"x\"}", "{{b}}", NULL },
	{ "all five characters are escaped", "{{x}}", "{\"x\":\"&<>\\\"'\"}",
	  "&amp;&lt;&gt;&quot;&#39;", NULL },
	{ "an integer", "{{n}} {{m}}", "{\"n\":85,\"m\":-9007199254740993}", "85 -9007199254740993",
	  NULL },
	{ "a decimal", "{{n}}", "{\"n\":1.21}", "1.21", NULL },
	{ "null and missing are empty", "[{{no}}{{none}}]", "{\"no\":null}", "[]", NULL },
	{ "blanks inside of a tag", "|{{ \t x\n }}|", "{\"x\":\"y\"}", "|y|", NULL },
	{ "blanks around a name stay", "  {{x}}\n", "{\"x\":\"y\"}", "  y\n", NULL },
	{ "dotted", "{{a.b.c}}", "{\"a\":{\"b\":{\"c\":\"deep\"}}}", "deep", NULL },
	{ "a dotted name that breaks off", "[{{a.b.c}}]", "{\"a\":{\"c\":1}}", "[]", NULL },
	{ "the first part decides where to look", "{{#a}}[{{b.c}}]{{/a}}",
	  "{\"a\":{\"b\":{}},\"b\":{\"c\":\"outer\"}}", "[]", NULL },
	{ "dotted is not one key", "[{{a.b}}]", "{\"a.b\":1}", "[]", NULL },
	{ "the value itself", "<{{.}}>", "\"a&b\"", "<a&amp;b>", NULL },

	{ "true", "{{#on}}yes{{/on}}", "{\"on\":true}", "yes", NULL },
	{ "false", "{{#on}}yes{{/on}}", "{\"on\":false}", "", NULL },
	{ "null is false", "{{#on}}yes{{/on}}", "{\"on\":null}", "", NULL },
	{ "missing is false", "[{{#on}}yes{{/on}}]", "{}", "[]", NULL },
	{ "an empty text is false", "{{#t}}yes{{/t}}{{^t}}no{{/t}}", "{\"t\":\"\"}", "no", NULL },
	{ "zero is false", "{{#n}}yes{{/n}}{{^n}}no{{/n}}", "{\"n\":0}", "no", NULL },
	{ "an object is entered", "{{#a}}{{b}}{{/a}}", "{\"a\":{\"b\":\"in\"},\"b\":\"out\"}", "in",
	  NULL },
	{ "outer names are seen inside", "{{#a}}{{b}}{{c}}{{/a}}",
	  "{\"a\":{\"b\":\"in \"},\"c\":\"out\"}", "in out", NULL },
	{ "a text is the value inside", "{{#a}}{{.}}{{a}}{{/a}}", "{\"a\":\"x\"}", "xx", NULL },
	{ "a list repeats", "{{#l}}{{n}},{{/l}}", "{\"l\":[{\"n\":1},{\"n\":2},{\"n\":3}]}",
	  "1,2,3,", NULL },
	{ "an empty list does not", "[{{#l}}x{{/l}}]", "{\"l\":[]}", "[]", NULL },
	{ "a list of texts", "{{#l}}({{.}}){{/l}}", "{\"l\":[\"a\",\"<\"]}", "(a)(&lt;)", NULL },
	{ "lists in lists", "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "{\"l\":[[1,2],[3]]}", "(12)(3)",
	  NULL },
	{ "a list at the root", "{{#.}}{{v}};{{/.}}", "[{\"v\":1},{\"v\":2}]", "1;2;", NULL },
	{ "sections in sections", "{{#a}}1{{#b}}2{{/b}}3{{/a}}", "{\"a\":true,\"b\":true}", "123",
	  NULL },
	{ "the same section twice", "{{#a}}1{{/a}}-{{#a}}2{{/a}}", "{\"a\":true}", "1-2", NULL },
	{ "a dotted section", "{{#a.b}}x{{/a.b}}", "{\"a\":{\"b\":true}}", "x", NULL },
	{ "section tags alone take their lines along", "a\n  {{#x}}\nb\n\t{{/x}} \nc\n",
	  "{\"x\":true}", "a\nb\nc\n", NULL },
	{ "also with CRLF", "a\r\n{{#x}}\r\nb\r\n{{/x}}\r\nc", "{\"x\":true}", "a\r\nb\r\nc",
	  NULL },
	{ "and at both ends of the text", " {{#x}}\na\n {{/x}}", "{\"x\":true}", "a\n", NULL },
	{ "beside others they do not", " {{#x}}a{{/x}}\n {{#x}}\tb {{/x}} \n", "{\"x\":true}",
	  " a\n \tb  \n", NULL },

	{ "inverted: false", "{{^on}}no{{/on}}", "{\"on\":false}", "no", NULL },
	{ "inverted: true", "{{^on}}no{{/on}}", "{\"on\":1}", "", NULL },
	{ "inverted: missing", "{{^on}}no{{/on}}", "{}", "no", NULL },
	{ "inverted: empty list", "{{^l}}none{{/l}}", "{\"l\":[]}", "none", NULL },
	{ "inverted: list", "{{^l}}none{{/l}}", "{\"l\":[0]}", "", NULL },
	{ "inverted: alone on its line", "a\n{{^x}}\nb\n{{/x}}\nc", "{}", "a\nb\nc", NULL },

	{ "a comment", "12{{! hidden {{ }}34", "{}", "1234", NULL },
	{ "a comment of many lines", "a\n{{!\n b\n c\n}}\nd\n", "{}", "a\nd\n", NULL },
	{ "a comment alone on its line", "a\n  {{! b }}  \nc", "{}", "a\nc", NULL },
	{ "a comment in a line", "a {{! b }}\n", "{}", "a \n", NULL },

	{ "a partial", "[{{> p}}]", "{\"x\":1}", "[<1>]", "{\"p\":\"<{{x}}>\"}" },
	{ "an unknown partial", "[{{> p}}]", "{}", "[]", "{}" },
	{ "a partial in itself", "{{> n}}", "{\"v\":1,\"k\":[{\"v\":2,\"k\":[]}]}", "1(2())",
	  "{\"n\":\"{{v}}({{#k}}{{> n}}{{/k}})\"}" },
	{ "a partial alone is set in", "a\n  {{> p}}\nb\n", "{\"x\":\"1\\n2\"}",
	  "a\n  1\n2\n  y\nb\n", "{\"p\":\"{{x}}\\ny\\n\"}" },
	{ "once more inside", " {{> p}}\n", "{}", " a\n   b\n",
	  "{\"p\":\"a\\n  {{> q}}\\n\",\"q\":\"b\\n\"}" },
	{ "a section in a partial that is set in", "  {{> p}}\n", "{\"l\":[1,2]}",
	  "  <1\n  ><2\n  >\n", "{\"p\":\"{{#l}}<{{.}}\\n>{{/l}}\\n\"}" },
	{ "what stands alone in it leaves nothing", "  {{> p}}\n", "{}", "  x\n",
	  "{\"p\":\"{{! c }}\\nx\\n\"}" },
	{ "a partial in a line is not set in", "a {{> p}}\n", "{}", "a 1\n2\n",
	  "{\"p\":\"1\\n2\"}" },
};

static void
our_own_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
		const struct example *e = &examples[i];
		struct op *op = op_begin("test");
		json_t *data = json_own(op, json_loads(e->data, JSON_DECODE_ANY, NULL));
		json_t *partials =
			json_own(op, json_loads(e->partials ? e->partials : "{}", 0, NULL));
		const char *got = rendered(op, e->template, data, partials);

		if (strcmp(got, e->expected) != 0)
			fail_msg("%s: expected [%s], got [%s]", e->name, e->expected, got);
		op_end(op);
	}
}

/* What the specification escapes nowhere and changes delimiters with is left out on purpose. */
static bool
is_left_out(const json_t *test)
{
	char *text = json_dumps(test, 0);
	bool out = strstr(text, "{{{") != NULL || strstr(text, "{{&") != NULL ||
		   strstr(text, "{{=") != NULL;

	free(text);
	return out;
}

static void
specification_case(const char *file, const json_t *test)
{
	struct op *op = op_begin("test");
	const char *expected = json_str(test, "expected");
	const char *got = rendered(op, json_str(test, "template"), json_object_get(test, "data"),
				   json_object_get(test, "partials"));

	if (is_left_out(test)) {
		/* Standalone Indentation holds raw output in its partial. */
		if (strcmp(op->why, "") == 0)
			fail_msg("%s: %s is not refused", file, json_str(test, "name"));
	} else if (strcmp(got, expected) != 0) {
		fail_msg("%s: %s: expected [%s], got [%s]", file, json_str(test, "name"), expected,
			 got);
	}
	op_end(op);
}

static void
cases_of_the_specification(void **state)
{
	static const char *const files[] = { "comments", "interpolation", "inverted", "partials",
					     "sections" };

	(void)state;
	if (access(SPECIFICATION, R_OK) != 0)
		skip();
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char path[200];
		json_t *all, *test;
		size_t n;

		snprintf(path, sizeof(path), SPECIFICATION "%s.json", files[i]);
		all = json_load_file(path, 0, NULL);
		assert_non_null(all);
		assert_true(json_array_size(json_object_get(all, "tests")) > 5);
		json_array_foreach(json_object_get(all, "tests"), n, test)
			specification_case(files[i], test);
		json_decref(all);
	}
}

static const struct {
	const char *template, *why;
} mistakes[] = {
	{ "a\n{{{x}}}", "case:2: values are always escaped" },
	{ "{{& x}}", "case:1: values are always escaped" },
	{ "{{=<% %>=}}", "case:1: values are always escaped" },
	{ "a\n\n{{x", "case:3: a tag without }}" },
	{ "{{}}", "case:1: not a name" },
	{ "{{a b}}", "case:1: not a name: a b" },
	{ "{{a..b}}", "case:1: not a name: a..b" },
	{ "{{.a}}", "case:1: not a name: .a" },
	{ "{{a/b}}", "case:1: not a name: a/b" },
	{ "{{> ../passwd}}", "case:1: not a name: ../passwd" },
	{ "{{> /etc/passwd}}", "case:1: not a name: /etc/passwd" },
	{ "{{a.b.c.d.e.f.g.h.i}}", "case:1: not a name" },
	{ "\n{{#a}}\n", "case:2: never closed: a" },
	{ "{{/a}}", "case:1: closes what is not open: a" },
	{ "{{#a}}\n{{#b}}\n{{/a}}{{/b}}", "case:3: closes a, but b of line 2 is open" },
};

static void
mistakes_are_named_with_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		struct op *op = op_begin("test");
		const struct template *t = NULL;

		assert_int_equal(template_compile(op, &t, "case", mistakes[i].template), RC_INPUT);
		assert_null(t);
		if (strncmp(op->why, mistakes[i].why, strlen(mistakes[i].why)) != 0)
			fail_msg("[%s]: %s", mistakes[i].template, op->why);
		op_end(op);
	}
}

static void
depth_is_limited(void **state)
{
	struct op *op = op_begin("test");
	const struct template *t;
	json_t *partials = json_own(op, json_pack("{s:s}", "p", "{{> p}}"));
	char deep[40 * 6 + 1];

	(void)state;
	assert_non_null(
		strstr(rendered(op, "{{> p}}", json_new(op), partials), "too many partials"));
	op_forgive(op);
	for (size_t i = 0; i < 40; i++)
		memcpy(deep + i * 6, "{{#a}}", 6);
	deep[40 * 6] = '\0';
	assert_int_equal(template_compile(op, &t, "deep", deep), RC_INPUT);
	assert_non_null(strstr(op->why, "too many sections"));
	op_end(op);
}

static void
repetition_is_limited(void **state)
{
	static const char text[] = "{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}"
				   "{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}";
	struct op *op = op_begin("test");
	json_t *data = json_own(op, json_loads("{\"l\":[1,1,1,1,1,1,1,1,1,1]}", 0, NULL));

	(void)state;
	assert_string_equal(rendered(op, text, data, NULL), "case: repeats too much");
	op_end(op);
}

/* ---- from shapes ---- */

struct row {
	const char *label;
	int64_t n;
};

static const struct shape row_shape[] = { SHAPE(struct row, label), SHAPE(struct row, n),
					  SHAPE_END };

struct thing {
	const char *title, *nothing, *password;
	int64_t count;
	bool on;
	struct instant at;
	struct list rows;
	const struct row *best, *worst;
};

static const struct shape thing_shape[] = {
	SHAPE(struct thing, title),
	SHAPE(struct thing, nothing),
	SHAPE_HIDDEN(struct thing, password),
	SHAPE(struct thing, count),
	SHAPE(struct thing, on),
	SHAPE(struct thing, at),
	SHAPE_ROWS(struct thing, rows, struct row, row_shape),
	SHAPE_SUB(struct thing, best, row_shape),
	SHAPE_SUB(struct thing, worst, row_shape),
	SHAPE_END,
};

struct frame {
	const char *title, *brand;
};

static const struct shape frame_shape[] = { SHAPE(struct frame, title), SHAPE(struct frame, brand),
					    SHAPE_END };

static const struct row two_rows[] = { { "a<b", 1 }, { "c", 2 } };
static const struct thing thing = {
	.title = "T&T",
	.password = "secret",
	.count = 12345,
	.on = true,
	.at = { INT64_C(1778234400000) },
	.rows = { 2, two_rows },
	.best = &two_rows[1],
};
static const struct frame frame = { "frame", "Brand" };

static const char *
shaped(struct op *op, const char *text, enum rc *rc)
{
	const struct template_context contexts[] = { { frame_shape, &frame },
						     { thing_shape, &thing } };
	const struct template *t;
	struct buf out;

	buf_init(&out, op->arena, 4096);
	*rc = template_compile(op, &t, "page", text);
	if (*rc == RC_OK)
		*rc = template_render(op, &out, t, contexts, 2);
	return buf_str(&out);
}

static const struct {
	const char *template, *expected;
} shaped_cases[] = {
	{ "{{title}} {{brand}}", "T&amp;T Brand" },
	{ "{{count}} {{on}} {{at}}", "12345 true 2026-05-08T10:00:00Z" },
	{ "[{{nothing}}]{{#nothing}}x{{/nothing}}{{^nothing}}none{{/nothing}}", "[]none" },
	{ "{{#rows}}{{label}}={{n}} {{title}};{{/rows}}", "a&lt;b=1 T&amp;T;c=2 T&amp;T;" },
	{ "{{^rows}}none{{/rows}}", "" },
	{ "{{best.label}} {{#best}}{{n}}{{/best}}", "c 2" },
	{ "[{{worst.label}}]{{#worst}}{{n}}{{/worst}}{{^worst}}none{{/worst}}", "[]none" },
	{ "{{#on}}on{{/on}}{{#count}}#{{/count}}{{#at}}@{{/at}}{{#title}}{{.}}{{/title}}",
	  "on#@T&amp;T" },
};

static void
structs_are_shown_by_their_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shaped_cases); i++) {
		struct op *op = op_begin("test");
		enum rc rc;

		assert_string_equal(shaped(op, shaped_cases[i].template, &rc),
				    shaped_cases[i].expected);
		assert_int_equal(rc, RC_OK);
		op_end(op);
	}
}

static const struct {
	const char *template, *why;
} unknown_names[] = {
	{ "a\n{{tilte}}", "page:2: nothing is called tilte" },
	{ "{{#rows}}{{lable}}{{/rows}}", "page:1: nothing is called lable" },
	{ "{{best.lable}}", "page:1: nothing is called best.lable" },
	{ "{{worst.lable}}", "page:1: nothing is called worst.lable" },
	{ "{{#nope}}{{/nope}}", "page:1: nothing is called nope" },
	{ "{{^nope}}{{/nope}}", "page:1: nothing is called nope" },
	{ "{{password}}", "page:1: nothing is called password" },
	{ "{{#password}}x{{/password}}", "page:1: nothing is called password" },
	{ "{{title.length}}", "page:1: nothing is called title.length" },
	{ "{{rows}}", "page:1: rows is a list or an object, not a text" },
	{ "{{best}}", "page:1: best is a list or an object, not a text" },
};

static void
unknown_and_secret_names_are_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unknown_names); i++) {
		struct op *op = op_begin("test");
		enum rc rc;

		(void)shaped(op, unknown_names[i].template, &rc);
		assert_int_equal(rc, RC_INTERNAL);
		assert_string_equal(op->why, unknown_names[i].why);
		op_end(op);
	}
}

static void
a_page_has_a_largest_size(void **state)
{
	struct op *op = op_begin("test");
	const struct template *t;
	struct buf out;

	(void)state;
	buf_init(&out, op->arena, 10);
	assert_int_equal(template_compile(op, &t, "page", "0123456789{{x}}"), RC_OK);
	assert_int_equal(
		template_render_json(op, &out, t, json_own(op, json_pack("{s:i}", "x", 1)), NULL),
		RC_INTERNAL);
	assert_non_null(strstr(op->why, "more than 10 bytes"));
	op_end(op);
}

/* ---- files ---- */

static void
put_file(const char *folder, const char *name, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int
make_folder(void **state)
{
	static char folder[] = "/tmp/test_template.XXXXXX";
	char part[200];
	const char *problems;

	*state = mkdtemp(folder);
	snprintf(part, sizeof(part), "%s/part", folder);
	mkdir(part, 0700);
	put_file(folder, "page.html", "{{> nav}}|{{> part/nav}}|{{> part/nav.html}}|{{title}}");
	put_file(folder, "part/nav.html", "<{{brand}}>");
	put_file(folder, "broken.html", "one\n{{#never}}");
	put_file(folder, "lost.html", "{{> nowhere}}");
	setenv("WAGATE_WEB_TEMPLATES", folder, 1);
	return settings_load(NULL, &problems) == RC_OK ? 0 : -1;
}

static int
remove_folder(void **state)
{
	static const char *const files[] = { "page.html", "part/nav.html", "broken.html",
					     "lost.html", "part",          "" };

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char path[200];

		snprintf(path, sizeof(path), "%s/%s", (const char *)*state, files[i]);
		remove(path);
	}
	return 0;
}

static void
files_and_their_parts(void **state)
{
	const struct template_context contexts[] = { { frame_shape, &frame } };
	struct op *op = op_begin("test");
	const struct template *t, *again;
	struct buf out;

	(void)state;
	buf_init(&out, op->arena, 4096);
	assert_int_equal(template_get(op, &t, "page.html"), RC_OK);
	assert_int_equal(template_get(op, &again, "page.html"), RC_OK);
	assert_ptr_equal(t, again);
	assert_int_equal(template_render(op, &out, t, contexts, 1), RC_OK);
	assert_string_equal(buf_str(&out), "<Brand>|<Brand>|<Brand>|frame");
	op_end(op);
}

static void
files_that_are_wrong(void **state)
{
	struct op *op = op_begin("test");
	const struct template *t;
	struct buf out;

	(void)state;
	assert_int_equal(template_get(op, &t, "none.html"), RC_INTERNAL);
	assert_non_null(strstr(op->why, "/none.html: No such file"));
	op_forgive(op);
	assert_int_equal(template_get(op, &t, "broken.html"), RC_INTERNAL);
	assert_string_equal(op->why, "broken.html:2: never closed: never");
	op_forgive(op);
	buf_init(&out, op->arena, 4096);
	assert_int_equal(template_get(op, &t, "lost.html"), RC_OK);
	assert_int_equal(template_render(op, &out, t, NULL, 0), RC_INTERNAL);
	assert_non_null(strstr(op->why, "/part/nowhere.html: No such file"));
	op_end(op);
}

static void *
get_many(void *arg)
{
	struct op *op = op_begin("test");
	const struct template *t = NULL;

	(void)arg;
	for (int i = 0; i < 1000; i++) {
		if (template_get(op, &t, i % 2 ? "part/nav.html" : "page.html") != RC_OK)
			break;
	}
	op_end(op);
	return (void *)(uintptr_t)t;
}

static void
many_threads_get_the_same(void **state)
{
	pthread_t threads[8];
	void *first = NULL, *one;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, get_many, NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		pthread_join(threads[i], &one);
		assert_true(one != NULL && (first == NULL || first == one));
		first = one;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_own_cases),
		cmocka_unit_test(cases_of_the_specification),
		cmocka_unit_test(mistakes_are_named_with_their_line),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(repetition_is_limited),
		cmocka_unit_test(structs_are_shown_by_their_shapes),
		cmocka_unit_test(unknown_and_secret_names_are_mistakes),
		cmocka_unit_test(a_page_has_a_largest_size),
		cmocka_unit_test(many_threads_get_the_same),
		cmocka_unit_test(files_and_their_parts),
		cmocka_unit_test(files_that_are_wrong),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
