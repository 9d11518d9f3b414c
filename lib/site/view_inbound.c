/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_inbound - messages from people, alone and in their conversation
 *
 * A sender without a phone number is shown by the provider's user id, never by an invented
 * number.
 */
#include "site/view_inbound.h"

#include "core/json.h"
#include "gateway/deliver.h"
#include "gateway/receive.h"

const struct shape inbound_view_shape[] = {
	SHAPE(struct inbound_view, id),
	SHAPE(struct inbound_view, from),
	SHAPE(struct inbound_view, digits),
	SHAPE(struct inbound_view, name),
	SHAPE(struct inbound_view, user_id),
	SHAPE(struct inbound_view, type),
	SHAPE(struct inbound_view, text),
	SHAPE(struct inbound_view, instance),
	SHAPE(struct inbound_view, instance_id),
	SHAPE(struct inbound_view, provider_id),
	SHAPE(struct inbound_view, forwarded),
	SHAPE(struct inbound_view, forwarded_class),
	SHAPE_SUB(struct inbound_view, received, moment_shape),
	SHAPE_SUB(struct inbound_view, provider_at, moment_shape),
	SHAPE(struct inbound_view, opted_out),
	SHAPE(struct inbound_view, possible_opt_out),
	SHAPE_END,
};

const struct shape bubble_shape[] = {
	SHAPE(struct bubble, text),
	SHAPE(struct bubble, type),
	SHAPE(struct bubble, status),
	SHAPE(struct bubble, source),
	SHAPE_SUB(struct bubble, at, moment_shape),
	SHAPE(struct bubble, out),
	SHAPE(struct bubble, this),
	SHAPE_END,
};

/* Meta's types of inbound messages. */
static const struct option_view types[] = {
	{ .value = "", .label = "All types" },
	{ .value = "text", .label = "Text" },
	{ .value = "image", .label = "Image" },
	{ .value = "video", .label = "Video" },
	{ .value = "audio", .label = "Audio" },
	{ .value = "document", .label = "Document" },
	{ .value = "sticker", .label = "Sticker" },
	{ .value = "location", .label = "Location" },
	{ .value = "contacts", .label = "Contacts" },
	{ .value = "interactive", .label = "Reply to a list or button" },
	{ .value = "button", .label = "Quick reply" },
	{ .value = "reaction", .label = "Reaction" },
	{ .value = "order", .label = "Order" },
	{ .value = "unsupported", .label = "Unsupported" },
};

struct list
view_types(struct web *web, const char *selected)
{
	return VIEW_OPTIONS(web->op, types, selected);
}

void
view_inbound(struct web *web, const struct names *names, struct inbound_view *out,
	     const struct inbound *inbound)
{
	bool known = !text_empty(inbound->sender);

	*out = (struct inbound_view){
		.id = inbound->id,
		.from = known ? view_phone(web->op, inbound->sender) : inbound->sender_user_id,
		.digits = known ? inbound->sender : inbound->sender_user_id,
		.name = inbound->sender_name,
		.user_id = inbound->sender_user_id,
		.type = view_label(types, ARRAY_LEN(types), inbound->type),
		.text = inbound->text,
		.instance = names_instance(names, inbound->instance_id),
		.instance_id = inbound->instance_id,
		.provider_id = inbound->provider_id,
		.received = view_moment(web, inbound->received_at),
		.provider_at = view_moment(web, inbound->provider_at),
		.opted_out = inbound->opted_out,
		.possible_opt_out = inbound->possible_opt_out,
	};
}

struct list
view_inbounds(struct web *web, const struct names *names, const struct list *inbounds)
{
	const struct inbound *rows = inbounds->rows;
	struct inbound_view *views = arena_array(web->op->arena, inbounds->n + 1, sizeof(*views));

	for (size_t i = 0; i < inbounds->n; i++)
		view_inbound(web, names, &views[i], &rows[i]);
	return (struct list){ inbounds->n, views };
}

/* How many of some deliveries are of a status. */
static int64_t
count_of(const struct list *deliveries, const char *status)
{
	const struct delivery *rows = deliveries->rows;
	int64_t n = 0;

	for (size_t i = 0; i < deliveries->n; i++)
		n += text_equal(rows[i].status, status);
	return n;
}

static void
sum_up(struct op *op, struct inbound_view *view, const struct list *deliveries)
{
	int64_t lost = count_of(deliveries, "failed") + count_of(deliveries, "blocked");
	int64_t taken = count_of(deliveries, "delivered"), all = (int64_t)deliveries->n;

	if (all == 0)
		return;
	view->forwarded_class = lost > 0       ? "badge-danger"
				: taken == all ? "badge-good"
					       : "badge-info";
	if (lost > 0)
		view->forwarded = arena_printf(op->arena, "%lld failed", (long long)lost);
	else if (taken < all)
		view->forwarded = arena_printf(op->arena, "%lld waiting", (long long)(all - taken));
	else
		view->forwarded =
			all == 1 ? "Delivered"
				 : arena_printf(op->arena, "%lld delivered", (long long)all);
}

enum rc
view_forwarded(struct web *web, const struct list *views)
{
	struct inbound_view *rows = (struct inbound_view *)views->rows;

	for (size_t i = 0; i < views->n; i++) {
		struct list deliveries;

		TRY(gateway_deliveries_of(web->op, &deliveries, rows[i].id, NULL));
		sum_up(web->op, &rows[i], &deliveries);
	}
	return RC_OK;
}

struct list
view_thread(struct web *web, const struct list *lines, const char *this)
{
	const struct thread_line *rows = lines->rows;
	struct bubble *bubbles = arena_array(web->op->arena, lines->n + 1, sizeof(*bubbles));

	for (size_t i = 0; i < lines->n; i++) {
		bool out = text_equal(rows[i].direction, "out");

		bubbles[i] = (struct bubble){
			.text = rows[i].text,
			.type = view_label(types, ARRAY_LEN(types), rows[i].type),
			.status = out ? rows[i].status : NULL,
			.source = text_equal(rows[i].source, "phone")     ? "on the phone"
				  : text_equal(rows[i].source, "history") ? "before this gateway"
									  : NULL,
			.at = view_moment(web, rows[i].at),
			.out = out,
			.this = text_equal(rows[i].id, this),
		};
	}
	return (struct list){ lines->n, bubbles };
}
