/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages - what everybody may read, and whatever no other program answers
 *
 *	GET  /                  open    what this gateway is
 *	GET  /acceptable-use    open    what may be sent
 *	POST /appearance        user    light or dark, kept in a cookie
 *
 * The web server hands every address here that belongs to no program: it is told that there is
 * nothing, as a page or in the API's own shape.
 */
#include "site/view_docs.h"

enum { YEAR_S = 365 * 24 * 3600 };

static const struct page pages[] = {
	{ "home.html", docs_page_shape, sizeof(struct docs_page) },
	{ "acceptable-use.html", docs_page_shape, sizeof(struct docs_page) },
};

static enum rc
get_home(struct web *web)
{
	return view_docs_show(web, &pages[0]);
}

static enum rc
get_acceptable_use(struct web *web)
{
	return view_docs_show(web, &pages[1]);
}

struct appearance_input {
	const char *theme, *next;
};

static const struct field appearance_fields[] = {
	FIELD(struct appearance_input, theme, NEEDED, 1, 10, NULL),
	FIELD(struct appearance_input, next, OPTIONAL, 0, 2000, NULL),
	FIELDS_END,
};

static enum rc
post_appearance(struct web *web)
{
	const struct appearance_input *input = web->input;
	const char *theme = text_equal(input->theme, "dark") ? "dark" : "light";

	web_set_cookie(web, "theme", theme, YEAR_S);
	return web_see_other(web, site_local(input->next));
}

static const struct form appearance_form = { sizeof(struct appearance_input), appearance_fields,
					     NULL };

static const struct route routes[] = {
	{ "GET", "/", GATE_OPEN, NULL, get_home, 0 },
	{ "GET", "/acceptable-use", GATE_OPEN, NULL, get_acceptable_use, 0 },
	{ "POST", "/appearance", GATE_USER, &appearance_form, post_appearance, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv,
			 &(struct program){ .name = "pages", ROUTES(routes), PAGES(pages) }, NULL);
}
