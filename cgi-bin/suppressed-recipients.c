/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suppressed-recipients - who may not be messaged
 *
 *	GET    /suppressed-recipients             user         the list; ?number=, reason=, lifted=
 *	POST   /suppressed-recipients             developer    add a number
 *	POST   /suppressed-recipients/:id/lift    developer    lift one, with a reason
 *	GET    /api/suppressions                  read key        the list; ?phone=, reason=,
 *	                                                          cursor=, limit=
 *	POST   /api/suppressions                  suppress key    add {"phone","reason","note"}
 *	DELETE /api/suppressions                  suppress key    lift all of ?phone=
 *
 * Rows are never deleted: who lifted what, when and why stays.
 */
#include "site/view_suppressions_page.h"

static const struct page pages[] = {
	{ "suppressed-recipients.html", suppressions_page_shape, sizeof(struct suppressions_page) },
};

static enum rc
show_list(struct web *web)
{
	struct suppressions_page page = { 0 };

	TRY(view_suppressions_page(web, &page, web->input));
	return web_page(web, 200, &pages[0], &page);
}

static enum rc
add(struct web *web, struct suppression *out, const char *source)
{
	const struct suppression_input *input = web->input;

	return gateway_add_suppression(web->op, out, input->phone, input->reason, source,
				       input->note);
}

static enum rc
post_number(struct web *web)
{
	struct suppression added = { 0 };
	enum rc rc = add(web, &added, "portal");

	if (rc != RC_OK)
		return site_again(web, rc, show_list);
	return site_done(web, "/suppressed-recipients", "good",
			 arena_printf(web->op->arena, "%s is suppressed.",
				      view_phone(web->op, added.recipient)));
}

static enum rc
post_lift(struct web *web)
{
	const struct lift_input *input = web->input;

	TRY(gateway_lift_suppression(web->op, web_param(web, "id"), input->why));
	return site_done(web, "/suppressed-recipients", "good", "The suppression is lifted.");
}

static enum rc
get_api(struct web *web)
{
	struct suppression_filter filter = { .recipient = web_query(web, "phone"),
					     .reason = web_query(web, "reason") };
	struct list rows;
	const char *next;

	TRY(site_page_query(web, &filter.page, "sup"));
	TRY(gateway_list_suppressions(web->op, &rows, &next, &filter));
	return site_list(web, suppression_shape, sizeof(struct suppression), &rows, next);
}

/* Said twice it is the same suppression. */
static enum rc
post_api(struct web *web)
{
	struct suppression added = { 0 };
	enum rc rc = add(web, &added, "api");

	if (rc != RC_CONFLICT)
		return rc == RC_OK ? web_json(web, 201, suppression_shape, &added) : rc;
	op_forgive(web->op);
	TRY(find_suppression(web, &added, web->input));
	return web_json(web, 200, suppression_shape, &added);
}

static enum rc
delete_api(struct web *web)
{
	const char *phone = web_query(web, "phone");

	if (text_empty(phone))
		return site_refuse_member(web, "phone", "is needed: whose suppressions to lift");
	TRY(gateway_lift_suppression(web->op, phone, "by the API"));
	return web_json_text(web, 200, "{\"success\":true}");
}

static const struct form add_form = { sizeof(struct suppression_input), suppression_fields,
				      show_list };
static const struct form api_form = { sizeof(struct suppression_input), suppression_fields, NULL };
static const struct form lift_form = { sizeof(struct lift_input), lift_fields, NULL };

static const struct route routes[] = {
	{ "GET", "/suppressed-recipients", GATE_USER, NULL, show_list, 0 },
	{ "POST", "/suppressed-recipients", GATE_DEVELOPER, &add_form, post_number, 0 },
	{ "POST", "/suppressed-recipients/:id/lift", GATE_DEVELOPER, &lift_form, post_lift, 0 },
	{ "GET", "/api/suppressions", GATE_KEY_READ, NULL, get_api, 0 },
	{ "POST", "/api/suppressions", GATE_KEY_SUPPRESS, &api_form, post_api, 0 },
	{ "DELETE", "/api/suppressions", GATE_KEY_SUPPRESS, NULL, delete_api, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(
		argc, argv,
		&(struct program){ .name = "suppressed-recipients", ROUTES(routes), PAGES(pages) },
		NULL);
}
