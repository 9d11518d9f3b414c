/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admin - what only the operator sees
 *
 *	GET  /admin/inbox                operator    webhooks as they came; ?kind=unclear,
 *	                                             unclaimed or any
 *	GET  /admin/inbox/:id            operator    one of them with its body
 *	POST /admin/inbox/:id/replay     operator    apply it again
 *	POST /admin/inbox/replay         operator    apply all of a kind again
 */
#include "site/view_inbox.h"

static const struct page pages[] = {
	{ "admin-inbox.html", inbox_list_page_shape, sizeof(struct inbox_list_page) },
	{ "admin-webhook.html", inbox_page_shape, sizeof(struct inbox_page) },
};

static enum rc
get_inbox(struct web *web)
{
	struct inbox_list_page page = { 0 };

	TRY(view_inbox_list(web, &page));
	return web_page(web, 200, &pages[0], &page);
}

static enum rc
get_webhook(struct web *web)
{
	struct inbox_page page = { 0 };

	TRY(view_inbox(web, &page, web_param(web, "id")));
	return web_page(web, 200, &pages[1], &page);
}

static enum rc
post_replay(struct web *web)
{
	const char *id = web_param(web, "id");

	TRY(gateway_replay_inbox(web->op, id));
	return site_done(web, arena_printf(web->op->arena, "/admin/inbox/%s", id), "good",
			 "It will be applied again.");
}

static enum rc
post_replay_all(struct web *web)
{
	const struct inbox_input *input = web->input;
	enum inbox_kind kind = inbox_kind_of(input->kind);
	const struct instant open = { 0 };
	int64_t n;

	if (kind != INBOX_UNCLEAR && kind != INBOX_UNCLAIMED)
		return op_refuse(web->op, RC_INPUT, "kind", "The kind is unclear or unclaimed");
	TRY(gateway_replay_inbox_range(web->op, kind, open, open, &n));
	return site_done(web, arena_printf(web->op->arena, "/admin/inbox?kind=%s", input->kind),
			 "good",
			 arena_printf(web->op->arena, "%s will be applied again.",
				      n == 1 ? "One webhook"
					     : arena_printf(web->op->arena, "%s webhooks",
							    view_number(web->op, n))));
}

static const struct form all_form = { sizeof(struct inbox_input), inbox_fields, NULL };

static const struct route routes[] = {
	{ "GET", "/admin/inbox", GATE_OPERATOR, NULL, get_inbox, 0 },
	{ "POST", "/admin/inbox/replay", GATE_OPERATOR, &all_form, post_replay_all, 0 },
	{ "GET", "/admin/inbox/:id", GATE_OPERATOR, NULL, get_webhook, 0 },
	{ "POST", "/admin/inbox/:id/replay", GATE_OPERATOR, NULL, post_replay, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv,
			 &(struct program){ .name = "admin", ROUTES(routes), PAGES(pages) }, NULL);
}
