/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_MESSAGE_CHECK_H
#define DOMAIN_MESSAGE_CHECK_H

#include "core/json.h"

/* What is wrong with a message: the member's path as a customer writes it ("text.body") and a
 * reason that completes the sentence "<field> ...". */
struct message_fault {
	const char *field, *reason;
};

/*
 * Check a message object in Meta's shape: presence, JSON type, length and count, by the limits of
 * Meta's page "Messages" (Cloud API reference). Patterns of names, ids and links are Meta's to
 * judge, members that no rule names are nobody's business. RC_INPUT with *fault filled.
 */
MUST_CHECK enum rc message_check(struct op *op, const json_t *message, struct message_fault *fault);

/* The rule of one value on its own: a text of min to max Unicode code points. NULL when it
 * passes, else the reason. */
const char *message_text_problem(struct op *op, const json_t *value, size_t min, size_t max);

/* A message's type; one without states "text" (Meta's default). NULL: not a string. */
const char *message_type(const json_t *message);

/* Longest text body, in code points. */
enum { MESSAGE_TEXT_MAX = 4096 };

#endif
