/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_SLOWDOWN_H
#define DOMAIN_SLOWDOWN_H

#include "core/clock.h"

/*
 * How hard a receiver in trouble may be pressed. Zeroed: nothing is known against it. A failure
 * leaves it a quarter of its slots, down to one; failures of that one make the pause before the
 * next probe longer, from a second to SLOWDOWN_PAUSE_MAX_MS. A success ends the pause and doubles
 * the slots. Failures of exchanges that began before the last step belong to it: twenty that time
 * out together are one failure.
 */
struct slowdown {
	int64_t slots;  /* 0: all that it may have */
	int64_t probes; /* failed ones in a row */
	struct instant changed_at;
	struct instant until; /* nothing starts before */
};

/* A receiver that has come back is found within this. */
#define SLOWDOWN_PAUSE_MAX_MS (60 * SECOND_MS)
/* What a receiver that is overloaded asks for by Retry-After holds everything to it for so long at
 * most: one answer must not silence an endpoint for a day. */
#define SLOWDOWN_ASKED_MAX_MS HOUR_MS

/* Spreads of pauses: evenly distributed over 0 to SLOWDOWN_SPREAD, for +-20 %. */
enum { SLOWDOWN_SPREAD = 4000 };

/* Of limit; 1 at least. */
int64_t slowdown_slots(const struct slowdown *slowdown, int64_t limit);

void slowdown_failed(struct slowdown *slowdown, int64_t limit, struct instant started,
		     struct instant now, uint32_t spread);
/* It asks not to be called for so many milliseconds. */
void slowdown_asked(struct slowdown *slowdown, int64_t ms, struct instant now);
void slowdown_succeeded(struct slowdown *slowdown, int64_t limit);

#endif
