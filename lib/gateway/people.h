/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_PEOPLE_H
#define GATEWAY_PEOPLE_H

#include "domain/plan.h"
#include "gateway/engine.h"

/* Accounts and the people who sign in. Refs are ids, names or e-mail addresses alike. */

/* plan NULL: the one of [accounts] plan. */
MUST_CHECK enum rc gateway_create_account(struct op *op, struct account *out, const char *name,
					  const struct plan_choice *plan);
MUST_CHECK enum rc gateway_find_account(struct op *op, struct account *out, const char *ref);
MUST_CHECK enum rc gateway_list_accounts(struct op *op, struct list *out, const char **next_cursor,
					 struct page_query page);
MUST_CHECK enum rc gateway_pause_account(struct op *op, const char *ref, const char *reason);
MUST_CHECK enum rc gateway_resume_account(struct op *op, const char *ref);
/* The same of the op's account by its own people, who end only what they began: RC_CONFLICT when it
 * is paused already, or by the operator. */
MUST_CHECK enum rc gateway_pause_own(struct op *op, const char *reason);
MUST_CHECK enum rc gateway_resume_own(struct op *op);
MUST_CHECK enum rc gateway_set_plan(struct op *op, const char *ref, const struct plan_choice *plan);
MUST_CHECK enum rc gateway_set_module(struct op *op, const char *ref, const char *module, bool on);
/* key: time_zone, marketing, essential_purposes, name, reply_after_opt_out (on|off), review_score,
 * block_score, notices.KIND (on|off; kinds: domain/incident.h). */
MUST_CHECK enum rc
gateway_set_account(struct op *op, const char *ref, const char *key, const char *value);

/* Make an account the op's: the named one; else the one that owns the object named by its id; else
 * the only one there is. RC_INPUT when there are several, RC_MISSING when there is none. */
MUST_CHECK enum rc gateway_choose_account(struct op *op, const char *ref, const char *object);
/* The same for an instance, which is known by slug or name too. */
MUST_CHECK enum rc gateway_choose_account_of(struct op *op, const char *ref, const char *instance);

MUST_CHECK enum rc
gateway_create_user(struct op *op, struct user *out, const char *account_ref, const char *email,
		    const char *name, const char *role, const char *password);
MUST_CHECK enum rc gateway_list_users(struct op *op, struct list *out, const char *account_ref);
MUST_CHECK enum rc gateway_set_password(struct op *op, const char *email, const char *password);
MUST_CHECK enum rc gateway_disable_user(struct op *op, const char *email);

/* A session ends after 12 hours without a request and after 7 days in any case. */
#define SESSION_IDLE_MS (12 * HOUR_MS)
#define SESSION_MS (7 * DAY_MS)

/* Sign in: *token is the cookie's value, shown to nobody else. RC_AUTH with the same sentence
 * whatever was wrong, RC_LIMIT when too many attempts failed from this client or for this
 * e-mail (the owner on another client is not locked out). */
MUST_CHECK enum rc
gateway_sign_in(struct op *op, const char **token, struct session *out, const char *email,
		const char *password, const char *client, const char *agent);
/* Somebody who is signed in says the password once more. RC_AUTH "password": it is wrong; RC_LIMIT
 * as above, both counted together. */
MUST_CHECK enum rc gateway_confirm_password(struct op *op, const char *email, const char *password,
					    const char *client);
MUST_CHECK enum rc gateway_sign_out(struct op *op, const char *token);
/* RC_AUTH: none, ended, idle too long, or the user was disabled. Touches seen_at at most once a
 * minute. */
MUST_CHECK enum rc gateway_find_session(struct op *op, struct session *out, const char *token);

/* What happened to whom, for the audit trail; part of the caller's batch. */
struct batch;
void audit_add(struct op *op, struct batch *batch, const char *verb, const char *object,
	       const char *details);

#endif
