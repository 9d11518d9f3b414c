/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud_document - one happening as a webhook document of Meta's own form
 *
 * Customers' handlers were written against Meta: same members, same order, same digits. So every
 * value is cut from what Meta sent and only re-escaped to ASCII, never printed anew by a JSON
 * library; what is built here is the frame of one object, entry and change around one item.
 */
#include "provider/provider.h"

/* One byte (0x7f, or a control character of a name) becomes six at most: \uXXXX. */
enum { GROWTH = 6, FRAME_MAX = 1024 };

struct writer {
	struct buf out;
	bool first;
};

static void
open_object(struct writer *w)
{
	buf_char(&w->out, '{');
	w->first = true;
}

static void
close_object(struct writer *w)
{
	buf_char(&w->out, '}');
	w->first = false;
}

static void
comma(struct writer *w)
{
	if (!w->first)
		buf_char(&w->out, ',');
	w->first = false;
}

static void
name(struct writer *w, const char *text)
{
	comma(w);
	buf_printf(&w->out, "\"%s\":", text);
}

static void
member(struct writer *w, const char *text, struct bytes value)
{
	if (value.n == 0)
		return;
	name(w, text);
	json_ascii(&w->out, value);
}

static void
member_text(struct writer *w, struct op *op, const char *text, const char *value)
{
	if (value != NULL)
		member(w, text, bytes_of(json_text(op, json_own(op, json_string(value)))));
}

static void
member_list_of_one(struct writer *w, const char *text, struct bytes item)
{
	if (item.n == 0)
		return;
	name(w, text);
	buf_char(&w->out, '[');
	json_ascii(&w->out, item);
	buf_char(&w->out, ']');
}

/* What Meta's values have at least, for an item that no document of Meta's brought. */
static void
write_plain_value(struct writer *w, struct op *op, const struct happening *h)
{
	member_text(w, op, "messaging_product", "whatsapp");
	member(w, "metadata", h->metadata_raw);
	member_list_of_one(w, h->array, h->item_raw);
}

static void
write_member(struct writer *w, const struct raw_member *m, const struct happening *h)
{
	if (m->role == MEMBER_OVERTAKEN)
		return;
	if (m->role == MEMBER_CONTACTS) {
		member_list_of_one(w, "contacts", h->contact_raw);
		return;
	}
	if (m->role == MEMBER_ITEMS) {
		if (json_span_is(m->name, h->array))
			member_list_of_one(w, h->array, h->item_raw);
		return;
	}
	comma(w);
	json_ascii(&w->out, m->name);
	buf_char(&w->out, ':');
	json_ascii(&w->out, m->value);
}

static void
write_value(struct writer *w, struct op *op, const struct happening *h)
{
	if (h->array == NULL) {
		json_ascii(&w->out, h->item_raw);
		return;
	}
	open_object(w);
	for (size_t i = 0; i < h->member_count; i++)
		write_member(w, &h->members[i], h);
	if (h->member_count == 0)
		write_plain_value(w, op, h);
	close_object(w);
}

size_t
cloud_document_raw(const struct happening *h)
{
	size_t raw = h->object_raw.n + h->entry_time_raw.n + h->item_raw.n;

	raw += bytes_of(h->entry_id).n + bytes_of(h->field).n;
	if (h->array == NULL)
		return raw;
	raw += h->metadata_raw.n;
	for (size_t i = 0; i < h->member_count; i++) {
		const struct raw_member *m = &h->members[i];

		raw += m->name.n;
		if (m->role == MEMBER_PLAIN)
			raw += m->value.n;
		else if (m->role == MEMBER_CONTACTS)
			raw += h->contact_raw.n;
	}
	return raw;
}

const char *
cloud_document(struct op *op, const struct happening *h)
{
	struct writer w = { .first = true };

	buf_init(&w.out, op->arena, GROWTH * cloud_document_raw(h) + FRAME_MAX);
	open_object(&w);
	if (h->object_raw.n > 0)
		member(&w, "object", h->object_raw);
	else
		member_text(&w, op, "object", "whatsapp_business_account");
	name(&w, "entry");
	buf_char(&w.out, '[');
	open_object(&w);
	member_text(&w, op, "id", h->entry_id);
	member(&w, "time", h->entry_time_raw);
	name(&w, "changes");
	buf_char(&w.out, '[');
	open_object(&w);
	name(&w, "value");
	write_value(&w, op, h);
	w.first = false;
	member_text(&w, op, "field", h->field);
	buf_text(&w.out, "}]}]}");
	expect(buf_ok(&w.out));
	return buf_str(&w.out);
}
