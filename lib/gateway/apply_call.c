/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_call - a call that begins or ends
 *
 * A person's call opens the conversation like a message of theirs, whether it is taken or not. Two
 * things about it are told: that it came, and that it ended untaken. Calls of the business, and
 * what else is said of calls, go on in the provider's form alone.
 */
#include "gateway/apply.h"
#include "store/inbound_store.h"

/* Meta tells start and duration of a call that was taken, and of no other. */
static bool
was_taken(struct op *op, const json_t *call)
{
	const char *duration = json_number_text(op, call, "duration");

	return json_number_text(op, call, "start_time") != NULL ||
	       (duration != NULL && !text_equal(duration, "0"));
}

/* NULL: nothing that the catalogue has a name for. */
static const char *
event_of(struct op *op, const json_t *call)
{
	const char *event = json_str(call, "event");

	if (!text_equal(json_str(call, "direction"), "USER_INITIATED"))
		return NULL;
	if (text_equal(event, "connect"))
		return "call.received";
	return text_equal(event, "terminate") && !was_taken(op, call) ? "call.missed" : NULL;
}

static const char *
members_of(struct item *item, const json_t *call)
{
	struct op *op = item->op;
	const char *sdp = json_string_value(json_at(call, "session.sdp"));
	const char *duration = json_number_text(op, call, "duration");
	struct json_out out;
	int64_t seconds;

	json_out_init(&out, op->arena);
	json_out_open(&out, NULL);
	json_out_text(&out, "from", recipient_written(op->arena, apply_digits(op, call, "from")));
	json_out_text(&out, "from_user_id", json_str(call, "from_user_id"));
	json_out_text(&out, "from_name",
		      json_string_value(json_at(item->happening->contact, "profile.name")));
	json_out_text(&out, "call_id", json_str(call, "id"));
	/* RFC 8866 5.14: a line for each kind of media that is offered. */
	json_out_bool(&out, "video", sdp != NULL && strstr(sdp, "m=video") != NULL);
	if (duration != NULL && text_int(duration, 0, INT32_MAX, &seconds))
		json_out_int(&out, "duration", seconds);
	else
		json_out_text(&out, "duration", NULL);
	json_out_close(&out);
	return json_out_end(&out);
}

enum rc
apply_call(struct item *item)
{
	const json_t *call = item->happening->item;
	struct op *op = item->op;
	const char *who = apply_digits(op, call, "from");
	struct event_draft draft = {
		.name = event_of(op, call),
		.at = apply_time(op, call, item->received_at),
	};

	if (who == NULL)
		who = json_str(call, "from_user_id");
	if (draft.name != NULL)
		draft.members = members_of(item, call);
	if (!text_equal(json_str(call, "direction"), "USER_INITIATED"))
		return apply_tell(item, &draft);
	if (who != NULL)
		TRY(inbound_store_identity(op, &draft.lane, who));
	TRY(apply_tell(item, &draft));
	return apply_heard(item, who, draft.at, false);
}
