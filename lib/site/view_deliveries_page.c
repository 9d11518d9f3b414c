/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_deliveries_page - webhook deliveries: what did not arrive, the list with its filters, and
 * the list as a file
 *
 * Filters live in the address, so that a list can be sent to a colleague.
 */
#include "site/view_deliveries_page.h"

#include "gateway/manage_instances.h"
#include "site/csv.h"
#include "site/view_names.h"

static const struct shape undelivered_shape[] = {
	SHAPE(struct undelivered_view, id),
	SHAPE(struct undelivered_view, url),
	SHAPE(struct undelivered_view, state),
	SHAPE(struct undelivered_view, state_class),
	SHAPE(struct undelivered_view, failed),
	SHAPE(struct undelivered_view, blocked),
	SHAPE_END,
};

const struct shape deliveries_page_shape[] = {
	SHAPE(struct deliveries_page, filter_event),
	SHAPE(struct deliveries_page, export_url),
	SHAPE(struct deliveries_page, replay_url),
	SHAPE_SUB(struct deliveries_page, since, field_view_shape),
	SHAPE_SUB(struct deliveries_page, until, field_view_shape),
	SHAPE_OPTIONS(struct deliveries_page, endpoints),
	SHAPE_OPTIONS(struct deliveries_page, instances),
	SHAPE_OPTIONS(struct deliveries_page, statuses),
	SHAPE_OPTIONS(struct deliveries_page, events),
	SHAPE_ROWS(struct deliveries_page, rows, struct delivery_view, delivery_view_shape),
	SHAPE_ROWS(struct deliveries_page, undelivered, struct undelivered_view, undelivered_shape),
	SHAPE_ROWS(struct deliveries_page, replays, struct replay_view, replay_view_shape),
	SHAPE_SUB(struct deliveries_page, pager, pager_shape),
	SHAPE_SUB(struct deliveries_page, searched, moment_shape),
	SHAPE(struct deliveries_page, filtered),
	SHAPE(struct deliveries_page, has_rows),
	SHAPE(struct deliveries_page, has_undelivered),
	SHAPE(struct deliveries_page, has_replays),
	SHAPE(struct deliveries_page, has_endpoints),
	SHAPE_END,
};

/* ---- filters ----------------------------------------------------------------------------- */

static const char *
filter_of(struct web *web, const char *name)
{
	const char *value = view_filter(web, name);

	return text_empty(value) ? NULL : value;
}

static enum rc
read_filter(struct web *web, struct delivery_filter *out, struct period *period)
{
	struct delivery_filter filter = {
		.endpoint = filter_of(web, "endpoint"),
		.instance = filter_of(web, "instance"),
		.status = filter_of(web, "status"),
		.event = filter_of(web, "event"),
	};

	view_period(web, period, view_filter(web, "since"), view_filter(web, "until"));
	filter.since = period->from;
	filter.until = period->to;
	TRY(site_page_query(web, &filter.page, NULL));
	*out = filter;
	return RC_OK;
}

static bool
is_filtered(const struct delivery_filter *f)
{
	return f->endpoint != NULL || f->instance != NULL || f->status != NULL ||
	       f->event != NULL || f->since.ms != 0 || f->until.ms != 0;
}

static struct list
event_options(struct web *web, const char *selected)
{
	struct option_view *options;
	size_t n = 0;

	while (event_names[n] != NULL)
		n++;
	options = arena_array(web->op->arena, n + 1, sizeof(*options));
	for (size_t i = 0; i < n; i++)
		options[i] =
			(struct option_view){ .value = event_names[i], .label = event_names[i] };
	return view_options(web->op, options, n, selected);
}

/* ---- what did not arrive ----------------------------------------------------------------- */

/* What a page counts of each endpoint; the plan of a replay counts them all. */
enum { COUNTED_MAX = 1000 };

static enum rc
count_ended(struct op *op, const char **out, const char *endpoint, const char *status)
{
	int64_t n;

	TRY(gateway_count_undelivered(op, &n, endpoint, status, COUNTED_MAX));
	*out = n == 0 ? NULL
		      : arena_printf(op->arena, "%s%s", view_number(op, n),
				     n == COUNTED_MAX ? "+" : "");
	return RC_OK;
}

static enum rc
view_undelivered(struct web *web, struct list *out, const struct list *endpoints)
{
	const struct endpoint *rows = endpoints->rows;
	struct undelivered_view *views =
		arena_array(web->op->arena, endpoints->n + 1, sizeof(*views));
	size_t n = 0;

	for (size_t i = 0; i < endpoints->n; i++) {
		struct undelivered_view *view = &views[n];
		bool failing = rows[i].failing_since.ms != 0;

		*view = (struct undelivered_view){
			.id = rows[i].id,
			.url = rows[i].url,
			.state = !rows[i].enabled ? "Disabled"
				 : failing        ? "Failing"
						  : "Enabled",
			.state_class = !rows[i].enabled ? "badge-danger"
				       : failing        ? "badge-warning"
							: "badge-good",
		};
		TRY(count_ended(web->op, &view->failed, rows[i].id, "failed"));
		TRY(count_ended(web->op, &view->blocked, rows[i].id, "blocked"));
		n += view->failed != NULL || view->blocked != NULL;
	}
	*out = (struct list){ n, views };
	return RC_OK;
}

/* ---- the page ---------------------------------------------------------------------------- */

static void
view_filters(struct web *web, struct deliveries_page *page, const struct names *names,
	     const struct list *endpoints, const struct delivery_filter *filter)
{
	static const struct option_view any[] = { { .value = "", .label = "All endpoints" } };

	page->filter_event = filter->event;
	page->endpoints =
		view_endpoint_options(web, endpoints, any, ARRAY_LEN(any), filter->endpoint);
	page->instances = names_options(web, names, "All instances", filter->instance);
	page->statuses = view_delivery_statuses(web, filter->status);
	page->events = event_options(web, filter->event);
	page->filtered = is_filtered(filter);
	page->export_url = view_with_filters(web, "/deliveries/export.csv");
	page->replay_url = view_with_filters(web, "/deliveries/replay");
	page->has_endpoints = endpoints->n > 0;
}

static enum rc
view_above(struct web *web, struct deliveries_page *page, const struct names *names,
	   const struct list *endpoints)
{
	TRY(view_undelivered(web, &page->undelivered, endpoints));
	TRY(view_replays(web, names, endpoints, &page->replays));
	page->has_undelivered = page->undelivered.n > 0;
	page->has_replays = page->replays.n > 0;
	return RC_OK;
}

enum rc
view_deliveries_page(struct web *web, struct deliveries_page *page)
{
	struct delivery_filter filter;
	struct period period;
	struct list endpoints, rows;
	struct names names;
	const char *next;

	TRY(read_filter(web, &filter, &period));
	TRY(names_read(web, &names));
	TRY(gateway_list_endpoints(web->op, &endpoints, NULL));
	TRY(gateway_list_deliveries(web->op, &rows, &next, &filter));
	view_filters(web, page, &names, &endpoints, &filter);
	page->since = period.since;
	page->until = period.until;
	page->rows = view_deliveries(web, &endpoints, &rows);
	TRY(view_deliveries_beside(web, &names, &page->rows));
	page->has_rows = rows.n > 0;
	page->pager = view_pager(web, rows.n, "delivery", "deliveries", next);
	page->searched = view_searched(web, rows.n, filter.page, next);
	/* Above the list, where it begins. */
	return filter.page.cursor == NULL ? view_above(web, page, &names, &endpoints) : RC_OK;
}

/* ---- the file ---------------------------------------------------------------------------- */

static enum rc
write_rows(struct op *op, struct buf *out, const char **cursor, const void *arg)
{
	struct delivery_filter filter = *(const struct delivery_filter *)arg;
	const struct delivery *rows;
	struct list list;

	filter.page = (struct page_query){ *cursor, PAGE_LIMIT_MAX };
	TRY(gateway_list_deliveries(op, &list, cursor, &filter));
	rows = list.rows;
	for (size_t i = 0; i < list.n; i++) {
		csv_plain(out, rows[i].id);
		csv_time(out, rows[i].created_at);
		csv_plain(out, rows[i].event);
		csv_plain(out, rows[i].event_id);
		csv_plain(out, rows[i].endpoint_id);
		csv_plain(out, rows[i].status);
		csv_int(out, rows[i].attempts);
		csv_time(out, rows[i].due_at);
		csv_int(out, rows[i].last_status);
		csv_int(out, rows[i].last_ms);
		csv_text(out, rows[i].last_error);
		csv_time(out, rows[i].done_at);
		csv_end(out);
	}
	return RC_OK;
}

enum rc
export_deliveries(struct web *web)
{
	struct delivery_filter *filter = arena_alloc(web->op->arena, sizeof(*filter));
	struct period period;

	TRY(read_filter(web, filter, &period));
	return csv_answer(web, "deliveries.csv",
			  "id,recorded,event,event_id,endpoint_id,status,attempts,next_attempt,"
			  "http_status,latency_ms,error,done",
			  write_rows, filter);
}
