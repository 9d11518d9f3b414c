/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api-keys - what an account's programs sign in with
 *
 *	GET  /api-keys               user         the list, with a form to create one
 *	POST /api-keys               developer    create a key and show it, once
 *	POST /api-keys/:id/revoke    developer    switch one off, then back to the list
 *	POST /api-keys/:id/reveal    developer    show one again: [keys] reveal, and the password
 *
 * A key is shown in full only in the answer to the POST that made it; afterwards the gateway
 * itself knows its digest alone, unless the operator has turned on that keys are kept sealed.
 */
#include "site/once.h"
#include "site/view_keys_page.h"

static const struct page pages[] = {
	{ "api-keys.html", keys_page_shape, sizeof(struct keys_page) },
};

static enum rc
show_keys(struct web *web)
{
	struct keys_page page = { 0 };

	TRY(view_keys_page(web, &page, web->input));
	return web_page(web, 200, &pages[0], &page);
}

static enum rc
make_key(struct web *web)
{
	struct keys_page page = { 0 };
	struct api_key key = { 0 };
	struct key_draft draft;
	const char *plain = NULL;
	enum rc rc = key_draft_read(web, &draft, web->input);

	if (rc == RC_OK)
		rc = gateway_create_key(web->op, &key, &plain, &draft);
	if (rc != RC_OK)
		return site_again(web, rc, show_keys);
	TRY(view_fresh_key(web, &page, &key, plain));
	return web_page(web, 200, &pages[0], &page);
}

static enum rc
post_key(struct web *web)
{
	return site_once(web, make_key);
}

static enum rc
post_revoke(struct web *web)
{
	TRY(gateway_revoke_key(web->op, web_param(web, "id")));
	return site_done(web, "/api-keys", "good",
			 "The key is revoked. Requests with it are refused from now on.");
}

/* The list, after a form that is not the one for a new key. */
static enum rc
show_list(struct web *web)
{
	struct keys_page page = { 0 };

	TRY(view_keys_page(web, &page, NULL));
	return web_page(web, 200, &pages[0], &page);
}

static enum rc
post_reveal(struct web *web)
{
	const struct reveal_input *input = web->input;
	struct keys_page page = { 0 };
	struct api_key key = { 0 };
	const char *plain = NULL;
	enum rc rc = gateway_reveal_key(web->op, &key, &plain, web_param(web, "id"),
					site_session(web)->email, input->password, web->client);

	if (rc != RC_OK)
		return site_again(web, rc, show_list);
	TRY(view_fresh_key(web, &page, &key, plain));
	return web_page(web, 200, &pages[0], &page);
}

static const struct form reveal_form = { sizeof(struct reveal_input), reveal_fields, show_list };
static const struct form key_form = { sizeof(struct key_input), key_fields, show_keys };

static const struct route routes[] = {
	{ "GET", "/api-keys", GATE_USER, NULL, show_keys, 0 },
	{ "POST", "/api-keys", GATE_DEVELOPER, &key_form, post_key, 0 },
	{ "POST", "/api-keys/:id/revoke", GATE_DEVELOPER, NULL, post_revoke, 0 },
	{ "POST", "/api-keys/:id/reveal", GATE_DEVELOPER, &reveal_form, post_reveal, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv,
			 &(struct program){ .name = "api-keys", ROUTES(routes), PAGES(pages) },
			 NULL);
}
