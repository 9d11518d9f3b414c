/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_INSTANCE_STATE_H
#define GATEWAY_INSTANCE_STATE_H

#include "db/db.h"
#include "domain/instance.h"

/*
 * Tell, as part of the batch, that an instance has changed: instance.connected or
 * instance.disconnected where it has become able to work or ceased to be, and
 * instance.connection_updated each time. was: its state before; reason NULL: that of its state.
 */
MUST_CHECK enum rc
instance_announce(struct op *op, struct batch *batch, const struct instance *instance,
		  const char *was, const char *reason);

/* The same where state, reason, quality or verified name differ, and nothing where they do not. */
MUST_CHECK enum rc
instance_announce_change(struct op *op, struct batch *batch, const struct instance *before,
			 const struct instance *after);

/* Worker: restrictions that have ended open their instances again; *n counts. */
MUST_CHECK enum rc gateway_end_restrictions(struct op *op, int64_t *n);

#endif
