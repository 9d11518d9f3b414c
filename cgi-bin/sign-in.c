/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign-in - into the portal and out of it
 *
 *	GET  /login     open    the form; ?next= says where to go afterwards
 *	POST /login     open    a session, or the form again with what is wrong
 *	POST /logout    user    the session ends
 *
 * What was wrong with e-mail or password is never said apart. Only addresses of our own are
 * followed after signing in.
 */
#include "gateway/people.h"
#include "site/view.h"

/* What templates/sign-in.html may use. */
struct sign_in_page {
	const char *problem, *next;
	const struct field_view *email, *password;
};

static const struct shape sign_in_shape[] = {
	SHAPE(struct sign_in_page, problem),
	SHAPE(struct sign_in_page, next),
	SHAPE_SUB(struct sign_in_page, email, field_view_shape),
	SHAPE_SUB(struct sign_in_page, password, field_view_shape),
	SHAPE_END,
};

static const struct page pages[] = {
	{ "sign-in.html", sign_in_shape, sizeof(struct sign_in_page) },
};

struct sign_in_input {
	const char *email, *password, *next;
};

static const struct field sign_in_fields[] = {
	FIELD(struct sign_in_input, email, NEEDED, 1, 254, NULL),
	FIELD(struct sign_in_input, password, NEEDED, 1, 200, NULL),
	FIELD(struct sign_in_input, next, OPTIONAL, 0, 2000, NULL),
	FIELDS_END,
};

static enum rc
show_form(struct web *web)
{
	const struct sign_in_input *input = web->input;
	struct sign_in_page page = {
		.problem = view_error(web, "form"),
		.next = input != NULL ? input->next : web_query(web, "next"),
		.email = view_field(web, "email", input != NULL ? input->email : NULL),
		.password = view_field(web, "password", NULL),
	};

	site_guest(web);
	return web_page(web, 200, &pages[0], &page);
}

static enum rc
get_login(struct web *web)
{
	if (site_session(web) != NULL)
		return web_see_other(web, site_local(web_query(web, "next")));
	return show_form(web);
}

static enum rc
post_login(struct web *web)
{
	const struct sign_in_input *input = web->input;
	struct session session = { 0 };
	const char *token, *agent = web_header_in(web, "User-Agent");
	enum rc rc = gateway_sign_in(web->op, &token, &session, input->email, input->password,
				     web->client, agent != NULL ? agent : "");

	if (rc != RC_OK)
		return site_again(web, rc, show_form);
	site_begin_session(web, token, session.expires_at);
	return web_see_other(web, site_local(input->next));
}

static enum rc
post_logout(struct web *web)
{
	TRY(site_end_session(web));
	return site_done(web, "/login", "good", "You are signed out.");
}

static const struct form sign_in_form = { sizeof(struct sign_in_input), sign_in_fields, show_form };

static const struct route routes[] = {
	{ "GET", "/login", GATE_OPEN, NULL, get_login, 0 },
	{ "POST", "/login", GATE_OPEN, &sign_in_form, post_login, 0 },
	{ "POST", "/logout", GATE_USER, NULL, post_logout, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv,
			 &(struct program){ .name = "sign-in", ROUTES(routes), PAGES(pages) },
			 NULL);
}
