/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud_read - a webhook document of Meta taken apart
 *
 * One document may carry many entries, changes and items for several numbers. Each message,
 * status and account-level error becomes one happening, as does each change of another field
 * as a whole, known or not. The tree is for reading, the spans beside it are what is passed
 * on. A document that has not Meta's frame is refused as a whole, so that its keeper has all
 * of it; what is inside the frame is never refused.
 */
#include "provider/provider.h"

/* Ten times what Meta puts into one document (1,000 updates); more is refused as a whole. */
enum { HAPPENINGS_MAX = 10000 };

/* Contacts of one change, keyed before the items are gone through. */
struct contact {
	const char *wa_id, *user_id;
	const json_t *tree;
	struct bytes raw;
};

/* Where the walk is. */
struct reading {
	struct op *op;
	struct happening *items;
	size_t n, room;
	struct happening frame; /* what the items of one change have in common */
	const json_t *value;
	struct contact *contacts;
	size_t contact_count, item_count;
};

static const struct {
	const char *name;
	enum happening_kind kind;
} arrays[] = {
	{ "messages", HAPPENED_MESSAGE },
	{ "statuses", HAPPENED_STATUS },
	{ "errors", HAPPENED_OTHER },
};

static struct happening *
happening_add(struct reading *r)
{
	struct happening *larger;

	if (r->n == r->room) {
		r->room = r->room == 0 ? 8 : 2 * r->room;
		larger = arena_array(r->op->arena, r->room, sizeof(*larger));
		if (r->n > 0)
			memcpy(larger, r->items, r->n * sizeof(*larger));
		r->items = larger;
	}
	r->items[r->n] = r->frame;
	return &r->items[r->n++];
}

static void
contacts_read(struct reading *r)
{
	const json_t *trees = json_object_get(r->value, "contacts");
	struct bytes all = json_span(r->frame.value_raw, "contacts"), raw = { NULL, 0 };
	size_t n = json_array_size(trees);

	r->contact_count = 0;
	r->contacts = arena_array(r->op->arena, n, sizeof(*r->contacts));
	while (r->contact_count < n && json_span_next(all, &raw)) {
		const json_t *tree = json_array_get(trees, r->contact_count);

		r->contacts[r->contact_count++] = (struct contact){
			.wa_id = json_number_text(r->op, tree, "wa_id"),
			.user_id = json_str(tree, "user_id"),
			.tree = tree,
			.raw = raw,
		};
	}
}

static bool
same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static const struct contact *
contact_by(const struct reading *r, const char *wa_id, const char *user_id)
{
	for (size_t i = 0; i < r->contact_count; i++)
		if (same(r->contacts[i].user_id, user_id) || same(r->contacts[i].wa_id, wa_id))
			return &r->contacts[i];
	return NULL;
}

/* The person an item is about: sender, recipient, or the one member of a group that a status
 * speaks of. A single contact beside a single item belongs to it even when the spellings of
 * the number differ, as they may in Brazil, Mexico and Argentina. */
static const struct contact *
contact_of(const struct reading *r, const json_t *item)
{
	static const char *const keys[][2] = {
		{ "from", "from_user_id" },
		{ "recipient_id", "recipient_user_id" },
		{ "recipient_participant_id", "recipient_participant_user_id" },
	};
	const struct contact *found;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		found = contact_by(r, json_number_text(r->op, item, keys[i][0]),
				   json_str(item, keys[i][1]));
		if (found != NULL)
			return found;
	}
	return r->contact_count == 1 && r->item_count == 1 ? &r->contacts[0] : NULL;
}

static void
array_read(struct reading *r, const char *name, enum happening_kind kind)
{
	const json_t *trees = json_object_get(r->value, name);
	struct bytes all = json_span(r->frame.value_raw, name), raw = { NULL, 0 };

	for (size_t i = 0; i < json_array_size(trees) && json_span_next(all, &raw); i++) {
		const json_t *tree = json_array_get(trees, i);
		const struct contact *contact = contact_of(r, tree);
		struct happening *item = happening_add(r);

		item->kind = kind;
		item->array = name;
		item->item = tree;
		item->item_raw = raw;
		item->contact = contact == NULL ? NULL : contact->tree;
		item->contact_raw = contact == NULL ? (struct bytes){ NULL, 0 } : contact->raw;
	}
}

/* Number of items, 0 when the value is not made of arrays of objects. */
static size_t
items_count(const json_t *value)
{
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(arrays); i++) {
		const json_t *array = json_object_get(value, arrays[i].name);

		for (size_t j = 0; j < json_array_size(array); j++)
			if (!json_is_object(json_array_get(array, j)))
				return 0;
		count += json_array_size(array);
	}
	return count;
}

static void
value_read(struct reading *r)
{
	struct happening *whole;

	if (r->item_count == 0) {
		whole = happening_add(r);
		whole->item = r->value;
		whole->item_raw = r->frame.value_raw;
		return;
	}
	contacts_read(r);
	for (size_t i = 0; i < ARRAY_LEN(arrays); i++)
		array_read(r, arrays[i].name, arrays[i].kind);
}

static enum rc
change_read(struct reading *r, const json_t *change, struct bytes raw)
{
	r->value = json_object_get(change, "value");
	r->frame.field = json_str(change, "field");
	if (r->frame.field == NULL || r->value == NULL)
		return op_fail(r->op, RC_INPUT, "a change of the webhook has no field or no value");
	r->frame.kind = HAPPENED_OTHER;
	r->frame.value_raw = json_span(raw, "value");
	r->frame.metadata_raw = json_span(r->frame.value_raw, "metadata");
	r->frame.product_raw = json_span(r->frame.value_raw, "messaging_product");
	r->frame.phone_number_id =
		json_number_text(r->op, json_object_get(r->value, "metadata"), "phone_number_id");
	r->item_count = text_equal(r->frame.field, "messages") ? items_count(r->value) : 0;
	if (r->n + r->item_count >= HAPPENINGS_MAX ||
	    json_array_size(json_object_get(r->value, "contacts")) > HAPPENINGS_MAX)
		return op_fail(r->op, RC_INPUT, "the webhook has more than %d items",
			       HAPPENINGS_MAX);
	value_read(r);
	return RC_OK;
}

static enum rc
entry_read(struct reading *r, const json_t *entry, struct bytes raw)
{
	const json_t *changes = json_object_get(entry, "changes");
	struct bytes all = json_span(raw, "changes"), change = { NULL, 0 };

	if (!json_is_array(changes))
		return op_fail(r->op, RC_INPUT, "an entry of the webhook has no list of changes");
	r->frame.entry_id = json_number_text(r->op, entry, "id");
	r->frame.entry_time_raw = json_span(raw, "time");
	for (size_t i = 0; json_span_next(all, &change); i++)
		TRY(change_read(r, json_array_get(changes, i), change));
	return RC_OK;
}

enum rc
cloud_read(struct op *op, struct happenings *out, struct bytes raw)
{
	struct reading r = { .op = op };
	struct bytes entries, entry = { NULL, 0 };
	const json_t *trees;
	json_t *root;

	TRY(json_read_loose(op, &root, raw));
	trees = json_object_get(root, "entry");
	if (!json_is_array(trees))
		return op_fail(op, RC_INPUT, "the webhook has no list called entry");
	entries = json_span(raw, "entry");
	r.frame.object_raw = json_span(raw, "object");
	for (size_t i = 0; json_span_next(entries, &entry); i++)
		TRY(entry_read(&r, json_array_get(trees, i), entry));
	*out = (struct happenings){ r.n, r.items };
	return RC_OK;
}

const char *
cloud_text(const json_t *message)
{
	static const char *const places[] = {
		"text.body",
		"image.caption",
		"video.caption",
		"document.caption",
		"button.text",
		"interactive.button_reply.title",
		"interactive.list_reply.title",
	};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		const char *text = json_string_value(json_at(message, places[i]));

		if (!text_empty(text))
			return text;
	}
	return NULL;
}
