/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_MAIL_H
#define NET_MAIL_H

#include "core/op.h"

/*
 * Mail out: one text to one person at a time, by the operator's server ([mail] smtp_url) or, where
 * there is none, as a file in DATA/mail. Never tries again by itself.
 */
enum mail_outcome {
	MAIL_TAKEN,  /* the server has taken it, or the file is on the disk */
	MAIL_LATER,  /* not this time, and perhaps another: also when nobody knows */
	MAIL_REFUSED /* this letter will never be taken */
};

/* All in the op's arena, which is the mail thread's from mail_submit until done. */
struct letter {
	struct op *op;
	const char *id;      /* "mail_...": the file's name, and the Message-ID at every try */
	const char *to;      /* an address alone */
	const char *subject; /* UTF-8, one line */
	const char *text;    /* UTF-8, lines end with \n */
	struct instant date;

	enum mail_outcome outcome; /* out */
	const char *words;         /* the server's answer, what went wrong, or the file's path */
	void (*done)(struct letter *letter, void *arg);
	void *arg;
	struct letter *next;
};

/* Send it on the mail thread; done follows on the loop's thread (net_start before), unless
 * mail_stop comes first. */
void mail_submit(struct letter *letter, void (*done)(struct letter *letter, void *arg), void *arg);
/* Break off what is under way and end the thread. */
void mail_stop(void);

/* Send it on this thread and wait. */
void mail_send(struct letter *letter);

/* The letter as RFC 5322 has it, ended lines and all. RC_INPUT with a sentence: a line end or
 * another control character in a header, or [mail] from is no address. */
MUST_CHECK enum rc mail_compose(struct op *op, struct bytes *out, const struct letter *letter);

/* The address of [mail] from alone; where it is empty, wagate at the host of [web] url. NULL: it
 * is none. */
const char *mail_from(struct op *op);

/* The two ways of mail_send. */
void mail_by_smtp(struct letter *letter, struct bytes text);
void mail_to_file(struct letter *letter, struct bytes text);
/* Is the mail thread to end? */
bool mail_is_stopping(void);
/* Give up the connection to the server. */
void mail_hang_up(void);

#endif
