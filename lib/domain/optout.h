/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_OPTOUT_H
#define DOMAIN_OPTOUT_H

#include "core/text.h"

/*
 * Does a message ask not to be written to any more, or to be written to again? (47 CFR
 * 64.1200(a)(10) names words that count by themselves and lets any reasonable wording count.)
 */
enum optout_kind { OPTOUT_NONE, OPTOUT_STOP, OPTOUT_START };

/* One entry of the table. A word counts as the whole message, with nothing but courtesies around
 * it; a phrase counts anywhere. */
enum optout_rule { OPTOUT_WORD, OPTOUT_PHRASE };

struct optout_entry {
	const char *language; /* ISO 639-1 */
	enum optout_kind kind;
	enum optout_rule rule;
	const char *text; /* as people write it */
};

extern const struct optout_entry optout_entries[];
extern const size_t optout_entry_count;

/* Words that may stand around a keyword without changing what it says; NULL after the last. */
extern const char *const optout_courtesies[];

/* NULL entry with OPTOUT_NONE. */
struct optout {
	enum optout_kind kind;
	const struct optout_entry *entry;
};

/* Judge a message's text by its first 4,096 bytes, the longest text of WhatsApp; NULL: none. */
struct optout optout_match(struct arena *arena, const char *text);

#endif
