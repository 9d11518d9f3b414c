/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_NOTICES_H
#define GATEWAY_NOTICES_H

#include "domain/incident.h"
#include "gateway/engine.h"

/*
 * Incidents and the mail about them. The worker compares every 30 s what is the matter with what
 * is open; opening, worsening and ending one, and the letters that tell of it, are one transaction
 * each, so that a death in between neither loses nor doubles a notice.
 */

/* For the worker. *done: incidents opened, changed or ended. */
MUST_CHECK enum rc gateway_notice_turn(struct op *op, int64_t *done, int64_t *next_ms);
/* At the end of each turn: incidents a year after their end, letters a month after they were sent
 * or given up. */
MUST_CHECK enum rc gateway_forget_notices(struct op *op, int64_t *done);

/* Send what is due of the outbox. *done: letters begun and settled. */
MUST_CHECK enum rc gateway_mail_turn(struct op *op, int64_t *done, int64_t *next_ms);
/* Letters that the mail server has in hand; settle those that are answered. */
int64_t gateway_mail_pending(void);
MUST_CHECK enum rc gateway_mail_finish(struct op *op, int64_t *settled);
void gateway_mail_stop(void);

/* Send a letter to that address now; *words: the server's answer, or the file. RC_UPSTREAM with
 * what went wrong. */
MUST_CHECK enum rc gateway_test_mail(struct op *op, const char **words, const char *to);
/* Is mail leaving? One fact for doctor. */
MUST_CHECK enum rc gateway_check_mail(struct op *op, struct check *out);

/* The op's account's incidents, newest first. */
MUST_CHECK enum rc gateway_list_incidents(struct op *op, struct list *out, const char **next_cursor,
					  bool open, struct page_query page);

/* What an account's people set themselves, at once: its time zone, and which kinds of incidents no
 * mail tells of ("key,limit"; "": none). RC_INPUT "time_zone" or "notices". */
MUST_CHECK enum rc gateway_set_own(struct op *op, const char *time_zone, const char *notices_off);

/* A kind into the account's list of those, or out of it: notices_off as it is then, NULL when
 * there is no such kind. */
const char *notices_switch(struct op *op, const char *notices_off, const char *kind, bool on);

#endif
