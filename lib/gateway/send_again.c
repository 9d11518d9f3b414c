/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_again - the provider refuses a queued message for now
 *
 * Only what certainly was not sent is tried again, and only where the provider's error says that
 * time alone may help. A wait that ends past the message's validity would be for nothing: such a
 * message fails at once, with the provider's error. Whoever sends without the queue decides for
 * themselves.
 */
#include "core/crash_point.h"
#include "core/log.h"
#include "core/secret.h"
#include "core/settings.h"
#include "gateway/send_inside.h"
#include "store/conversation_store.h"
#include "store/queue_store.h"

static int64_t
wait_of(struct send_work *work)
{
	const struct provider_error *error = &work->result.error;

	if (work->result.outcome != SEND_REFUSED && work->result.outcome != SEND_NOT_SENT)
		return -1;
	return send_retry_wait(error->retry, work->row->attempts + 1, error->wait_ms,
			       secret_uniform(SEND_RETRY_SPREAD + 1));
}

static enum send_next
put_back(struct send_work *work, enum rc rc)
{
	CRASH_POINT("dispatch.put_back");
	if (rc != RC_OK && rc != RC_CONFLICT)
		log_line(LOG_ERROR,
			 "event=message.unsettled request=%s message=%s rc=%s why=\"%s\"",
			 work->op->request_id, work->row->id, rc_text(rc), batch_why(work->batch));
	return NEXT_END;
}

static void
note_rest(struct send_work *work, int64_t wait)
{
	if (work->result.error.holds_number)
		work->rest_until =
			clock_after(clock_now(), wait < SEND_REST_MAX_MS ? wait : SEND_REST_MAX_MS);
}

/* The person waits, in the queue and for those who send at once. */
static void
hold_pair(struct send_work *work, struct instant until)
{
	const struct send *send = work->send;

	conversation_store_hold(work->batch, send->instance.id, send->to, until,
				settings()->limits_pair_burst,
				settings()->limits_pair_seconds * SECOND_MS);
}

bool
send_dispatch_again(struct send_work *work)
{
	struct message *message = &work->send->message;
	int64_t wait = wait_of(work);

	if (wait < 0)
		return false;
	note_rest(work, wait);
	message->due_at = clock_after(clock_now(), wait);
	if (message->valid_until.ms != 0 && message->due_at.ms >= message->valid_until.ms)
		return false;
	work->batch = batch_new(work->op);
	queue_store_put_off(work->batch, message, "sending", 1);
	if (work->result.error.retry == SEND_RETRY_PAIR)
		hold_pair(work, message->due_at);
	log_line(LOG_INFO, "event=message.put_off message=%s code=%lld refusals=%lld ms=%lld",
		 message->id, (long long)work->result.error.code,
		 (long long)work->row->attempts + 1, (long long)wait);
	message->status = "queued";
	work->then = put_back;
	return true;
}
