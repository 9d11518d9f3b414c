/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SEND_LIMITS_H
#define GATEWAY_SEND_LIMITS_H

#include "gateway/send_inside.h"
#include "store/pace_store.h"

/* Between the files of steps 8 to 10, and the quota of media. */

/* What a limit tells whoever came over it. */
struct limit_hit {
	const char *type;       /* "sec", "min", "day", "month", "pair", "in_flight" */
	int64_t limit, used;    /* used -1: not told */
	struct instant free_at; /* when there is room again; 0: any time */
};

/* The answer's details and headers, after a guard's miss. */
void limit_tell(struct send_work *work, const struct limit_hit *hit);
/* The fuller of two windows, and both of them for the answer's headers. */
struct limit_hit limit_fuller(const struct pace_limit *limit, const struct pace_count *count);
void
limit_note_pace(struct send *send, const struct pace_limit *limit, const struct pace_count *count);
/* Whole seconds until there is room again, from 1 on; once it was told. */
long long limit_seconds(const struct send_work *work);

/* What this send is counted under: "key:key_...", "fake-key:key_..." when it is simulated. */
const char *limit_subject(struct send_work *work, const char *kind, const char *id);

/* Guards of what a key has of its own: a limit per day, and of sends at once. */
void limit_key_day(struct send_work *work);
void limit_key_in_flight(struct send_work *work);

#endif
