/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suppressed-recipients - who may not be messaged
 *
 *	GET    /suppressed-recipients             user         the list; ?number=, reason=, lifted=
 *	POST   /suppressed-recipients             developer    add a number
 *	POST   /suppressed-recipients/:id/lift    developer    lift one, with a reason
 *	GET    .../import, POST                   developer    paste a file, look through it, write
 *it GET    .../export.csv                     user         all of it, lifted ones too GET
 * /suppressed-recipients/keywords    user         which words opt out; ?language= POST
 *.../keywords, /remove, /switch     admin        add, take back, switch one off or on GET
 * /suppressed-recipients/answers     user         what is answered; ?instance=, language= POST
 * /suppressed-recipients/answers     admin        change it GET  /api/suppressions read key
 *?phone=, reason=, cursor=, limit= POST   /api/suppressions                  suppress key    add
 *{"phone","reason","note"} DELETE /api/suppressions                  suppress key lift all of
 *?phone=
 *
 * Rows are never deleted: who lifted what, when and why stays.
 */
#include "site/suppression_api.h"
#include "site/view_answers.h"
#include "site/view_import.h"
#include "site/view_keywords.h"
#include "site/view_suppressions_page.h"

static const struct page pages[] = {
	{ "suppressed-recipients.html", suppressions_page_shape, sizeof(struct suppressions_page) },
	KEYWORDS_PAGE,
	ANSWERS_PAGE,
	IMPORT_PAGE,
};

static enum rc
show_list(struct web *web)
{
	struct suppressions_page page = { 0 };

	TRY(view_suppressions_page(web, &page, web->input));
	return web_page(web, 200, &pages[0], &page);
}

static enum rc
post_number(struct web *web)
{
	struct suppression added = { 0 };
	enum rc rc = add_suppression(web, &added, "portal");

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

static const struct form add_form = { sizeof(struct suppression_input), suppression_fields,
				      show_list };
static const struct form lift_form = { sizeof(struct lift_input), lift_fields, NULL };

static const struct route routes[] = {
	{ "GET", "/suppressed-recipients", GATE_USER, NULL, show_list, 0 },
	{ "POST", "/suppressed-recipients", GATE_DEVELOPER, &add_form, post_number, 0 },
	{ "POST", "/suppressed-recipients/:id/lift", GATE_DEVELOPER, &lift_form, post_lift, 0 },
	{ "GET", "/suppressed-recipients/import", GATE_DEVELOPER, NULL, show_import, 0 },
	{ "POST", "/suppressed-recipients/import", GATE_DEVELOPER, &import_form, post_import,
	  2 << 20 },
	{ "GET", "/suppressed-recipients/export.csv", GATE_USER, NULL, export_suppressions, 0 },
	{ "GET", "/suppressed-recipients/keywords", GATE_USER, NULL, show_keywords, 0 },
	{ "POST", "/suppressed-recipients/keywords", GATE_ADMIN, &keyword_form, post_keyword, 0 },
	{ "POST", "/suppressed-recipients/keywords/remove", GATE_ADMIN, &keyword_switch_form,
	  post_keyword_remove, 0 },
	{ "POST", "/suppressed-recipients/keywords/switch", GATE_ADMIN, &keyword_switch_form,
	  post_keyword_switch, 0 },
	{ "GET", "/suppressed-recipients/answers", GATE_USER, NULL, show_answers, 0 },
	{ "POST", "/suppressed-recipients/answers", GATE_ADMIN, &answers_form, post_answers, 0 },
	{ "GET", "/api/suppressions", GATE_KEY_READ, NULL, list_suppressions, 0 },
	{ "POST", "/api/suppressions", GATE_KEY_SUPPRESS, &suppression_form, post_suppression, 0 },
	{ "DELETE", "/api/suppressions", GATE_KEY_SUPPRESS, NULL, delete_suppressions, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(
		argc, argv,
		&(struct program){ .name = "suppressed-recipients", ROUTES(routes), PAGES(pages) },
		NULL);
}
