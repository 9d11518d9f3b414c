/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_events - what has happened, for who asks instead of being called
 *
 * Ids sort by age, so a page is a range of ids. An event has its id a moment before it is there to
 * be read, so who goes forward is not shown the last seconds: what is passed over would never be
 * seen. A rare kind of event is looked for in stretches of bounded length, so that no question
 * costs more than another.
 */
#include "gateway/read_events.h"

#include "core/id_range.h"
#include "core/ids.h"
#include "db/db.h"
#include "domain/event.h"
#include "gateway/manage_instances.h"
#include "store/event_store.h"

/* Past its patience a commit is refused; the rest is for a writer that is being started again. */
_Static_assert(EVENT_SETTLE_MS >= 2 * DB_PATIENCE_MS, "commits are through by then");

/* Events that one question looks at. */
enum { STRETCH = 2000 };

static enum rc
check_name(struct op *op, const char *name)
{
	for (const char *const *known = event_names; *known != NULL; known++)
		if (text_empty(name) || text_equal(*known, name))
			return RC_OK;
	return op_refuse(op, RC_INPUT, "event",
			 "event must be the name of one, such as message.received");
}

static const char *
later(const char *a, const char *b)
{
	return strcmp(a, b) >= 0 ? a : b;
}

/* The least text after an id. */
static const char *
next_after(struct op *op, const char *id)
{
	return arena_printf(op->arena, "%s0", id);
}

/* The range of ids that the page lies in. */
static enum rc
read_range(struct op *op, struct event_query *query, const struct event_filter *filter)
{
	const char *cursor = filter->page.cursor;
	struct instant oldest = clock_after(op->now, -EVENT_DAYS * DAY_MS);

	if (cursor != NULL && !id_is(cursor, "evt"))
		return op_refuse(op, RC_INPUT, "cursor",
				 "cursor must be an event's id or the next_cursor of the page "
				 "before");
	if (filter->since.ms > oldest.ms)
		oldest = filter->since;
	query->from = id_least(op, "evt", oldest);
	query->to = id_beyond(op, "evt");
	if (filter->forward)
		query->to = id_least(op, "evt", clock_after(op->now, -EVENT_SETTLE_MS));
	if (cursor != NULL && filter->forward)
		query->from = later(next_after(op, cursor), query->from);
	else if (cursor != NULL)
		query->to = cursor;
	return RC_OK;
}

/* Ends the range after a stretch, where filters could make a long one of it; *edge: where. */
static enum rc
keep_short(struct op *op, struct event_query *query, const char **edge)
{
	enum rc rc;

	if (query->name == NULL && query->instance_id == NULL && !query->only_tests)
		return RC_OK;
	rc = event_store_edge(op, edge, query, STRETCH);
	if (rc == RC_OK && query->forward)
		query->to = next_after(op, *edge);
	else if (rc == RC_OK)
		query->from = *edge;
	return rc == RC_MISSING ? RC_OK : rc;
}

static const char **
bodies_of(struct op *op, const struct list *events)
{
	const struct event_body *rows = events->rows;
	const char **bodies = arena_array(op->arena, events->n + 1, sizeof(*bodies));

	for (size_t i = 0; i < events->n; i++)
		bodies[i] = rows[i].body;
	return bodies;
}

enum rc
gateway_list_events(struct op *op, struct list *out, const char **next_cursor,
		    const struct event_filter *filter)
{
	struct event_query query = {
		.forward = filter->forward,
		.name = text_empty(filter->event) ? NULL : filter->event,
		.only_tests = filter->only_tests,
		.limit = page_rows(filter->page),
	};
	const char *cursor = filter->page.cursor, *edge = NULL, *next;
	struct list events;

	TRY(check_name(op, filter->event));
	TRY(gateway_filter_instance(op, &query.instance_id, filter->instance));
	TRY(read_range(op, &query, filter));
	TRY(keep_short(op, &query, &edge));
	TRY(event_store_list(op, &events, &query));
	next = page_cut(&events, sizeof(struct event_body), filter->page);
	if (next == NULL)
		next = edge;
	if (next == NULL && filter->forward)
		next = cursor == NULL ? query.to : later(query.to, cursor);
	*next_cursor = next;
	*out = (struct list){ events.n, bodies_of(op, &events) };
	return RC_OK;
}
