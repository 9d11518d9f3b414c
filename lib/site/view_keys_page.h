/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_KEYS_PAGE_H
#define SITE_VIEW_KEYS_PAGE_H

#include "gateway/keys.h"
#include "site/view_key.h"

/* What the form sends. */
struct key_input {
	const char *name, *environment, *instance, *expires, *cidrs;
	struct texts scopes;
	int64_t per_second, per_minute, per_day, in_flight;
};
extern const struct field key_fields[];
/* What the form for showing a key again sends. */
struct reveal_input {
	const char *password;
};
extern const struct field reveal_fields[];
/* The key that the form asks for; RC_INPUT when the date is none. */
MUST_CHECK enum rc
key_draft_read(struct web *web, struct key_draft *out, const struct key_input *input);

/* A key that has just been made, or is shown again. */
struct fresh_key {
	const char *name, *plain, *curl;
	bool simulated, kept; /* kept: it can be shown again */
};

/* What templates/api-keys.html may use. */
struct keys_page {
	const struct fresh_key *fresh; /* NULL on the plain list */
	const struct field_view *name, *expires, *cidrs;
	const struct field_view *per_second, *per_minute, *per_day, *in_flight;
	const char *scope_error, *problem;
	struct list environments, choices, scopes, keys;
	const struct pager *pager;
	bool form_open, more_open, has_keys;
};
extern const struct shape keys_page_shape[];

/* The list; input: what the form sent, or NULL. */
MUST_CHECK enum rc
view_keys_page(struct web *web, struct keys_page *page, const struct key_input *input);
MUST_CHECK enum rc view_fresh_key(struct web *web, struct keys_page *page,
				  const struct api_key *key, const char *plain);

#endif
