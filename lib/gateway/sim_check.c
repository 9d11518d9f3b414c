/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_check - would Meta take this message body?
 *
 * Presence, type and length of what each message type needs, with the codes and texts of the
 * Cloud API reference (100, 131008, 131009). Names, languages and links are not judged: every
 * template exists here.
 */
#include "gateway/sim_inside.h"

enum { TEXT_MAX = 4096, CAPTION_MAX = 1024, CALLBACK_DATA_MAX = 512, BUTTONS_MAX = 3 };

/* A member that a type cannot do without. kind: s text, n number, a array, o object. */
static const struct need {
	const char *type, *path;
	char kind;
} needs[] = {
	{ "text", "text.body", 's' },
	{ "location", "location.latitude", 'n' },
	{ "location", "location.longitude", 'n' },
	{ "reaction", "reaction.message_id", 's' },
	{ "contacts", "contacts", 'a' },
	{ "template", "template.name", 's' },
	{ "template", "template.language.code", 's' },
	{ "interactive", "interactive.type", 's' },
	{ "interactive", "interactive.action", 'o' },
};

/* Lengths in code points. */
static const struct limit {
	const char *path;
	size_t max;
} limits[] = {
	{ "text.body", TEXT_MAX },
	{ "image.caption", CAPTION_MAX },
	{ "video.caption", CAPTION_MAX },
	{ "document.caption", CAPTION_MAX },
	{ "biz_opaque_callback_data", CALLBACK_DATA_MAX },
};

static const char *const types[] = { "text",     "image",    "video",      "audio",
				     "document", "sticker",  "location",   "contacts",
				     "reaction", "template", "interactive" };
static const char *const media[] = { "image", "video", "audio", "document", "sticker" };

static bool
has_kind(const json_t *value, char kind)
{
	switch (kind) {
	case 's':
		return json_is_string(value) && json_string_length(value) > 0;
	case 'n':
		/* Numbers may come as texts, as in Meta's own samples. */
		return json_is_number(value) || json_is_string(value);
	case 'a':
		return json_is_array(value) && json_array_size(value) > 0;
	default:
		return json_is_object(value);
	}
}

static bool
refuse(struct op *op, struct sim_answer *out, int64_t code, const char *details)
{
	sim_error(op, out, code, details);
	return false;
}

static bool
check_needs(struct op *op, struct sim_answer *out, const json_t *body, const char *type)
{
	for (size_t i = 0; i < ARRAY_LEN(needs); i++) {
		const struct need *need = &needs[i];

		if (text_equal(need->type, type) &&
		    !has_kind(json_at(body, need->path), need->kind))
			return refuse(op, out, 131008,
				      arena_printf(op->arena,
						   "Parameter '%s' is mandatory for type '%s'",
						   need->path, type));
	}
	return true;
}

static bool
check_limits(struct op *op, struct sim_answer *out, const json_t *body)
{
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		const char *text = json_string_value(json_at(body, limits[i].path));

		if (text != NULL && text_points(text) > limits[i].max)
			return refuse(op, out, 100,
				      arena_printf(op->arena,
						   "Param %s must be at most %zu characters long.",
						   limits[i].path, limits[i].max));
	}
	return true;
}

static bool
check_media(struct op *op, struct sim_answer *out, const json_t *body, const char *type)
{
	const json_t *object = json_object_get(body, type);

	if (!text_is_one_of(type, media, ARRAY_LEN(media)))
		return true;
	if ((json_number_text(op, object, "id") != NULL) == (json_str(object, "link") != NULL))
		return refuse(op, out, 131009,
			      arena_printf(op->arena, "Give exactly one of %s.id and %s.link", type,
					   type));
	return true;
}

static bool
check_buttons(struct op *op, struct sim_answer *out, const json_t *body)
{
	size_t n = json_array_size(json_at(body, "interactive.action.buttons"));

	if (!text_equal(json_string_value(json_at(body, "interactive.type")), "button") ||
	    (n >= 1 && n <= BUTTONS_MAX))
		return true;
	return refuse(op, out, 131009,
		      "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3");
}

/* A group, a phone number in Meta's loose spelling, or a user id ("US.1234"). */
static bool
check_recipient(struct op *op, struct sim_answer *out, const json_t *body)
{
	const char *to = json_number_text(op, body, "to");
	size_t digits;

	if (text_empty(to) && !text_empty(json_str(body, "recipient")))
		return true;
	if (text_empty(to)) {
		sim_error_say(op, out, 400, 100, 0, "(#100) The parameter to is required.");
		return false;
	}
	if (sim_is_group(body))
		return true;
	digits = strlen(sim_wa_id(op, to));
	if (digits < 7 || digits > 15 || strspn(to, "+0123456789 -()") != strlen(to))
		return refuse(op, out, 131009,
			      "The phone number is malformed: Please use the format: +1234567890.");
	return true;
}

static bool
check_type(struct op *op, struct sim_answer *out, const json_t *body, const char *type)
{
	if (!text_is_one_of(type, types, ARRAY_LEN(types)))
		return refuse(op, out, 100,
			      arena_printf(op->arena,
					   "Param type must be one of the message types - "
					   "got \"%s\".",
					   type));
	if (!text_equal(type, "contacts") && !json_is_object(json_object_get(body, type)))
		return refuse(op, out, 131008,
			      arena_printf(op->arena, "Parameter '%s' is mandatory for type '%s'",
					   type, type));
	return check_needs(op, out, body, type) && check_media(op, out, body, type) &&
	       check_buttons(op, out, body);
}

bool
sim_check(struct op *op, struct sim_answer *out, const json_t *body)
{
	const char *type = json_str(body, "type");

	if (!text_equal(json_str(body, "messaging_product"), "whatsapp")) {
		sim_error_say(op, out, 400, 100, 0,
			      "(#100) The parameter messaging_product is required.");
		return false;
	}
	return check_recipient(op, out, body) &&
	       check_type(op, out, body, type == NULL ? "text" : type) &&
	       check_limits(op, out, body);
}
