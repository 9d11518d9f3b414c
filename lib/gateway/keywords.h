/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_KEYWORDS_H
#define GATEWAY_KEYWORDS_H

#include "domain/instance.h"
#include "domain/optout.h"
#include "gateway/engine.h"

/* An account's words of opt-out and opt-in: the built-in ones, those it has added, and those of
 * the first that it has switched off. */

struct keyword_line {
	const char *language, *kind, *rule, *text;
	bool builtin;
	bool answer; /* an ordinary answer too: may be switched off */
	bool off;
	const char *changed_by;    /* who added it or switched it off; NULL: nobody */
	struct instant changed_at; /* 0: never */
};
extern const struct shape keyword_line_shape[];

/* By language in the order of the documentation, built-in ones first. language NULL: all; own: only
 * what the account has changed. RC_INPUT "language": there is none. */
MUST_CHECK enum rc
gateway_list_keywords(struct op *op, struct list *out, const char *language, bool own);

/* kind "stop" or "start"; rule "word" (the whole message) or "phrase" (anywhere, two words at
 * least); NULL: stop, word. RC_INPUT names the member; RC_CONFLICT: it counts already; RC_LIMIT. */
struct keyword_draft {
	const char *language, *kind, *rule, *text;
};
MUST_CHECK enum rc
gateway_add_keyword(struct op *op, struct keyword *out, const struct keyword_draft *draft);
/* What the account has added; language NULL: in every language. RC_MISSING: it has not. */
MUST_CHECK enum rc gateway_remove_keyword(struct op *op, const char *language, const char *text);
/* A built-in word; language NULL: in every language that has it. RC_INPUT: it is no built-in word,
 * or none that may be switched off; RC_CONFLICT: it is so already. */
MUST_CHECK enum rc
gateway_switch_keyword(struct op *op, const char *language, const char *text, bool on);

/* ---- what is answered ---- */

enum { CONFIRMATION_MAX_POINTS = 1000 };

/* Of one language of an instance; the texts are those that are sent, own or built in. */
struct confirmation_view {
	const char *language, *stop, *start;
	bool own_stop, own_start;
};
extern const struct shape confirmation_view_shape[];

/* One for each language of the table. */
MUST_CHECK enum rc
gateway_list_confirmations(struct op *op, struct list *out, const struct instance *instance);

/* Each text NULL: stays as it is; "": the built-in one again. RC_INPUT names the member. */
struct confirmation_change {
	const char *language, *stop, *start;
};
MUST_CHECK enum rc gateway_set_confirmation(struct op *op, const struct instance *instance,
					    const struct confirmation_change *change);
/* Whether the instance answers at all. */
MUST_CHECK enum rc
gateway_switch_confirmations(struct op *op, const struct instance *instance, bool on);

#endif
