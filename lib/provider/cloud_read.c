/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud_read - a webhook document of Meta taken apart
 *
 * One document may carry many entries, changes and items for several numbers. Each message,
 * status, account-level error, echo, call and change of a group becomes one happening, as does
 * each change of another field as a whole, known or not. The tree is for reading, the spans beside
 * it are what is passed on. A document that has not Meta's frame is refused as a whole, so that its
 * keeper has all of it; what is inside the frame is never refused.
 */
#include "provider/provider.h"

/* Ten times what Meta puts into one document (1,000 updates); more is refused as a whole, as is
 * what would grow beyond four times the largest body once each item is told by itself, with its
 * contact and what stands beside it. */
enum { HAPPENINGS_MAX = 10000, TOLD_BYTES_MAX = 16 << 20 };

/* Contacts of one change, keyed before the items are gone through. */
struct contact {
	const char *wa_id, *user_id;
	const json_t *tree;
	struct bytes raw;
};

/* Lists of items in the values of a field; a field that ends in "_" is a prefix. */
static const struct {
	const char *field, *name;
	enum happening_kind kind;
	bool of_person; /* each about one: the contacts are shared out */
} arrays[] = {
	{ "messages", "messages", HAPPENED_MESSAGE, true },
	{ "messages", "statuses", HAPPENED_STATUS, true },
	{ "messages", "errors", HAPPENED_OTHER, true },
	{ "smb_message_echoes", "message_echoes", HAPPENED_ECHO, true },
	{ "calls", "calls", HAPPENED_CALL, true },
	{ "calls", "statuses", HAPPENED_OTHER, true },
	{ "history", "history", HAPPENED_HISTORY, false },
	{ "history", "messages", HAPPENED_PAST, false },
	{ "group_", "groups", HAPPENED_GROUP, false },
};

/* One of them as it stands in the value; an empty span: it is not there. */
struct item_list {
	const json_t *trees;
	struct bytes raw;
	size_t place; /* among the members, from 1 */
};

/* Where the walk is. */
struct reading {
	struct op *op;
	struct happening *items;
	size_t n, room;
	struct happening frame; /* what the items of one change have in common */
	struct item_list lists[ARRAY_LEN(arrays)];
	struct raw_member *members; /* of the value */
	struct bytes contacts_raw;
	size_t contacts_place; /* as in an item_list */
	size_t member_count, member_room;
	struct contact *contacts;
	size_t contact_count, item_count;
	bool of_persons;
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
contacts_read(struct reading *r, struct bytes all)
{
	const json_t *trees = json_object_get(r->frame.value, "contacts");
	size_t n = json_array_size(trees);
	struct bytes raw = { NULL, 0 };

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
	if (wa_id == NULL && user_id == NULL)
		return NULL;
	for (size_t i = 0; i < r->contact_count; i++)
		if (same(r->contacts[i].user_id, user_id) || same(r->contacts[i].wa_id, wa_id))
			return &r->contacts[i];
	return NULL;
}

/* The person an item is about: sender, recipient, or the one member of a group that a status
 * speaks of; the number of ours beside them is nobody's contact. A single contact beside a single
 * item belongs to it even when the spellings of the number differ, as they may in Brazil, Mexico
 * and Argentina. */
static const struct contact *
contact_of(const struct reading *r, const json_t *item)
{
	static const char *const keys[][2] = {
		{ "from", "from_user_id" },
		{ "to", "to_user_id" },
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
list_read(struct reading *r, size_t kind)
{
	const json_t *trees = r->lists[kind].trees;
	struct bytes raw = { NULL, 0 };

	for (size_t i = 0; i < json_array_size(trees); i++) {
		const json_t *tree = json_array_get(trees, i);
		const struct contact *contact = contact_of(r, tree);
		struct happening *item = happening_add(r);

		expect(json_span_next(r->lists[kind].raw, &raw));
		item->kind = arrays[kind].kind;
		item->array = arrays[kind].name;
		item->item = tree;
		item->item_raw = raw;
		item->contact = contact == NULL ? NULL : contact->tree;
		item->contact_raw = contact == NULL ? (struct bytes){ NULL, 0 } : contact->raw;
	}
}

/* ---- what a value is made of ------------------------------------------------------------- */

static bool
is_of_field(size_t kind, const char *field)
{
	const char *of = arrays[kind].field;

	return text_equal(field, of) || (text_ends(of, "_") && text_starts(field, of));
}

/* The place of a list in the table; ARRAY_LEN(arrays): the member is none of the field's. */
static size_t
kind_of(const struct reading *r, struct bytes name)
{
	for (size_t i = 0; i < ARRAY_LEN(arrays); i++)
		if (is_of_field(i, r->frame.field) && json_span_is(name, arrays[i].name))
			return i;
	return ARRAY_LEN(arrays);
}

static void
member_add(struct reading *r, struct raw_member member)
{
	struct raw_member *larger;

	if (r->member_count == r->member_room) {
		r->member_room = r->member_room == 0 ? 8 : 2 * r->member_room;
		larger = arena_array(r->op->arena, r->member_room, sizeof(*larger));
		if (r->member_count > 0)
			memcpy(larger, r->members, r->member_count * sizeof(*larger));
		r->members = larger;
	}
	r->members[r->member_count++] = member;
}

/* Of a list that is there twice the last counts, as in the tree. */
static void
overtake(struct reading *r, size_t *place)
{
	if (*place > 0)
		r->members[*place - 1].role = MEMBER_OVERTAKEN;
	*place = r->member_count + 1;
}

static void
member_read(struct reading *r, struct raw_member m)
{
	size_t kind = kind_of(r, m.name);

	if (kind < ARRAY_LEN(arrays)) {
		overtake(r, &r->lists[kind].place);
		r->lists[kind].raw = m.value;
		r->lists[kind].trees = json_object_get(r->frame.value, arrays[kind].name);
		m.role = MEMBER_ITEMS;
	} else if (json_span_is(m.name, "metadata")) {
		r->frame.metadata_raw = m.value;
	} else if (json_span_is(m.name, "contacts")) {
		r->contacts_place = r->member_count + 1;
		r->contacts_raw = m.value;
	}
	member_add(r, m);
}

static void
members_read(struct reading *r)
{
	struct raw_member m = { { NULL, 0 }, { NULL, 0 }, MEMBER_PLAIN };

	r->members = NULL;
	r->member_count = r->member_room = 0;
	r->contacts_raw = (struct bytes){ NULL, 0 };
	r->contacts_place = 0;
	memset(r->lists, 0, sizeof(r->lists));
	while (json_span_next_member(r->frame.value_raw, &m.name, &m.value))
		member_read(r, m);
}

/* Number of items, 0 when the lists are not made of objects. */
static size_t
items_count(struct reading *r)
{
	size_t count = 0;

	r->of_persons = false;
	for (size_t i = 0; i < ARRAY_LEN(arrays); i++) {
		const json_t *list = r->lists[i].trees;

		for (size_t j = 0; j < json_array_size(list); j++)
			if (!json_is_object(json_array_get(list, j)))
				return 0;
		count += json_array_size(list);
		r->of_persons = r->of_persons || (list != NULL && arrays[i].of_person);
	}
	return count;
}

/* The contacts are the items' own where each is about a person; elsewhere they are one more member
 * of the value. */
static void
share_contacts(struct reading *r)
{
	r->contact_count = 0;
	if (r->of_persons)
		contacts_read(r, r->contacts_raw);
	for (size_t i = 0; r->of_persons && i < r->member_count; i++)
		if (json_span_is(r->members[i].name, "contacts"))
			r->members[i].role =
				i + 1 == r->contacts_place ? MEMBER_CONTACTS : MEMBER_OVERTAKEN;
	r->frame.members = r->members;
	r->frame.member_count = r->member_count;
}

static void
value_read(struct reading *r)
{
	struct happening *whole;

	if (r->item_count == 0) {
		whole = happening_add(r);
		whole->item = r->frame.value;
		whole->item_raw = r->frame.value_raw;
		return;
	}
	share_contacts(r);
	for (size_t i = 0; i < ARRAY_LEN(arrays); i++)
		list_read(r, i);
}

static enum rc
change_read(struct reading *r, const json_t *change, struct bytes raw)
{
	const json_t *value = json_object_get(change, "value");

	r->frame.field = json_str(change, "field");
	if (r->frame.field == NULL || value == NULL)
		return op_fail(r->op, RC_INPUT, "a change of the webhook has no field or no value");
	r->frame.kind = HAPPENED_OTHER;
	r->frame.value = value;
	r->frame.value_raw = json_span(raw, "value");
	r->frame.metadata_raw = (struct bytes){ NULL, 0 };
	r->frame.members = NULL;
	r->frame.member_count = 0;
	members_read(r);
	r->frame.phone_number_id =
		json_number_text(r->op, json_object_get(value, "metadata"), "phone_number_id");
	r->item_count = items_count(r);
	if (r->n + r->item_count >= HAPPENINGS_MAX ||
	    json_array_size(json_object_get(value, "contacts")) > HAPPENINGS_MAX)
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

static enum rc
check_told(const struct reading *r)
{
	size_t bytes = 0;

	for (size_t i = 0; i < r->n; i++)
		bytes += cloud_document_raw(&r->items[i]);
	if (bytes > TOLD_BYTES_MAX)
		return op_fail(r->op, RC_INPUT, "the webhook's %zu items repeat more than %d MiB",
			       r->n, TOLD_BYTES_MAX >> 20);
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
	TRY(check_told(&r));
	*out = (struct happenings){ r.n, r.items };
	return RC_OK;
}

const json_t *
cloud_content(const json_t *message)
{
	const json_t *now = json_at(message, "edit.message");

	return now != NULL ? now : message;
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
		"order.text",
	};
	const json_t *content = cloud_content(message);

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		const char *text = json_string_value(json_at(content, places[i]));

		if (!text_empty(text))
			return text;
	}
	return NULL;
}
