/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_DOORBELL_H
#define GATEWAY_DOORBELL_H

#include "db/db.h"

/* What a worker needs of the engine: to be woken, and to wait while calls out go on. */

/* Become this machine's worker: the lock that only one process can have, the doorbell, and calls
 * out on this thread. RC_BUSY: another worker has the lock. After gateway_start without calls_out.
 */
MUST_CHECK enum rc gateway_listen(struct op *op);
/* The same when the worker that has the lock ends within ms. One waits at a time: RC_BUSY when
 * another waits already. */
MUST_CHECK enum rc gateway_listen_next(struct op *op, int64_t ms);
/* Hear nothing more: who rings now finds nobody, and knows it. */
void gateway_deafen(void);
void gateway_unlisten(void);

/* Drive calls out until somebody rings, one of them has ended, gateway_rouse is called, or ms
 * have passed. */
void gateway_wait(int64_t ms);

/* End gateway_wait: on this thread, or from a signal handler. */
void gateway_rouse(void);

/* There is more to do at that time: *ms becomes the milliseconds until then, where what it holds is
 * later or nothing (-1). */
void gateway_due(int64_t *ms, struct instant now, struct instant at);

/* db_commit while calls out go on. */
MUST_CHECK enum rc gateway_commit(struct op *op, struct batch *batch);

/* The name by which leases tell this machine's worker from others. */
const char *gateway_machine(void);

/* What a worker of this machine had in hand when it died is to be done again now. */
MUST_CHECK enum rc gateway_recover(struct op *op);

#endif
