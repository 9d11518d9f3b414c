/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_suppressions_page - the page of numbers that may not be messaged: filters, list, form
 *
 * The form comes back open, with what was typed, when it did not pass.
 */
#include "site/view_suppressions_page.h"

const struct field suppression_fields[] = {
	FIELD(struct suppression_input, phone, NEEDED, 1, 140, NULL),
	FIELD(struct suppression_input, reason, OPTIONAL, 0, 40, NULL),
	FIELD(struct suppression_input, note, OPTIONAL, 0, 500, NULL),
	FIELDS_END,
};

const struct field lift_fields[] = {
	FIELD(struct lift_input, why, NEEDED, 1, 500, NULL),
	FIELDS_END,
};

const struct shape suppressions_page_shape[] = {
	SHAPE(struct suppressions_page, problem),
	SHAPE(struct suppressions_page, filter_number),
	SHAPE_SUB(struct suppressions_page, phone, field_view_shape),
	SHAPE_SUB(struct suppressions_page, note, field_view_shape),
	SHAPE_OPTIONS(struct suppressions_page, reasons),
	SHAPE_OPTIONS(struct suppressions_page, filter_reasons),
	SHAPE_ROWS(struct suppressions_page, rows, struct suppression_view, suppression_view_shape),
	SHAPE_SUB(struct suppressions_page, pager, pager_shape),
	SHAPE(struct suppressions_page, form_open),
	SHAPE(struct suppressions_page, filtered),
	SHAPE(struct suppressions_page, filter_lifted),
	SHAPE(struct suppressions_page, has_rows),
	SHAPE_END,
};

static void
view_form(struct web *web, struct suppressions_page *page, const struct suppression_input *input)
{
	page->phone = view_field(web, "phone", input != NULL ? input->phone : NULL);
	page->note = view_field(web, "note", input != NULL ? input->note : NULL);
	page->reasons = view_reasons(web, NULL, input != NULL ? input->reason : NULL);
	page->problem = view_error(web, "form");
	page->form_open = input != NULL;
}

enum rc
view_suppressions_page(struct web *web, struct suppressions_page *page,
		       const struct suppression_input *input)
{
	struct suppression_filter filter = {
		.recipient = view_filter(web, "number"),
		.reason = view_filter(web, "reason"),
		.lifted = !text_empty(view_filter(web, "lifted")),
	};
	struct names names;
	struct list rows;
	const char *next;

	TRY(site_page_query(web, &filter.page, NULL));
	TRY(names_read(web, &names));
	TRY(gateway_list_suppressions(web->op, &rows, &next, &filter));
	view_form(web, page, input);
	page->filter_number = filter.recipient;
	page->filter_reasons = view_reasons(web, "All reasons", filter.reason);
	page->filter_lifted = filter.lifted;
	page->filtered = !text_empty(filter.recipient) || !text_empty(filter.reason);
	page->rows = view_suppressions(web, &names, &rows);
	page->has_rows = rows.n > 0;
	page->pager = view_pager(web, rows.n, "number", "numbers", next);
	return RC_OK;
}

enum rc
find_suppression(struct web *web, struct suppression *out, const struct suppression_input *input)
{
	const struct suppression_filter filter = {
		.recipient = input->phone,
		.reason = text_empty(input->reason) ? "manual" : input->reason,
		.page = { .limit = 1 },
	};
	struct list rows;
	const char *next;

	TRY(gateway_list_suppressions(web->op, &rows, &next, &filter));
	if (rows.n == 0)
		return op_fail(web->op, RC_BUSY, "the suppression was lifted just now");
	*out = *(const struct suppression *)rows.rows;
	return RC_OK;
}
