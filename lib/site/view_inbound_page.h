/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_INBOUND_PAGE_H
#define SITE_VIEW_INBOUND_PAGE_H

#include "gateway/receive.h"
#include "site/view_inbound.h"
#include "site/view_media.h"
#include "site/view_reply.h"

/* What templates/inbound-logs.html may use. */
struct inbounds_page {
	const char *filter_from, *filter_text, *export_url;
	const char *live_after; /* what is newer than this is news; NULL: not the first page */
	const struct field_view *since, *until;
	struct list instances, types, endpoints, opt_outs, rows;
	const struct pager *pager;
	const struct moment *searched;
	bool filtered, has_rows, simulator;
};
extern const struct shape inbounds_page_shape[];
MUST_CHECK enum rc view_inbounds_page(struct web *web, struct inbounds_page *page);

/* The list that the page shows, as a file. */
MUST_CHECK enum rc export_inbounds(struct web *web);

/* What templates/inbound.html may use. */
struct inbound_page {
	const char *title, *payload;
	const struct inbound_view *message;
	const struct reply_box *reply;  /* NULL: the number is no longer there */
	const struct media_view *media; /* NULL: it has no file */
	struct list thread, deliveries;
	bool has_deliveries;
};
extern const struct shape inbound_page_shape[];
/* said: a reply that was refused; NULL: none. */
MUST_CHECK enum rc view_inbound_page(struct web *web, struct inbound_page *page, const char *id,
				     const struct reply *said);

/* Answer the message of the route's :id; the page again where that is refused. And see the
 * conversation as read. */
MUST_CHECK enum rc post_reply(struct web *web, web_handler *again);
MUST_CHECK enum rc post_read(struct web *web);

/* What an API key asks for: its own instance's messages, or all of the account. */
MUST_CHECK enum rc inbound_query(struct web *web, struct inbound_filter *out);

#endif
