/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_provider - step 15: the message becomes a row, and the call to the provider is made ready
 *
 * Whatever can be wrong on our side (a driver that is not there, credentials that cannot be
 * opened) is found before anything is stored. A simulated send has its outcome at once: it is
 * stored as sent, with an id that no provider gave, and announced in the same transaction.
 */
#include "core/settings.h"
#include "gateway/credentials.h"
#include "gateway/events.h"
#include "gateway/send_inside.h"
#include "store/api_key_store.h"
#include "store/message_store.h"

#include <inttypes.h>
#include <stdatomic.h>

/* Long enough that only a process that died leaves its message behind in `sending`. */
#define SETTLE_GRACE_MS (5 * SECOND_MS)

/* "wamid.FAKE_" and the Unix time in nanoseconds. The clock gives the milliseconds, and each id
 * of a process is later than the one before. */
static const char *
fake_id(struct op *op)
{
	static _Atomic int64_t last;
	int64_t now = clock_now().ms * 1000000 + clock_elapsed_us() % 1000 * 1000;
	int64_t before = atomic_load(&last), ns;

	do
		ns = now > before ? now : before + 1;
	while (!atomic_compare_exchange_weak(&last, &before, ns));
	return arena_printf(op->arena, "wamid.FAKE_%019" PRId64, ns);
}

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
	send->message.sending_until =
		clock_after(work->op->now, settings()->send_timeout * SECOND_MS + SETTLE_GRACE_MS);
	return RC_OK;
}

static enum rc
store(struct send_work *work)
{
	const struct api_key *key = work->send->key;

	TRY(send_policy_store(work));
	work->stored = message_store_insert(work->batch, &work->send->message);
	if (key != NULL && key->last_used_at.ms + MINUTE_MS <= work->op->now.ms)
		api_key_store_touch(work->batch, key->id, work->op->now);
	return RC_OK;
}

enum rc
send_step_provider(struct send_work *work)
{
	struct message *message = &work->send->message;

	if (work->mode == SEND_RECEIPT)
		return work->send->simulated ? RC_OK : ready_call(work);
	draft(work);
	if (!message->simulated) {
		TRY(ready_call(work));
		return store(work);
	}
	message->status = "sent";
	message->provider_id = fake_id(work->op);
	message->sent_at = work->op->now;
	TRY(store(work));
	return event_record_message(work->op, work->batch, &work->send->instance, message, NULL);
}
