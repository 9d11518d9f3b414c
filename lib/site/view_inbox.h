/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_INBOX_H
#define SITE_VIEW_INBOX_H

#include "gateway/inbox.h"
#include "site/view.h"

/* The operator's pages of webhooks as they came. */

/* Which to replay. */
struct inbox_input {
	const char *kind; /* unclear or unclaimed */
};
extern const struct field inbox_fields[];

/* A raw webhook in a list, or alone. */
struct inbox_view {
	const char *id, *provider, *address, *state, *state_class, *note, *items;
	const struct moment *received, *applied, *replayed;
	bool waits; /* to be applied */
};

/* What templates/admin-inbox.html may use. */
struct inbox_list_page {
	const char *kind;
	struct list kinds, rows;
	const struct pager *pager;
	bool has_rows, may_replay_all;
};
extern const struct shape inbox_list_page_shape[];
MUST_CHECK enum rc view_inbox_list(struct web *web, struct inbox_list_page *page);

/* What templates/admin-webhook.html may use. */
struct inbox_page {
	const char *title, *body;
	const struct inbox_view *webhook;
};
extern const struct shape inbox_page_shape[];
MUST_CHECK enum rc view_inbox(struct web *web, struct inbox_page *page, const char *id);

#endif
