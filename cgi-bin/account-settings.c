/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account-settings - what the account's people choose for the account
 *
 *	GET  /settings    user     time zone, which notices go by mail, and what they told lately
 *	POST /settings    admin    change the first two
 */
#include "gateway/notices.h"
#include "site/view_settings.h"

static const struct page pages[] = {
	{ "settings.html", settings_page_shape, sizeof(struct settings_page) },
};

static enum rc
show_settings(struct web *web)
{
	struct settings_page page = { 0 };

	TRY(view_settings(web, &page, web->input));
	return web_page(web, 200, &pages[0], &page);
}

static enum rc
post_settings(struct web *web)
{
	const struct settings_input *input = web->input;
	enum rc rc =
		gateway_set_own(web->op, input->time_zone, settings_off(web->op, &input->notices));

	if (rc != RC_OK)
		return site_again(web, rc, show_settings);
	return site_done(web, "/settings", "good", "Saved.");
}

static const struct form settings_form = { sizeof(struct settings_input), settings_fields,
					   show_settings };

static const struct route routes[] = {
	{ "GET", "/settings", GATE_USER, NULL, show_settings, 0 },
	{ "POST", "/settings", GATE_ADMIN, &settings_form, post_settings, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(
		argc, argv,
		&(struct program){ .name = "account-settings", ROUTES(routes), PAGES(pages) },
		NULL);
}
