/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overview - how the account is doing
 *
 *	GET /overview    user    figures and a chart of ?days=7, 30 or 90, numbers, what needs
 *	                         attention
 */
#include "site/site.h"
#include "site/view_overview.h"

enum { DAYS_USUAL = 30, DAYS_MAX = 90 };

static const struct page pages[] = {
	{ "overview.html", overview_page_shape, sizeof(struct overview_page) },
};

static enum rc
get_overview(struct web *web)
{
	struct overview_page page = { 0 };
	const char *asked = web_query(web, "days");
	int64_t days = DAYS_USUAL;

	if (!text_empty(asked) && !text_int(asked, 1, DAYS_MAX, &days))
		days = DAYS_USUAL;
	TRY(view_overview(web, &page, days));
	return web_page(web, 200, &pages[0], &page);
}

static const struct route routes[] = {
	{ "GET", "/overview", GATE_USER, NULL, get_overview, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv,
			 &(struct program){ .name = "overview", ROUTES(routes), PAGES(pages) },
			 NULL);
}
