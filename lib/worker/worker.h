/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORKER_WORKER_H
#define WORKER_WORKER_H

#include "core/op.h"

/*
 * The loop that does the gateway's background work: claim, run, settle, sleep. Knows how jobs are
 * called, not what they do.
 */

/* Body of the daemon, after gateway_start without calls out: works until SIGTERM or SIGINT, then
 * ends what is under way (10 s at most). Returns the exit status. */
int worker_main(void);

/* Do everything that is due now, wait for it, and return; for cron. An exit status. When another
 * worker is at work that one does it: 0. */
int worker_once(void);

/* Work for [worker] slice seconds, or until nothing has come for a while, then end what is under
 * way; for piggyback. An exit status. Waits for its turn when another worker is at work; when one
 * waits already: 0. */
int worker_slice(void);

#endif
