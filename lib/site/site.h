/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_SITE_H
#define SITE_SITE_H

#include "domain/account.h"
#include "domain/api_key.h"
#include "domain/refusal.h"
#include "gateway/send_message.h"
#include "web/form.h"
#include "web/web.h"

/*
 * What all pages and APIs share: gates, the frame around pages, and how failures look in each
 * dialect. Every program's main is `return site_main(&program);`.
 */
enum gate {
	GATE_MISSING, /* refused at start: openness must be written */
	GATE_OPEN,    /* anybody; a session is looked up if there is one (for the frame) */
	GATE_BARE,    /* anybody, nothing is looked up: health, assets, simulator */
	/* Authorization: Bearer with a key of that scope; web->who is struct caller */
	GATE_KEY_SEND,
	GATE_KEY_READ,
	GATE_KEY_SUPPRESS,
	GATE_KEY_CONFIGURE,
	GATE_USER,      /* signed in; web->who is struct session; CSRF on all but GET */
	GATE_DEVELOPER, /* role developer and above */
	GATE_UPLOAD,    /* the same for a form with files: upload_read looks at the CSRF token */
	GATE_ADMIN,
	GATE_OWNER,
	GATE_OPERATOR,
	GATE_PROVIDER, /* the handler verifies the provider's signature */
	GATE_SIMULATOR /* open, and 404 unless [simulator] on */
};

/* argv for --describe and --config. outward: NULL where the program calls nobody. */
int site_main(int argc, char **argv, const struct program *program, const struct outward *outward);

/* Who is in. Both are bug() behind another gate. */
const struct session *site_session(const struct web *web);
const struct api_key *site_key(const struct web *web);
const struct caller *site_caller(const struct web *web);

/*
 * After a verb that was given a form's values: RC_OK stays; a refusal of what came (RC_INPUT,
 * RC_AUTH, RC_CONFLICT, RC_LIMIT) shows the page again by `again` with 422, 401, 409 or 429, the
 * sentence at the field that op->code names, else at "form"; anything else is passed on.
 */
MUST_CHECK enum rc site_again(struct web *web, enum rc rc, web_handler *again);

/* For an open page with a form: a token for somebody who is not signed in (web->csrf_token). */
void site_guest(struct web *web);

/* The frame's message after a redirect ("Key revoked"): kept in a short-lived cookie. level:
 * good, warning or danger. */
void site_flash(struct web *web, const char *level, const char *text);
/* The end of a POST that worked: that message, on the page at location. */
MUST_CHECK enum rc
site_done(struct web *web, const char *location, const char *level, const char *text);

/* next when it is a page of ours to go to, "/overview" otherwise: never another site. */
const char *site_local(const char *next);

/* The browser is signed in from now on; or no longer. */
void site_begin_session(struct web *web, const char *token, struct instant expires);
MUST_CHECK enum rc site_end_session(struct web *web);

/* Which dialect an address speaks: /v1 proxy, /vN.M Graph, everything else guarded. */
enum dialect site_dialect(const char *path);
/* Is the address answered in JSON (an API) rather than by a page? */
bool site_is_api(const char *path);

/* The answer for a refusal in the dialect's shape; field, reason and details may be NULL. */
MUST_CHECK enum rc
site_refuse(struct web *web, enum dialect dialect, enum refusal refusal, const char *sentence,
	    const char *field, const char *reason, const json_t *details);

/* The proxy dialect's success around JSON text: {"isSuccess":true,"data":...}. */
MUST_CHECK enum rc site_proxy_data(struct web *web, int status, struct bytes data);

/* What a refusal is called in a dialect: "recipient_suppressed", "GW_003", "131050"; group is the
 * proxy dialect's, NULL in the others. */
struct refusal_face {
	int status;
	const char *code, *group;
};
struct refusal_face site_face(struct op *op, enum dialect dialect, enum refusal refusal);

/* A list as {"items":[...],"next_cursor":...}. */
MUST_CHECK enum rc site_list(struct web *web, const struct shape *shape, size_t size,
			     const struct list *list, const char *next_cursor);

/* The same where the items are made already. */
MUST_CHECK enum rc site_items(struct web *web, json_t *items, const char *next_cursor);

/* cursor and limit from the query; RC_INPUT when limit is not 1 to 200, and where noun is not NULL
 * ("msg") when the cursor is no id of it. */
struct page_query;
MUST_CHECK enum rc site_page_query(struct web *web, struct page_query *out, const char *noun);

/* A time of the query, 0 when it is not there; RC_INPUT when it is none. */
MUST_CHECK enum rc site_time_query(struct web *web, struct instant *out, const char *name);

/* The id of the instance whose things the caller asks for: the query's, or the one that the key is
 * bound to; NULL: all of the account. RC_INPUT when the key has no such instance. */
MUST_CHECK enum rc site_instance_query(struct web *web, const char **out);
/* The same where the request names it by ref, which may be empty. */
MUST_CHECK enum rc site_instance_named(struct web *web, const char **out, const char *ref);

/* RC_INPUT: a member of the query is wrong ("must be true or false"); the answer names it. */
MUST_CHECK enum rc site_refuse_member(struct web *web, const char *name, const char *reason);

#endif
