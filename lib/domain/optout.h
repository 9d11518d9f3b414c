/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_OPTOUT_H
#define DOMAIN_OPTOUT_H

#include "core/shape.h"
#include "core/text.h"

/*
 * Does a message ask not to be written to any more, or to be written to again? (47 CFR
 * 64.1200(a)(10) names words that count by themselves and lets any reasonable wording count.)
 * OPTOUT_POSSIBLE: it speaks of stopping messages in words of its own; somebody has to read it.
 */
enum optout_kind { OPTOUT_NONE, OPTOUT_STOP, OPTOUT_START, OPTOUT_POSSIBLE };

/* One entry of the table. A word counts as the whole message, with nothing but courtesies around
 * it; a phrase counts anywhere; an ending counts where nothing but courtesies follows it. */
enum optout_rule { OPTOUT_WORD, OPTOUT_PHRASE, OPTOUT_ENDING };

struct optout_entry {
	const char *language; /* ISO 639-1 */
	enum optout_kind kind;
	enum optout_rule rule;
	const char *text; /* as people write it */
	bool answer; /* an ordinary answer too: not when it is pressed, and may be switched off */
};

extern const struct optout_entry optout_entries[];
extern const size_t optout_entry_count;

/* Words that may stand around a keyword without changing what it says; NULL after the last. */
extern const char *const optout_courtesies[];

/* The languages of the table, in the order of the documentation; code NULL after the last. */
struct optout_language {
	const char *code, *name;
};
extern const struct optout_language optout_languages[];
bool optout_has_language(const char *code);

/* Names of rules and of the two kinds that an account's own lists have: "word", "phrase",
 * "ending"; "stop", "start", "possible". */
const char *optout_rule_text(enum optout_rule rule);
const char *optout_kind_text(enum optout_kind kind);

/* A line of an account's own list: an entry more (rule "word" or "phrase", kind "stop" or "start"),
 * or, when off, the built-in word of that language that does not count for it. */
struct keyword {
	const char *language, *kind, *rule, *text, *folded, *created_by;
	bool off;
	struct instant created_at;
};
extern const struct shape keyword_shape[];

/* The form in which entries are compared, in the arena; two blanks or one: nothing is left. */
const char *optout_fold(struct arena *arena, const char *text);

/* The built-in entry of that folded form, in that language (NULL: any); NULL when there is none. */
const struct optout_entry *optout_builtin(const char *folded, const char *language);

/* How a message came about and for whom it is judged. */
struct optout_rules {
	struct list own; /* struct keyword of the account */
	bool pressed;    /* a button or a row of a list, which the business itself has offered */
};

/* What was found; the entry is NULL with OPTOUT_NONE, and may lie in the arena. */
struct optout {
	enum optout_kind kind;
	const struct optout_entry *entry;
};

/* Judge a message's text by its first 4,096 bytes, the longest text of WhatsApp; NULL: none.
 * rules NULL: written by hand, no lists of its own. */
struct optout optout_match(struct arena *arena, const char *text, const struct optout_rules *rules);

/* ---- between the files of optout ---- */

/* What may stand right before or after words that ask for no more messages and turns them round;
 * at: where they stand in folded, n: their length, blanks included. */
bool optout_is_reversed(const char *folded, const char *at, size_t n);

/* Words of a stop in a text of somebody's own, which is not folded; entry NULL: none. */
struct optout optout_hint(struct arena *arena, const char *text);

/* What is answered to a stop or a start where the instance has no text of its own. English where
 * the language is not known. */
const char *optout_confirmation(enum optout_kind kind, const char *language);

#endif
