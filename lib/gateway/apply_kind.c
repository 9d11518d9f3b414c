/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_kind - which function makes what of an item, and what it depends on
 *
 * Items that have a key in common never share a commit, so that each sees what the one before it
 * did: statuses of one message, what one person wrote or called under the number or the user id,
 * changes of one business account.
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

/* States of instances, wishes of persons: each change is made on what the one before it left. */
static bool
moves_something(const char *field)
{
	const char *topic = event_topic(field);

	return text_equal(topic, "account") || text_equal(topic, "user_preferences");
}

struct apply_keys
apply_keys(struct op *op, const struct happening *h)
{
	struct apply_keys keys = { NULL, NULL };

	switch (h->kind) {
	case HAPPENED_STATUS:
		keys.one = json_str(h->item, "id");
		break;
	case HAPPENED_MESSAGE:
	case HAPPENED_CALL:
		keys.one = json_number_text(op, h->item, "from");
		keys.other = json_str(h->item, "from_user_id");
		break;
	case HAPPENED_OTHER:
		keys.one = moves_something(h->field) ? h->entry_id : NULL;
		break;
	default:
		break;
	}
	return keys;
}

const char *
apply_digits(struct op *op, const json_t *object, const char *name)
{
	const char *text = json_number_text(op, object, name);

	return text_empty(text) || text[strspn(text, "0123456789")] != '\0' ? NULL : text;
}
