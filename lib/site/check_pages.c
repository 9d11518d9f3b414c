/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_pages - do a program's templates and its structs fit?
 *
 * Renders every page once with telling values (texts full of markup, lists of two) and once
 * empty, so that both sides of each section are seen. An unknown name, or markup of a value
 * that came through as markup, fails.
 */
#include <unistd.h>

#include "core/settings.h"
#include "site/visitor.h"
#include "web/template.h"

enum { PAGE_BYTES = 4 << 20, FRAME_BYTES = 4096 };

/* What layout.html shows around pages. */
static const char *const parts[] = { "part/side.html",  "part/bar.html", "part/strips.html",
				     "part/flash.html", "part/top.html", "part/foot.html" };

static enum rc
page_render(struct op *op, struct buf *out, const char *file, const struct shape *shape,
	    size_t size, bool full)
{
	void *frame = arena_alloc(op->arena, FRAME_BYTES);
	void *object = arena_alloc(op->arena, size);
	const struct template *template;
	struct template_context contexts[] = { { frame_shape, frame }, { shape, object } };

	if (full) {
		shape_sample(op->arena, frame_shape, frame);
		shape_sample(op->arena, shape, object);
	}
	buf_init(out, op->arena, PAGE_BYTES);
	TRY(template_get(op, &template, file));
	return template_render(op, out, template, contexts, ARRAY_LEN(contexts));
}

static bool
page_is_right(const char *file, const struct shape *shape, size_t size, bool full)
{
	struct op *op = op_begin("check");
	struct buf out;
	const char *wrong = NULL;

	if (page_render(op, &out, file, shape, size, full) != RC_OK)
		wrong = op->why;
	else if (strstr(buf_str(&out), "<b>") != NULL)
		wrong = "a value's markup comes through";
	if (wrong != NULL)
		dprintf(STDERR_FILENO, "%s (%s): %s\n", file, full ? "sample" : "empty", wrong);
	op_end(op);
	return wrong == NULL;
}

int
pages_check(const struct program *program)
{
	static const struct shape none[] = { SHAPE_END };
	const char *problems;
	size_t wrong = 0;

	if (settings_load(NULL, &problems) != RC_OK)
		fatal("%s", problems);
	for (size_t i = 0; i < program->page_count; i++) {
		const struct page *page = &program->pages[i];

		for (int full = 0; full <= 1; full++)
			wrong += !page_is_right(page->template, page->shape, page->size, full);
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		for (int full = 0; full <= 1; full++)
			wrong += !page_is_right(parts[i], none, 0, full);
	wrong += !page_is_right(problem_page.template, problem_page.shape, problem_page.size, true);
	return wrong == 0 ? 0 : 1;
}
