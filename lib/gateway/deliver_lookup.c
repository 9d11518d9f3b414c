/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_lookup - deliveries as their account sees and replays them
 *
 * A replay sends the same event again, with the same id and the same bytes: receivers that keep ids
 * know it, and those that lost it get it.
 */
#include "gateway/deliver.h"
#include "gateway/people.h"
#include "store/delivery_store.h"

static bool
is_status(const char *word)
{
	return text_list_has("pending,sending,delivered,failed,blocked", word);
}

enum rc
gateway_list_deliveries(struct op *op, struct list *out, const char **next_cursor,
			const struct delivery_filter *filter)
{
	struct delivery_query query = {
		.endpoint_id = filter->endpoint,
		.status = filter->status,
		.event = filter->event,
		.since = filter->since,
		.before = filter->page.cursor,
		.limit = page_rows(filter->page),
	};

	if (filter->status != NULL && !is_status(filter->status))
		return op_fail(
			op, RC_INPUT,
			"No delivery is %s: use pending, sending, delivered, failed or blocked",
			filter->status);
	TRY(delivery_store_list(op, out, &query));
	*next_cursor = page_cut(out, sizeof(struct delivery), filter->page);
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
gateway_replay_delivery(struct op *op, const char *id)
{
	struct batch *batch = batch_new(op);
	struct delivery found = { 0 };
	enum rc rc;

	TRY(find(op, &found, id));
	delivery_store_replay(batch, id, op->now);
	audit_add(op, batch, "delivery.replay", id, NULL);
	rc = db_commit(op, batch);
	if (rc == RC_CONFLICT)
		return op_fail(op, rc, "%s is under way right now: wait for its outcome", id);
	return rc;
}

enum rc
gateway_deliveries_of(struct op *op, struct list *out, const char *inbound_id,
		      const char *message_id)
{
	if (inbound_id != NULL)
		return delivery_store_of_inbound(op, out, inbound_id);
	return delivery_store_of_message(op, out, message_id);
}
