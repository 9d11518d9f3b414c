/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ACCOUNT_STORE_H
#define STORE_ACCOUNT_STORE_H

#include "db/db.h"
#include "domain/account.h"

/* The op's account. */
MUST_CHECK enum rc account_store_get(struct op *op, struct account *out);

/* System scope. ref: id or name, any ASCII case. */
MUST_CHECK enum rc account_store_by_ref(struct op *op, struct account *out, const char *ref);
/* The account's IANA zone. */
MUST_CHECK enum rc account_store_time_zone(struct op *op, const char **zone, const char *id);
/* The two oldest accounts: where there is only one, nobody needs to name it. */
MUST_CHECK enum rc account_store_first(struct op *op, struct list *out);
MUST_CHECK enum rc
account_store_list(struct op *op, struct list *out, const char *before, int64_t limit);

/* RC_CONFLICT when the name is taken. */
void account_store_insert(struct batch *batch, const struct account *account);
/* Name, plan and its limits, time zone, marketing, essential purposes and modules, by id;
 * RC_MISSING when there is no such account, RC_CONFLICT when another one has the name. */
void account_store_update(struct batch *batch, const struct account *account);
/* at 0: resume. */
void account_store_pause(struct batch *batch, const char *id, struct instant at, const char *reason,
			 const char *by);
/* Of the op's account, by somebody of its own people ("user:usr_..."). RC_CONFLICT: it is paused.
 */
void
account_store_pause_own(struct batch *batch, struct instant at, const char *reason, const char *by);
/* RC_CONFLICT: it is not paused, or not by one of them. */
void account_store_resume_own(struct batch *batch);

/* What the op's account's people set themselves. */
void account_store_set_own(struct batch *batch, const char *zone, const char *notices_off);

/* Which account owns a row, by its id alone ("msg_...", "ep_...", "key_...", ...). System scope;
 * RC_MISSING when there is no such row or the prefix is of no kind that is owned. */
MUST_CHECK enum rc account_store_owner(struct op *op, const char **account_id, const char *id);

/* A statement that always misses (RC_DENIED): a batch with it is asked for its earlier misses
 * alone. Returns its index. */
int account_store_never(struct batch *batch);

extern const struct stmt *const account_store_stmts[];

#endif
