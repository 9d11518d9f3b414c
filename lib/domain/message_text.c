/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_text - what a person would read of a message
 *
 * For whoever judges what is said, not how it is laid out. A place is a path in which "*" stands
 * for every element of a list; a place that a message does not have says nothing. Of a template,
 * whose own words are Meta's, what fills its body counts. Only so much is kept as is worth looking
 * at.
 */
#include "domain/message_check.h"

static const struct {
	const char *type, *path;
} places[] = {
	{ "text", "text.body" },
	{ "image", "image.caption" },
	{ "video", "video.caption" },
	{ "document", "document.caption" },
	{ "interactive", "interactive.header.text" },
	{ "interactive", "interactive.body.text" },
	{ "interactive", "interactive.footer.text" },
	{ "interactive", "interactive.action.button" },
	{ "interactive", "interactive.action.buttons.*.reply.title" },
	{ "interactive", "interactive.action.sections.*.title" },
	{ "interactive", "interactive.action.sections.*.rows.*.title" },
	{ "interactive", "interactive.action.sections.*.rows.*.description" },
	{ "interactive", "interactive.action.parameters.display_text" },
	{ "interactive", "interactive.action.parameters.flow_cta" },
	{ "interactive", "interactive.action.parameters.url" },
	{ "interactive", "interactive.action.cards.*.body.text" },
	{ "interactive", "interactive.action.cards.*.action.parameters.display_text" },
	{ "interactive", "interactive.action.cards.*.action.parameters.url" },
};

static const char *const fillings[] = {
	"parameters.*.text",
	"parameters.*.currency.fallback_value",
	"parameters.*.date_time.fallback_value",
};

/* One more text behind a blank, as far as there is room; never half a character (in UTF-8 all
 * bytes of one but the first begin with the bits 10). */
static void
add_text(struct buf *out, const char *text)
{
	size_t n = strlen(text), room;

	if (n == 0 || out->n + 1 >= out->max)
		return;
	if (out->n > 0)
		buf_char(out, ' ');
	room = out->max - out->n;
	if (n > room)
		for (n = room; n > 0 && (text[n] & 0xc0) == 0x80;)
			n--;
	buf_add(out, text, n);
}

static void
add_at(struct buf *out, const json_t *value, const char *path)
{
	size_t n = strcspn(path, ".");
	const char *rest = path + n + (path[n] == '.');

	if (json_is_string(value) && n == 0)
		add_text(out, json_string_value(value));
	else if (json_is_object(value) && n > 0)
		add_at(out, json_object_getn(value, path, n), rest);
	for (size_t i = 0; path[0] == '*' && i < json_array_size(value); i++)
		add_at(out, json_array_get(value, i), rest);
}

/* Cards have components of their own. */
static void
add_components(struct buf *out, const json_t *components)
{
	for (size_t i = 0; i < json_array_size(components); i++) {
		const json_t *component = json_array_get(components, i);
		const json_t *cards = json_object_get(component, "cards");

		if (text_equal_nocase(json_str(component, "type"), "body"))
			for (size_t k = 0; k < ARRAY_LEN(fillings); k++)
				add_at(out, component, fillings[k]);
		for (size_t k = 0; k < json_array_size(cards); k++)
			add_components(out,
				       json_object_get(json_array_get(cards, k), "components"));
	}
}

const char *
message_text(struct op *op, const json_t *message)
{
	const char *type = message_type(message);
	struct buf out;

	buf_init(&out, op->arena, MESSAGE_WORDS_MAX);
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (text_equal(places[i].type, type))
			add_at(&out, message, places[i].path);
	if (text_equal(type, "template"))
		add_components(&out, json_at(message, "template.components"));
	return buf_str(&out);
}
