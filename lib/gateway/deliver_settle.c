/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_settle - what came of one attempt
 *
 * Any 2xx is success. Everything else is tried again by the schedule, unless the receiver says that
 * it never wants it, our guard says that it may not go there, or the schedule is over. Only the
 * receiver's own failures count against its endpoint. A delivery that is done passes the turn to
 * the next of its conversation in the same transaction.
 */
#include "core/secret.h"
#include "gateway/deliver_flight.h"
#include "gateway/deliver_request.h"
#include "store/delivery_store.h"
#include "store/endpoint_store.h"

/* An answer later than customers were promised to have. */
#define SLOW_MS (5 * SECOND_MS)

/* What the receiver said beyond a status; the header is Svix's, with its two words. */
static bool
receiver_says(const struct flight *f, const char *word)
{
	return f->call.outcome == NET_ANSWERED &&
	       text_equal_nocase(net_header(&f->call, "webhook-delivery"), word);
}

static bool
ends_endpoint(const struct flight *f)
{
	return f->unsendable == NULL && f->call.outcome == NET_ANSWERED &&
	       (f->call.status == 410 || receiver_says(f, "disable"));
}

static bool
is_final_failure(const struct flight *f)
{
	return f->unsendable != NULL || ends_endpoint(f) || receiver_says(f, "abort-message");
}

/* Put the next attempt on the schedule, or give up. */
static void
put_off(struct flight *f, struct instant now)
{
	struct delivery *d = &f->delivery;
	int64_t asked = -1, wait;

	if (f->call.outcome == NET_ANSWERED)
		asked = retry_after(f->op->arena, net_header(&f->call, "retry-after"), now);
	wait = retry_wait(d->attempts - d->replayed_after, asked, secret_uniform(RETRY_SPREAD + 1));
	d->status = wait < 0 ? "failed" : "pending";
	d->due_at = clock_after(now, wait < 0 ? 0 : wait);
}

static void
judge(struct flight *f, struct instant now)
{
	struct delivery *d = &f->delivery;

	d->attempts++;
	d->last_status = f->call.status;
	d->last_ms = f->call.us / 1000;
	d->due_at = now;
	if (f->unsendable == NULL && deliver_was_taken(&f->call)) {
		d->status = "delivered";
		d->last_error = NULL;
		return;
	}
	d->last_error = f->unsendable != NULL ? f->unsendable : deliver_problem(f->op, &f->call);
	if (is_final_failure(f))
		d->status = "failed";
	else if (f->call.outcome == NET_BLOCKED)
		d->status = "blocked";
	else
		put_off(f, now);
}

static void
add_attempt(struct batch *batch, const struct flight *f)
{
	struct attempt attempt = {
		.delivery_id = f->delivery.id,
		.account_id = f->delivery.account_id,
		.number = f->delivery.attempts,
		.at = f->started_at,
		.status = f->delivery.last_status,
		.ms = f->delivery.last_ms,
		.excerpt = f->unsendable == NULL ? deliver_excerpt(f->op, &f->call) : NULL,
		.error = f->delivery.last_error,
		.slow = f->delivery.last_ms > SLOW_MS,
	};

	delivery_store_attempt(batch, &attempt);
}

static void
note_endpoint(struct batch *batch, const struct flight *f, struct instant now)
{
	const char *id = f->delivery.endpoint_id;

	if (ends_endpoint(f)) {
		endpoint_store_disable(
			batch, id,
			f->call.status == 410
				? "The receiver answered 410 Gone"
				: "The receiver asked for it (webhook-delivery: disable)",
			now);
		return;
	}
	if (f->unsendable != NULL || f->call.outcome == NET_BLOCKED || f->call.own_fault)
		return;
	if (!text_equal(f->delivery.status, "delivered")) {
		if (!f->endpoint_failing)
			endpoint_store_failed(batch, id, now);
	} else if (f->endpoint_failing) {
		endpoint_store_succeeded(batch, id);
	}
}

void
deliver_settle(struct batch *batch, struct flight *f, struct instant now)
{
	judge(f, now);
	if (!text_equal(f->delivery.status, "pending"))
		f->delivery.done_at = now;
	delivery_store_settle(batch, &f->delivery);
	add_attempt(batch, f);
	if (f->delivery.done_at.ms != 0)
		delivery_store_promote(batch, &f->delivery, now);
	note_endpoint(batch, f, now);
}
