/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_PIGGYBACK_H
#define GATEWAY_PIGGYBACK_H

/*
 * Background work where no worker can stay: with [worker] mode = piggyback a request, once its
 * answer is out, starts a worker for a slice of time. One works at a time and one waits to be next;
 * both end by themselves.
 */

/* After every answer; does nothing in the other modes. A slice is started when this process has
 * made work that no worker was there to hear of, or when there has not been one for a while, since
 * what is due later rings no bell. */
void gateway_piggyback(void);

#endif
