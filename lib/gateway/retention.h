/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_RETENTION_H
#define GATEWAY_RETENTION_H

#include "gateway/engine.h"

/*
 * Worker: remove a small portion of what is older than [retention] says: applied webhooks, events
 * with their deliveries and attempts, policy events. What waits or is under way stays, and so does
 * what was not understood. The writer is held for some 20 ms at most. *n counts what was removed.
 */
MUST_CHECK enum rc gateway_retention_turn(struct op *op, int64_t *n);

#endif
