/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_delivery - what became of an event on its way to a customer's endpoint
 *
 * The next attempt is shown only while there is one to come.
 */
#include "site/view_delivery.h"

#include "domain/instance.h"
#include "gateway/deliver.h"
#include "site/view_names.h"

const struct shape delivery_view_shape[] = {
	SHAPE(struct delivery_view, id),
	SHAPE(struct delivery_view, event),
	SHAPE(struct delivery_view, event_id),
	SHAPE(struct delivery_view, url),
	SHAPE(struct delivery_view, endpoint_id),
	SHAPE(struct delivery_view, status),
	SHAPE(struct delivery_view, status_class),
	SHAPE(struct delivery_view, answer),
	SHAPE(struct delivery_view, error),
	SHAPE(struct delivery_view, attempts),
	SHAPE(struct delivery_view, instance),
	SHAPE(struct delivery_view, excerpt),
	SHAPE_SUB(struct delivery_view, created, moment_shape),
	SHAPE_SUB(struct delivery_view, due, moment_shape),
	SHAPE_SUB(struct delivery_view, done, moment_shape),
	SHAPE(struct delivery_view, slow),
	SHAPE_END,
};

static const struct {
	const char *status, *label, *class;
} statuses[] = {
	{ "pending", "Waiting", "badge-info" },     { "sending", "Sending", "badge-info" },
	{ "delivered", "Delivered", "badge-good" }, { "failed", "Failed", "badge-danger" },
	{ "blocked", "Blocked", "badge-danger" },
};

static void
view_status(struct web *web, struct delivery_view *out, const struct delivery *delivery)
{
	bool waits = text_equal(delivery->status, "pending");

	out->status = delivery->status;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		if (text_equal(statuses[i].status, delivery->status)) {
			out->status = statuses[i].label;
			out->status_class = statuses[i].class;
		}
	}
	if (waits && delivery->attempts > 0)
		out->due = view_moment(web, delivery->due_at);
}

static const char *
answer_of(struct op *op, const struct delivery *delivery)
{
	if (delivery->last_status == 0)
		return delivery->last_error;
	return arena_printf(op->arena, "%lld in %s ms", (long long)delivery->last_status,
			    view_number(op, delivery->last_ms));
}

const char *
view_endpoint_url(const struct list *endpoints, const char *id)
{
	const struct endpoint *rows = endpoints != NULL ? endpoints->rows : NULL;

	for (size_t i = 0; endpoints != NULL && i < endpoints->n; i++)
		if (text_equal(rows[i].id, id))
			return rows[i].url;
	return "a deleted endpoint";
}

struct list
view_deliveries(struct web *web, const struct list *endpoints, const struct list *deliveries)
{
	const struct delivery *rows = deliveries->rows;
	struct delivery_view *views =
		arena_array(web->op->arena, deliveries->n + 1, sizeof(*views));

	for (size_t i = 0; i < deliveries->n; i++) {
		views[i] = (struct delivery_view){
			.id = rows[i].id,
			.event = rows[i].event,
			.event_id = rows[i].event_id,
			.url = view_endpoint_url(endpoints, rows[i].endpoint_id),
			.endpoint_id = rows[i].endpoint_id,
			.error = rows[i].last_status != 0 ? rows[i].last_error : NULL,
			.done = view_moment(web, rows[i].done_at),
			.answer = answer_of(web->op, &rows[i]),
			.attempts = view_number(web->op, rows[i].attempts),
			.created = view_moment(web, rows[i].created_at),
		};
		view_status(web, &views[i], &rows[i]);
	}
	return (struct list){ deliveries->n, views };
}

enum rc
view_deliveries_beside(struct web *web, const struct names *names, const struct list *views)
{
	struct delivery_view *rows = (struct delivery_view *)views->rows;

	for (size_t i = 0; i < views->n; i++) {
		struct delivery_beside beside = { 0 };

		TRY(gateway_delivery_beside(web->op, &beside, rows[i].id));
		rows[i].instance = names_instance(names, beside.instance_id);
		rows[i].excerpt = text_empty(beside.excerpt) ? NULL : beside.excerpt;
		rows[i].slow = beside.slow;
	}
	return RC_OK;
}

struct list
view_delivery_statuses(struct web *web, const char *selected)
{
	struct option_view options[ARRAY_LEN(statuses) + 1] = {
		{ .value = "", .label = "Any status" },
	};

	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		options[i + 1] = (struct option_view){ .value = statuses[i].status,
						       .label = statuses[i].label };
	return VIEW_OPTIONS(web->op, options, selected);
}

struct list
view_endpoint_options(struct web *web, const struct list *endpoints,
		      const struct option_view *first, size_t n, const char *selected)
{
	const struct endpoint *rows = endpoints->rows;
	struct option_view *options =
		arena_array(web->op->arena, n + endpoints->n, sizeof(*options));

	memcpy(options, first, n * sizeof(*options));
	for (size_t i = 0; i < endpoints->n; i++)
		options[n + i] = (struct option_view){ .value = rows[i].id, .label = rows[i].url };
	return view_options(web->op, options, n + endpoints->n, selected);
}
