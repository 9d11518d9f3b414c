/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance_state - telling that a number works, does not work, or works otherwise
 *
 * A restricted number is connected: it receives, and what it may send is Meta's to say. Whoever
 * changes a state tells it in the same transaction.
 */
#include "gateway/instance_state.h"

#include "gateway/events.h"
#include "store/instance_state_store.h"
#include "store/instance_store.h"

enum { RELEASED_AT_ONCE = 100 };

static bool
is_connected(const char *state)
{
	return text_equal(state, "open") || text_equal(state, "restricted");
}

static enum rc
tell(struct op *op, struct batch *batch, const struct instance *instance, const char *name,
     const char *reason)
{
	struct event_draft draft = { .instance = instance, .name = name };
	struct json_out members;

	json_out_init(&members, op->arena);
	json_out_open(&members, NULL);
	json_out_text(&members, "state", instance->state);
	json_out_text(&members, "reason", reason);
	json_out_close(&members);
	draft.members = json_out_end(&members);
	return event_record(op, batch, &draft, NULL);
}

enum rc
instance_announce(struct op *op, struct batch *batch, const struct instance *instance,
		  const char *was, const char *reason)
{
	bool is = is_connected(instance->state);

	if (reason == NULL)
		reason = instance->state_reason;
	if (is != is_connected(was))
		TRY(tell(op, batch, instance, is ? "instance.connected" : "instance.disconnected",
			 reason));
	return tell(op, batch, instance, "instance.connection_updated", reason);
}

enum rc
instance_announce_change(struct op *op, struct batch *batch, const struct instance *before,
			 const struct instance *after)
{
	if (text_equal(before->state, after->state) &&
	    text_equal(before->state_reason, after->state_reason) &&
	    text_equal(before->quality, after->quality) &&
	    text_equal(before->verified_name, after->verified_name))
		return RC_OK;
	return instance_announce(op, batch, after, before->state, NULL);
}

static enum rc
release(struct op *op, const struct instance *row)
{
	struct batch *batch = batch_new(op);
	struct instance instance = { 0 };
	const char *was;
	enum rc rc = instance_store_by_id(op, &instance, row->id);

	if (rc == RC_MISSING)
		return RC_OK;
	TRY(rc);
	op->account_id = instance.account_id;
	was = instance.state;
	if (!text_equal(was, "restricted"))
		return RC_OK;
	instance.state = "open";
	instance.state_reason = instance.state_cause = NULL;
	instance.restricted_until.ms = 0;
	instance_state_store_hear(batch, &instance, was);
	TRY(instance_announce(op, batch, &instance, was, "The restriction has ended"));
	return db_commit(op, batch);
}

enum rc
gateway_end_restrictions(struct op *op, int64_t *n)
{
	const char *account_id = op->account_id;
	const struct instance *rows;
	struct list released;
	enum rc rc = RC_OK;

	TRY(instance_state_store_released(op, &released, RELEASED_AT_ONCE));
	rows = released.rows;
	for (size_t i = 0; i < released.n && rc == RC_OK; i++)
		rc = release(op, &rows[i]);
	op->account_id = account_id;
	*n = (int64_t)released.n;
	return rc == RC_BUSY ? RC_OK : rc;
}
