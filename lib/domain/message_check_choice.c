/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_check_choice - interactive messages to choose from: reply buttons and lists
 *
 * https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages
 * and interactive-list-messages. What comes back is the id of the choice, so ids must differ.
 */
#include "domain/message_check_rules.h"

enum {
	LIST_BODY_MAX = 4096,
	BUTTONS_MAX = 3,
	BUTTON_ID_MAX = 256,
	SECTIONS_MAX = 10,
	ROWS_MAX = 10,
	ROW_ID_MAX = 200,
	ROW_TITLE_MAX = 24,
	ROW_DESCRIPTION_MAX = 72,
};

/* ---- what must differ, and what must have a title ---- */

/* Texts seen so far; a list has more of them than there are buttons. */
struct seen {
	const char *words[ROWS_MAX];
	size_t n;
};

/* RC_INPUT at name below at when this text was seen before. */
static enum rc
must_differ(const struct checking *c, struct seen *seen, const struct place *at, const char *name,
	    const json_t *element)
{
	const struct place place = { at, name, 0 };
	const char *word = json_string_value(json_at(element, name));

	if (text_is_one_of(word, seen->words, seen->n))
		return rule_fault(c, &place, "must differ from those before it");
	expect(seen->n < ARRAY_LEN(seen->words));
	seen->words[seen->n++] = word;
	return RC_OK;
}

static enum rc
buttons_differ(const struct checking *c, const struct place *at, const json_t *action)
{
	const struct place buttons = { at, "buttons", 0 };
	const json_t *array = json_object_get(action, "buttons");
	struct seen ids = { .n = 0 }, titles = { .n = 0 };
	struct place button = { &buttons, NULL, 0 };

	for (; button.index < json_array_size(array); button.index++) {
		const json_t *element = json_array_get(array, button.index);

		if (json_object_get(element, "reply") == NULL)
			continue; /* a kind of button that is newer than us */
		TRY(must_differ(c, &ids, &button, "reply.id", element));
		TRY(must_differ(c, &titles, &button, "reply.title", element));
	}
	return RC_OK;
}

enum rc
rule_section_titles(const struct checking *c, const struct place *at, const json_t *action)
{
	const struct place sections = { at, "sections", 0 };
	const json_t *array = json_object_get(action, "sections");
	struct place section = { &sections, NULL, 0 };

	for (; json_array_size(array) > 1 && section.index < json_array_size(array);
	     section.index++) {
		const struct place title = { &section, "title", 0 };

		if (text_empty(json_str(json_array_get(array, section.index), "title")))
			return rule_fault(c, &title,
					  "is required where there are several sections");
	}
	return RC_OK;
}

static enum rc
rows_differ(const struct checking *c, const struct place *at, const json_t *action)
{
	const struct place sections = { at, "sections", 0 };
	const json_t *array = json_object_get(action, "sections");
	struct place section = { &sections, NULL, 0 };
	struct seen ids = { .n = 0 };

	for (; section.index < json_array_size(array); section.index++) {
		const json_t *element = json_array_get(array, section.index);
		const json_t *all = json_object_get(element, "rows");
		const struct place rows = { &section, "rows", 0 };
		struct place row = { &rows, NULL, 0 };

		for (; row.index < json_array_size(all); row.index++)
			TRY(must_differ(c, &ids, &row, "id", json_array_get(all, row.index)));
	}
	return RC_OK;
}

/* ---- reply buttons ---- */

static const struct object_rules reply_object = {
	.members = {
			MUST_TEXT("id", BUTTON_ID_MAX),
			MUST_TEXT("title", BUTTON_LABEL_MAX),
			END_OF_RULES,
		},
};
static const struct object_rules reply_button = {
	.members = {
			MUST_OBJECT("reply", &reply_object),
			END_OF_RULES,
		},
};
static const struct variant button_types[] = { { "reply", &reply_button }, { NULL, NULL } };
static const struct object_rules button_object = { .members = {
								   MUST_TEXT("type", 0),
								   END_OF_RULES,
							   },
						   .variants = button_types };

static const struct object_rules buttons_action = {
	.members = {
			MUST_LIST("buttons", 1, BUTTONS_MAX, &button_object),
			END_OF_RULES,
		},
	.also = buttons_differ
};
const struct object_rules button_kind = {
	.members = {
			AROUND_ACTION,
			MUST_OBJECT("action", &buttons_action),
			END_OF_RULES,
		},
};

/* ---- list ---- */

static const struct object_rules list_body = {
	.members = {
			MUST_TEXT("text", LIST_BODY_MAX),
			END_OF_RULES,
		},
};

/* Nothing but a text may stand on top. */
static const struct object_rules list_header = {
	.members = {
			MUST_BE("type", "text"),
			MUST_TEXT("text", HEADER_TEXT_MAX),
			END_OF_RULES,
		},
};

static const struct object_rules row_object = {
	.members = {
			MUST_TEXT("id", ROW_ID_MAX),
			MUST_TEXT("title", ROW_TITLE_MAX),
			MAY_TEXT("description", ROW_DESCRIPTION_MAX),
			END_OF_RULES,
		},
};
static const struct object_rules section_object = {
	.members = {
			MAY_TEXT("title", SECTION_TITLE_MAX),
			MUST_LIST("rows", 1, ROWS_MAX, &row_object),
			END_OF_RULES,
		},
};

static enum rc
list_holds(const struct checking *c, const struct place *at, const json_t *action)
{
	TRY(rule_section_titles(c, at, action));
	TRY(rule_total(c, at, action, "sections", "rows", ROWS_MAX));
	return rows_differ(c, at, action);
}

static const struct object_rules list_action = {
	.members = {
			MUST_TEXT("button", BUTTON_LABEL_MAX),
			MUST_LIST("sections", 1, SECTIONS_MAX, &section_object),
			END_OF_RULES,
		},
	.also = list_holds
};
const struct object_rules list_kind = {
	.members = {
			MAY_OBJECT("header", &list_header),
			MUST_OBJECT("body", &list_body),
			MAY_OBJECT("footer", &footer_object),
			MUST_OBJECT("action", &list_action),
			END_OF_RULES,
		},
};
