/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_endpoint - webhook endpoints of an instance, each with how its last deliveries went
 *
 * The rate of success is that of the attempts of a day, which the worker counts as it makes them.
 */
#include "site/view_endpoint.h"

#include "site/view_delivery.h"

enum { DELIVERIES_SHOWN = 5 };

const struct shape endpoint_view_shape[] = {
	SHAPE(struct endpoint_view, id),
	SHAPE(struct endpoint_view, url),
	SHAPE(struct endpoint_view, state),
	SHAPE(struct endpoint_view, state_class),
	SHAPE(struct endpoint_view, trouble),
	SHAPE(struct endpoint_view, format),
	SHAPE_ROWS(struct endpoint_view, events, struct option_view, option_view_shape),
	SHAPE(struct endpoint_view, types),
	SHAPE(struct endpoint_view, scope),
	SHAPE(struct endpoint_view, success),
	SHAPE(struct endpoint_view, updated_by),
	SHAPE_SUB(struct endpoint_view, updated, moment_shape),
	SHAPE_SUB(struct endpoint_view, rotating, moment_shape),
	SHAPE(struct endpoint_view, reads),
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

static enum rc
view_success(struct op *op, const char **out, const char *id)
{
	int64_t taken, refused;

	TRY(gateway_endpoint_attempts(op, &taken, &refused, id));
	if (taken + refused > 0)
		*out = arena_printf(op->arena, "%s of %s attempts in 24 hours",
				    view_percent(op, taken, taken + refused),
				    view_number(op, taken + refused));
	return RC_OK;
}

static struct list
view_words(struct op *op, const char *list)
{
	size_t n;
	const char **words = text_split(op->arena, list, ',', &n);
	struct option_view *rows = arena_array(op->arena, n + 1, sizeof(*rows));

	for (size_t i = 0; i < n; i++)
		rows[i].value = words[i];
	return (struct list){ n, rows };
}

/* "All of the account", or the names. */
static enum rc
view_scope(struct op *op, const char **out, const struct endpoint *endpoint)
{
	const struct instance *rows;
	const char **names;
	struct list bound;

	*out = "All of the account";
	if (endpoint->all_instances)
		return RC_OK;
	TRY(gateway_endpoint_instances(op, &bound, endpoint));
	rows = bound.rows;
	names = arena_array(op->arena, bound.n + 1, sizeof(*names));
	for (size_t i = 0; i < bound.n; i++)
		names[i] = rows[i].name;
	*out = text_join(op->arena, names, bound.n, ", ");
	return RC_OK;
}

/* "a,b" with blanks, so that it can wrap. */
static const char *
spaced(struct op *op, const char *list)
{
	size_t n;
	const char **words = text_split(op->arena, list == NULL ? "" : list, ',', &n);

	return n == 0 ? NULL : text_join(op->arena, words, n, ", ");
}

static enum rc
view_one(struct web *web, const struct names *names, struct endpoint_view *out,
	 const struct endpoint *endpoint)
{
	struct op *op = web->op;
	const struct delivery_filter filter = { .page = { NULL, DELIVERIES_SHOWN },
						.endpoint = endpoint->id };
	struct list deliveries;
	const char *next;

	TRY(gateway_list_deliveries(op, &deliveries, &next, &filter));
	*out = (struct endpoint_view){
		.id = endpoint->id,
		.url = endpoint->url,
		.format = text_equal(endpoint->format, "meta") ? "Meta" : "Normalized",
		.events = view_words(op, endpoint->events),
		.types = spaced(op, endpoint->message_types),
		.updated = view_moment(web, endpoint->updated_at),
		.updated_by = names_actor(web, names, endpoint->updated_by),
		.enabled = endpoint->enabled,
		.has_deliveries = deliveries.n > 0,
		.reads = endpoint->include_read && text_equal(endpoint->format, "meta"),
	};
	if (endpoint_is_rotating(endpoint, op->now))
		out->rotating = view_moment(web, endpoint->previous_until);
	TRY(view_scope(op, &out->scope, endpoint));
	TRY(view_success(op, &out->success, endpoint->id));
	view_state(web, out, endpoint);
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
