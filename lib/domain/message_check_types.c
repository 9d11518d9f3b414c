/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_check_types - what all messages share, and the types that fit a table or two
 *
 * https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages, with the limits of
 * its pages per type. The table of types at the end is the only list of what can be sent.
 */
#include "domain/message_check_rules.h"

enum { MESSAGE_ID_MAX = 128, CALLBACK_DATA_MAX = 512, CAPTION_MAX = 1024 };

const struct object_rules any_object = { .members = { END_OF_RULES } };

/* ---- all of them ---- */

static const struct object_rules context_object = {
	.members = {
			MAY_TEXT("message_id", MESSAGE_ID_MAX),
			END_OF_RULES,
		},
};

const struct object_rules message_rules = {
	.members = {
			MUST_BE("messaging_product", "whatsapp"),
			MAY_BE("recipient_type", "individual,group"),
			MAY_TEXT("type", 0),
			MAY_OBJECT("context", &context_object),
			MAY_TEXT("biz_opaque_callback_data", CALLBACK_DATA_MAX),
			MAY_TEXT("recipient_identity_key_hash", 0),
			MAY_FLAG("message_activity_sharing"),
			MAY_TEXT("product_policy", 0),
			END_OF_RULES,
		},
};

/* ---- instead of one ---- */

static const struct object_rules typing_object = {
	.members = {
			MUST_TEXT("type", 0),
			END_OF_RULES,
		},
};

const struct object_rules receipt_rules = {
	.members = {
			MUST_BE("messaging_product", "whatsapp"),
			MUST_BE("status", "read"),
			MUST_TEXT("message_id", MESSAGE_ID_MAX),
			MAY_OBJECT("typing_indicator", &typing_object),
			END_OF_RULES,
		},
};

/* ---- text ---- */

static const struct object_rules text_object = {
	.members = {
			MUST_TEXT("body", MESSAGE_TEXT_MAX),
			MAY_FLAG("preview_url"),
			END_OF_RULES,
		},
};

/* ---- media ---- */

static const char *const id_or_link[] = { "id", "link", NULL };

/* A picture or a film. */
const struct object_rules captioned_object = {
	.members = {
		MAY_ID("id"),
		MAY_TEXT("link", 0),
		MAY_TEXT("caption", CAPTION_MAX),
		END_OF_RULES,
	},
	.exactly_one = id_or_link,
};

const struct object_rules document_object = { .members = {
							      MAY_ID("id"),
							      MAY_TEXT("link", 0),
							      MAY_TEXT("caption", CAPTION_MAX),
							      MAY_TEXT("filename", 0),
							      END_OF_RULES,
						      },
					      .exactly_one = id_or_link };

static const struct object_rules audio_object = { .members = {
								  MAY_ID("id"),
								  MAY_TEXT("link", 0),
								  MAY_FLAG("voice"),
								  NEVER("caption",
									"cannot go with audio"),
								  END_OF_RULES,
							  },
						  .exactly_one = id_or_link };

static const struct object_rules sticker_object = {
	.members = {
			MAY_ID("id"),
			MAY_TEXT("link", 0),
			NEVER("caption", "cannot go with a sticker"),
			END_OF_RULES,
		},
	.exactly_one = id_or_link
};

/* ---- location, reaction ---- */

const struct object_rules location_object = {
	.members = {
			MUST_NUMBER("latitude"),
			MUST_NUMBER("longitude"),
			MAY_TEXT("name", 0),
			MAY_TEXT("address", 0),
			END_OF_RULES,
		},
};

/* An empty emoji takes the reaction away. */
static const struct object_rules reaction_object = {
	.members = {
			MUST_TEXT("message_id", MESSAGE_ID_MAX),
			{ "emoji", RULE_TEXT, true, 0, 0, NULL, NULL },
			END_OF_RULES,
		},
};

/* ---- the member that a type makes mandatory ---- */

static const struct object_rules text_message = {
	.members = {
			MUST_OBJECT("text", &text_object),
			END_OF_RULES,
		},
};

static const struct object_rules image_message = {
	.members = {
			MUST_OBJECT("image", &captioned_object),
			END_OF_RULES,
		},
};

static const struct object_rules video_message = {
	.members = {
			MUST_OBJECT("video", &captioned_object),
			END_OF_RULES,
		},
};

static const struct object_rules audio_message = {
	.members = {
			MUST_OBJECT("audio", &audio_object),
			END_OF_RULES,
		},
};

static const struct object_rules document_message = {
	.members = {
			MUST_OBJECT("document", &document_object),
			END_OF_RULES,
		},
};

static const struct object_rules sticker_message = {
	.members = {
			MUST_OBJECT("sticker", &sticker_object),
			END_OF_RULES,
		},
};

static const struct object_rules location_message = {
	.members = {
			MUST_OBJECT("location", &location_object),
			END_OF_RULES,
		},
};

static const struct object_rules reaction_message = {
	.members = {
			MUST_OBJECT("reaction", &reaction_object),
			NEVER("context", "cannot go with a reaction"),
			END_OF_RULES,
		},
};

const struct variant message_types[] = {
	{ "text", &text_message },
	{ "image", &image_message },
	{ "video", &video_message },
	{ "audio", &audio_message },
	{ "document", &document_message },
	{ "sticker", &sticker_message },
	{ "location", &location_message },
	{ "contacts", &contacts_message },
	{ "reaction", &reaction_message },
	{ "template", &template_message },
	{ "interactive", &interactive_message },
	{ NULL, NULL },
};
