/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csrf - is it a page of ours that asks for a change?
 *
 * Two questions, because either alone has holes: where the browser says the request comes from,
 * and whether it brings the token that only our page could know. A refusal is 403 and tells the
 * person what to do; nothing has happened.
 */
#include "core/secret.h"
#include "core/settings.h"
#include "site/visitor.h"

enum { TOKEN_MAX = 100 };

struct csrf_input {
	const char *csrf_token;
};

static const struct field csrf_fields[] = {
	FIELD(struct csrf_input, csrf_token, OPTIONAL, 0, TOKEN_MAX, NULL),
	FIELDS_END,
};

static const struct form csrf_form = { sizeof(struct csrf_input), csrf_fields, NULL };

/* "https://host:port" without its scheme; NULL when it is no origin ("null"). */
static const char *
origin_authority(const char *origin)
{
	const char *slashes = strstr(origin, "://");

	return slashes != NULL ? slashes + 3 : NULL;
}

static bool
origin_is_ours(const struct web *web, const char *origin)
{
	const char *from = origin_authority(origin), *host = web_header_in(web, "Host");
	const char *configured = origin_authority(settings()->web_url);

	if (from == NULL)
		return false;
	/* A proxy may have changed Host: the address in the settings counts as well. */
	return (host != NULL && text_equal_nocase(from, host)) ||
	       (configured != NULL && text_equal_nocase(from, configured));
}

static enum rc
csrf_refuse(struct web *web)
{
	return op_refuse(web->op, RC_DENIED, "csrf",
			 "This form came from another site or is too old. Go back, load the page "
			 "again and repeat what you did.");
}

enum rc
csrf_check_origin(struct web *web)
{
	const char *origin = web_header_in(web, "Origin");
	const char *site = web_header_in(web, "Sec-Fetch-Site");

	if (origin != NULL && !origin_is_ours(web, origin))
		return csrf_refuse(web);
	if (site != NULL && !text_equal(site, "same-origin") && !text_equal(site, "none"))
		return csrf_refuse(web);
	return RC_OK;
}

enum rc
csrf_needs_origin(struct web *web)
{
	return web_header_in(web, "Origin") != NULL ? RC_OK : csrf_refuse(web);
}

/* The token of the form, or of a script's header. */
static enum rc
csrf_read_token(struct web *web, const char **out)
{
	const struct csrf_input *input;
	const char *token = web_header_in(web, "X-CSRF-Token");

	if (token == NULL && !text_equal(web->content_type, "application/json")) {
		if (form_read(web, &csrf_form) != RC_OK && web->status != 0)
			return RC_INPUT;
		input = web->input;
		token = input->csrf_token;
		/* The route's own form is read after this one. */
		web->field_error_count = 0;
		web->input = NULL;
		op_forgive(web->op);
	}
	*out = token;
	return RC_OK;
}

static bool
token_matches(const char *token, const char *expected)
{
	return !text_empty(expected) && secret_equal(bytes_of(token), bytes_of(expected));
}

enum rc
csrf_check_value(struct web *web, const char *token)
{
	if (text_empty(token) || !token_matches(token, web->csrf_token))
		return csrf_refuse(web);
	return RC_OK;
}

enum rc
csrf_check_token(struct web *web, const char *session_token, const char *guest_token)
{
	const char *token = NULL;

	TRY(csrf_read_token(web, &token));
	if (text_empty(token) ||
	    (!token_matches(token, session_token) && !token_matches(token, guest_token)))
		return csrf_refuse(web);
	return RC_OK;
}

void
site_guest(struct web *web)
{
	const char *token = web_cookie(web, COOKIE_GUEST);

	if (web->csrf_token != NULL)
		return;
	if (text_empty(token) || strlen(token) > TOKEN_MAX) {
		token = secret_token(web->op->arena);
		web_set_cookie(web, COOKIE_GUEST, token, -1);
	}
	web->csrf_token = token;
}
