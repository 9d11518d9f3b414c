/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_inbound_page - messages from people: the list with its filters, and one with all about it
 *
 * Filters live in the address, so that a list can be sent to a colleague.
 */
#include "site/view_inbound_page.h"

#include "core/id_range.h"
#include "core/settings.h"
#include "gateway/conversations.h"
#include "gateway/deliver.h"
#include "gateway/manage_instances.h"
#include "site/csv.h"
#include "site/view_delivery.h"
#include "site/view_period.h"

enum { THREAD_LINES = 30 };

const struct shape inbounds_page_shape[] = {
	SHAPE(struct inbounds_page, filter_from),
	SHAPE(struct inbounds_page, filter_text),
	SHAPE(struct inbounds_page, export_url),
	SHAPE(struct inbounds_page, live_after),
	SHAPE_SUB(struct inbounds_page, since, field_view_shape),
	SHAPE_SUB(struct inbounds_page, until, field_view_shape),
	SHAPE_OPTIONS(struct inbounds_page, instances),
	SHAPE_OPTIONS(struct inbounds_page, types),
	SHAPE_OPTIONS(struct inbounds_page, endpoints),
	SHAPE_OPTIONS(struct inbounds_page, opt_outs),
	SHAPE_ROWS(struct inbounds_page, rows, struct inbound_view, inbound_view_shape),
	SHAPE_SUB(struct inbounds_page, pager, pager_shape),
	SHAPE_SUB(struct inbounds_page, searched, moment_shape),
	SHAPE(struct inbounds_page, filtered),
	SHAPE(struct inbounds_page, has_rows),
	SHAPE(struct inbounds_page, simulator),
	SHAPE_END,
};

const struct shape inbound_page_shape[] = {
	SHAPE(struct inbound_page, title),
	SHAPE(struct inbound_page, payload),
	SHAPE_SUB(struct inbound_page, message, inbound_view_shape),
	SHAPE_SUB(struct inbound_page, reply, reply_box_shape),
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

/* opted_out=possible: what somebody has to read; anything else: what is one. */
static void
read_opt_outs(struct web *web, struct inbound_filter *filter)
{
	const char *which = filter_of(web, "opted_out");

	filter->only_possible_opt_outs = text_equal(which, "possible");
	filter->only_opt_outs = which != NULL && !filter->only_possible_opt_outs;
}

enum rc
inbound_query(struct web *web, struct inbound_filter *out)
{
	struct inbound_filter filter = {
		.from = filter_of(web, "from"),
		.text = filter_of(web, "text"),
		.type = filter_of(web, "type"),
	};

	read_opt_outs(web, &filter);
	TRY(site_instance_query(web, &filter.instance));
	TRY(site_page_query(web, &filter.page, "in"));
	TRY(site_time_query(web, &filter.since, "since"));
	TRY(site_time_query(web, &filter.until, "until"));
	*out = filter;
	return RC_OK;
}

/* ---- the list ---------------------------------------------------------------------------- */

static enum rc
read_filter(struct web *web, struct inbound_filter *out, struct period *period)
{
	struct inbound_filter filter = {
		.instance = filter_of(web, "instance"),
		.from = filter_of(web, "from"),
		.text = filter_of(web, "text"),
		.type = filter_of(web, "type"),
		.endpoint = filter_of(web, "forwarded"),
		.after = filter_of(web, "after"),
	};

	read_opt_outs(web, &filter);
	view_period(web, period, view_filter(web, "since"), view_filter(web, "until"));
	filter.since = period->from;
	filter.until = period->to;
	TRY(site_page_query(web, &filter.page, NULL));
	*out = filter;
	return RC_OK;
}

static bool
is_filtered(const struct inbound_filter *f)
{
	return f->instance != NULL || f->from != NULL || f->text != NULL || f->type != NULL ||
	       f->endpoint != NULL || f->only_opt_outs || f->only_possible_opt_outs ||
	       f->since.ms != 0 || f->until.ms != 0;
}

static enum rc
view_filters(struct web *web, struct inbounds_page *page, const struct names *names,
	     const struct inbound_filter *filter)
{
	static const struct option_view fixed[] = {
		{ .value = "", .label = "Anyone" },
		{ .value = "none", .label = "Nobody" },
	};
	static const struct option_view opt_outs[] = {
		{ .value = "", .label = "Any" },
		{ .value = "1", .label = "Opt-outs" },
		{ .value = "possible", .label = "Possible opt-outs" },
	};
	struct list endpoints;

	TRY(gateway_list_endpoints(web->op, &endpoints, NULL));
	page->filter_from = filter->from;
	page->filter_text = filter->text;
	page->opt_outs = VIEW_OPTIONS(web->op, opt_outs, filter_of(web, "opted_out"));
	page->filtered = is_filtered(filter);
	page->instances = names_options(web, names, "All instances", filter->instance);
	page->types = view_types(web, filter->type);
	page->endpoints =
		view_endpoint_options(web, &endpoints, fixed, ARRAY_LEN(fixed), filter->endpoint);
	page->export_url = view_with_filters(web, "/inbound-logs/export.csv");
	page->simulator = settings()->simulator_on;
	return RC_OK;
}

enum rc
view_inbounds_page(struct web *web, struct inbounds_page *page)
{
	struct inbound_filter filter;
	struct period period;
	struct names names;
	struct list rows;
	const char *next;

	TRY(read_filter(web, &filter, &period));
	TRY(names_read(web, &names));
	TRY(gateway_list_inbound(web->op, &rows, &next, &filter));
	TRY(view_filters(web, page, &names, &filter));
	page->since = period.since;
	page->until = period.until;
	page->rows = view_inbounds(web, &names, &rows);
	TRY(view_forwarded(web, &page->rows));
	page->has_rows = rows.n > 0;
	page->pager = view_pager(web, rows.n, "message", "messages", next);
	page->searched = view_searched(web, rows.n, filter.page, next);
	/* What ends in the past gets no news. */
	if (filter.page.cursor == NULL && filter.until.ms == 0)
		page->live_after = id_least(web->op, "in", web->op->now);
	return RC_OK;
}

static enum rc
write_rows(struct op *op, struct buf *out, const char **cursor, const void *arg)
{
	struct inbound_filter filter = *(const struct inbound_filter *)arg;
	const struct inbound *rows;
	struct list list;

	filter.page = (struct page_query){ *cursor, PAGE_LIMIT_MAX };
	TRY(gateway_list_inbound(op, &list, cursor, &filter));
	rows = list.rows;
	for (size_t i = 0; i < list.n; i++) {
		csv_plain(out, rows[i].id);
		csv_time(out, rows[i].received_at);
		csv_plain(out, recipient_written(op->arena, rows[i].sender));
		csv_plain(out, rows[i].sender_user_id);
		csv_text(out, rows[i].sender_name);
		csv_plain(out, rows[i].type);
		csv_text(out, rows[i].text);
		csv_plain(out, rows[i].instance_id);
		csv_plain(out, rows[i].opted_out ? "yes" : "no");
		csv_plain(out, rows[i].provider_id);
		csv_end(out);
	}
	return RC_OK;
}

enum rc
export_inbounds(struct web *web)
{
	struct inbound_filter *filter = arena_alloc(web->op->arena, sizeof(*filter));
	struct period period;

	TRY(read_filter(web, filter, &period));
	return csv_answer(web, "inbound.csv",
			  "id,received,from,user_id,name,type,text,instance_id,opted_out,"
			  "message_id",
			  write_rows, filter);
}

/* ---- one --------------------------------------------------------------------------------- */

/* A number that was deleted answers nobody. */
static enum rc
view_box(struct web *web, struct inbound_page *page, const struct inbound *inbound,
	 const struct reply *said)
{
	enum rc rc = view_reply_box(web, &page->reply, inbound, said);

	if (rc != RC_MISSING)
		return rc;
	op_forgive(web->op);
	return RC_OK;
}

enum rc
view_inbound_page(struct web *web, struct inbound_page *page, const char *id,
		  const struct reply *said)
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
	TRY(view_box(web, page, &inbound, said));
	TRY(view_media(web, &page->media, &inbound));
	page->title = "Inbound message";
	page->message = view;
	page->payload = view_json(op, inbound.payload);
	page->thread = view_thread(web, &lines, inbound.id);
	page->deliveries = view_deliveries(web, &endpoints, &deliveries);
	page->has_deliveries = deliveries.n > 0;
	return RC_OK;
}

/* ---- what is done there ------------------------------------------------------------------ */

static const char *
page_of(struct web *web, const char *id)
{
	return arena_printf(web->op->arena, "/inbound-logs/%s#reply", id);
}

/* Seen by whoever answers or says so. */
static enum rc
see(struct web *web, const struct inbound *inbound)
{
	struct instance instance = { 0 };
	const char *person =
		text_empty(inbound->sender) ? inbound->sender_user_id : inbound->sender;

	TRY(gateway_find_instance(web->op, &instance, inbound->instance_id));
	return gateway_read_conversation(web->op, &instance, person);
}

static enum rc
tell_outcome(struct web *web, const char *page, const struct message *message)
{
	struct arena *arena = web->op->arena;

	if (text_equal(message->status, "failed"))
		return site_done(web, page, "danger",
				 arena_printf(arena, "Not delivered: %s",
					      message->error_title != NULL
						      ? message->error_title
						      : "WhatsApp refused it"));
	if (text_equal(message->status, "unknown"))
		return site_done(web, page, "warning",
				 "WhatsApp did not answer: it may have arrived. Its status shows "
				 "here as soon as it is known.");
	return site_done(web, page, "good", "Sent.");
}

enum rc
post_reply(struct web *web, web_handler *again)
{
	struct inbound inbound = { 0 };
	struct message sent = { 0 };
	struct reply *reply;
	enum rc rc;

	TRY(gateway_find_inbound(web->op, &inbound, web_param(web, "id")));
	rc = reply_read(web, &reply);
	web->input = reply;
	if (rc == RC_OK)
		rc = reply_send(web, &sent, &inbound, reply);
	if (rc != RC_OK)
		return site_again(web, rc, again);
	if (see(web, &inbound) != RC_OK)
		op_forgive(web->op);
	return tell_outcome(web, page_of(web, inbound.id), &sent);
}

enum rc
post_read(struct web *web)
{
	struct inbound inbound = { 0 };

	TRY(gateway_find_inbound(web->op, &inbound, web_param(web, "id")));
	TRY(see(web, &inbound));
	return site_done(web, page_of(web, inbound.id), "good",
			 "The conversation is marked as read.");
}
