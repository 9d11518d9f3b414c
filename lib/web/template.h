/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_TEMPLATE_H
#define WEB_TEMPLATE_H

#include "web/web.h"

/*
 * Mustache: {{name}}, {{a.b}}, {{.}}, {{#section}}, {{^inverted}}, {{> partial}}, {{! comment}},
 * standalone lines as the specification says. Always escaped (& < > " '), no triple braces, no
 * delimiter changes, no lambdas. Names are looked up in the innermost context first, then
 * outwards, last in the frame. A section over a list repeats, over an object enters it, over
 * anything else shows when it is not empty, zero or false. {{> nav}} is part/nav.html, a name
 * with a slash is taken from the folder ({{> mail/reset}}: mail/reset.html), and layout.html
 * shows the page where it says {{> content}}. Compiled once per process and kept.
 */
struct template;

/* Values come from C structs by shape... */
struct template_context {
	const struct shape *shape;
	const void *object;
};

/* Compile from text; RC_INPUT with line and reason in op->why. */
MUST_CHECK enum rc
template_compile(struct op *op, const struct template **out, const char *name, const char *text);

/* The compiled file of [web] templates; fatal() when the folder is missing. */
MUST_CHECK enum rc template_get(struct op *op, const struct template **out, const char *file);

/* contexts[0] is the outermost. A name found nowhere is RC_INTERNAL naming template and name. */
MUST_CHECK enum rc template_render(struct op *op, struct buf *out, const struct template *t,
				   const struct template_context *contexts, size_t n);

/* ...or, for the specification's cases, from JSON. */
MUST_CHECK enum rc template_render_json(struct op *op, struct buf *out, const struct template *t,
					const json_t *data, const json_t *partials);

#endif
