/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_inbound_page - messages from people: the list with its filters, and one with all about it
 *
 * Filters live in the address, so that a list can be sent to a colleague.
 */
#include "site/view_inbound_page.h"

#include "core/settings.h"
#include "gateway/deliver.h"
#include "gateway/manage_instances.h"
#include "site/view_delivery.h"

enum { THREAD_LINES = 30 };

const struct shape inbounds_page_shape[] = {
	SHAPE(struct inbounds_page, filter_from),
	SHAPE(struct inbounds_page, filter_text),
	SHAPE_OPTIONS(struct inbounds_page, instances),
	SHAPE_OPTIONS(struct inbounds_page, types),
	SHAPE_ROWS(struct inbounds_page, rows, struct inbound_view, inbound_view_shape),
	SHAPE_SUB(struct inbounds_page, pager, pager_shape),
	SHAPE(struct inbounds_page, filter_opted_out),
	SHAPE(struct inbounds_page, filtered),
	SHAPE(struct inbounds_page, has_rows),
	SHAPE(struct inbounds_page, simulator),
	SHAPE_END,
};

const struct shape inbound_page_shape[] = {
	SHAPE(struct inbound_page, title),
	SHAPE(struct inbound_page, payload),
	SHAPE_SUB(struct inbound_page, message, inbound_view_shape),
	SHAPE_SUB(struct inbound_page, media, media_view_shape),
	SHAPE_ROWS(struct inbound_page, thread, struct bubble, bubble_shape),
	SHAPE_ROWS(struct inbound_page, deliveries, struct delivery_view, delivery_view_shape),
	SHAPE(struct inbound_page, has_deliveries),
	SHAPE_END,
};

/* NULL for a filter that was left empty. */
static const char *
filter_of(struct web *web, const char *name)
{
	const char *value = view_filter(web, name);

	return text_empty(value) ? NULL : value;
}

enum rc
inbound_query(struct web *web, struct inbound_filter *out)
{
	struct inbound_filter filter = {
		.from = filter_of(web, "from"),
		.text = filter_of(web, "text"),
		.type = filter_of(web, "type"),
	};

	TRY(site_instance_query(web, &filter.instance));
	TRY(site_page_query(web, &filter.page, "in"));
	*out = filter;
	return RC_OK;
}

enum rc
view_inbounds_page(struct web *web, struct inbounds_page *page)
{
	struct inbound_filter filter = {
		.instance = filter_of(web, "instance"),
		.from = filter_of(web, "from"),
		.text = filter_of(web, "text"),
		.type = filter_of(web, "type"),
		.only_opt_outs = filter_of(web, "opted_out") != NULL,
	};
	struct names names;
	struct list rows;
	const char *next;

	TRY(site_page_query(web, &filter.page, NULL));
	TRY(names_read(web, &names));
	TRY(gateway_list_inbound(web->op, &rows, &next, &filter));
	page->filter_from = filter.from;
	page->filter_text = filter.text;
	page->filter_opted_out = filter.only_opt_outs;
	page->filtered = filter.instance != NULL || filter.from != NULL || filter.text != NULL ||
			 filter.type != NULL || filter.only_opt_outs;
	page->instances = names_options(web, &names, "All instances", filter.instance);
	page->types = view_types(web, filter.type);
	page->rows = view_inbounds(web, &names, &rows);
	page->has_rows = rows.n > 0;
	page->pager = view_pager(web, rows.n, "message", "messages", next);
	page->simulator = settings()->simulator_on;
	return RC_OK;
}

enum rc
view_inbound_page(struct web *web, struct inbound_page *page, const char *id)
{
	struct op *op = web->op;
	struct inbound_view *view = arena_alloc(op->arena, sizeof(*view));
	struct inbound inbound = { 0 };
	struct list lines, deliveries, endpoints;
	struct names names;
	const char *person;

	TRY(gateway_find_inbound(op, &inbound, id));
	TRY(names_read(web, &names));
	view_inbound(web, &names, view, &inbound);
	person = text_empty(inbound.sender) ? inbound.sender_user_id : inbound.sender;
	TRY(gateway_read_thread(op, &lines, inbound.instance_id, person, THREAD_LINES));
	TRY(gateway_deliveries_of(op, &deliveries, inbound.id, NULL));
	TRY(gateway_list_endpoints(op, &endpoints, NULL));
	TRY(view_media(web, &page->media, &inbound));
	page->title = "Inbound message";
	page->message = view;
	page->payload = view_json(op, inbound.payload);
	page->thread = view_thread(web, &lines, inbound.id);
	page->deliveries = view_deliveries(web, &endpoints, &deliveries);
	page->has_deliveries = deliveries.n > 0;
	return RC_OK;
}
