/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_other - changes that are passed on in the provider's form
 *
 * Templates, account, calls, groups and every field that does not exist yet. They carry no id, so
 * a digest of what was said and when tells a repeated webhook from news.
 */
#include "core/secret.h"
#include "gateway/apply.h"

struct instant
apply_time(struct op *op, const json_t *item, struct instant otherwise)
{
	const char *text = json_number_text(op, item, "timestamp");
	int64_t seconds;

	/* From 1970 to 2106. */
	if (text == NULL || !text_int(text, 1, UINT32_MAX, &seconds))
		return otherwise;
	return clock_from_seconds(seconds);
}

enum rc
apply_forward(struct item *item, const char *topic, const char *lane, const char *message_id,
	      const char *digest)
{
	struct event_draft draft = {
		.instance = item->instance,
		.name = arena_printf(item->op->arena, "meta.%s", item->happening->field),
		.topic = topic,
		.lane = lane,
		.happening = item->happening,
		.message_id = message_id,
		.digest = digest,
		.also = item->also,
	};

	return event_record(item->op, item->batch, &draft, NULL);
}

static const char *
digest_of(struct op *op, const struct happening *h)
{
	const char *place = arena_printf(
		op->arena, "%s|%s|%.*s|", h->field, h->entry_id == NULL ? "" : h->entry_id,
		(int)h->entry_time_raw.n, (const char *)h->entry_time_raw.p);
	struct buf whole;

	buf_init(&whole, op->arena, strlen(place) + h->item_raw.n + 1);
	buf_text(&whole, place);
	buf_add(&whole, h->item_raw.p, h->item_raw.n);
	expect(buf_ok(&whole));
	return secret_sha256_hex(op->arena, buf_bytes(&whole));
}

/* A person's call opens the conversation like a message of theirs, whether it is taken or not. */
static void
hear_calls(struct item *item)
{
	const json_t *calls = json_object_get(item->happening->item, "calls");
	struct op *op = item->op;

	for (size_t i = 0; i < json_array_size(calls); i++) {
		const json_t *call = json_array_get(calls, i);
		const char *who = json_number_text(op, call, "from");

		if (who == NULL)
			who = json_str(call, "from_user_id");
		if (text_equal(json_str(call, "direction"), "USER_INITIATED"))
			apply_heard(item, who, apply_time(op, call, item->received_at));
	}
}

enum rc
apply_other(struct item *item)
{
	if (text_equal(item->happening->field, "calls"))
		hear_calls(item);
	TRY(apply_template(item));
	TRY(apply_preferences(item));
	return apply_forward(item, event_topic(item->happening->field), NULL, NULL,
			     digest_of(item->op, item->happening));
}
