/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_MESSAGE_CHECK_H
#define DOMAIN_MESSAGE_CHECK_H

#include "core/json.h"

/* What is wrong with a message: the member's path as a customer writes it
 * ("interactive.action.sections[0].rows[3].title") and a reason that completes the sentence
 * "<field> ...". Neither holds anything that the customer wrote. */
struct message_fault {
	const char *field, *reason;
};

/*
 * Check a message object in Meta's shape, or a read receipt: presence, JSON type, length and
 * count, by the limits of Meta's page "Messages" (Cloud API reference). Patterns of names, ids
 * and links are Meta's to judge, members that no rule names are nobody's business, a null counts
 * as absent. RC_INPUT with *fault filled. Whom it goes to is not asked here: see recipient_read().
 */
MUST_CHECK enum rc message_check(struct op *op, const json_t *message, struct message_fault *fault);

/* The rule of one value on its own: a text of min to max Unicode code points. NULL when it
 * passes, else the reason. */
const char *message_text_problem(struct op *op, const json_t *value, size_t min, size_t max);

/* A message's type. One that does not say is what it has the object of (a sample of Meta's is such
 * a list), else a text, Meta's default. NULL: not a string. */
const char *message_type(const json_t *message);

/* Says that a message was read, or that an answer is being typed, instead of being one. */
bool message_is_receipt(const json_t *message);

/*
 * What a person would read of a message that message_check() passed: text body, caption, header,
 * body, footer and link of an interactive message and of its cards, the texts that fill a
 * template's body; joined by blanks, cut between code points at MESSAGE_WORDS_MAX bytes. "" when
 * it has no words.
 */
const char *message_text(struct op *op, const json_t *message);

enum {
	MESSAGE_TEXT_MAX = 4096,      /* longest text body, in code points */
	MESSAGE_WORDS_MAX = 8 * 1024, /* of message_text(), in bytes */
};

#endif
