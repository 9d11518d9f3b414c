/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_API_KEY_H
#define DOMAIN_API_KEY_H

#include "core/shape.h"

struct api_key {
	const char *id, *account_id, *instance_id, *name, *environment, *hash, *prefix, *last4,
		*scopes;
	const char *created_by, *cidrs; /* cidrs: where it may be used from; NULL: anywhere */
	const char *sealed;             /* the key itself; NULL: it was never kept */
	/* Its own limits: sends per second, minute and day of the account, and at once; 0: the
	 * gateway's ([limits]), or none. */
	int64_t per_second, per_minute, per_day, in_flight;
	struct instant created_at, expires_at, revoked_at, last_used_at;
};
extern const struct shape api_key_shape[];

/*
 * pk_wg_ (production) or sk_wg_ (sandbox), 30 random base62 characters, then CRC-32 of all
 * before it as 6 base62 digits, most significant first, zero-padded: typing errors are refused
 * without a database read, and secret scanners can tell the key from others.
 */
enum { API_KEY_LENGTH = 42 };
char *api_key_make(struct arena *arena, const char *environment, const char *random30);
bool api_key_is_wellformed(const char *text);
bool api_key_has_scope(const struct api_key *key, const char *scope);

/* "send", "read", "suppress", "configure"; NULL after the last. */
extern const char *const api_key_scopes[];

/* May it be used from that numeric address? Always, where the key names none. */
bool api_key_may_come_from(struct arena *arena, const struct api_key *key, const char *address);

/* It makes simulated sends only, and reads only simulated messages. */
bool api_key_is_sandbox(const struct api_key *key);

/* May it see what belongs to this instance? */
bool api_key_covers(const struct api_key *key, const char *instance_id);

#endif
