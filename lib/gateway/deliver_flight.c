/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_flight - a claimed delivery made ready to leave
 *
 * The body is read now and not at the claim, so that the writer does not carry bodies, and what
 * waits costs no memory. Where it cannot be read just now, nothing has happened and the delivery
 * goes back to where it was.
 */
#include "gateway/deliver_flight.h"

#include "core/log.h"
#include "gateway/deliver_request.h"
#include "store/event_store.h"

/* The turn's memory ends before the flight does. */
static struct delivery
copy_delivery(struct arena *arena, const struct delivery *d)
{
	struct delivery copy = *d;

	copy.id = arena_dup(arena, d->id);
	copy.account_id = arena_dup(arena, d->account_id);
	copy.event_id = arena_dup(arena, d->event_id);
	copy.event = arena_dup(arena, d->event);
	copy.endpoint_id = arena_dup(arena, d->endpoint_id);
	copy.instance_id = arena_dup(arena, d->instance_id);
	copy.lane = arena_dup(arena, d->lane);
	copy.status = "sending";
	copy.last_error = NULL;
	return copy;
}

/* In the endpoint's format. An event from before that was changed may be there in the other one
 * alone: it goes out as it was recorded. */
static enum rc
read_event(struct op *turn, struct event_body *out, const char **format, const char *event_id)
{
	bool meta = text_equal(*format, "meta");

	TRY(event_store_body(turn, out, event_id, *format));
	if (out->body != NULL)
		return RC_OK;
	*format = meta ? "normalized" : "meta";
	return event_store_body(turn, out, event_id, *format);
}

/* Read by the turn, so that its flights share a snapshot. */
static enum rc
prepare(struct op *turn, struct flight *f, const struct target *target)
{
	const struct endpoint *e = &target->endpoint;
	struct arena *arena = f->op->arena;
	struct event_body event = { 0 };
	struct letter letter = {
		.url = arena_dup(arena, e->url),
		.format = e->format,
		.keys = target->keys,
		.at = f->started_at,
	};

	TRY(read_event(turn, &event, &letter.format, f->delivery.event_id));
	letter.event_id = f->delivery.event_id;
	letter.event = arena_dup(arena, event.name);
	letter.body = arena_dup(arena, event.body);
	letter.test = event.test;
	if (deliver_request(f->op, &f->call, &letter) != RC_OK)
		return op_fail(turn, RC_INPUT, "%s", f->op->why);
	return RC_OK;
}

/* It has failed for so long, and in so many attempts, that one more makes an end of it. */
static bool
is_tiring(const struct endpoint *e, struct instant now)
{
	return e->failing_since.ms != 0 && e->failing_since.ms <= now.ms - ENDPOINT_GIVE_UP_MS;
}

struct flight *
delivery_flight(struct op *turn, const struct target *target, const struct delivery *d)
{
	struct op *op = op_begin("worker");
	struct flight *f = arena_alloc(op->arena, sizeof(*f));
	enum rc rc;

	f->op = op;
	f->delivery = copy_delivery(op->arena, d);
	f->started_at = op->now;
	f->endpoint = target->slots;
	f->account = target->account;
	f->tiring = is_tiring(&target->endpoint, op->now);
	rc = prepare(turn, f, target);
	if (rc == RC_OK)
		return f;
	log_line(LOG_WARN, "event=delivery.not_ready delivery=%s rc=%s why=\"%s\"", d->id,
		 rc_text(rc), turn->why);
	f->unread = rc == RC_BUSY || rc == RC_INTERNAL;
	if (!f->unread)
		f->unsendable = turn->why[0] == '\0' ? "the event is gone"
						     : arena_dup(op->arena, turn->why);
	op_forgive(turn);
	return f;
}
