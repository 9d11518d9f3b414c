/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VISITOR_H
#define SITE_VISITOR_H

#include "site/site.h"

/* Inside of site/: who sits at the browser. web->who of the gates for people points at one. */
struct visitor {
	struct session session; /* first: site_session() gives its address */
	struct account account;
};

/* The cookies of a browser: its session, and before sign-in the token of its forms. */
#define COOKIE_SESSION "session"
#define COOKIE_GUEST "guest"
#define COOKIE_THEME "theme"
#define COOKIE_FLASH "flash"

/* NULL: nobody is signed in, or the route's gate is not for people. */
const struct visitor *site_visitor(const struct web *web);

/* Find who is signed in by the session cookie and bind the op to the account. RC_AUTH: nobody;
 * other rcs as gateway_find_session. */
MUST_CHECK enum rc visitor_find(struct web *web);

/* ---- csrf.c ---- */
/* RC_DENIED unless a request that changes something comes from a page of ours: Origin and
 * Sec-Fetch-Site, as far as the browser sends them, and the page's token. The token of the
 * session counts, or for open routes the guest cookie's; either may be NULL. */
MUST_CHECK enum rc csrf_check_origin(struct web *web);
MUST_CHECK enum rc csrf_needs_origin(struct web *web);
/* A token that was found in a form that only its handler can read. */
MUST_CHECK enum rc csrf_check_value(struct web *web, const char *token);
MUST_CHECK enum rc
csrf_check_token(struct web *web, const char *session_token, const char *guest_token);

/* ---- flash.c ---- */
/* The message that site_flash() left, once; NULL when there is none. */
const char *flash_take(struct web *web, const char **level);

/* ---- the hooks that site.c hands to web/ ---- */
extern const struct web_site site_hooks;
MUST_CHECK enum rc gate_enter(struct web *web);
const char *gate_name(int gate);
void problem_answer(struct web *web, enum rc rc);
extern const struct page problem_page;
void headers_set(struct web *web);
extern const struct shape frame_shape[];
const void *frame_make(struct web *web);

/* ---- check_pages.c ---- */
/* Render every page of the program, and what layout.html brings, once with telling values and
 * once empty. Prints what is wrong; returns the exit status. */
int pages_check(const struct program *program);

#endif
