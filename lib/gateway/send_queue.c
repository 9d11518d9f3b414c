/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_queue - a message that is accepted now and sent by the worker
 *
 * Everything that does not depend on the time has been asked by then; the rest is asked again when
 * the message is dispatched. A message is good for a while only, counted from when it is meant to
 * go out: a code that arrives a day late does harm.
 */
#include "gateway/send_inside.h"

static int64_t
validity_of(const struct send *send)
{
	if (send->valid_for_s > 0)
		return send->valid_for_s * SECOND_MS;
	return text_equal(send->purpose, "authentication") ? 10 * MINUTE_MS : DAY_MS;
}

void
send_queue_accept(struct send_work *work)
{
	const struct send *send = work->send;
	struct message *message = &work->send->message;
	bool later = send->send_at.ms != 0;

	message->status = later ? "scheduled" : "queued";
	message->due_at = later ? send->send_at : work->op->now;
	message->send_at = send->send_at;
	message->valid_until = send->valid_until;
	if (message->valid_until.ms == 0)
		message->valid_until = clock_after(message->due_at, validity_of(send));
	batch_wakes_worker(work->batch);
}
