/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_RISK_H
#define DOMAIN_RISK_H

#include "core/json_out.h"

/*
 * How much a send looks like mail that nobody asked for: 0 to 100, the sum of parts that can each
 * be explained. No part is more than 49, so that none alone has a message looked at (50) or
 * refused (80).
 */
enum risk_kind {
	RISK_SAME_TEXT,       /* one text as the first message to many people */
	RISK_SHORTENER,       /* a link that hides where it leads */
	RISK_BURST,           /* many more new people than this account writes to otherwise */
	RISK_MARKETING_WORDS, /* the words of advertising under another purpose */
	RISK__MAX
};

enum {
	RISK_PART_MAX = 49,
	RISK_SAME_TEXT_FROM = 20, /* people */
	RISK_BURST_ABOVE = 200,   /* new people in an hour: fewer are no burst */
	RISK_MEAN_HOURS = 7 * 24  /* over which the account's own mean is taken */
};

struct risk_facts {
	const char *text;    /* what a person will read; NULL or "": nothing */
	const char *purpose; /* stated or derived */
	/* With a message to somebody who is known already these are 0. */
	int64_t same_text; /* people to whom the text was the first message in 24 h, with this one
			    */
	int64_t new_hour; /* people written to for the first time in the last hour, with this one */
	int64_t new_week; /* the same in RISK_MEAN_HOURS, where new_hour is above RISK_BURST_ABOVE
			   */
};

struct risk_part {
	int64_t score;
	const char *sentence; /* why, for people; never the message's own text */
};

struct risk {
	int64_t score;
	struct risk_part parts[RISK__MAX];
};

void risk_judge(struct arena *arena, struct risk *out, const struct risk_facts *facts);

/* "same_text": the word of a part in answers and logs. */
const char *risk_word(enum risk_kind kind);
/* {"burst":{"score":30,"reason":"..."}}: the parts that count; NULL when none does. */
const char *risk_parts_text(struct arena *arena, const struct risk *risk);

/* What a score leads to: "allow" < review <= "review" < block <= "block". */
const char *risk_action(int64_t score, int64_t review, int64_t block);

/* The words of advertising: one or several words as people write them; NULL after the last. A "0"
 * among them stands for any number. */
extern const char *const risk_marketing_words[];

/* The host of the first link to a shortener in the text, as listed; NULL: none. */
const char *risk_shortener(const char *text);

#endif
