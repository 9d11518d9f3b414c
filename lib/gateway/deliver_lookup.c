/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_lookup - deliveries as their account sees and replays them
 *
 * A replay sends the same event again, with the same id and the same bytes: receivers that keep ids
 * know it, and those that lost it get it.
 */
#include "gateway/deliver.h"

#include "core/ids.h"
#include "gateway/manage_instances.h"
#include "gateway/people.h"
#include "store/delivery_store.h"
#include "store/event_store.h"

/* Deliveries that one question looks at, where filters make it pass over some. */
enum { STRETCH = 5000 };

static bool
is_status(const char *word)
{
	return text_list_has("pending,sending,delivered,failed,blocked", word);
}

static enum rc
check_filter(struct op *op, const struct delivery_filter *filter)
{
	const char *cursor = filter->page.cursor;

	if (cursor != NULL && !id_is(cursor, "dlv"))
		return op_refuse(op, RC_INPUT, "cursor",
				 "cursor must be the next_cursor of the page before");
	if (filter->status != NULL && !is_status(filter->status))
		return op_refuse(
			op, RC_INPUT, "status",
			"No delivery is %s: use pending, sending, delivered, failed or blocked",
			filter->status);
	return RC_OK;
}

enum rc
gateway_list_deliveries(struct op *op, struct list *out, const char **next_cursor,
			const struct delivery_filter *filter)
{
	struct delivery_query query = {
		.endpoint_id = filter->endpoint,
		.status = filter->status,
		.event = filter->event,
		.only_tests = filter->only_tests,
		.since = filter->since,
		.until = filter->until,
		.before = filter->page.cursor,
		.limit = page_rows(filter->page),
	};
	const char *next;

	TRY(check_filter(op, filter));
	TRY(gateway_filter_instance(op, &query.instance_id, filter->instance));
	TRY(delivery_store_edge(op, &query.from, &query, STRETCH));
	TRY(delivery_store_list(op, out, &query));
	next = page_cut(out, sizeof(struct delivery), filter->page);
	*next_cursor = next != NULL ? next : query.from;
	return RC_OK;
}

static enum rc
find(struct op *op, struct delivery *out, const char *id)
{
	enum rc rc = delivery_store_get(op, out, id);

	return rc == RC_MISSING ? op_fail(op, rc, "There is no delivery %s", id) : rc;
}

enum rc
gateway_find_delivery(struct op *op, struct delivery *out, struct list *attempts, const char *id)
{
	struct delivery found = { 0 };

	TRY(find(op, &found, id));
	TRY(delivery_store_attempts(op, attempts, id));
	*out = found;
	return RC_OK;
}

enum rc
gateway_delivery_beside(struct op *op, struct delivery_beside *out, const char *id)
{
	enum rc rc = delivery_store_beside(op, out, id);

	return rc == RC_MISSING ? op_fail(op, rc, "There is no delivery %s", id) : rc;
}

enum rc
gateway_delivered_event(struct op *op, struct event *out, const struct delivery *delivery)
{
	enum rc rc = event_store_get(op, out, delivery->event_id);

	return rc == RC_MISSING ? op_fail(op, rc, "The event of %s is gone", delivery->id) : rc;
}

static enum rc
check_endpoint(struct op *op, const struct delivery *delivery)
{
	struct endpoint endpoint = { 0 };
	enum rc rc = gateway_find_endpoint(op, &endpoint, delivery->endpoint_id);

	if (rc != RC_MISSING)
		return rc;
	op_forgive(op);
	return op_fail(op, RC_CONFLICT, "The endpoint of %s was deleted: nothing goes there",
		       delivery->id);
}

enum rc
gateway_replay_delivery(struct op *op, const char *id)
{
	struct batch *batch = batch_new(op);
	struct delivery found = { 0 };
	int at;

	TRY(find(op, &found, id));
	TRY(check_endpoint(op, &found));
	if (!text_equal(found.status, "sending")) {
		at = delivery_store_replay(batch, id, found.status, op->now, 0);
		audit_add(op, batch, "delivery.replay", id, NULL);
		TRY(db_commit(op, batch));
		if (batch_count(batch, at) == 1)
			return RC_OK;
	}
	return op_fail(op, RC_CONFLICT, "%s is under way right now: wait for its outcome", id);
}

enum rc
gateway_deliveries_of(struct op *op, struct list *out, const char *inbound_id,
		      const char *message_id)
{
	if (inbound_id != NULL)
		return delivery_store_of_inbound(op, out, inbound_id);
	return delivery_store_of_message(op, out, message_id);
}
