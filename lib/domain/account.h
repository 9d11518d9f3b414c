/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_ACCOUNT_H
#define DOMAIN_ACCOUNT_H

#include "core/shape.h"

/* A tenant: users, instances, keys, suppressions belong to exactly one. */
struct account {
	const char *id, *name, *plan, *time_zone, *marketing, *essential_purposes, *pause_reason;
	const char *paused_by;   /* the actor: "user:..." is one of its own people */
	const char *notices_off; /* kinds of incidents that no mail tells of: "key,limit" */
	bool send_module, billing;
	bool reply_after_opt_out; /* a support reply passes opted_out when the person wrote since */
	int64_t last_log_id;
	int64_t day_limit, month_limit;    /* of a custom plan; 0: the plan's own */
	int64_t review_score, block_score; /* 0: the gateway's ([risk]) */
	struct instant paused_at, created_at;
};
extern const struct shape account_shape[];

/* What `account set` accepts; plans: domain/plan.h. */
bool account_has_marketing(const char *word); /* refuse, templates */

/* A person who signs in. */
struct user {
	const char *id, *account_id, *email, *name, *role, *password_hash;
	struct instant disabled_at, created_at, signed_in_at;
};
extern const struct shape user_shape[];

/* Owners and admins who are not disabled. */
bool user_gets_notices(const struct user *user);

/* Roles, least first; each may do what those before it may. */
enum role { ROLE_NONE, ROLE_VIEWER, ROLE_DEVELOPER, ROLE_ADMIN, ROLE_OWNER, ROLE_OPERATOR };
enum role role_read(const char *text); /* ROLE_NONE when it is no role */
const char *role_text(enum role role);

/* A signed-in browser. */
struct session {
	const char *token_hash, *user_id, *account_id, *csrf_token, *client, *agent;
	const char *email, *user_name, *role, *account_name; /* joined */
	struct instant created_at, seen_at, expires_at;
};
extern const struct shape session_shape[];

/* "name@host" with one @, a dot in the host, no blanks, 3 to 254 bytes (RFC 5321 4.5.3.1.3). */
bool email_is_plausible(const char *email);

/* NULL when the password is good enough (8 to 200 characters, not among the most common, not
 * the e-mail), else what to change. */
const char *password_problem(const char *password, const char *email);

#endif
