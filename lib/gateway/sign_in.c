/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_in - from e-mail and password to a session
 *
 * Guessing is slowed down per (e-mail, client) and per client, never per e-mail alone: who fails
 * from elsewhere cannot lock the owner out. An attempt is counted before the password is looked
 * at, so that many at once cannot pass the limit together. What was wrong shows neither in the
 * sentence nor in the time: an unknown address costs a comparison with a hash that fits nothing.
 */
#include <arpa/inet.h>
#include <pthread.h>

#include "core/secret.h"
#include "gateway/people.h"
#include "store/session_store.h"
#include "store/user_store.h"

enum { PAIR_ATTEMPTS = 10, CLIENT_ATTEMPTS = 60 };
#define ATTEMPTS_MS (15 * MINUTE_MS)

/* What the attempts of one sign-in are counted under. */
struct subjects {
	const char *pair, *client;
};

static pthread_once_t decoy_once = PTHREAD_ONCE_INIT;
static const char *decoy; /* hash of a password that nobody knows */

static void
make_decoy(void)
{
	struct arena *for_ever = arena_new(0);

	decoy = secret_password_hash(for_ever, secret_token(for_ever));
}

/* One subscriber of IPv6 has a /64 (RFC 6177), so an address of it says little. */
static const char *
client_of(struct op *op, const char *address)
{
	struct in6_addr v6;
	char text[INET6_ADDRSTRLEN];

	if (text_empty(address))
		return "unknown";
	if (inet_pton(AF_INET6, address, &v6) != 1 || IN6_IS_ADDR_V4MAPPED(&v6))
		return text_starts(address, "::ffff:") ? address + strlen("::ffff:") : address;
	memset(v6.s6_addr + 8, 0, 8);
	inet_ntop(AF_INET6, &v6, text, sizeof(text));
	return arena_printf(op->arena, "%s/64", text);
}

/* The address is hashed, because what people type there may be anything. */
static struct subjects
subjects_of(struct op *op, const char *email, const char *address)
{
	const char *client = client_of(op, address);
	const char *pair = arena_printf(op->arena, "%s\n%s", email, client);

	return (struct subjects){
		arena_printf(op->arena, "pair %s", secret_sha256_hex(op->arena, bytes_of(pair))),
		arena_printf(op->arena, "client %s", client),
	};
}

static enum rc
too_many(struct op *op, const char *subject)
{
	struct sign_in_failure failure = { 0 };
	int64_t left = ATTEMPTS_MS;

	op_forgive(op);
	if (session_store_failures(op, &failure, subject) == RC_OK)
		left = failure.first_at.ms + ATTEMPTS_MS - op->now.ms;
	return op_refuse(op, RC_LIMIT, "sign_in",
			 "Too many failed attempts: try again in %lld minutes",
			 (long long)left / MINUTE_MS + 1);
}

static enum rc
count_attempt(struct op *op, const struct subjects *subjects)
{
	struct batch *batch = batch_new(op);
	struct instant since = clock_after(op->now, -ATTEMPTS_MS);
	enum rc rc;

	session_store_take_attempt(batch, subjects->pair, op->now, since, PAIR_ATTEMPTS);
	session_store_take_attempt(batch, subjects->client, op->now, since, CLIENT_ATTEMPTS);
	rc = db_commit(op, batch);
	if (rc != RC_LIMIT)
		return rc;
	return too_many(op, batch_missed(batch) == 0 ? subjects->pair : subjects->client);
}

/* RC_AUTH unless the password is that person's and they may sign in. */
static enum rc
check_person(struct op *op, struct user *out, const char *email, const char *password)
{
	struct user user = { 0 };
	enum rc rc = user_store_by_ref(op, &user, email);
	bool known = rc == RC_OK && text_equal_nocase(user.email, email);
	bool right;

	if (rc != RC_OK && rc != RC_MISSING)
		return rc;
	db_rest(op);
	expect(pthread_once(&decoy_once, make_decoy) == 0);
	right = secret_password_verify(known ? user.password_hash : decoy, password);
	if (!known || !right || user.disabled_at.ms != 0)
		return op_refuse(op, RC_AUTH, "sign_in", "E-mail address or password is wrong");
	*out = user;
	return RC_OK;
}

static enum rc
open_session(struct op *op, const char **token, const struct user *user,
	     const struct subjects *subjects, const struct session *draft)
{
	struct batch *batch = batch_new(op);
	struct session session = *draft;
	const char *plain = secret_token(op->arena);

	session.token_hash = secret_sha256_hex(op->arena, bytes_of(plain));
	session.csrf_token = secret_token(op->arena);
	session.created_at = session.seen_at = op->now;
	session.expires_at = clock_after(op->now, SESSION_MS);
	session_store_insert(batch, &session);
	user_store_signed_in(batch, user->id, op->now);
	session_store_forget_failures(batch, subjects->pair);
	session_store_return_attempt(batch, subjects->client);
	session_store_delete_ended(batch, op->now);
	session_store_delete_failures(batch, clock_after(op->now, -DAY_MS));
	audit_add(op, batch, "user.sign_in", user->id, session.client);
	TRY(db_commit(op, batch));
	*token = plain;
	return RC_OK;
}

enum rc
gateway_sign_in(struct op *op, const char **token, struct session *out, const char *email,
		const char *password, const char *client, const char *agent)
{
	const char *address = text_lower(op->arena, text_trim(op->arena, email));
	struct subjects subjects = subjects_of(op, address, client);
	struct session draft = { .client = client == NULL ? "" : client };
	struct user user = { 0 };

	TRY(count_attempt(op, &subjects));
	TRY(check_person(op, &user, address, password));
	op->account_id = draft.account_id = user.account_id;
	op->actor = arena_printf(op->arena, "user:%s", user.id);
	draft.user_id = user.id;
	draft.agent = arena_dupn(op->arena, agent == NULL ? "" : agent,
				 agent == NULL ? 0 : strnlen(agent, 200));
	TRY(open_session(op, token, &user, &subjects, &draft));
	return gateway_find_session(op, out, *token);
}

enum rc
gateway_confirm_password(struct op *op, const char *email, const char *password, const char *client)
{
	const char *address = text_lower(op->arena, email);
	struct subjects subjects = subjects_of(op, address, client);
	struct batch *batch = batch_new(op);
	struct user user = { 0 };
	enum rc rc;

	TRY(count_attempt(op, &subjects));
	rc = check_person(op, &user, address, password);
	if (rc == RC_AUTH) {
		op_forgive(op);
		return op_refuse(op, rc, "password", "This is not your password");
	}
	TRY(rc);
	session_store_forget_failures(batch, subjects.pair);
	session_store_return_attempt(batch, subjects.client);
	return db_commit(op, batch);
}
