/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_delivery_page - one delivery: each attempt, and the body as the receiver gets it
 *
 * The body is the one that was made when the event was recorded, byte by byte: what its signature
 * is over.
 */
#include "gateway/manage_instances.h"
#include "site/view_deliveries_page.h"

static const struct shape attempt_view_shape[] = {
	SHAPE(struct attempt_view, number),
	SHAPE(struct attempt_view, status),
	SHAPE(struct attempt_view, status_class),
	SHAPE(struct attempt_view, latency),
	SHAPE(struct attempt_view, error),
	SHAPE(struct attempt_view, excerpt),
	SHAPE_SUB(struct attempt_view, at, moment_shape),
	SHAPE(struct attempt_view, slow),
	SHAPE_END,
};

const struct shape delivery_page_shape[] = {
	SHAPE(struct delivery_page, title),
	SHAPE(struct delivery_page, body),
	SHAPE(struct delivery_page, format),
	SHAPE(struct delivery_page, inbound_id),
	SHAPE(struct delivery_page, endpoint_trouble),
	SHAPE_SUB(struct delivery_page, delivery, delivery_view_shape),
	SHAPE_ROWS(struct delivery_page, tries, struct attempt_view, attempt_view_shape),
	SHAPE(struct delivery_page, has_attempts),
	SHAPE(struct delivery_page, may_replay),
	SHAPE(struct delivery_page, test),
	SHAPE(struct delivery_page, waits),
	SHAPE(struct delivery_page, open),
	SHAPE_END,
};

static struct list
view_attempts(struct web *web, const struct list *attempts)
{
	struct op *op = web->op;
	const struct attempt *rows = attempts->rows;
	struct attempt_view *views = arena_array(op->arena, attempts->n + 1, sizeof(*views));

	for (size_t i = 0; i < attempts->n; i++) {
		/* The last one first. */
		const struct attempt *a = &rows[attempts->n - 1 - i];

		views[i] = (struct attempt_view){
			.number = view_number(op, a->number),
			.status = a->status == 0 ? "No answer" : view_number(op, a->status),
			.status_class = text_empty(a->error) ? "badge-good" : "badge-danger",
			.latency = arena_printf(op->arena, "%s ms", view_number(op, a->ms)),
			.error = a->error,
			.excerpt = text_empty(a->excerpt) ? NULL : a->excerpt,
			.at = view_moment(web, a->at),
			.slow = a->slow,
		};
	}
	return (struct list){ attempts->n, views };
}

/* In which format it goes there, or went while the endpoint was. */
static enum rc
read_endpoint(struct web *web, struct delivery_page *page, struct list *out, const char *id)
{
	struct endpoint *endpoint = arena_alloc(web->op->arena, sizeof(*endpoint));
	enum rc rc = gateway_find_endpoint(web->op, endpoint, id);

	page->format = "normalized";
	*out = (struct list){ 0, NULL };
	if (rc == RC_MISSING) {
		op_forgive(web->op);
		page->endpoint_trouble = "The endpoint was deleted: nothing goes there any more.";
		return RC_OK;
	}
	TRY(rc);
	page->format = endpoint->format;
	page->may_replay = true;
	if (!endpoint->enabled)
		page->endpoint_trouble = arena_printf(
			web->op->arena,
			"The endpoint is disabled%s%s: what waits for it leaves "
			"when somebody enables it.",
			text_empty(endpoint->disabled_reason) ? "" : ", because: ",
			text_empty(endpoint->disabled_reason) ? "" : endpoint->disabled_reason);
	*out = (struct list){ 1, endpoint };
	return RC_OK;
}

static enum rc
read_event(struct web *web, struct delivery_page *page, const struct delivery *delivery)
{
	struct event event = { 0 };
	enum rc rc = gateway_delivered_event(web->op, &event, delivery);

	if (rc == RC_MISSING) {
		op_forgive(web->op);
		return RC_OK;
	}
	TRY(rc);
	page->body = text_equal(page->format, "meta") ? event.meta : event.normalized;
	page->inbound_id = event.inbound_id;
	page->test = event.test;
	return RC_OK;
}

enum rc
view_delivery_page(struct web *web, struct delivery_page *page, const char *id)
{
	struct delivery delivery = { 0 };
	struct list attempts, endpoints, views;
	struct names names;

	TRY(gateway_find_delivery(web->op, &delivery, &attempts, id));
	TRY(names_read(web, &names));
	TRY(read_endpoint(web, page, &endpoints, delivery.endpoint_id));
	TRY(read_event(web, page, &delivery));
	views = view_deliveries(web, &endpoints, &(struct list){ 1, &delivery });
	TRY(view_deliveries_beside(web, &names, &views));
	page->title = "Webhook delivery";
	page->delivery = views.rows;
	page->tries = view_attempts(web, &attempts);
	page->has_attempts = attempts.n > 0;
	page->waits = text_equal(delivery.status, "pending");
	page->open = page->waits || text_equal(delivery.status, "sending");
	page->may_replay = page->may_replay && (page->waits || !page->open);
	return RC_OK;
}
