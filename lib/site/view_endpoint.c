/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_endpoint - webhook endpoints of an instance, each with how its last deliveries went
 *
 * The rate of success is that of the deliveries that have ended; what waits is no failure.
 */
#include "site/view_endpoint.h"

#include "site/view_delivery.h"

enum { DELIVERIES_SHOWN = 5, DELIVERIES_COUNTED = 50 };

const struct shape endpoint_view_shape[] = {
	SHAPE(struct endpoint_view, id),
	SHAPE(struct endpoint_view, url),
	SHAPE(struct endpoint_view, state),
	SHAPE(struct endpoint_view, state_class),
	SHAPE(struct endpoint_view, trouble),
	SHAPE(struct endpoint_view, format),
	SHAPE(struct endpoint_view, events),
	SHAPE(struct endpoint_view, scope),
	SHAPE(struct endpoint_view, success),
	SHAPE(struct endpoint_view, updated_by),
	SHAPE_SUB(struct endpoint_view, updated, moment_shape),
	SHAPE(struct endpoint_view, enabled),
	SHAPE(struct endpoint_view, has_deliveries),
	SHAPE_ROWS(struct endpoint_view, deliveries, struct delivery_view, delivery_view_shape),
	SHAPE_END,
};

static void
view_state(struct web *web, struct endpoint_view *out, const struct endpoint *endpoint)
{
	bool failing = endpoint->failing_since.ms != 0;

	out->state = endpoint->enabled ? "Enabled" : "Disabled";
	out->state_class = endpoint->enabled ? "badge-good" : "";
	if (endpoint->enabled && failing) {
		out->state = "Failing";
		out->state_class = "badge-warning";
		out->trouble = arena_printf(web->op->arena, "No delivery has succeeded since %s.",
					    view_moment(web, endpoint->failing_since)->text);
	}
	if (!endpoint->enabled && !text_empty(endpoint->disabled_reason))
		out->trouble = endpoint->disabled_reason;
}

/* Of the last ones that have ended. */
static const char *
success_of(struct op *op, const struct list *deliveries)
{
	const struct delivery *rows = deliveries->rows;
	int64_t ended = 0, good = 0;

	for (size_t i = 0; i < deliveries->n; i++) {
		good += text_equal(rows[i].status, "delivered");
		ended += rows[i].done_at.ms != 0;
	}
	if (ended == 0)
		return NULL;
	return arena_printf(op->arena, "%s of the last %s", view_percent(op, good, ended),
			    view_number(op, ended));
}

/* "a,b,c" with blanks, so that it can wrap. */
static const char *
spaced(struct op *op, const char *list)
{
	const char **words = text_split(op->arena, list, ',', NULL);
	const char *out = "";

	for (size_t i = 0; words[i] != NULL; i++)
		out = arena_printf(op->arena, "%s%s%s", out, i == 0 ? "" : ", ", words[i]);
	return out;
}

static enum rc
view_one(struct web *web, const struct names *names, struct endpoint_view *out,
	 const struct endpoint *endpoint)
{
	struct op *op = web->op;
	const struct delivery_filter filter = { .page = { NULL, DELIVERIES_COUNTED },
						.endpoint = endpoint->id };
	struct list deliveries;
	const char *next;

	TRY(gateway_list_deliveries(op, &deliveries, &next, &filter));
	*out = (struct endpoint_view){
		.id = endpoint->id,
		.url = endpoint->url,
		.format = text_equal(endpoint->format, "meta") ? "Meta" : "Normalized",
		.events = spaced(op, endpoint->events),
		.scope = endpoint->all_instances ? "All of the account" : "Chosen ones",
		.success = success_of(op, &deliveries),
		.updated = view_moment(web, endpoint->updated_at),
		.updated_by = names_actor(web, names, endpoint->updated_by),
		.enabled = endpoint->enabled,
		.has_deliveries = deliveries.n > 0,
	};
	view_state(web, out, endpoint);
	if (deliveries.n > DELIVERIES_SHOWN)
		deliveries.n = DELIVERIES_SHOWN;
	out->deliveries = view_deliveries(web, NULL, &deliveries);
	return RC_OK;
}

enum rc
view_endpoints(struct web *web, struct list *out, const char *instance)
{
	struct op *op = web->op;
	const struct endpoint *rows;
	struct endpoint_view *views;
	struct names names;
	struct list found;

	TRY(names_read(web, &names));
	TRY(gateway_list_endpoints(op, &found, instance));
	rows = found.rows;
	views = arena_array(op->arena, found.n + 1, sizeof(*views));
	for (size_t i = 0; i < found.n; i++)
		TRY(view_one(web, &names, &views[i], &rows[i]));
	*out = (struct list){ found.n, views };
	return RC_OK;
}
