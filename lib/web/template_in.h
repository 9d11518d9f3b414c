/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_TEMPLATE_IN_H
#define WEB_TEMPLATE_IN_H

#include "web/template.h"

/* Inside of templates. */
enum {
	TEMPLATE_DEPTH_MAX = 32,   /* sections in sections of one template */
	TEMPLATE_PARTS_MAX = 8,    /* of a dotted name */
	RENDER_DEPTH_MAX = 64,     /* sections and partials in each other, while rendering */
	RENDER_STEPS_MAX = 1 << 20 /* nodes that one rendering may visit */
};

enum node_kind { NODE_TEXT, NODE_NAME, NODE_SECTION, NODE_INVERTED, NODE_PARTIAL };

/* A compiled template is a row of nodes; a section is followed by its content. */
struct node {
	enum node_kind kind;
	int line;
	bool line_start;   /* TEXT: begins a line, so a partial's indentation goes here */
	struct bytes text; /* TEXT */
	const char *name;  /* as written; PARTIAL: what to show */
	const char *parts[TEMPLATE_PARTS_MAX]; /* "a.b" is a, b; "." is none */
	size_t part_count;
	size_t end;         /* SECTION, INVERTED: index of the first node after it */
	const char *indent; /* PARTIAL: blanks before a tag that stands alone */
};

struct template
{
	const char *name;
	struct node *nodes;
	size_t node_count;
};

/* What a name stands for. */
enum value_kind { VALUE_MISSING, VALUE_EMPTY, VALUE_STRUCT, VALUE_MEMBER, VALUE_JSON };

struct value {
	enum value_kind kind;
	const struct shape *shape; /* STRUCT: its members; MEMBER: the member; EMPTY: as STRUCT
				      where an object could be, or NULL */
	const void *object;        /* the struct that holds it */
	const json_t *json;
};

/* The member of v called name. EMPTY: known, but v holds nothing. */
struct value value_member(struct value v, const char *name);
/* Not empty, zero, false or null. */
bool value_is_true(struct value v);
bool value_is_list(struct value v);
size_t value_count(struct value v);
struct value value_item(struct value v, size_t index);
/* Append it escaped for HTML text and quoted attributes. False: a list or object has no text. */
bool value_print(struct op *op, struct buf *out, struct value v);

/* ---- template_render.c ---- */
/* Names are looked up from the innermost scope outwards. */
struct scope {
	const struct scope *outer;
	struct value value;
};

struct render {
	struct op *op;
	struct buf *out;
	/* Find a partial; *out stays NULL when there is none and that is no mistake. */
	enum rc (*partial)(struct render *r, const struct template **out, const char *name);
	const struct template *content; /* for {{> content}}, or NULL */
	const json_t *partials;         /* of the specification's cases */
	bool strict;                    /* a missing name is a mistake */
	int depth, steps;
};

MUST_CHECK enum rc render_template(struct render *r, const struct template *t,
				   const struct scope *scope, const char *indent);

/* ---- template.c ---- */
/* {{> content}} is r->content, {{> nav}} part/nav.html, {{> mail/reset}} mail/reset.html. */
MUST_CHECK enum rc
template_partial(struct render *r, const struct template **out, const char *name);
/* A scope for each struct, the last one innermost; NULL for none. */
const struct scope *
template_scopes(struct op *op, const struct template_context *contexts, size_t n);

#endif
