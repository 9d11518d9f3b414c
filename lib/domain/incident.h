/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_INCIDENT_H
#define DOMAIN_INCIDENT_H

#include "core/shape.h"

/* Something that is the matter with one subject of an account, from when it was found until it
 * was over. At most one of a kind and subject is open. */
struct incident {
	const char *id, *account_id;
	const char *kind; /* of incident_kinds */
	const char *
		subject; /* id of an instance, template (Meta's), endpoint or key; "day", "month" */
	const char *name;    /* what people call the subject */
	const char *state;   /* "closed", "RED", "failing", "near", ... */
	const char *text;    /* what is the matter, a sentence without its full stop */
	const char *outcome; /* how it ended, the same; NULL: it is open */
	int64_t level;       /* INCIDENT_BAD, INCIDENT_WORSE */
	int64_t told;        /* the worst level that was told by mail; 0: none */
	int64_t returns;     /* how often in a row it came back shortly after it was over */
	struct instant since, opened_at, ended_at;
};
extern const struct shape incident_shape[];

enum { INCIDENT_BAD = 1, INCIDENT_WORSE = 2 };

/* The kinds, which an account switches on and off by word. */
struct incident_kind {
	const char *word, *label;
};
extern const struct incident_kind incident_kinds[];
enum { INCIDENT_KINDS = 6 };
bool incident_is_kind(const char *word);
/* "instance, quality, ..." for sentences. */
extern const char incident_kind_words[];

/*
 * What comes and goes must not fill mailboxes: what is over and back again is opened anew only 10
 * minutes after its end, and twice as long with each return in a row, up to 5 h 20 min. A return is
 * in a row when it comes before twice that wait is over.
 */
bool incident_may_open(const struct incident *last, struct instant now);
/* The next one's `returns`, where last is the one before (id NULL: there is none). */
int64_t incident_returns(const struct incident *last, struct instant now);

/* Operators are told too: of numbers that Meta restricts and of webhooks that were given up. */
bool incident_concerns_operators(const struct incident *incident);

/* One letter of the outbox. */
struct mail {
	const char *id, *account_id, *incident_id, *recipient, *subject, *body;
	const char *state;  /* waiting, sent, failed */
	const char *answer; /* the last words about it */
	int64_t tries;
	struct instant due_at, created_at, done_at;
};
extern const struct shape mail_shape[];

/* Milliseconds until a letter is tried again after so many tries: 1 min, doubling, 4 h at most; -1:
 * never, when it is three days old by then, as long as webhooks are tried. */
int64_t mail_wait(int64_t tries, struct instant created, struct instant now);

#endif
