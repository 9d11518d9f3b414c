/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv - lists as files
 *
 * Each page is read in an op of its own, which ends before the next one begins: so the export of a
 * million rows needs the memory of two hundred, and keeps no snapshot of the database from being
 * given back while a slow line takes what is there.
 */
#include "site/csv.h"

#include "core/log.h"

enum { PAGE_BYTES = 16 << 20, CURSOR_ROOM = 64 };

struct export
{
	struct op *page_op; /* of what is being written; NULL: none is */
	struct buf out;
	size_t written;
	char cursor[CURSOR_ROOM];
	bool begun, over;
	const char *account_id, *actor, *columns;
	csv_page *page;
	const void *arg;
};

/* ---- cells ------------------------------------------------------------------------------- */

static void
begin_cell(struct buf *out)
{
	if (out->n > 0 && out->p[out->n - 1] != '\n')
		buf_char(out, ',');
}

static void
put(struct buf *out, const char *text, bool guarded)
{
	buf_char(out, '"');
	if (guarded && strchr("=+-@\t\r", text[0]) != NULL && text[0] != '\0')
		buf_char(out, '\'');
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"')
			buf_char(out, '"');
		buf_char(out, *p);
	}
	buf_char(out, '"');
}

void
csv_text(struct buf *out, const char *text)
{
	begin_cell(out);
	put(out, text == NULL ? "" : text, true);
}

void
csv_plain(struct buf *out, const char *text)
{
	begin_cell(out);
	put(out, text == NULL ? "" : text, false);
}

void
csv_int(struct buf *out, int64_t n)
{
	begin_cell(out);
	buf_int(out, n);
}

void
csv_time(struct buf *out, struct instant t)
{
	csv_plain(out, clock_rfc3339(out->arena, t));
}

void
csv_end(struct buf *out)
{
	buf_text(out, "\r\n");
}

/* ---- the whole --------------------------------------------------------------------------- */

static void
end_page(void *arg)
{
	struct export *e = arg;

	if (e->page_op != NULL)
		op_end(e->page_op);
	e->page_op = NULL;
}

static enum rc
next_page(struct export *e)
{
	const char *cursor = e->cursor[0] == '\0' ? NULL : e->cursor;

	end_page(e);
	e->page_op = op_begin(e->actor);
	e->page_op->account_id = e->account_id;
	buf_init(&e->out, e->page_op->arena, PAGE_BYTES);
	e->written = 0;
	/* The mark tells spreadsheets that it is UTF-8. */
	if (!e->begun)
		buf_printf(&e->out, "\xef\xbb\xbf%s\r\n", e->columns);
	e->begun = true;
	TRY(e->page(e->page_op, &e->out, &cursor, e->arg));
	if (!buf_ok(&e->out))
		return op_fail(e->page_op, RC_INTERNAL, "a page of the export is too large");
	e->over = cursor == NULL;
	snprintf(e->cursor, sizeof(e->cursor), "%s", e->over ? "" : cursor);
	gateway_rest(e->page_op);
	return RC_OK;
}

static int64_t
read_on(void *arg, void *out, size_t n)
{
	struct export *e = arg;

	while (e->written == e->out.n) {
		if (e->over)
			return 0;
		if (next_page(e) != RC_OK) {
			log_op(e->page_op, "export", RC_INTERNAL, 0);
			return -1;
		}
	}
	if (n > e->out.n - e->written)
		n = e->out.n - e->written;
	memcpy(out, e->out.p + e->written, n);
	e->written += n;
	return (int64_t)n;
}

enum rc
csv_answer(struct web *web, const char *filename, const char *columns, csv_page *page,
	   const void *arg)
{
	struct arena *arena = web->op->arena;
	struct export *e = arena_alloc(arena, sizeof(*e));

	e->account_id = web->op->account_id;
	e->actor = web->op->actor;
	e->columns = columns;
	e->page = page;
	e->arg = arg;
	arena_defer(arena, end_page, e);
	gateway_rest(web->op);
	web_set(web, "Content-Disposition",
		arena_printf(arena, "attachment; filename=\"%s\"", filename));
	web_reply_from(web, 200, "text/csv; charset=utf-8", -1, read_on, e);
	return RC_OK;
}
