/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VELOCITY_STORE_H
#define STORE_VELOCITY_STORE_H

#include "db/db.h"

/* How many people the op's account wrote to for the first time, by the hours of Unix time. text:
 * "text:" and a hash of what was said; NULL: nothing was. */

struct velocity {
	int64_t this_hour, hour_before; /* new people */
	int64_t same_text;              /* those of the last 24 hours who got that text */
};
MUST_CHECK enum rc velocity_store_get(struct op *op, struct velocity *out, const char *text);

/* New people in so many hours before this one, at most 7 days. */
MUST_CHECK enum rc velocity_store_sum(struct op *op, int64_t *out, int64_t hours);

/* One more. */
void velocity_store_add(struct batch *batch, const char *text, struct instant now);

/* System scope: forget what nothing asks for any more, at most limit rows. Returns the index. */
int velocity_store_forget(struct batch *batch, struct instant now, int64_t limit);

extern const struct stmt *const velocity_store_stmts[];

#endif
