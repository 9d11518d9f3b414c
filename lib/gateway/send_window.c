/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_window - step 13: may a free-form message go to this person now?
 *
 * Meta takes one within a day of what the person last said. Where the instance's policy is to
 * refuse, one that comes too late never reaches Meta, which counts such attempts against the
 * number. Templates may always go; what goes to a group has no window of ours.
 */
#include "core/settings.h"
#include "gateway/send_inside.h"
#include "gateway/spoken.h"

#include <inttypes.h>

static struct spoken_with
spoken_with(const struct send_work *work)
{
	return (struct spoken_with){ work->op->account_id, work->send->instance.id,
				     work->send->to };
}

bool
send_has_spoken(const struct send_work *work, struct instant *heard_at)
{
	const struct spoken_with with = spoken_with(work);

	return spoken_find(&with, heard_at);
}

/* What stays true of it is remembered. */
static void
remember(const struct send_work *work, const struct conversation *found)
{
	const struct spoken_with with = spoken_with(work);

	if (found->first_out_at.ms != 0 || found->heard_at.ms != 0)
		spoken_note(&with, found->heard_at);
}

enum rc
send_conversation(struct send_work *work, const struct conversation **out)
{
	struct conversation *found;

	if (work->conversation == NULL) {
		found = arena_alloc(work->op->arena, sizeof(*found));
		TRY(conversation_store_get(work->op, found, work->send->instance.id,
					   work->send->to));
		work->conversation = found;
		remember(work, found);
	}
	*out = work->conversation;
	return RC_OK;
}

bool
send_is_for_person(const struct send_work *work)
{
	enum recipient_kind kind;
	const char *spelled;

	return recipient_read(work->op->arena, &spelled, &kind, work->send->to) &&
	       kind != RECIPIENT_GROUP;
}

static bool
needs_window(const struct send_work *work)
{
	const struct send *send = work->send;

	return !send->simulated && !text_equal(send->type, "template") &&
	       text_equal(send->instance.provider, "cloud") &&
	       text_equal(send->instance.window_policy, "refuse") && send_is_for_person(work);
}

static const char *
sentence_for(struct op *op, struct instant heard, struct instant closed)
{
	if (heard.ms == 0)
		return "This person has not written to this number yet: send an approved template";
	return arena_printf(op->arena,
			    "The conversation window closed at %s, %" PRId64
			    " hours after the person last wrote or called: send an approved "
			    "template",
			    clock_rfc3339(op->arena, closed), settings()->limits_window_hours);
}

static struct instant
closes_at(struct instant heard)
{
	return clock_after(heard, settings()->limits_window_hours * HOUR_MS);
}

enum rc
send_step_window(struct send_work *work)
{
	const struct conversation *conversation;
	struct instant now = work->op->now, heard = { 0 };

	if (!needs_window(work) || (send_has_spoken(work, &heard) && closes_at(heard).ms > now.ms))
		return RC_OK;
	TRY(send_conversation(work, &conversation));
	heard = conversation->heard_at;
	if (heard.ms == 0 || closes_at(heard).ms <= now.ms)
		send_refuse_last(work, REFUSAL_WINDOW,
				 sentence_for(work->op, heard, closes_at(heard)), NULL);
	return RC_OK;
}
