/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_check_template - a template's name, its language, and what fills its gaps
 *
 * https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates. How many
 * gaps a template has is known to Meta alone; what fills one must be of the kind that it says. A
 * kind of component or parameter that is newer than this table passes.
 */
#include "domain/message_check_rules.h"

enum {
	NAME_MAX_POINTS = 512,
	FILL_MAX = 32768,
	COUPON_MAX = 15,
	CARDS_MAX = 10,
	INDEX_MAX = 9,
};

/* ---- parameters ---- */

static const struct object_rules text_parameter = {
	.members = {
			MUST_SCALAR("text", FILL_MAX),
			END_OF_RULES,
		},
};

static const struct object_rules currency_object = {
	.members = {
			MUST_TEXT("fallback_value", 0),
			MUST_TEXT("code", 0),
			{ "amount_1000", RULE_INTEGER, true, 0, 0, NULL, NULL },
			END_OF_RULES,
		},
};
static const struct object_rules currency_parameter = {
	.members = {
			MUST_OBJECT("currency", &currency_object),
			END_OF_RULES,
		},
};

static const struct object_rules date_time_object = {
	.members = {
			MUST_TEXT("fallback_value", 0),
			END_OF_RULES,
		},
};
static const struct object_rules date_time_parameter = {
	.members = {
			MUST_OBJECT("date_time", &date_time_object),
			END_OF_RULES,
		},
};

static const struct object_rules image_parameter = {
	.members = {
			MUST_OBJECT("image", &captioned_object),
			END_OF_RULES,
		},
};

static const struct object_rules video_parameter = {
	.members = {
			MUST_OBJECT("video", &captioned_object),
			END_OF_RULES,
		},
};

static const struct object_rules document_parameter = {
	.members = {
			MUST_OBJECT("document", &document_object),
			END_OF_RULES,
		},
};

static const struct object_rules location_parameter = {
	.members = {
			MUST_OBJECT("location", &location_object),
			END_OF_RULES,
		},
};

static const struct object_rules payload_parameter = {
	.members = {
			MUST_TEXT("payload", 0),
			END_OF_RULES,
		},
};

static const struct object_rules action_parameter = {
	.members = {
			MUST_OBJECT("action", &any_object),
			END_OF_RULES,
		},
};

static const struct object_rules coupon_parameter = {
	.members = {
			MUST_TEXT("coupon_code", COUPON_MAX),
			END_OF_RULES,
		},
};

static const struct object_rules offer_object = {
	.members = {
			MAY_INTEGER("expiration_time_ms"),
			END_OF_RULES,
		},
};
static const struct object_rules offer_parameter = {
	.members = {
			MUST_OBJECT("limited_time_offer", &offer_object),
			END_OF_RULES,
		},
};

static const struct variant parameter_types[] = {
	{ "text", &text_parameter },
	{ "currency", &currency_parameter },
	{ "date_time", &date_time_parameter },
	{ "image", &image_parameter },
	{ "video", &video_parameter },
	{ "document", &document_parameter },
	{ "location", &location_parameter },
	{ "payload", &payload_parameter },
	{ "action", &action_parameter },
	{ "coupon_code", &coupon_parameter },
	{ "limited_time_offer", &offer_parameter },
	{ NULL, NULL },
};
static const struct object_rules parameter_object = { .members = {
								      MUST_TEXT("type", 0),
								      MAY_TEXT("parameter_name", 0),
								      END_OF_RULES,
							      },
						      .variants = parameter_types };

/* ---- components ---- */

static const struct object_rules component_object;

static const struct object_rules button_component = {
	.members = {
			MUST_TEXT("sub_type", 0),
			MUST_INTEGER("index", INDEX_MAX),
			END_OF_RULES,
		},
};

static const struct object_rules card_object = {
	.members = {
			MUST_INTEGER("card_index", CARDS_MAX - 1),
			MUST_LIST("components", 0, 0, &component_object),
			END_OF_RULES,
		},
};
static const struct object_rules carousel_component = {
	.members = {
			MUST_LIST("cards", 1, CARDS_MAX, &card_object),
			END_OF_RULES,
		},
};

static const struct variant component_types[] = {
	{ "button", &button_component },
	{ "carousel", &carousel_component },
	{ NULL, NULL },
};
static const struct object_rules component_object = { .members = {
								      MUST_TEXT("type", 0),
								      MAY_LIST("parameters", 0, 0,
									       &parameter_object),
								      END_OF_RULES,
							      },
						      .variants = component_types };

/* ---- the template ---- */

static const struct object_rules language_object = {
	.members = {
			MUST_TEXT("code", 0),
			MAY_TEXT("policy", 0),
			END_OF_RULES,
		},
};

static const struct object_rules template_object = {
	.members = {
			MUST_TEXT("name", NAME_MAX_POINTS),
			MUST_OBJECT("language", &language_object),
			MAY_LIST("components", 0, 0, &component_object),
			END_OF_RULES,
		},
};

const struct object_rules template_message = {
	.members = {
			MUST_OBJECT("template", &template_object),
			END_OF_RULES,
		},
};
