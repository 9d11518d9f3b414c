/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_provider - step 15: the message becomes a row, and the call to the provider is made ready
 *
 * Whatever can be wrong on our side (a driver that is not there, credentials that cannot be
 * opened) is found before anything is stored. A simulated send has its outcome at once: it is
 * stored as sent, with an id that no provider gave, and announced in the same transaction. One
 * that is only accepted now is stored for the worker; one that the worker takes up again is a row
 * already and leaves the queue instead.
 */
#include "core/settings.h"
#include "gateway/credentials.h"
#include "gateway/send_inside.h"
#include "store/api_key_store.h"
#include "store/message_store.h"

/* Long enough that only a process that died leaves its message behind in `sending`. */
#define SETTLE_GRACE_MS (5 * SECOND_MS)

static void
draft(struct send_work *work)
{
	struct op *op = work->op;
	struct send *send = work->send;

	send->message = (struct message){
		.id = work->id,
		.account_id = op->account_id,
		.instance_id = send->instance.id,
		.api_key_id = send->key == NULL ? NULL : send->key->id,
		.source = send->source,
		.recipient = send->to,
		.type = send->type,
		.purpose = send->purpose,
		.simulated = send->simulated,
		.payload = (const char *)work->payload.p,
		.client_reference = send->client_reference,
		.created_at = op->now,
		.body_hash = work->hash,
		.marketing = send->marketing,
		.risk_score = work->risk_score,
		.risk_parts = work->risk_parts,
	};
}

static enum rc
ready_call(struct send_work *work)
{
	struct send *send = work->send;
	struct credentials credentials = { 0 };

	work->provider = provider_of(send->instance.provider);
	if (work->provider == NULL)
		return send_refuse(work, REFUSAL_INSTANCE_STATE,
				   "This gateway was built without the provider %s",
				   send->instance.provider);
	TRY(credential_open(work->op, &credentials.access_token, SEALED_ACCESS_TOKEN,
			    send->instance.id, send->instance.access_token));
	work->provider->send_request(work->op, &work->call, &send->instance, &credentials,
				     work->payload, send->marketing);
	send->message.status = "sending";
	send->message.due_at.ms = 0;
	send->message.sending_until =
		clock_after(work->op->now, settings()->send_timeout * SECOND_MS + SETTLE_GRACE_MS);
	return RC_OK;
}

/* What its answer is, is known with this batch, or with the settlement. */
static bool
is_answered_by_row(const struct send_work *work)
{
	return work->mode == SEND_ACCEPT || work->send->simulated;
}

static enum rc
store(struct send_work *work)
{
	const struct api_key *key = work->send->key;

	work->stored = message_store_insert(work->batch, &work->send->message);
	if (key != NULL && key->last_used_at.ms + MINUTE_MS <= work->op->now.ms)
		api_key_store_touch(work->batch, key->id, work->op->now);
	if (is_answered_by_row(work))
		send_idempotency_keep(work, work->batch);
	return send_policy_store(work);
}

static enum rc
prepare(struct send_work *work)
{
	if (work->mode == SEND_ACCEPT) {
		send_queue_accept(work);
		return RC_OK;
	}
	return work->send->simulated ? send_simulate(work) : ready_call(work);
}

enum rc
send_step_provider(struct send_work *work)
{
	if (work->mode == SEND_RECEIPT)
		return work->send->simulated ? RC_OK : ready_call(work);
	if (work->mode != SEND_DISPATCH)
		draft(work);
	TRY(prepare(work));
	if (work->mode != SEND_DISPATCH)
		return store(work);
	send_dispatch_begin(work);
	return send_policy_store(work);
}
