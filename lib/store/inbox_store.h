/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_INBOX_STORE_H
#define STORE_INBOX_STORE_H

#include "db/db.h"

/* What the provider sent, verified and not yet understood. System scope throughout. */
struct inbox {
	const char *id, *provider;
	const char *instance_id;    /* of whose own address; NULL: the operator's app */
	const char *raw, *encoding; /* utf8 or base64 */
	int64_t tries;
	int64_t items, unclaimed; /* as far as it was applied when it was broken off */
	struct instant received_at;
};

void inbox_store_insert(struct batch *batch, const struct inbox *inbox);

/*
 * Take up to limit rows in hand, oldest first, those whose lease has run out too. Returns the
 * batch index; inbox_store_claimed reads the rows (without raw) in no order.
 */
int inbox_store_claim(struct batch *batch, struct instant now, struct instant lease_until,
		      const char *by, int64_t limit);
MUST_CHECK enum rc
inbox_store_claimed(struct op *op, const struct batch *batch, int index, struct list *out);

/* The body of a row. */
MUST_CHECK enum rc
inbox_store_body(struct op *op, const char **raw, const char **encoding, const char *id);

/* Done with: items were in it, of which unclaimed belonged to nobody here. */
void inbox_store_applied(struct batch *batch, const char *id, struct instant at, int64_t items,
			 int64_t unclaimed);
/* Kept, and not tried again. */
void inbox_store_unclear(struct batch *batch, const char *id, struct instant at, const char *note);
/* Give a row back with so many of its items applied; the rest is claimed like any other. */
void inbox_store_break_off(struct batch *batch, const char *id, int64_t items, int64_t unclaimed);
/* Give a row back; it may be claimed again after not_before. */
void inbox_store_release(struct batch *batch, const char *id, struct instant not_before);
/* Give a row back as if it had not been claimed. */
void inbox_store_unclaim(struct batch *batch, const char *id);
/* Whatever this machine's worker had in hand when it died. */
void inbox_store_recover(struct batch *batch, const char *by);

/* Is there a row to claim? */
MUST_CHECK enum rc inbox_store_is_due(struct op *op, bool *out, struct instant now);
/* Since when the oldest unread row waits; 0: there is none. */
MUST_CHECK enum rc inbox_store_oldest(struct op *op, struct instant *out);

/* Rows kept as not understood, counted up to 10,000. */
MUST_CHECK enum rc inbox_store_count_unclear(struct op *op, int64_t *out);

/* Numbers of instances that nothing may come in for; struct isolated, at most 200. */
struct isolated {
	const char *phone_number_id;
};
MUST_CHECK enum rc inbox_store_isolated(struct op *op, struct list *out);

extern const struct stmt *const inbox_store_stmts[];

#endif
