/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From nodes and values to text. One renderer for structs with shapes and for JSON; only where
 * a missing name is a mistake and where partials come from differ.
 */
#include "web/template_in.h"

static enum rc render_nodes(struct render *r, const struct template *t, size_t from, size_t to,
			    const struct scope *scope, const char *indent);

/* The first part of a name is looked for outwards, the others inside what was found. */
static struct value
scope_find(const struct scope *scope, const struct node *n)
{
	struct value v = { .kind = VALUE_MISSING };

	if (n->part_count == 0)
		return scope != NULL ? scope->value : v;
	for (; scope != NULL && v.kind == VALUE_MISSING; scope = scope->outer)
		v = value_member(scope->value, n->parts[0]);
	for (size_t i = 1; i < n->part_count && v.kind != VALUE_MISSING; i++)
		v = value_member(v, n->parts[i]);
	return v;
}

static enum rc
render_find(struct render *r, const struct template *t, const struct node *n,
	    const struct scope *scope, struct value *out)
{
	struct value v = scope_find(scope, n);

	if (v.kind == VALUE_MISSING && r->strict)
		return op_fail(r->op, RC_INTERNAL, "%s:%d: nothing is called %s", t->name, n->line,
			       n->name);
	*out = v;
	return RC_OK;
}

/* A partial's lines are set in by the blanks before its tag; its values are not. */
static void
render_text(struct render *r, const struct node *n, const char *indent)
{
	const char *at = (const char *)n->text.p, *end = at + n->text.n;
	bool line_start = n->line_start;

	if (*indent == '\0') {
		buf_add(r->out, n->text.p, n->text.n);
		return;
	}
	do {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *next = newline != NULL ? newline + 1 : end;

		if (line_start)
			buf_text(r->out, indent);
		buf_add(r->out, at, (size_t)(next - at));
		line_start = newline != NULL;
		at = next;
	} while (at < end);
}

static enum rc
render_section(struct render *r, const struct template *t, size_t index, const struct scope *scope,
	       const char *indent)
{
	const struct node *n = &t->nodes[index];
	struct scope inner = { .outer = scope };
	struct value v = { .kind = VALUE_MISSING };

	TRY(render_find(r, t, n, scope, &v));
	if (n->kind == NODE_INVERTED) {
		if (!value_is_true(v))
			TRY(render_nodes(r, t, index + 1, n->end, scope, indent));
		return RC_OK;
	}
	if (!value_is_true(v))
		return RC_OK;
	if (!value_is_list(v)) {
		inner.value = v;
		return render_nodes(r, t, index + 1, n->end, &inner, indent);
	}
	for (size_t i = 0; i < value_count(v); i++) {
		inner.value = value_item(v, i);
		TRY(render_nodes(r, t, index + 1, n->end, &inner, indent));
	}
	return RC_OK;
}

static enum rc
render_name(struct render *r, const struct template *t, const struct node *n,
	    const struct scope *scope)
{
	struct value v = { .kind = VALUE_MISSING };

	TRY(render_find(r, t, n, scope, &v));
	if (!value_print(r->op, r->out, v) && r->strict)
		return op_fail(r->op, RC_INTERNAL, "%s:%d: %s is a list or an object, not a text",
			       t->name, n->line, n->name);
	return RC_OK;
}

static enum rc
render_partial(struct render *r, const struct node *n, const struct scope *scope,
	       const char *indent)
{
	const struct template *partial = NULL;

	TRY(r->partial(r, &partial, n->name));
	if (partial == NULL)
		return RC_OK;
	if (*n->indent != '\0')
		indent = arena_printf(r->op->arena, "%s%s", indent, n->indent);
	return render_template(r, partial, scope, indent);
}

/* One node; a section includes what is in it. */
static enum rc
render_node(struct render *r, const struct template *t, size_t index, const struct scope *scope,
	    const char *indent)
{
	const struct node *n = &t->nodes[index];

	switch (n->kind) {
	case NODE_TEXT:
		render_text(r, n, indent);
		return RC_OK;
	case NODE_NAME:
		return render_name(r, t, n, scope);
	case NODE_PARTIAL:
		return render_partial(r, n, scope, indent);
	case NODE_SECTION:
	case NODE_INVERTED:
		return render_section(r, t, index, scope, indent);
	}
	bug("a node of kind %d", n->kind);
}

static enum rc
render_nodes(struct render *r, const struct template *t, size_t from, size_t to,
	     const struct scope *scope, const char *indent)
{
	if (r->depth == RENDER_DEPTH_MAX)
		return op_fail(r->op, RC_INTERNAL,
			       "%s: too many partials or sections in each other", t->name);
	r->depth++;
	for (size_t i = from; i < to; i++) {
		const struct node *n = &t->nodes[i];

		TRY(render_node(r, t, i, scope, indent));
		if (!buf_ok(r->out))
			return op_fail(r->op, RC_INTERNAL, "%s: more than %zu bytes come of it",
				       t->name, r->out->max);
		if (++r->steps == RENDER_STEPS_MAX)
			return op_fail(r->op, RC_INTERNAL, "%s: repeats too much", t->name);
		if (n->kind == NODE_SECTION || n->kind == NODE_INVERTED)
			i = n->end - 1;
	}
	r->depth--;
	return RC_OK;
}

enum rc
render_template(struct render *r, const struct template *t, const struct scope *scope,
		const char *indent)
{
	return render_nodes(r, t, 0, t->node_count, scope, indent);
}
