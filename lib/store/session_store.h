/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SESSION_STORE_H
#define STORE_SESSION_STORE_H

#include "db/db.h"
#include "domain/account.h"

/* System scope: before the gate there is no account. */

/* By the SHA-256 of the cookie's value, with the person's and the account's names; RC_MISSING when
 * there is none or the person is disabled. Expiry is the caller's to judge. */
MUST_CHECK enum rc session_store_by_hash(struct op *op, struct session *out, const char *hash);

void session_store_insert(struct batch *batch, const struct session *session);
void session_store_touch(struct batch *batch, const char *hash, struct instant seen_at);
void session_store_delete(struct batch *batch, const char *hash);
void session_store_delete_of_user(struct batch *batch, const char *user_id);
/* At most 100 sessions that ended before. */
void session_store_delete_ended(struct batch *batch, struct instant before);

/* Failed sign-ins of one subject ("client 192.0.2.1"). */
struct sign_in_failure {
	const char *subject;
	int64_t count;
	struct instant first_at, last_at;
};
/* RC_MISSING when there are none. */
MUST_CHECK enum rc
session_store_failures(struct op *op, struct sign_in_failure *out, const char *subject);
/* One more, counted before it is known to fail, so that attempts side by side cannot pass the
 * limit together: RC_LIMIT when limit are counted already. A count whose first failure is older
 * than since starts anew. */
void session_store_take_attempt(struct batch *batch, const char *subject, struct instant at,
				struct instant since, int64_t limit);
/* It did not fail. */
void session_store_return_attempt(struct batch *batch, const char *subject);
void session_store_forget_failures(struct batch *batch, const char *subject);
/* At most 100 subjects whose last failure is older. */
void session_store_delete_failures(struct batch *batch, struct instant before);

extern const struct stmt *const session_store_stmts[];

#endif
