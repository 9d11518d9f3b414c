/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a template, with JSON values and a partial; the three are cut at NUL bytes. What
 * compiles renders or says why not, and no value ever brings markup into the page.
 */
#include "web/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *
cut(struct arena *arena, const uint8_t **data, size_t *size)
{
	const uint8_t *end = memchr(*data, '\0', *size);
	size_t n = end != NULL ? (size_t)(end - *data) : *size;
	const char *text = arena_dupn(arena, *data, n);

	*data += n + (end != NULL);
	*size -= n + (end != NULL);
	return text;
}

static bool
has_markup(const char *text)
{
	return strpbrk(text, "<>\"'") != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct op *op = op_begin("fuzz");
	const char *text = cut(op->arena, &data, &size), *values = cut(op->arena, &data, &size);
	json_t *partials = json_new(op), *tree = NULL;
	const struct template *t;
	struct buf out;

	if (!text_is_utf8(bytes_of(text)))
		text = "{{#a}}{{.}}{{/a}}";
	if (json_read_loose(op, &tree, bytes_of(values)) != RC_OK) {
		op_forgive(op);
		tree = json_new(op);
		json_put(tree, "a", "<b>&\"'");
	}
	json_object_set_new(partials, "p", json_stringn((const char *)data, size));
	buf_init(&out, op->arena, 1 << 16);
	if (template_compile(op, &t, "fuzz", text) != RC_OK) {
		expect(text_starts(op->why, "fuzz:"));
	} else if (template_render_json(op, &out, t, tree, partials) != RC_OK) {
		expect(op->why[0] != '\0');
	} else if (!has_markup(text) && json_str(partials, "p") == NULL) {
		expect(!has_markup(buf_str(&out)));
	}
	op_end(op);
	return 0;
}
