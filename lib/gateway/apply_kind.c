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

struct apply_keys
apply_keys(struct op *op, const struct happening *h)
{
	struct apply_keys none = { NULL, NULL };

	switch (h->kind) {
	case HAPPENED_STATUS:
		return (struct apply_keys){ json_str(h->item, "id"), NULL };
	case HAPPENED_MESSAGE:
	case HAPPENED_CALL:
		return (struct apply_keys){ json_number_text(op, h->item, "from"),
					    json_str(h->item, "from_user_id") };
	case HAPPENED_OTHER:
		if (!text_equal(event_topic(h->field), "account"))
			return none;
		return (struct apply_keys){ h->entry_id, NULL };
	default:
		return none;
	}
}

const char *
apply_digits(struct op *op, const json_t *object, const char *name)
{
	const char *text = json_number_text(op, object, name);

	return text_empty(text) || text[strspn(text, "0123456789")] != '\0' ? NULL : text;
}
