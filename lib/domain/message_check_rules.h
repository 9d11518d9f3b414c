/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_MESSAGE_CHECK_RULES_H
#define DOMAIN_MESSAGE_CHECK_RULES_H

#include "domain/message_check.h"

/*
 * The tables behind message_check(): for the files that hold them and for the test that walks
 * them; nobody else includes this. Limits are those of Meta's pages "Messages" and "Message
 * templates" (Cloud API reference), characters are Unicode code points.
 */

enum rule_kind {
	RULE_END,
	RULE_TEXT,    /* of min to max code points; max 0: any length */
	RULE_FLAG,    /* true or false */
	RULE_NUMBER,  /* also as text: Meta's own samples write degrees either way */
	RULE_INTEGER, /* min to max, also as text ("index": "0"); max 0: any */
	RULE_ID,      /* a text or a whole number: Meta mixes them */
	RULE_SCALAR,  /* a text as RULE_TEXT, a number or a flag: what a template is filled with */
	RULE_OBJECT,  /* by the rules of */
	RULE_LIST,    /* min to max objects, each by the rules of; max 0: any number */
	RULE_NEVER    /* must be absent; only says why */
};

/* A member of an object. A null counts as absent. */
struct rule {
	const char *name;
	enum rule_kind kind;
	bool needed;
	size_t min, max;
	const char *only; /* a TEXT's values, separated by commas; NULL: any */
	const struct object_rules *of;
};

/* Further rules of an object whose member `type` is this word. */
struct variant {
	const char *type; /* NULL ends the table */
	const struct object_rules *rules;
};

/* Where a value stands in the message; a name, or an element of a list. */
struct place {
	const struct place *above; /* NULL: the message itself */
	const char *name;          /* NULL: element number index */
	size_t index;
};

struct checking {
	struct op *op;
	struct message_fault *fault;
};

/* What may be in an object. Members that no rule names are nobody's business. Checked in this
 * order: members, choice, also, variants. */
struct object_rules {
	const struct variant *variants;  /* a type that is not among them passes; NULL: none */
	const char *const *exactly_one;  /* names; NULL ends the table, or there is none */
	const char *const *at_least_one; /* the same */
	/* What no table can say; RC_INPUT by rule_fault(). */
	enum rc (*also)(const struct checking *c, const struct place *at, const json_t *object);
	struct rule members[]; /* RULE_END ends it */
};

/* Record what is wrong at a place and give RC_INPUT. */
MUST_CHECK enum rc rule_fault(const struct checking *c, const struct place *at, const char *reason);

/* The elements in member of all elements of object's list are at least one and at most max. */
MUST_CHECK enum rc
rule_total(const struct checking *c, const struct place *at, const json_t *object, const char *list,
	   const char *member, size_t max);

/* Each of several sections has a title. */
MUST_CHECK enum rc
rule_section_titles(const struct checking *c, const struct place *at, const json_t *action);

/* Writing tables. */
#define RULE_(...)          \
	{                   \
		__VA_ARGS__ \
	}
#define MAY_TEXT(name, max) RULE_(name, RULE_TEXT, false, 0, max, NULL, NULL)
#define MUST_TEXT(name, max) RULE_(name, RULE_TEXT, true, 1, max, NULL, NULL)
#define MAY_BE(name, words) RULE_(name, RULE_TEXT, false, 1, 0, words, NULL)
#define MUST_BE(name, words) RULE_(name, RULE_TEXT, true, 1, 0, words, NULL)
#define MAY_FLAG(name) RULE_(name, RULE_FLAG, false, 0, 0, NULL, NULL)
#define MUST_NUMBER(name) RULE_(name, RULE_NUMBER, true, 0, 0, NULL, NULL)
#define MAY_INTEGER(name) RULE_(name, RULE_INTEGER, false, 0, 0, NULL, NULL)
#define MUST_INTEGER(name, max) RULE_(name, RULE_INTEGER, true, 0, max, NULL, NULL)
#define MAY_ID(name) RULE_(name, RULE_ID, false, 0, 0, NULL, NULL)
#define MUST_ID(name) RULE_(name, RULE_ID, true, 0, 0, NULL, NULL)
#define MUST_SCALAR(name, max) RULE_(name, RULE_SCALAR, true, 1, max, NULL, NULL)
#define MAY_OBJECT(name, of) RULE_(name, RULE_OBJECT, false, 0, 0, NULL, of)
#define MUST_OBJECT(name, of) RULE_(name, RULE_OBJECT, true, 0, 0, NULL, of)
#define MAY_LIST(name, min, max, of) RULE_(name, RULE_LIST, false, min, max, NULL, of)
#define MUST_LIST(name, min, max, of) RULE_(name, RULE_LIST, true, min, max, NULL, of)
#define NEVER(name, why) RULE_(name, RULE_NEVER, false, 0, 0, why, NULL)
#define END_OF_RULES RULE_(NULL, RULE_END, false, 0, 0, NULL, NULL)

/* The roots: what all messages share; what those of a type have besides (another type is refused);
 * a read receipt. */
extern const struct object_rules message_rules, receipt_rules;
extern const struct variant message_types[];

/* Of the types with a file of their own. */
extern const struct object_rules contacts_message, template_message, interactive_message;

/* Used by several: a picture or film, a document by id or link; a place on earth; anything. */
extern const struct object_rules captioned_object, document_object, location_object, any_object;

/* The kinds of interactive messages that stand in files of their own, and what kinds share. */
extern const struct object_rules button_kind, list_kind;
extern const struct object_rules product_kind, product_list_kind, catalog_kind, carousel_kind,
	order_details_kind, order_status_kind;
extern const struct object_rules header_object, body_object, footer_object, link_object;
enum { HEADER_TEXT_MAX = 60, BUTTON_LABEL_MAX = 20, SECTION_TITLE_MAX = 24 };

/* What most kinds have around their action. */
#define AROUND_ACTION                                                            \
	MAY_OBJECT("header", &header_object), MUST_OBJECT("body", &body_object), \
		MAY_OBJECT("footer", &footer_object)

#endif
