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
#include "core/settings.h"
#include "gateway/deliver_flight.h"
#include "gateway/deliver_request.h"
#include "store/delivery_store.h"
#include "store/endpoint_store.h"

/* An answer later than customers were promised to have. */
#define SLOW_MS (5 * SECOND_MS)

/* The pause after the database could not be read. */
#define UNREAD_MS SECOND_MS

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

/* No answer, and the cause is on our side: the receiver has not had its chance. */
static bool
is_own_fault(const struct flight *f)
{
	return f->unsendable == NULL && f->call.outcome != NET_ANSWERED && f->call.own_fault;
}

static int64_t
asked_ms(const struct flight *f, struct instant now)
{
	if (f->call.outcome != NET_ANSWERED)
		return -1;
	return retry_after(f->op->arena, net_header(&f->call, "retry-after"), now);
}

/* Put the next attempt on the schedule, or give up. */
static void
put_off(struct flight *f, struct instant now)
{
	struct delivery *d = &f->outcome;
	uint32_t spread = secret_uniform(RETRY_SPREAD + 1);
	int64_t wait;

	if (is_own_fault(f)) {
		d->replayed_after++;
		wait = RETRY_OWN_MS * (8000 + spread) / 10000;
	} else {
		wait = retry_wait(d->attempts - d->replayed_after, asked_ms(f, now), spread);
	}
	d->status = wait < 0 ? "failed" : "pending";
	d->due_at = clock_after(now, wait < 0 ? 0 : wait);
	d->queue = DELIVERY_AGAIN;
}

static void
judge(struct flight *f, struct instant now)
{
	struct delivery *d = &f->outcome;

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
		.delivery_id = f->outcome.id,
		.account_id = f->outcome.account_id,
		.number = f->outcome.attempts,
		.at = f->started_at,
		.status = f->outcome.last_status,
		.ms = f->outcome.last_ms,
		.excerpt = f->unsendable == NULL ? deliver_excerpt(f->op, &f->call) : NULL,
		.error = f->outcome.last_error,
		.slow = f->outcome.last_ms > SLOW_MS,
	};

	delivery_store_attempt(batch, &attempt);
}

/* ---- what it says about the endpoint ----------------------------------------------------- */

static void
disable(struct batch *batch, const struct flight *f, struct instant now)
{
	endpoint_store_disable(batch, f->endpoint->id,
			       f->call.status == 410
				       ? "The receiver answered 410 Gone"
				       : "The receiver asked for it (webhook-delivery: disable)",
			       now);
}

static void
note_success(struct batch *batch, const struct flight *f)
{
	struct holder *e = f->endpoint;

	if (e->failing || e->slowdown.until.ms != 0)
		endpoint_store_succeeded(batch, e->id);
	slowdown_succeeded(&e->slowdown, settings()->deliver_endpoint_in_flight);
	e->failing = false;
}

/* Overloaded, down, or out of reach: less of it, and later. What it refuses by 4xx is no sign of
 * trouble, and an address that may not be called costs nothing. */
static bool
is_overload(const struct flight *f)
{
	if (f->call.outcome == NET_ANSWERED)
		return f->call.status == 429 || f->call.status >= 500;
	return f->call.outcome != NET_BLOCKED;
}

/* RFC 9110 10.2.3 and RFC 6585 4: with these two it speaks of the whole service. */
static bool
speaks_for_all(const struct flight *f)
{
	return f->call.status == 429 || f->call.status == 503;
}

static void
slow_down(struct batch *batch, const struct flight *f, struct instant now)
{
	struct slowdown *s = &f->endpoint->slowdown;
	int64_t asked = speaks_for_all(f) ? asked_ms(f, now) : -1;

	slowdown_failed(s, settings()->deliver_endpoint_in_flight, f->started_at, now,
			secret_uniform(SLOWDOWN_SPREAD + 1));
	if (asked > 0)
		slowdown_asked(s, asked, now);
	if (s->until.ms > now.ms)
		endpoint_store_hold(batch, f->endpoint->id, s->until);
}

static void
note_failure(struct batch *batch, const struct flight *f, struct instant now)
{
	f->endpoint->failing = true;
	endpoint_store_failed(batch, f->endpoint->id, now);
	if (f->tiring)
		endpoint_store_give_up(batch, f->endpoint->id,
				       "No delivery has succeeded for 5 days", now);
}

static void
note_endpoint(struct batch *batch, const struct flight *f, struct instant now)
{
	if (ends_endpoint(f)) {
		disable(batch, f, now);
	} else if (text_equal(f->outcome.status, "delivered")) {
		note_success(batch, f);
	} else if (f->unsendable == NULL && !receiver_says(f, "abort-message")) {
		if (!is_own_fault(f))
			note_failure(batch, f, now);
		if (is_overload(f))
			slow_down(batch, f, now);
	}
}

/* Nothing was sent, and nobody is to blame. */
static void
put_back(struct batch *batch, struct flight *f, struct instant now)
{
	f->outcome.status = "pending";
	f->outcome.due_at = clock_after(now, UNREAD_MS);
	delivery_store_settle(batch, &f->outcome);
}

void
deliver_settle(struct batch *batch, struct flight *f, struct instant now)
{
	f->outcome = f->delivery;
	if (f->unread) {
		put_back(batch, f, now);
		return;
	}
	judge(f, now);
	if (!text_equal(f->outcome.status, "pending"))
		f->outcome.done_at = now;
	delivery_store_settle(batch, &f->outcome);
	add_attempt(batch, f);
	if (f->outcome.done_at.ms != 0)
		delivery_store_promote(batch, &f->outcome, now);
	note_endpoint(batch, f, now);
}
