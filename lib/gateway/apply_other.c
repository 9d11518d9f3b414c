/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_other - changes that carry no id: templates, accounts, and what no build knows yet
 *
 * A digest of what was said and when tells a repeated webhook from news. What is in the catalogue
 * is told in both forms, the rest in the provider's.
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

struct instant
apply_entry_time(struct op *op, const struct happening *h, struct instant otherwise)
{
	const char *text = arena_dupn(op->arena, h->entry_time_raw.p, h->entry_time_raw.n);
	int64_t seconds;

	if (!text_int(text, 1, UINT32_MAX, &seconds))
		return otherwise;
	return clock_from_seconds(seconds);
}

enum rc
apply_forward(struct item *item, const char *topic, const char *lane, const struct message *about,
	      const char *digest)
{
	struct event_draft draft = {
		.instance = item->instance,
		.name = arena_printf(item->op->arena, "meta.%s", item->happening->field),
		.topic = topic,
		.lane = lane,
		.happening = item->happening,
		.message_id = about == NULL ? NULL : about->id,
		.message_type = about == NULL ? NULL : about->type,
		.digest = digest,
		.also = item->also,
	};

	return event_record(item->op, item->batch, &draft, NULL);
}

/* An error of the account that names neither a message nor a time is news on another day. */
static const char *
moment_of(struct op *op, const struct item *item)
{
	const struct happening *h = item->happening;

	if (h->entry_time_raw.n > 0)
		return arena_dupn(op->arena, h->entry_time_raw.p, h->entry_time_raw.n);
	if (!text_equal(h->array, "errors") || json_object_get(h->value, "messages") != NULL)
		return "";
	return arena_printf(op->arena, "day %lld", (long long)(item->received_at.ms / DAY_MS));
}

static const char *
digest_of(struct op *op, const struct item *item)
{
	const struct happening *h = item->happening;
	bool is_error = text_equal(h->array, "errors");
	struct bytes said = is_error ? h->value_raw : h->item_raw;
	const char *place = arena_printf(op->arena, "%s|%s|%s|%s", h->field,
					 h->entry_id == NULL ? "" : h->entry_id,
					 moment_of(op, item), is_error ? h->array : "");
	struct buf whole;

	buf_init(&whole, op->arena, strlen(place) + said.n + h->item_raw.n + 2);
	buf_text(&whole, place);
	buf_char(&whole, '|');
	buf_add(&whole, said.p, said.n);
	if (is_error)
		buf_add(&whole, h->item_raw.p, h->item_raw.n);
	expect(buf_ok(&whole));
	return secret_sha256_hex(op->arena, buf_bytes(&whole));
}

enum rc
apply_tell(struct item *item, struct event_draft *draft)
{
	const char *field = item->happening->field;

	draft->instance = item->instance;
	draft->also = item->also;
	draft->happening = item->happening;
	draft->topic = event_topic(field);
	draft->digest = digest_of(item->op, item);
	if (draft->at.ms == 0)
		draft->at = apply_entry_time(item->op, item->happening, item->received_at);
	if (draft->name == NULL)
		draft->name = arena_printf(item->op->arena, "meta.%s", field);
	return event_record(item->op, item->batch, draft, NULL);
}

enum rc
apply_other(struct item *item)
{
	const char *topic = event_topic(item->happening->field);
	struct event_draft draft = { .name = NULL };

	if (text_equal(topic, "message_template_status"))
		TRY(apply_template(item, &draft));
	if (text_equal(topic, "account"))
		return apply_account(item);
	TRY(apply_preferences(item));
	return apply_tell(item, &draft);
}
