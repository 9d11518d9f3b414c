/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_inbox - webhooks as the provider sent them, for the operator
 *
 * What could not be understood comes first: it is what somebody has to look at. A webhook may speak
 * of several accounts, so that no customer ever sees this page.
 */
#include "site/view_inbox.h"

const struct field inbox_fields[] = {
	FIELD(struct inbox_input, kind, NEEDED, 1, 20, NULL),
	FIELDS_END,
};

static const struct shape inbox_view_shape[] = {
	SHAPE(struct inbox_view, id),
	SHAPE(struct inbox_view, provider),
	SHAPE(struct inbox_view, address),
	SHAPE(struct inbox_view, state),
	SHAPE(struct inbox_view, state_class),
	SHAPE(struct inbox_view, note),
	SHAPE(struct inbox_view, items),
	SHAPE_SUB(struct inbox_view, received, moment_shape),
	SHAPE_SUB(struct inbox_view, applied, moment_shape),
	SHAPE_SUB(struct inbox_view, replayed, moment_shape),
	SHAPE(struct inbox_view, waits),
	SHAPE_END,
};

const struct shape inbox_list_page_shape[] = {
	SHAPE(struct inbox_list_page, kind),
	SHAPE_OPTIONS(struct inbox_list_page, kinds),
	SHAPE_ROWS(struct inbox_list_page, rows, struct inbox_view, inbox_view_shape),
	SHAPE_SUB(struct inbox_list_page, pager, pager_shape),
	SHAPE(struct inbox_list_page, has_rows),
	SHAPE(struct inbox_list_page, may_replay_all),
	SHAPE_END,
};

const struct shape inbox_page_shape[] = {
	SHAPE(struct inbox_page, title),
	SHAPE(struct inbox_page, body),
	SHAPE_SUB(struct inbox_page, webhook, inbox_view_shape),
	SHAPE_END,
};

static const struct option_view kinds[] = {
	{ .value = "unclear", .label = "Not understood" },
	{ .value = "unclaimed", .label = "Belonging to nobody" },
	{ .value = "any", .label = "All" },
};

static void
view_state(struct inbox_view *out, const struct inbox_entry *entry)
{
	out->waits = text_equal(entry->state, "new");
	if (out->waits) {
		out->state = "Waiting";
		out->state_class = "badge-info";
	} else if (text_equal(entry->state, "unclear")) {
		out->state = "Not understood";
		out->state_class = "badge-danger";
	} else if (entry->unclaimed > 0) {
		out->state = "Belonging to nobody";
		out->state_class = "badge-warning";
	} else {
		out->state = "Applied";
		out->state_class = "badge-good";
	}
}

static const char *
items_of(struct op *op, const struct inbox_entry *entry)
{
	const char *all = view_number(op, entry->items);

	if (!text_equal(entry->state, "applied"))
		return NULL;
	if (entry->unclaimed == 0)
		return all;
	return arena_printf(op->arena, "%s, %s of nobody", all, view_number(op, entry->unclaimed));
}

static void
view_entry(struct web *web, struct inbox_view *out, const struct inbox_entry *entry)
{
	*out = (struct inbox_view){
		.id = entry->id,
		.provider = entry->provider,
		.address = entry->instance_id == NULL
				   ? "/webhooks/meta"
				   : arena_printf(web->op->arena, "/webhooks/meta/%s",
						  entry->instance_id),
		.note = entry->note,
		.items = items_of(web->op, entry),
		.received = view_moment(web, entry->received_at),
		.applied = view_moment(web, entry->applied_at),
		.replayed = view_moment(web, entry->replayed_at),
	};
	view_state(out, entry);
}

enum rc
view_inbox_list(struct web *web, struct inbox_list_page *page)
{
	const char *kind = view_filter(web, "kind");
	struct inbox_filter filter = { .kind = inbox_kind_of(kind) };
	const struct inbox_entry *entries;
	struct inbox_view *views;
	struct list found;
	const char *next;

	if (filter.kind == INBOX_KINDS)
		filter.kind = INBOX_UNCLEAR;
	TRY(site_page_query(web, &filter.page, "box"));
	TRY(gateway_list_inbox(web->op, &found, &next, &filter));
	entries = found.rows;
	views = arena_array(web->op->arena, found.n + 1, sizeof(*views));
	for (size_t i = 0; i < found.n; i++)
		view_entry(web, &views[i], &entries[i]);
	page->kind = kinds[filter.kind].value;
	page->kinds = VIEW_OPTIONS(web->op, kinds, page->kind);
	page->rows = (struct list){ found.n, views };
	page->has_rows = found.n > 0;
	page->may_replay_all = page->has_rows && filter.kind != INBOX_ANY;
	page->pager = view_pager(web, found.n, "webhook", "webhooks", next);
	return RC_OK;
}

enum rc
view_inbox(struct web *web, struct inbox_page *page, const char *id)
{
	struct inbox_view *view = arena_alloc(web->op->arena, sizeof(*view));
	struct inbox_entry entry = { 0 };
	const char *body;

	TRY(gateway_find_inbox(web->op, &entry, &body, id));
	view_entry(web, view, &entry);
	page->title = "Raw webhook";
	page->webhook = view;
	page->body = view_json(web->op, body);
	return RC_OK;
}
