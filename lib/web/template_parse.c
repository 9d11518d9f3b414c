/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From template text to nodes. Follows the Mustache specification for sections, inverted
 * sections, partials, comments and standalone lines. Raw output ({{{ and {{&) and delimiter
 * changes are refused: every value is escaped, and a reader knows what a tag looks like.
 */
#include "web/template_in.h"

struct parser {
	struct op *op;
	struct template *t;
	const char *text, *at; /* all of it, and what is next */
	int line;              /* of at */
	size_t room;
	size_t open[TEMPLATE_DEPTH_MAX]; /* nodes of sections not closed yet */
	size_t depth;
};

struct tag {
	const char *start; /* "{{" */
	char kind;         /* '#', '^', '/', '>', '!', or 0 for a name */
	const char *name;
	int line;
	/* What stands before the tag ends at text_end, what follows begins at after: a tag that
	 * stands alone takes its line along. */
	const char *text_end, *after;
	bool alone;
};

static int
count_lines(const char *from, const char *to)
{
	int n = 0;

	for (; from < to; from++)
		n += *from == '\n';
	return n;
}

static struct node *
parser_add(struct parser *p, enum node_kind kind, int line)
{
	struct template *t = p->t;
	struct node *n;

	if (t->node_count == p->room) {
		struct node *old = t->nodes;

		p->room = p->room != 0 ? 2 * p->room : 32;
		t->nodes = arena_array(p->op->arena, p->room, sizeof(*n));
		if (old != NULL)
			memcpy(t->nodes, old, t->node_count * sizeof(*n));
	}
	n = &t->nodes[t->node_count++];
	n->kind = kind;
	n->line = line;
	return n;
}

static bool
at_line_start(const struct parser *p, const char *at)
{
	return at == p->text || at[-1] == '\n';
}

/* Text up to a tag or the end. Empty text matters where a line begins with a tag. */
static void
parser_add_text(struct parser *p, const char *to)
{
	bool line_start = at_line_start(p, p->at);

	if (to > p->at || (line_start && *to != '\0')) {
		struct node *n = parser_add(p, NODE_TEXT, p->line);

		n->text = bytes_slice(p->at, (size_t)(to - p->at));
		n->line_start = line_start;
	}
}

static enum rc
parser_refuse(const struct parser *p, int line, const char *what, const char *name)
{
	return op_fail(p->op, RC_INPUT, "%s:%d: %s%s%s", p->t->name, line, what,
		       name != NULL ? " " : "", name != NULL ? name : "");
}

/* Start of the line's blanks before the tag when nothing but them stands before it. */
static const char *
blanks_before(const struct parser *p, const char *at)
{
	while (at > p->text && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	return at_line_start(p, at) ? at : NULL;
}

/* Start of the next line when nothing but blanks stands behind the tag. */
static const char *
line_after(const char *at)
{
	at += strspn(at, " \t");
	if (*at == '\0')
		return at;
	if (at[0] == '\r' && at[1] == '\n')
		return at + 2;
	return *at == '\n' ? at + 1 : NULL;
}

/* Partials may be in folders, but not outside of ours. */
static bool
name_is_valid(const struct tag *tag)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-./";
	bool partial = tag->kind == '>';

	if (tag->name[strspn(tag->name, letters)] != '\0' || tag->name[0] == '\0')
		return false;
	if (!partial)
		return strchr(tag->name, '/') == NULL;
	return tag->name[0] != '/' && strstr(tag->name, "..") == NULL;
}

/* Nothing but blanks beside it: the line goes with the tag. Names never stand alone. */
static void
parser_take_line(const struct parser *p, struct tag *tag)
{
	const char *blanks = blanks_before(p, tag->start), *next = line_after(tag->after);

	if (tag->kind == 0 || blanks == NULL || next == NULL)
		return;
	tag->text_end = blanks;
	tag->after = next;
	tag->alone = true;
}

/* Read the tag at start. */
static enum rc
parser_read_tag(struct parser *p, struct tag *tag, const char *start)
{
	const char *inside = start + 2, *end = strstr(inside, "}}");

	*tag = (struct tag){ .start = start,
			     .line = p->line + count_lines(p->at, start),
			     .text_end = start,
			     .after = start };
	if (end == NULL)
		return parser_refuse(p, tag->line, "a tag without }}", NULL);
	tag->after = end + 2;
	inside += strspn(inside, " \t\r\n");
	if (*inside != '\0' && strchr("{&=", *inside) != NULL)
		return parser_refuse(p, tag->line,
				     "values are always escaped and delimiters do not change: "
				     "use {{name}}",
				     NULL);
	if (inside < end && strchr("#^/>!", *inside) != NULL)
		tag->kind = *inside++;
	parser_take_line(p, tag);
	if (tag->kind == '!')
		return RC_OK;
	tag->name =
		text_trim(p->op->arena, arena_dupn(p->op->arena, inside, (size_t)(end - inside)));
	if (!name_is_valid(tag))
		return parser_refuse(p, tag->line, "not a name:", tag->name);
	return RC_OK;
}

/* "a.b" is looked up as b in a; "." is the section's own value. */
static enum rc
parser_split_name(struct parser *p, struct node *n)
{
	const char *name = n->name;

	if (strcmp(name, ".") == 0)
		return RC_OK;
	for (;;) {
		size_t length = strcspn(name, ".");

		if (length == 0 || n->part_count == TEMPLATE_PARTS_MAX)
			return parser_refuse(p, n->line, "not a name:", n->name);
		n->parts[n->part_count++] = arena_dupn(p->op->arena, name, length);
		if (name[length] == '\0')
			return RC_OK;
		name += length + 1;
	}
}

static enum rc
parser_close_section(struct parser *p, const struct tag *tag)
{
	struct node *open;

	if (p->depth == 0)
		return parser_refuse(p, tag->line, "closes what is not open:", tag->name);
	open = &p->t->nodes[p->open[p->depth - 1]];
	if (strcmp(open->name, tag->name) != 0)
		return op_fail(p->op, RC_INPUT, "%s:%d: closes %s, but %s of line %d is open",
			       p->t->name, tag->line, tag->name, open->name, open->line);
	open->end = p->t->node_count;
	p->depth--;
	return RC_OK;
}

static enum rc
parser_add_tag(struct parser *p, const struct tag *tag)
{
	static const struct {
		char sign;
		enum node_kind kind;
	} kinds[] = {
		{ 0, NODE_NAME },
		{ '#', NODE_SECTION },
		{ '^', NODE_INVERTED },
		{ '>', NODE_PARTIAL },
	};
	size_t i = 0;
	struct node *n;

	if (tag->kind == '!')
		return RC_OK;
	if (tag->kind == '/')
		return parser_close_section(p, tag);
	while (kinds[i].sign != tag->kind)
		i++;
	n = parser_add(p, kinds[i].kind, tag->line);
	n->name = tag->name;
	n->indent = "";
	if (n->kind == NODE_PARTIAL) {
		n->indent = arena_dupn(p->op->arena, tag->text_end,
				       (size_t)(tag->start - tag->text_end));
		return RC_OK;
	}
	if (n->kind != NODE_NAME) {
		if (p->depth == TEMPLATE_DEPTH_MAX)
			return parser_refuse(p, tag->line, "too many sections in sections", NULL);
		p->open[p->depth++] = p->t->node_count - 1;
	}
	return parser_split_name(p, n);
}

enum rc
template_compile(struct op *op, const struct template **out, const char *name, const char *text)
{
	struct template *t = arena_alloc(op->arena, sizeof(*t));
	struct parser p = { .op = op, .t = t, .at = text, .line = 1 };
	const char *start;

	t->name = arena_dup(op->arena, name);
	/* Nodes point into their text, which lives as long as they do. */
	p.text = p.at = arena_dup(op->arena, text);
	while ((start = strstr(p.at, "{{")) != NULL) {
		struct tag tag;

		TRY(parser_read_tag(&p, &tag, start));
		if (!tag.alone || tag.text_end > p.at)
			parser_add_text(&p, tag.text_end);
		TRY(parser_add_tag(&p, &tag));
		p.line += count_lines(p.at, tag.after);
		p.at = tag.after;
	}
	parser_add_text(&p, p.at + strlen(p.at));
	if (p.depth > 0) {
		const struct node *open = &t->nodes[p.open[p.depth - 1]];

		return parser_refuse(&p, open->line, "never closed:", open->name);
	}
	*out = t;
	return RC_OK;
}
