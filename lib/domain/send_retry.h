/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_SEND_RETRY_H
#define DOMAIN_SEND_RETRY_H

#include "core/clock.h"

/* What a provider's refusal means for sending the very same message again. */
enum send_retry {
	SEND_RETRY_NEVER,   /* not to this person, or not before something is changed */
	SEND_RETRY_BACKOFF, /* passing trouble: after longer and longer waits */
	SEND_RETRY_PAIR,    /* too many to this person: only they wait */
	SEND_RETRY_LATER    /* at the time that was announced, or that is known to be needed */
};

/*
 * Milliseconds from the n-th refusal (1 first) to the next try; -1: no more tries. announced_ms: of
 * SEND_RETRY_LATER, 0 when nobody said. spread: evenly distributed over 0 to SEND_RETRY_SPREAD.
 */
enum { SEND_RETRY_SPREAD = 4000 };
int64_t send_retry_wait(enum send_retry retry, int64_t n, int64_t announced_ms, uint32_t spread);

#endif
