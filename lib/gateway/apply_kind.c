/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_kind - which function makes what of an item, and what it depends on
 *
 * Items of one key never share a commit, so that each sees what the one before it did: statuses of
 * one message, what one person wrote or called, changes of one business account.
 */
#include "gateway/apply.h"

static enum rc (*const verbs[])(struct item *item) = {
	[HAPPENED_MESSAGE] = apply_inbound, [HAPPENED_STATUS] = apply_status,
	[HAPPENED_ECHO] = apply_echo,       [HAPPENED_HISTORY] = apply_history,
	[HAPPENED_PAST] = apply_past,       [HAPPENED_CALL] = apply_call,
	[HAPPENED_GROUP] = apply_wa_group,  [HAPPENED_OTHER] = apply_other,
};

enum rc
apply_item(struct item *item)
{
	return verbs[item->happening->kind](item);
}

static const char *
person_of(struct op *op, const json_t *item)
{
	const char *from = json_number_text(op, item, "from");

	return from != NULL ? from : json_str(item, "from_user_id");
}

/* States of instances, wishes of persons: each change is made on what the one before it left. */
static bool
moves_something(const char *field)
{
	const char *topic = event_topic(field);

	return text_equal(topic, "account") || text_equal(topic, "user_preferences");
}

const char *
apply_key(struct op *op, const struct happening *h)
{
	switch (h->kind) {
	case HAPPENED_STATUS:
		return json_str(h->item, "id");
	case HAPPENED_MESSAGE:
	case HAPPENED_CALL:
		return person_of(op, h->item);
	case HAPPENED_OTHER:
		return moves_something(h->field) ? h->entry_id : NULL;
	default:
		return NULL;
	}
}

const char *
apply_digits(struct op *op, const json_t *object, const char *name)
{
	const char *text = json_number_text(op, object, name);

	return text_empty(text) || text[strspn(text, "0123456789")] != '\0' ? NULL : text;
}
