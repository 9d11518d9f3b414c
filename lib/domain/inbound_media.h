/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_INBOUND_MEDIA_H
#define DOMAIN_INBOUND_MEDIA_H

#include "core/shape.h"

/* What a message says about its file. Members may be NULL. */
struct message_media {
	const char *id, *mime_type, *sha256, *caption, *filename;
};

/* A file of a message from a person, on its way here or kept. state: "waiting", "fetching" (leased
 * by a worker), "kept", "failed" (not tried again), "gone" (the provider has it no longer). */
struct inbound_media {
	const char *id, *account_id, *instance_id, *inbound_id, *media_id, *mime_type, *filename;
	const char *sha256; /* told before it came: hex, or NULL */
	const char *state, *lease_by, *last_error;
	const char *hash; /* of what is kept: hex */
	int64_t tries, size;
	struct instant due_at, lease_until, keep_from, done_at;
};
extern const struct shape inbound_media_shape[];

/* Milliseconds until the next try after so many that failed; -1: none, the provider has it for no
 * longer. */
int64_t inbound_media_retry_ms(int64_t tries);

/* A content that is not what was announced is not asked for more often. */
enum { INBOUND_MEDIA_MISMATCHES = 3 };

/* Bytes that a file of this type may have: Meta's limit for its kind, and no more than most. */
int64_t inbound_media_limit(const char *mime_type, int64_t most);

/* Meta tells SHA-256 as base64 in webhooks and as hex elsewhere: hex, or NULL when it is neither.
 */
const char *inbound_media_sha256(struct arena *arena, const char *told);

/* Types that a browser shows without being able to run anything of them. */
bool inbound_media_is_shown(const char *mime_type);

#endif
