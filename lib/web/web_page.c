/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page is its template inside layout.html. Names come from the page's own struct first, then
 * from the site's frame: navigation, who is signed in, csrf_token.
 */
#include "web/exchange.h"
#include "web/template_in.h"

enum rc
web_page(struct web *web, int status, const struct page *page, const void *object)
{
	const struct web_site *site = exchange_of(web)->site;
	struct template_context contexts[2];
	struct render r = {
		.op = web->op, .out = &web->out, .partial = template_partial, .strict = true
	};
	const struct template *layout;
	size_t n = 0;

	TRY(template_get(web->op, &layout, "layout.html"));
	TRY(template_get(web->op, &r.content, page->template));
	if (site->frame != NULL)
		contexts[n++] = (struct template_context){ site->frame_shape, site->frame(web) };
	contexts[n++] = (struct template_context){ page->shape, object };
	buf_init(&web->out, web->op->arena, WEB_ANSWER_MAX);
	TRY(render_template(&r, layout, template_scopes(web->op, contexts, n), ""));
	return web_reply(web, status, "text/html; charset=utf-8", buf_bytes(&web->out));
}
