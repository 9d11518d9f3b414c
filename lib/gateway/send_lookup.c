/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_lookup - reading back what was sent
 *
 * Customers know a message by three names: our id, the provider's, and the number it has in the
 * account's log; any of them finds it. Nothing of another account is ever found.
 */
#include "core/ids.h"
#include "gateway/manage_instances.h"
#include "gateway/send_message.h"
#include "store/message_store.h"

static enum rc
find_by_any(struct op *op, struct message *out, const char *ref)
{
	int64_t log_id;

	if (id_is(ref, "msg"))
		return message_store_get(op, out, ref);
	if (text_int(ref, 1, INT64_MAX, &log_id))
		return message_store_by_log_id(op, out, log_id);
	return message_store_by_provider_id(op, out, ref);
}

enum rc
gateway_find_message(struct op *op, struct message *out, const char *ref)
{
	struct message found = { 0 };
	enum rc rc = find_by_any(op, &found, ref);

	if (rc == RC_MISSING)
		return op_refuse(op, rc, refusal_word(REFUSAL_NOT_FOUND),
				 "There is no such message in this account");
	TRY(rc);
	*out = found;
	return RC_OK;
}

static enum rc
read_filter(struct op *op, struct message_query *out, const struct message_filter *filter)
{
	enum recipient_kind kind;

	if (!text_empty(filter->status) && !message_has_status(filter->status))
		return op_refuse(
			op, RC_INPUT, "status",
			"status must be one of scheduled, queued, sending, sent, delivered, "
			"read, played, failed, cancelled, unknown");
	out->status = text_empty(filter->status) ? NULL : filter->status;
	if (!text_empty(filter->to) &&
	    !recipient_read(op->arena, &out->recipient, &kind, filter->to))
		return op_refuse(op, RC_INPUT, "to",
				 "to must be a phone number with its country code, a user id or a "
				 "group's id");
	if (filter->page.cursor != NULL && !id_is(filter->page.cursor, "msg"))
		return op_refuse(op, RC_INPUT, "cursor",
				 "cursor must be the next_cursor of the page before");
	return gateway_filter_instance(op, &out->instance_id, filter->instance);
}

enum rc
gateway_list_messages(struct op *op, struct list *out, const char **next_cursor,
		      const struct message_filter *filter)
{
	struct message_query query = {
		.only_simulated = filter->only_simulated,
		.since = filter->since,
		.before = filter->page.cursor,
		.limit = page_rows(filter->page),
	};

	TRY(read_filter(op, &query, filter));
	TRY(message_store_list(op, out, &query));
	*next_cursor = page_cut(out, sizeof(struct message), filter->page);
	return RC_OK;
}
