/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message - one outbound send: what it is made of, how its status may move, how customers see it
 *
 * A status moves forward only. What was sent may turn out delivered, read and played; failed gives
 * way only to proof that the message arrived after all; unknown gives way to anything that the
 * provider says later. Nothing ever leads back to sending: an unknown message is never sent again
 * by the gateway itself.
 */
#include "domain/message.h"

const struct shape message_shape[] = {
	SHAPE(struct message, id),
	SHAPE(struct message, account_id),
	SHAPE(struct message, instance_id),
	SHAPE(struct message, log_id),
	SHAPE(struct message, api_key_id),
	SHAPE(struct message, source),
	SHAPE(struct message, recipient),
	SHAPE(struct message, wa_id),
	SHAPE(struct message, user_id),
	SHAPE(struct message, type),
	SHAPE(struct message, purpose),
	SHAPE(struct message, simulated),
	SHAPE_AS_JSON(struct message, payload),
	SHAPE(struct message, client_reference),
	SHAPE(struct message, status),
	SHAPE(struct message, provider_id),
	SHAPE(struct message, error_code),
	SHAPE(struct message, error_title),
	SHAPE(struct message, error_details),
	SHAPE(struct message, error_retryable),
	SHAPE_AS_JSON(struct message, price),
	SHAPE(struct message, created_at),
	SHAPE(struct message, sending_until),
	SHAPE(struct message, sent_at),
	SHAPE(struct message, provider_sent_at),
	SHAPE(struct message, delivered_at),
	SHAPE(struct message, read_at),
	SHAPE(struct message, played_at),
	SHAPE(struct message, failed_at),
	SHAPE(struct message, unknown_until),
	SHAPE(struct message, cancelled_at),
	SHAPE(struct message, send_at),
	SHAPE(struct message, valid_until),
	SHAPE(struct message, due_at),
	SHAPE(struct message, error_word),
	SHAPE(struct message, body_hash),
	SHAPE_AS_JSON(struct message, risk_parts),
	SHAPE(struct message, attempts),
	SHAPE(struct message, risk_score),
	SHAPE(struct message, marketing),
	SHAPE_END,
};

enum status {
	SCHEDULED,
	QUEUED,
	SENDING,
	SENT,
	DELIVERED,
	READ,
	PLAYED,
	FAILED,
	CANCELLED,
	UNKNOWN,
	STATUS__MAX
};

#define TO(status) (1U << (status))
#define ARRIVED (TO(DELIVERED) | TO(READ) | TO(PLAYED))

static const struct {
	const char *name;
	unsigned next;
} ladder[STATUS__MAX] = {
	[SCHEDULED] = { "scheduled", TO(QUEUED) | TO(SENDING) | TO(FAILED) | TO(CANCELLED) },
	[QUEUED] = { "queued", TO(SENDING) | TO(FAILED) | TO(CANCELLED) },
	[SENDING] = { "sending", TO(SENT) | ARRIVED | TO(FAILED) | TO(UNKNOWN) },
	[SENT] = { "sent", ARRIVED | TO(FAILED) },
	[DELIVERED] = { "delivered", TO(READ) | TO(PLAYED) },
	[READ] = { "read", TO(PLAYED) },
	[PLAYED] = { "played", 0 },
	[FAILED] = { "failed", ARRIVED },
	[CANCELLED] = { "cancelled", 0 },
	[UNKNOWN] = { "unknown", TO(SENT) | ARRIVED | TO(FAILED) },
};

static enum status
status_of(const char *name)
{
	for (enum status s = SCHEDULED; s < STATUS__MAX; s++)
		if (text_equal(ladder[s].name, name))
			return s;
	return STATUS__MAX;
}

bool
message_may_become(const char *from, const char *to)
{
	enum status now = status_of(from), then = status_of(to);

	return now != STATUS__MAX && then != STATUS__MAX && (ladder[now].next & TO(then)) != 0;
}

bool
message_has_status(const char *word)
{
	return status_of(word) != STATUS__MAX;
}

/* What went wrong: null while nothing did. */
static void
write_error(struct json_out *out, const struct message *m)
{
	if (text_empty(m->error_title)) {
		json_out_text(out, "error", NULL);
		return;
	}
	json_out_open(out, "error");
	if (m->error_code == 0)
		json_out_text(out, "code", m->error_word);
	else
		json_out_int(out, "code", m->error_code);
	json_out_text(out, "title", m->error_title);
	json_out_text(out, "details", m->error_details);
	json_out_bool(out, "retryable", m->error_retryable);
	json_out_close(out);
}

void
message_write_state(struct json_out *out, const struct message *m)
{
	json_out_text(out, "status", m->status);
	json_out_text(out, "message_purpose", m->purpose);
	json_out_text(out, "client_reference", m->client_reference);
	write_error(out, m);
	json_out_json(out, "price", m->price);
}

void
message_write(struct json_out *out, const char *name, const struct message *m)
{
	json_out_open(out, name);
	json_out_text(out, "id", m->id);
	json_out_text(out, "message_id", m->provider_id);
	json_out_int(out, "log_id", m->log_id);
	json_out_text(out, "instance_id", m->instance_id);
	json_out_text(out, "to", recipient_written(out->text.arena, m->recipient));
	json_out_text(out, "type", m->type);
	message_write_state(out, m);
	json_out_time(out, "created_at", m->created_at);
	json_out_time(out, "sent_at", m->sent_at);
	json_out_time(out, "delivered_at", m->delivered_at);
	json_out_time(out, "read_at", m->read_at);
	json_out_close(out);
}
