/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_replay - deliver again, many at once: the plan that is shown first, and how far it has come
 *
 * The plan names the endpoint and says how many, because what is sent cannot be taken back.
 */
#include "site/view_replay.h"

#include "gateway/endpoints.h"
#include "site/view_delivery.h"

const struct shape replay_view_shape[] = {
	SHAPE(struct replay_view, id),       SHAPE(struct replay_view, what),
	SHAPE(struct replay_view, state),    SHAPE(struct replay_view, state_class),
	SHAPE(struct replay_view, progress), SHAPE(struct replay_view, share),
	SHAPE(struct replay_view, by),       SHAPE_SUB(struct replay_view, asked, moment_shape),
	SHAPE(struct replay_view, running),  SHAPE_END,
};

const struct shape replay_page_shape[] = {
	SHAPE(struct replay_page, title),
	SHAPE(struct replay_page, what),
	SHAPE(struct replay_page, count),
	SHAPE(struct replay_page, period),
	SHAPE(struct replay_page, trouble),
	SHAPE(struct replay_page, problem),
	SHAPE(struct replay_page, endpoint),
	SHAPE(struct replay_page, instance),
	SHAPE(struct replay_page, status),
	SHAPE_SUB(struct replay_page, since, field_view_shape),
	SHAPE_SUB(struct replay_page, until, field_view_shape),
	SHAPE_OPTIONS(struct replay_page, endpoints),
	SHAPE_OPTIONS(struct replay_page, statuses),
	SHAPE(struct replay_page, any),
	SHAPE(struct replay_page, more),
	SHAPE(struct replay_page, all_endpoints),
	SHAPE(struct replay_page, delivered),
	SHAPE_END,
};

static const struct option_view statuses[] = {
	{ .value = "failed", .label = "Failed" },
	{ .value = "blocked", .label = "Blocked" },
	{ .value = "delivered", .label = "Delivered" },
	{ .value = "all", .label = "Failed, blocked and delivered" },
};

/* How those of a status are called in a sentence. */
static const char *
kind_of(const char *status)
{
	if (text_equal(status, "all"))
		return "failed, blocked and delivered";
	return status;
}

/* ---- how far ----------------------------------------------------------------------------- */

static const char *
progress_of(struct op *op, const struct replay *r)
{
	const char *done = view_number(op, r->replayed);

	if (text_equal(r->state, "done"))
		return arena_printf(op->arena, "%s %s due again", done,
				    r->replayed == 1 ? "was" : "were");
	return arena_printf(op->arena, "%s of %s%s", done, view_number(op, r->found),
			    r->found_more ? " or more" : "");
}

static const char *
share_of(struct op *op, const struct replay *r)
{
	int64_t share;

	if (r->found == 0 || r->found_more || !text_equal(r->state, "running"))
		return NULL;
	share = r->replayed * 100 / r->found;
	return arena_printf(op->arena, "%lld", (long long)(share < 100 ? share : 100));
}

static void
view_one(struct web *web, const struct names *names, const struct list *endpoints,
	 struct replay_view *out, const struct replay *r)
{
	static const struct option_view states[] = {
		{ .value = "running", .label = "Running", .help = "badge-info" },
		{ .value = "done", .label = "Done", .help = "badge-good" },
		{ .value = "stopped", .label = "Stopped", .help = "badge-warning" },
	};
	const char *to = r->endpoint_id == NULL ? "every endpoint"
						: view_endpoint_url(endpoints, r->endpoint_id);

	*out = (struct replay_view){
		.id = r->id,
		.what = arena_printf(web->op->arena, "%s: deliveries to %s",
				     view_label(statuses, ARRAY_LEN(statuses), r->status), to),
		.state = view_label(states, ARRAY_LEN(states), r->state),
		.progress = progress_of(web->op, r),
		.share = share_of(web->op, r),
		.by = names_actor(web, names, r->created_by),
		.asked = view_moment(web, r->created_at),
		.running = text_equal(r->state, "running"),
	};
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (text_equal(states[i].value, r->state))
			out->state_class = states[i].help;
}

enum rc
view_replays(struct web *web, const struct names *names, const struct list *endpoints,
	     struct list *out)
{
	const struct replay *rows;
	struct replay_view *views;
	struct list found;

	TRY(gateway_recent_replays(web->op, &found));
	rows = found.rows;
	views = arena_array(web->op->arena, found.n + 1, sizeof(*views));
	for (size_t i = 0; i < found.n; i++)
		view_one(web, names, endpoints, &views[i], &rows[i]);
	*out = (struct list){ found.n, views };
	return RC_OK;
}

/* ---- the plan ---------------------------------------------------------------------------- */

static const char *
period_of(struct web *web, const struct replay *plan)
{
	struct arena *arena = web->op->arena;
	const char *since = plan->since.ms == 0 ? NULL : view_moment(web, plan->since)->text;
	const char *until =
		plan->until.ms == plan->created_at.ms ? NULL : view_moment(web, plan->until)->text;

	if (since != NULL && until != NULL)
		return arena_printf(arena, "recorded from %s until %s", since, until);
	if (since != NULL)
		return arena_printf(arena, "recorded since %s", since);
	return until != NULL ? arena_printf(arena, "recorded before %s", until) : NULL;
}

static const char *
trouble_of(struct web *web, const struct list *endpoints, const char *id)
{
	const struct endpoint *rows = endpoints->rows;

	for (size_t i = 0; i < endpoints->n; i++) {
		if (!text_equal(rows[i].id, id))
			continue;
		if (!rows[i].enabled)
			return "This endpoint is disabled: what is replayed waits until somebody "
			       "enables it.";
		if (rows[i].failing_since.ms != 0)
			return arena_printf(web->op->arena,
					    "No delivery to it has succeeded since %s. Unless the "
					    "receiver is mended, these fail again.",
					    view_moment(web, rows[i].failing_since)->text);
	}
	return NULL;
}

static enum rc
wish_of(struct web *web, struct replay_wish *wish, struct period *period,
	const struct replay_input *input)
{
	view_period(web, period, input->since, input->until);
	*wish = (struct replay_wish){
		.endpoint = text_empty(input->endpoint) ? NULL : input->endpoint,
		.instance = input->instance,
		.status = input->status,
		.since = period->from,
		.until = period->to,
	};
	if (period->wrong)
		return op_refuse(web->op, RC_INPUT,
				 period->since->error != NULL ? "since" : "until",
				 "This must be a time such as 2026-05-08T10:00");
	return RC_OK;
}

static void
show_plan(struct web *web, struct replay_page *page, const struct list *endpoints,
	  const struct replay *plan)
{
	struct op *op = web->op;
	bool one = plan->found == 1 && !plan->found_more;

	page->any = plan->found > 0 || plan->found_more;
	page->more = plan->found_more;
	page->count = view_number(op, plan->found);
	page->all_endpoints = plan->endpoint_id == NULL;
	page->what =
		arena_printf(op->arena, "%s %s%s to %s", kind_of(plan->status),
			     one ? "delivery" : "deliveries", plan->found_more ? " or more" : "",
			     page->all_endpoints ? "every endpoint of the account"
						 : view_endpoint_url(endpoints, plan->endpoint_id));
	page->period = period_of(web, plan);
	page->trouble = trouble_of(web, endpoints, plan->endpoint_id);
	page->delivered = text_equal(plan->status, "delivered") || text_equal(plan->status, "all");
}

enum rc
view_replay_page(struct web *web, struct replay_page *page, const struct replay_input *input)
{
	static const struct option_view any[] = { { .value = "", .label = "Every endpoint" } };
	struct replay plan = { 0 };
	struct replay_wish wish;
	struct period period;
	struct list endpoints;
	enum rc rc;

	page->title = "Replay deliveries";
	page->problem = view_error(web, "form");
	TRY(gateway_list_endpoints(web->op, &endpoints, NULL));
	rc = wish_of(web, &wish, &period, input);
	page->endpoint = input->endpoint;
	page->instance = input->instance;
	page->status = text_empty(input->status) ? "failed" : input->status;
	page->since = period.since;
	page->until = period.until;
	page->endpoints =
		view_endpoint_options(web, &endpoints, any, ARRAY_LEN(any), input->endpoint);
	page->statuses = VIEW_OPTIONS(web->op, statuses, page->status);
	if (rc == RC_OK)
		rc = gateway_plan_replay(web->op, &plan, &wish);
	if (rc == RC_OK) {
		show_plan(web, page, &endpoints, &plan);
		return RC_OK;
	}
	if (rc != RC_INPUT)
		return rc;
	page->problem = arena_dup(web->op->arena, web->op->why);
	op_forgive(web->op);
	return RC_OK;
}

enum rc
begin_replay(struct web *web, struct replay *out, const struct replay_input *input)
{
	struct replay_wish wish;
	struct period period;

	TRY(wish_of(web, &wish, &period, input));
	return gateway_begin_replay(web->op, out, &wish);
}
