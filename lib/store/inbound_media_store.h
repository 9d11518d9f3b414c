/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_INBOUND_MEDIA_STORE_H
#define STORE_INBOUND_MEDIA_STORE_H

#include "db/db.h"
#include "domain/inbound_media.h"

/* ---- in the op's account ---- */

/* A new one, waiting: due_at and keep_from are set. */
void inbound_media_store_insert(struct batch *batch, const struct inbound_media *media);
/* The kept one that the provider calls so, of that instance; RC_MISSING: none is kept. */
MUST_CHECK enum rc inbound_media_store_kept(struct op *op, struct inbound_media *out,
					    const char *instance_id, const char *media_id);
/* Of a message; RC_MISSING: it has none, or none was asked for. */
MUST_CHECK enum rc
inbound_media_store_of(struct op *op, struct inbound_media *out, const char *inbound_id);
/* Whatever is known of that file is to go at once. */
void inbound_media_store_drop(struct batch *batch, const char *instance_id, const char *media_id);

/* ---- system scope: the worker's ---- */

/* Instances with something waiting, by id after `after`, at most limit. due_at: of the first. */
struct due_media {
	const char *instance_id, *account_id;
	struct instant due_at;
	bool rests; /* it is not to be asked now: suspended, or not open */
};
MUST_CHECK enum rc
inbound_media_store_due(struct op *op, struct list *out, const char *after, int64_t limit);

/* Take up to limit due ones of an instance in hand. Returns the batch index. */
int inbound_media_store_claim(struct batch *batch, const char *instance_id, struct instant now,
			      struct instant lease_until, const char *by, int64_t limit);
MUST_CHECK enum rc
inbound_media_store_claimed(struct op *op, const struct batch *batch, int index, struct list *out);
/* What came of it: state, tries, due_at, size, hash, mime_type, last_error, done_at. Nothing when
 * the lease was lost meanwhile (lease_until is the one it was claimed with). */
void inbound_media_store_settle(struct batch *batch, const struct inbound_media *media);
/* Leases that have run out; whatever this machine's worker had in hand: due now. */
void inbound_media_store_reap(struct batch *batch, struct instant now);
void inbound_media_store_recover(struct batch *batch, const char *by, struct instant now);

/* Those whose retention began at `until` or before, at most limit: struct inbound_media. */
MUST_CHECK enum rc
inbound_media_store_aged(struct op *op, struct list *out, struct instant until, int64_t limit);
/* Does one whose retention began later need the file? */
MUST_CHECK enum rc
inbound_media_store_needs(struct op *op, bool *out, const char *hash, struct instant until);
/* Unless it is in hand. */
void inbound_media_store_forget(struct batch *batch, const char *id);

/* Waiting or in hand, counted up to 10,000. */
MUST_CHECK enum rc inbound_media_store_count_open(struct op *op, int64_t *out);

extern const struct stmt *const inbound_media_store_stmts[];

#endif
