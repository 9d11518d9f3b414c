/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receive_lookup - what came in, as its account reads it
 *
 * A conversation shows both directions with one person under all spellings that are known to be
 * theirs.
 */
#include "core/id_range.h"
#include "core/json.h"
#include "gateway/manage_instances.h"
#include "gateway/receive.h"
#include "provider/provider.h"
#include "store/inbound_store.h"

/* STRETCH: messages that one question looks at, where filters make it pass over some. */
enum { THREAD_MAX = 500, STRETCH = 5000 };

/* A message has its id a moment before it is there to be read. */
#define SETTLE_MS (10 * SECOND_MS)

const struct shape thread_line_shape[] = {
	SHAPE(struct thread_line, id),     SHAPE(struct thread_line, direction),
	SHAPE(struct thread_line, text),   SHAPE(struct thread_line, type),
	SHAPE(struct thread_line, status), SHAPE(struct thread_line, source),
	SHAPE(struct thread_line, at),     SHAPE_END,
};

/* A number as people write it, else a user id as it is. */
static const char *
sender_of(struct op *op, const char *from)
{
	const char *digits = from == NULL ? NULL : recipient_normalize(op->arena, from);

	return digits != NULL ? digits : from;
}

enum rc
gateway_list_inbound(struct op *op, struct list *out, const char **next_cursor,
		     const struct inbound_filter *filter)
{
	struct inbound_query query = {
		.sender = sender_of(op, filter->from),
		.type = filter->type,
		.text = filter->text,
		.endpoint_id = filter->endpoint,
		.only_opt_outs = filter->only_opt_outs,
		.only_possible_opt_outs = filter->only_possible_opt_outs,
		.since = filter->since,
		.until = filter->until,
		.before = filter->page.cursor,
		.limit = page_rows(filter->page),
	};
	struct instant known = id_time(filter->after);
	const char *next;

	if (known.ms - SETTLE_MS > query.since.ms)
		query.since = clock_after(known, -SETTLE_MS);
	TRY(gateway_filter_instance(op, &query.instance_id, filter->instance));
	TRY(inbound_store_edge(op, &query.from, &query, STRETCH));
	TRY(inbound_store_list(op, out, &query));
	next = page_cut(out, sizeof(struct inbound), filter->page);
	*next_cursor = next != NULL ? next : query.from;
	return RC_OK;
}

enum rc
gateway_find_inbound(struct op *op, struct inbound *out, const char *ref)
{
	enum rc rc = inbound_store_get(op, out, ref);

	if (rc == RC_MISSING)
		rc = inbound_store_by_provider_id(op, out, ref);
	return rc == RC_MISSING ? op_fail(op, rc, "There is no inbound message %s", ref) : rc;
}

/* What was sent, in one line: the words, or the template's name. */
static const char *
text_of_payload(struct op *op, const char *payload)
{
	const char *text;
	json_t *message;

	if (payload == NULL || json_read_loose(op, &message, bytes_of(payload)) != RC_OK) {
		op_forgive(op);
		return NULL;
	}
	text = cloud_text(message);
	if (text == NULL)
		text = json_string_value(json_at(message, "interactive.body.text"));
	return text != NULL ? text : json_string_value(json_at(message, "template.name"));
}

enum rc
gateway_read_thread(struct op *op, struct list *out, const char *instance_id, const char *recipient,
		    int64_t limit)
{
	struct thread_line *lines;
	const struct exchanged *rows;
	struct list list;

	if (limit < 1 || limit > THREAD_MAX)
		limit = THREAD_MAX;
	TRY(inbound_store_thread(op, &list, instance_id, recipient, limit));
	rows = list.rows;
	lines = arena_array(op->arena, list.n + 1, sizeof(*lines));
	for (size_t i = 0; i < list.n; i++) {
		const struct exchanged *row = &rows[list.n - 1 - i];
		lines[i] = (struct thread_line){
			.id = row->id,
			.direction = row->direction,
			.text = row->payload == NULL ? row->text
						     : text_of_payload(op, row->payload),
			.type = row->type,
			.status = row->status,
			.source = row->source,
			.at = row->at,
		};
	}
	*out = (struct list){ list.n, lines };
	return RC_OK;
}
