/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_policy - the log of what the guard decided
 *
 * What no account or no body stands behind is counted alone; every other refusal is an event of
 * its own, but those of the limits, which come in floods and share one per minute. A send that
 * passes carries its score in its row, and has an event where the score says something. No event
 * says what the message said; none is worth a wrong answer: one that cannot be written is logged.
 */
#include "core/ids.h"
#include "core/log.h"
#include "gateway/refused_count.h"
#include "gateway/send_inside.h"
#include "store/policy_store.h"

enum trace { TRACE_NONE, TRACE_COUNT, TRACE_EVENT, TRACE_TALLY };

static enum trace
trace_of(const struct send_work *work)
{
	enum refusal refusal = work->send->refusal;
	bool limits = refusal >= REFUSAL_RATE && refusal <= REFUSAL_MONTH_LIMIT;

	if (refusal == REFUSAL_NONE || refusal > REFUSAL_POLICY)
		return TRACE_NONE;
	if (refusal <= REFUSAL_JSON)
		return TRACE_COUNT;
	/* At dispatch these put off and refuse nothing. */
	if (work->mode == SEND_DISPATCH && (refusal == REFUSAL_RATE || refusal == REFUSAL_PAIR))
		return TRACE_NONE;
	return limits ? TRACE_TALLY : TRACE_EVENT;
}

static struct policy_event
event_of(const struct send_work *work, const char *code, const char *action)
{
	const struct send *send = work->send;

	return (struct policy_event){
		.id = id_new(work->op, "pol"),
		.instance_id = send->instance.id,
		.api_key_id = send->key == NULL ? NULL : send->key->id,
		.source = send->source,
		.recipient = send->to,
		/* Any text may have been stated. */
		.purpose = purpose_class(send->purpose) == PURPOSE_UNKNOWN ? NULL : send->purpose,
		.code = code,
		.action = action,
		.created_at = work->op->now,
	};
}

static enum send_next
logged(struct send_work *work, enum rc rc)
{
	if (rc != RC_OK)
		log_line(LOG_ERROR, "event=policy.unlogged request=%s code=%s rc=%s why=\"%s\"",
			 work->op->request_id, refusal_word(work->send->refusal), rc_text(rc),
			 batch_why(work->batch));
	return NEXT_END;
}

enum send_next
send_policy_refused(struct send_work *work)
{
	enum trace trace = trace_of(work);
	struct policy_event event;

	if (trace == TRACE_COUNT)
		refused_count(work->op->account_id, work->send->refusal);
	if (trace != TRACE_EVENT && trace != TRACE_TALLY)
		return NEXT_END;
	event = event_of(work, refusal_word(work->send->refusal), "block");
	event.sentence = work->op->why;
	if (work->send->refusal == REFUSAL_POLICY) {
		event.risk_score = work->risk_score;
		event.parts = work->risk_parts;
	}
	work->batch = batch_new(work->op);
	if (trace == TRACE_TALLY)
		policy_store_tally(work->batch, &event);
	else
		policy_store_insert(work->batch, &event);
	work->then = logged;
	return NEXT_COMMIT;
}

enum rc
send_policy_store(struct send_work *work)
{
	/* A queued one has been told of when it was accepted. */
	int64_t told = work->row == NULL ? 0 : work->row->risk_score;
	struct policy_event event;

	if (work->risk_score <= told)
		return RC_OK;
	event = event_of(work, "risk", work->risk_action);
	event.message_id = work->id;
	event.risk_score = work->risk_score;
	event.parts = work->risk_parts;
	policy_store_insert(work->batch, &event);
	return RC_OK;
}
