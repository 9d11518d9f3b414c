/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_import - people who may not be messaged, from a file and into one
 *
 * Nothing is written before it was looked through: what is wrong stands at its row, and the same
 * text comes back with the button that writes the others.
 */
#include "site/view_import.h"

#include "gateway/import_suppressions.h"
#include "site/csv.h"

enum { SHOWN_MAX = 200, CSV_MAX = 500 * 1000 };

static const struct shape import_row_view_shape[] = {
	SHAPE(struct import_row_view, line),   SHAPE(struct import_row_view, phone),
	SHAPE(struct import_row_view, reason), SHAPE(struct import_row_view, note),
	SHAPE(struct import_row_view, error),  SHAPE_END,
};

const struct shape import_page_shape[] = {
	SHAPE(struct import_page, problem),
	SHAPE(struct import_page, count),
	SHAPE(struct import_page, good),
	SHAPE(struct import_page, wrong),
	SHAPE_SUB(struct import_page, csv, field_view_shape),
	SHAPE_ROWS(struct import_page, rows, struct import_row_view, import_row_view_shape),
	SHAPE(struct import_page, looked),
	SHAPE(struct import_page, has_good),
	SHAPE(struct import_page, has_wrong),
	SHAPE(struct import_page, cut),
	SHAPE_END,
};

static const struct field import_fields[] = {
	FIELD(struct import_input, csv, NEEDED, 1, CSV_MAX, NULL),
	FIELD(struct import_input, go, OPTIONAL, 0, 10, NULL),
	FIELDS_END,
};

/* ---- the page ----------------------------------------------------------------------------- */

static enum rc
show(struct web *web, struct import_page *page, const char *csv)
{
	static const struct page page_of = IMPORT_PAGE;

	page->csv = view_field(web, "csv", csv);
	page->problem = view_error(web, "form");
	return web_page(web, 200, &page_of, page);
}

enum rc
show_import(struct web *web)
{
	struct import_page page = { .looked = false };

	return show(web, &page, NULL);
}

static enum rc
show_again(struct web *web)
{
	const struct import_input *input = web->input;
	struct import_page page = { .looked = false };

	return show(web, &page, input->csv);
}

const struct form import_form = { sizeof(struct import_input), import_fields, show_again };

/* Those that cannot be taken come first: they are what somebody has to do something about. */
static void
view_rows(struct web *web, struct import_page *page, const struct list *rows)
{
	struct import_row_view *views = arena_array(web->op->arena, SHOWN_MAX, sizeof(*views));
	const struct import_row *row = rows->rows;
	size_t n = 0;

	for (int wrong = 1; wrong >= 0; wrong--)
		for (size_t i = 0; i < rows->n && n < SHOWN_MAX; i++)
			if ((row[i].error != NULL) == (wrong == 1))
				views[n++] = (struct import_row_view){
					.line = view_number(web->op, row[i].line),
					.phone = row[i].phone,
					.reason = row[i].reason,
					.note = row[i].note,
					.error = row[i].error,
				};
	page->rows = (struct list){ n, views };
	page->cut = rows->n > n;
}

enum rc
post_import(struct web *web)
{
	const struct import_input *input = web->input;
	struct import_page page = { .looked = true };
	struct list rows;
	int64_t added;
	size_t wrong;
	enum rc rc = gateway_read_import(web->op, &rows, &wrong, input->csv);

	if (rc != RC_OK)
		return site_again(web, rc, show_again);
	if (text_equal(input->go, "yes")) {
		TRY(gateway_import_suppressions(web->op, &rows, &added));
		return site_done(web, "/suppressed-recipients", "good",
				 arena_printf(web->op->arena,
					      "%lld numbers are suppressed; the others of the file "
					      "were before.",
					      (long long)added));
	}
	view_rows(web, &page, &rows);
	page.count = view_number(web->op, (int64_t)rows.n);
	page.good = view_number(web->op, (int64_t)(rows.n - wrong));
	page.wrong = view_number(web->op, (int64_t)wrong);
	page.has_good = rows.n > wrong;
	page.has_wrong = wrong > 0;
	return show(web, &page, input->csv);
}

/* ---- the export --------------------------------------------------------------------------- */

static enum rc
write_rows(struct op *op, struct buf *out, const char **cursor, const void *arg)
{
	const struct suppression_filter filter = { .page = { *cursor, PAGE_LIMIT_MAX },
						   .lifted = true };
	const struct suppression *rows;
	struct list list;

	(void)arg;
	TRY(gateway_list_suppressions(op, &list, cursor, &filter));
	rows = list.rows;
	for (size_t i = 0; i < list.n; i++) {
		csv_plain(out, recipient_written(op->arena, rows[i].recipient));
		csv_plain(out, rows[i].reason);
		csv_text(out, rows[i].note);
		csv_time(out, rows[i].since);
		csv_plain(out, rows[i].source);
		csv_text(out, rows[i].text);
		csv_plain(out, rows[i].keyword);
		csv_plain(out, rows[i].language);
		csv_plain(out, rows[i].instance_id);
		csv_time(out, rows[i].lifted_at);
		csv_plain(out, rows[i].lifted_by);
		csv_text(out, rows[i].lift_reason);
		csv_end(out);
	}
	return RC_OK;
}

enum rc
export_suppressions(struct web *web)
{
	return csv_answer(web, "suppressed-recipients.csv",
			  "phone,reason,note,since,source,text,keyword,language,instance_id,"
			  "lifted_at,lifted_by,lift_reason",
			  write_rows, NULL);
}
