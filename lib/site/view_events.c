/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_events - the events of the documentation with their payloads
 *
 * docs/events.json has them in the order of the page; a test lets each happen and compares.
 */
#include "site/view_events.h"

#include "site/documents.h"
#include "site/view_inbound.h"

struct event_doc {
	const char *name, *when, *subscription, *normalized, *meta;
};

static const struct shape event_doc_shape[] = {
	SHAPE(struct event_doc, name),         SHAPE(struct event_doc, when),
	SHAPE(struct event_doc, subscription), SHAPE(struct event_doc, normalized),
	SHAPE(struct event_doc, meta),         SHAPE_END,
};

const struct shape events_docs_shape[] = {
	SHAPE_ROWS(struct events_docs, events, struct event_doc, event_doc_shape),
	SHAPE_END,
};

/* NULL for what an event does not have. */
static const char *
pretty(struct op *op, const json_t *value)
{
	return json_is_object(value) ? view_json(op, json_text(op, value)) : NULL;
}

enum rc
view_events_docs(struct op *op, struct events_docs *page)
{
	struct event_doc *rows;
	json_t *events, *event;
	size_t i;

	TRY(json_read(op, &events, bytes_of(document("events.json"))));
	rows = arena_array(op->arena, json_array_size(events) + 1, sizeof(*rows));
	json_array_foreach(events, i, event)
	{
		rows[i] = (struct event_doc){
			.name = json_str(event, "event"),
			.when = json_str(event, "when"),
			.subscription = json_str(event, "subscription"),
			.normalized = pretty(op, json_object_get(event, "normalized")),
			.meta = pretty(op, json_object_get(event, "meta")),
		};
	}
	page->events = (struct list){ json_array_size(events), rows };
	return RC_OK;
}
