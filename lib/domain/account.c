/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account - a tenant and the people who sign in for it
 *
 * What leaves the house about them is decided here: a password's hash is read from the table
 * and written to no page and no JSON.
 */
#include "domain/account.h"

enum { EMAIL_MAX = 254 };

const struct shape account_shape[] = {
	SHAPE(struct account, id),
	SHAPE(struct account, name),
	SHAPE(struct account, plan),
	SHAPE(struct account, time_zone),
	SHAPE(struct account, marketing),
	SHAPE(struct account, essential_purposes),
	SHAPE(struct account, send_module),
	SHAPE(struct account, billing),
	SHAPE(struct account, paused_at),
	SHAPE(struct account, pause_reason),
	SHAPE(struct account, paused_by),
	SHAPE(struct account, last_log_id),
	SHAPE(struct account, day_limit),
	SHAPE(struct account, month_limit),
	SHAPE(struct account, review_score),
	SHAPE(struct account, block_score),
	SHAPE(struct account, reply_after_opt_out),
	SHAPE(struct account, notices_off),
	SHAPE(struct account, created_at),
	SHAPE_END,
};

const struct shape user_shape[] = {
	SHAPE(struct user, id),           SHAPE(struct user, account_id),
	SHAPE(struct user, email),        SHAPE(struct user, name),
	SHAPE(struct user, role),         SHAPE_HIDDEN(struct user, password_hash),
	SHAPE(struct user, disabled_at),  SHAPE(struct user, created_at),
	SHAPE(struct user, signed_in_at), SHAPE_END,
};

const struct shape session_shape[] = {
	SHAPE_HIDDEN(struct session, token_hash),
	SHAPE(struct session, user_id),
	SHAPE(struct session, account_id),
	SHAPE_HIDDEN(struct session, csrf_token),
	SHAPE(struct session, client),
	SHAPE(struct session, agent),
	SHAPE(struct session, email),
	SHAPE(struct session, user_name),
	SHAPE(struct session, role),
	SHAPE(struct session, account_name),
	SHAPE(struct session, created_at),
	SHAPE(struct session, seen_at),
	SHAPE(struct session, expires_at),
	SHAPE_END,
};

bool
account_has_marketing(const char *word)
{
	static const char *const words[] = { "refuse", "templates" };

	return text_is_one_of(word, words, ARRAY_LEN(words));
}

bool
user_gets_notices(const struct user *user)
{
	enum role role = role_read(user->role);

	return user->disabled_at.ms == 0 && (role == ROLE_OWNER || role == ROLE_ADMIN);
}

/* Blanks and control characters, and what a list of addresses or a header would be made with. */
static bool
has_odd_byte(const char *email)
{
	for (const char *c = email; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || strchr("\x7f,;<>\"", *c) != NULL)
			return true;
	return false;
}

bool
email_is_plausible(const char *email)
{
	const char *at = email == NULL ? NULL : strchr(email, '@');

	if (at == NULL || at == email || strlen(email) > EMAIL_MAX || has_odd_byte(email))
		return false;
	return strchr(at + 1, '@') == NULL && at[1] != '.' && strchr(at, '.') != NULL &&
	       !text_ends(email, ".");
}
