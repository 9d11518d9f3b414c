/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_period - stretches of time in filters, and how far a search has come
 *
 * Browsers send the time on the person's clock without a zone; it means the account's zone, in
 * which every time of a page is shown.
 */
#include "site/view_period.h"

#include "core/id_range.h"
#include "site/visitor.h"

static int
offset_at(struct web *web, struct instant t)
{
	const struct visitor *visitor = site_visitor(web);
	int minutes = 0;

	if (visitor == NULL || !clock_zone_offset(visitor->account.time_zone, t, &minutes))
		return 0;
	return minutes;
}

bool
view_local_time(struct web *web, struct instant *out, const char *text)
{
	struct arena *arena = web->op->arena;
	struct instant t = { 0 }, guess;

	text = text_trim(arena, text);
	if (strchr(text, 'T') != NULL && clock_parse(text, out))
		return true;
	if (!clock_parse(text, &t) && !clock_parse(arena_printf(arena, "%sZ", text), &t) &&
	    !clock_parse(arena_printf(arena, "%s:00Z", text), &t))
		return false;
	/* Twice, because a change of the clocks may lie between the two. */
	guess = clock_after(t, -offset_at(web, t) * MINUTE_MS);
	*out = clock_after(t, -offset_at(web, guess) * MINUTE_MS);
	return true;
}

static const struct field_view *
read_end(struct web *web, struct period *period, struct instant *at, const char *text)
{
	struct field_view *field = arena_alloc(web->op->arena, sizeof(*field));

	field->value = text;
	if (text_empty(text) || view_local_time(web, at, text))
		return field;
	field->error = "This must be a time such as 2026-05-08T10:00.";
	period->wrong = true;
	return field;
}

void
view_period(struct web *web, struct period *out, const char *since, const char *until)
{
	struct period period = { .wrong = false };

	period.since = read_end(web, &period, &period.from, since);
	period.until = read_end(web, &period, &period.to, until);
	*out = period;
}

bool
view_has_period(const struct period *period)
{
	return period->from.ms != 0 || period->to.ms != 0;
}

const struct moment *
view_searched(struct web *web, size_t rows, struct page_query page, const char *next_cursor)
{
	int64_t limit = page_rows(page) - 1;

	if (next_cursor == NULL || (int64_t)rows >= limit)
		return NULL;
	return view_moment(web, id_time(next_cursor));
}

const char *
view_with_filters(struct web *web, const char *path)
{
	struct op *op = web->op;
	size_t count;
	const char **pairs = text_split(op->arena, web->query, '&', &count);
	struct buf url;
	char mark = '?';

	buf_init(&url, op->arena, 16 << 10);
	buf_text(&url, path);
	for (size_t i = 0; i < count; i++) {
		if (text_starts(pairs[i], "cursor=") || text_ends(pairs[i], "="))
			continue;
		buf_printf(&url, "%c%s", mark, pairs[i]);
		mark = '&';
	}
	return buf_str(&url);
}
