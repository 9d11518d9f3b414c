/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_check_shop - interactive messages that show or sell: products, catalogues, cards, orders
 *
 * https://developers.facebook.com/docs/whatsapp/cloud-api/guides/sell-products-and-services and
 * messages/interactive-media-carousel-messages. What an order holds differs by country and is
 * Meta's to judge; it must say what it belongs to.
 */
#include "domain/message_check_rules.h"

enum {
	SECTIONS_MAX = 10,
	PRODUCTS_MAX = 30,
	CARDS_MIN = 2,
	CARDS_MAX = 10,
	CARD_BODY_MAX = 160,
	CARD_LINE_BREAKS_MAX = 2,
	CARD_BUTTONS_MAX = 10,
	CARD_BUTTON_ID_MAX = 256,
};

/* ---- one product ---- */

static const struct object_rules product_action = {
	.members = {
			MUST_ID("catalog_id"),
			MUST_ID("product_retailer_id"),
			END_OF_RULES,
		},
};
const struct object_rules product_kind = {
	.members = {
			NEVER("header", "cannot go with a single product"),
			MAY_OBJECT("body", &body_object),
			MAY_OBJECT("footer", &footer_object),
			MUST_OBJECT("action", &product_action),
			END_OF_RULES,
		},
};

/* ---- several ---- */

static const struct object_rules item_object = {
	.members = {
			MUST_ID("product_retailer_id"),
			END_OF_RULES,
		},
};
static const struct object_rules section_object = {
	.members = {
			MAY_TEXT("title", SECTION_TITLE_MAX),
			MUST_LIST("product_items", 1, PRODUCTS_MAX, &item_object),
			END_OF_RULES,
		},
};

static enum rc
shelves_hold(const struct checking *c, const struct place *at, const json_t *action)
{
	TRY(rule_section_titles(c, at, action));
	return rule_total(c, at, action, "sections", "product_items", PRODUCTS_MAX);
}

static const struct object_rules product_list_action = {
	.members = {
			MUST_ID("catalog_id"),
			MUST_LIST("sections", 1, SECTIONS_MAX, &section_object),
			END_OF_RULES,
		},
	.also = shelves_hold,
};
/* A text is needed on top, whatever the header's type is called. */
static const struct object_rules title_object = {
	.members = {
			MUST_TEXT("type", 0),
			MUST_TEXT("text", HEADER_TEXT_MAX),
			END_OF_RULES,
		},
};
const struct object_rules product_list_kind = {
	.members = {
			MUST_OBJECT("header", &title_object),
			MUST_OBJECT("body", &body_object),
			MAY_OBJECT("footer", &footer_object),
			MUST_OBJECT("action", &product_list_action),
			END_OF_RULES,
		},
};

/* ---- the catalogue ---- */

static const struct object_rules thumbnail_object = {
	.members = {
			MAY_ID("thumbnail_product_retailer_id"),
			END_OF_RULES,
		},
};
static const struct object_rules catalog_action = {
	.members = {
			MUST_BE("name", "catalog_message"),
			MAY_OBJECT("parameters", &thumbnail_object),
			END_OF_RULES,
		},
};
const struct object_rules catalog_kind = {
	.members = {
			AROUND_ACTION,
			MUST_OBJECT("action", &catalog_action),
			END_OF_RULES,
		},
};

/* ---- cards side by side ---- */

static enum rc
body_is_low(const struct checking *c, const struct place *at, const json_t *body)
{
	const struct place text = { at, "text", 0 };
	size_t breaks = 0;

	for (const char *p = json_str(body, "text"); (p = strchr(p, '\n')) != NULL; p++)
		breaks++;
	if (breaks <= CARD_LINE_BREAKS_MAX)
		return RC_OK;
	return rule_fault(c, &text,
			  arena_printf(c->op->arena,
				       "must have at most %d line breaks, this one has %zu",
				       CARD_LINE_BREAKS_MAX, breaks));
}

static const struct object_rules card_body = { .members = {
							       MUST_TEXT("text", CARD_BODY_MAX),
							       END_OF_RULES,
						       },
					       .also = body_is_low };

static const struct object_rules quick_reply_object = {
	.members = {
			MUST_TEXT("id", CARD_BUTTON_ID_MAX),
			MUST_TEXT("title", BUTTON_LABEL_MAX),
			END_OF_RULES,
		},
};
static const struct object_rules card_button = {
	.members = {
			MUST_TEXT("type", 0),
			MAY_OBJECT("quick_reply", &quick_reply_object),
			END_OF_RULES,
		},
};

/* A media card has a link or quick replies. */
static const char *const link_or_buttons[] = { "parameters", "buttons", NULL };
static const struct object_rules media_action = {
	.members = {
			MAY_BE("name", "cta_url"),
			MAY_OBJECT("parameters", &link_object),
			MAY_LIST("buttons", 1, CARD_BUTTONS_MAX, &card_button),
			END_OF_RULES,
		},
	.at_least_one = link_or_buttons,
};
static const struct object_rules media_card = {
	.members = {
			MUST_OBJECT("header", &header_object),
			MAY_OBJECT("body", &card_body),
			MUST_OBJECT("action", &media_action),
			END_OF_RULES,
		},
};
static const struct object_rules product_card = {
	.members = {
			MUST_OBJECT("action", &product_action),
			END_OF_RULES,
		},
};

static const struct variant card_types[] = {
	{ "cta_url", &media_card },
	{ "product", &product_card },
	{ NULL, NULL },
};
static const struct object_rules card_object = { .members = {
								 MUST_INTEGER("card_index",
									      CARDS_MAX - 1),
								 MUST_TEXT("type", 0),
								 END_OF_RULES,
							 },
						 .variants = card_types };

static const struct object_rules cards_action = {
	.members = {
			MUST_LIST("cards", CARDS_MIN, CARDS_MAX, &card_object),
			END_OF_RULES,
		},
};
const struct object_rules carousel_kind = {
	.members = {
			NEVER("header", "cannot go with cards"),
			MUST_OBJECT("body", &body_object),
			NEVER("footer", "cannot go with cards"),
			MUST_OBJECT("action", &cards_action),
			END_OF_RULES,
		},
};

/* ---- orders ---- */

static const struct object_rules order_object = {
	.members = {
			MUST_TEXT("reference_id", 0),
			MAY_OBJECT("order", &any_object),
			END_OF_RULES,
		},
};

static const struct object_rules details_action = {
	.members = {
			MUST_BE("name", "review_and_pay"),
			MUST_OBJECT("parameters", &order_object),
			END_OF_RULES,
		},
};
const struct object_rules order_details_kind = {
	.members = {
			AROUND_ACTION,
			MUST_OBJECT("action", &details_action),
			END_OF_RULES,
		},
};

static const struct object_rules status_action = {
	.members = {
			MUST_BE("name", "review_order"),
			MUST_OBJECT("parameters", &order_object),
			END_OF_RULES,
		},
};
const struct object_rules order_status_kind = {
	.members = {
			AROUND_ACTION,
			MUST_OBJECT("action", &status_action),
			END_OF_RULES,
		},
};
