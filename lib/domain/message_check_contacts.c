/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_check_contacts - address book cards in a message
 *
 * https://developers.facebook.com/docs/whatsapp/cloud-api/messages/contacts-messages. A card needs
 * a name as it is shown and one part of it; all else is up to the sender.
 */
#include "domain/message_check_rules.h"

/* Meta's page; its OpenAPI file says 5, which Meta does not insist on. */
enum { CONTACTS_MAX = 257 };

static const char *const name_parts[] = {
	"first_name", "last_name", "middle_name", "suffix", "prefix", NULL,
};
static const struct object_rules name_object = { .members = {
								 MUST_TEXT("formatted_name", 0),
								 MAY_TEXT("first_name", 0),
								 MAY_TEXT("last_name", 0),
								 MAY_TEXT("middle_name", 0),
								 MAY_TEXT("suffix", 0),
								 MAY_TEXT("prefix", 0),
								 END_OF_RULES,
							 },
						 .at_least_one = name_parts };

static const struct object_rules address_object = {
	.members = {
			MAY_TEXT("street", 0),
			MAY_TEXT("city", 0),
			MAY_TEXT("state", 0),
			MAY_TEXT("zip", 0),
			MAY_TEXT("country", 0),
			MAY_TEXT("country_code", 0),
			MAY_TEXT("type", 0),
			END_OF_RULES,
		},
};

static const struct object_rules email_object = {
	.members = {
			MAY_TEXT("email", 0),
			MAY_TEXT("type", 0),
			END_OF_RULES,
		},
};

static const struct object_rules org_object = {
	.members = {
			MAY_TEXT("company", 0),
			MAY_TEXT("department", 0),
			MAY_TEXT("title", 0),
			END_OF_RULES,
		},
};

static const struct object_rules phone_object = {
	.members = {
			MAY_TEXT("phone", 0),
			MAY_TEXT("type", 0),
			MAY_TEXT("wa_id", 0),
			END_OF_RULES,
		},
};

static const struct object_rules url_object = {
	.members = {
			MAY_TEXT("url", 0),
			MAY_TEXT("type", 0),
			END_OF_RULES,
		},
};

static const struct object_rules contact_object = {
	.members = {
			MUST_OBJECT("name", &name_object),
			MAY_LIST("addresses", 0, 0, &address_object),
			MAY_TEXT("birthday", 0),
			MAY_LIST("emails", 0, 0, &email_object),
			MAY_OBJECT("org", &org_object),
			MAY_LIST("phones", 0, 0, &phone_object),
			MAY_LIST("urls", 0, 0, &url_object),
			END_OF_RULES,
		},
};

const struct object_rules contacts_message = {
	.members = {
			MUST_LIST("contacts", 1, CONTACTS_MAX, &contact_object),
			END_OF_RULES,
		},
};
