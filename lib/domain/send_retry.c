/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_retry - when a message that the provider refused for now is tried again
 *
 * Passing trouble: from 2 s, doubled each time, up to 15 minutes, spread by +-20 % so that what
 * failed together does not come back together. Too many messages to one person: 4^n seconds
 * (Meta's page of error codes, 131056). How often is a matter of the message's validity, which ends
 * it all; the caller looks at that.
 */
#include "domain/send_retry.h"

#define FIRST_MS (2 * SECOND_MS)
#define MOST_MS (15 * MINUTE_MS)

/* An hour: what Meta's rolling windows of calls are, where no time was announced. */
#define UNANNOUNCED_MS HOUR_MS

/* 4^8 seconds are 18 hours: longer than that is of no use to a message. */
enum { PAIR_STEPS_MAX = 8 };

static int64_t
backoff(int64_t n, uint32_t spread)
{
	int64_t wait = FIRST_MS;

	for (int64_t i = 1; i < n && wait < MOST_MS; i++)
		wait *= 2;
	if (wait > MOST_MS)
		wait = MOST_MS;
	wait = wait * (8000 + spread) / 10000;
	return wait < MOST_MS ? wait : MOST_MS;
}

static int64_t
pair(int64_t n)
{
	int64_t wait = SECOND_MS;

	for (int64_t i = 0; i < n && i < PAIR_STEPS_MAX; i++)
		wait *= 4;
	return wait;
}

int64_t
send_retry_wait(enum send_retry retry, int64_t n, int64_t announced_ms, uint32_t spread)
{
	switch (retry) {
	case SEND_RETRY_NEVER:
		return -1;
	case SEND_RETRY_BACKOFF:
		return backoff(n, spread);
	case SEND_RETRY_PAIR:
		return pair(n);
	case SEND_RETRY_LATER:
		return announced_ms > 0 ? announced_ms : UNANNOUNCED_MS;
	}
	return -1;
}
