/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_check_interactive - what interactive messages share, their kinds, and the simpler ones
 *
 * https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-messages and the
 * pages per kind. A kind has its own header, body, footer and action; an interactive object of a
 * kind that is newer than the table at the end passes as it is.
 */
#include "domain/message_check_rules.h"

enum { BODY_MAX = 1024, FOOTER_MAX = 60, FLOW_LABEL_MAX = 30 };

/* ---- header, body, footer ---- */

static const struct object_rules header_of_text = {
	.members = {
			MUST_TEXT("text", HEADER_TEXT_MAX),
			MAY_TEXT("sub_text", HEADER_TEXT_MAX),
			END_OF_RULES,
		},
};
static const struct object_rules header_of_image = {
	.members = {
			MUST_OBJECT("image", &captioned_object),
			END_OF_RULES,
		},
};
static const struct object_rules header_of_video = {
	.members = {
			MUST_OBJECT("video", &captioned_object),
			END_OF_RULES,
		},
};
static const struct object_rules header_of_document = {
	.members = {
			MUST_OBJECT("document", &document_object),
			END_OF_RULES,
		},
};

static const struct variant header_types[] = {
	{ "text", &header_of_text },
	{ "image", &header_of_image },
	{ "video", &header_of_video },
	{ "document", &header_of_document },
	{ NULL, NULL },
};
const struct object_rules header_object = { .members = {
							    MUST_TEXT("type", 0),
							    END_OF_RULES,
						    },
					    .variants = header_types };

const struct object_rules body_object = {
	.members = {
			MUST_TEXT("text", BODY_MAX),
			END_OF_RULES,
		},
};

const struct object_rules footer_object = {
	.members = {
			MUST_TEXT("text", FOOTER_MAX),
			END_OF_RULES,
		},
};

/* ---- a link ---- */

const struct object_rules link_object = {
	.members = {
			MUST_TEXT("display_text", BUTTON_LABEL_MAX),
			MUST_TEXT("url", 0),
			END_OF_RULES,
		},
};
static const struct object_rules link_action = {
	.members = {
			MUST_BE("name", "cta_url"),
			MUST_OBJECT("parameters", &link_object),
			END_OF_RULES,
		},
};
static const struct object_rules link_kind = {
	.members = {
			AROUND_ACTION,
			MUST_OBJECT("action", &link_action),
			END_OF_RULES,
		},
};

/* ---- flow ---- */

static const struct object_rules flow_payload = {
	.members = {
			MAY_TEXT("screen", 0),
			MAY_OBJECT("data", &any_object),
			END_OF_RULES,
		},
};
static const char *const id_or_name[] = { "flow_id", "flow_name", NULL };
static const struct object_rules flow_object = {
	.members = {
			MUST_ID("flow_message_version"),
			MAY_ID("flow_id"),
			MAY_TEXT("flow_name", 0),
			MUST_TEXT("flow_cta", FLOW_LABEL_MAX),
			MAY_BE("mode", "draft,published"),
			MAY_TEXT("flow_token", 0),
			MAY_BE("flow_action", "navigate,data_exchange"),
			MAY_OBJECT("flow_action_payload", &flow_payload),
			END_OF_RULES,
		},
	.exactly_one = id_or_name
};
static const struct object_rules flow_action = {
	.members = {
			MUST_BE("name", "flow"),
			MUST_OBJECT("parameters", &flow_object),
			END_OF_RULES,
		},
};
static const struct object_rules flow_kind = {
	.members = {
			AROUND_ACTION,
			MUST_OBJECT("action", &flow_action),
			END_OF_RULES,
		},
};

/* ---- requests: each is known by the name of its action ---- */

static const struct object_rules send_location_action = {
	.members = {
			MUST_BE("name", "send_location"),
			END_OF_RULES,
		},
};
static const struct object_rules location_request_kind = {
	.members = {
			AROUND_ACTION,
			MUST_OBJECT("action", &send_location_action),
			END_OF_RULES,
		},
};

/* The form of an address differs by country. */
static const struct object_rules address_object = {
	.members = {
			MUST_TEXT("country", 0),
			MAY_OBJECT("values", &any_object),
			MAY_OBJECT("validation_errors", &any_object),
			MAY_LIST("saved_addresses", 0, 0, &any_object),
			END_OF_RULES,
		},
};
static const struct object_rules address_action = {
	.members = {
			MUST_BE("name", "address_message"),
			MUST_OBJECT("parameters", &address_object),
			END_OF_RULES,
		},
};
static const struct object_rules address_kind = {
	.members = {
			AROUND_ACTION,
			MUST_OBJECT("action", &address_action),
			END_OF_RULES,
		},
};

static const struct object_rules call_permission_action = {
	.members = {
			MUST_BE("name", "call_permission_request"),
			END_OF_RULES,
		},
};
static const struct object_rules call_permission_kind = {
	.members = {
			MAY_OBJECT("body", &body_object),
			MUST_OBJECT("action", &call_permission_action),
			END_OF_RULES,
		},
};

static const struct object_rules voice_call_parameters = {
	.members = {
			MAY_TEXT("display_text", BUTTON_LABEL_MAX),
			MAY_INTEGER("ttl_minutes"),
			MAY_TEXT("payload", 0),
			END_OF_RULES,
		},
};
static const struct object_rules voice_call_action = {
	.members = {
			MUST_BE("name", "voice_call"),
			MAY_OBJECT("parameters", &voice_call_parameters),
			END_OF_RULES,
		},
};
static const struct object_rules voice_call_kind = {
	.members = {
			AROUND_ACTION,
			MUST_OBJECT("action", &voice_call_action),
			END_OF_RULES,
		},
};

static const struct object_rules contact_info_action = {
	.members = {
			MUST_BE("name", "request_contact_info"),
			END_OF_RULES,
		},
};
static const struct object_rules contact_info_kind = {
	.members = {
			AROUND_ACTION,
			MUST_OBJECT("action", &contact_info_action),
			END_OF_RULES,
		},
};

/* ---- the kinds ---- */

static const struct variant kinds[] = {
	{ "button", &button_kind },
	{ "list", &list_kind },
	{ "cta_url", &link_kind },
	{ "flow", &flow_kind },
	{ "product", &product_kind },
	{ "product_list", &product_list_kind },
	{ "catalog_message", &catalog_kind },
	{ "location_request_message", &location_request_kind },
	{ "address_message", &address_kind },
	{ "call_permission_request", &call_permission_kind },
	{ "voice_call", &voice_call_kind },
	{ "request_contact_info", &contact_info_kind },
	{ "carousel", &carousel_kind },
	{ "order_details", &order_details_kind },
	{ "order_status", &order_status_kind },
	{ NULL, NULL },
};
static const struct object_rules interactive_object = { .members = {
									MUST_TEXT("type", 0),
									END_OF_RULES,
								},
							.variants = kinds };
const struct object_rules interactive_message = {
	.members = {
			MUST_OBJECT("interactive", &interactive_object),
			END_OF_RULES,
		},
};
