/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outward - what a process that calls out starts with
 *
 * A file of its own, so that programs which never call anybody are linked without net/ and the
 * libraries behind it.
 */
#include "core/settings.h"
#include "gateway/engine.h"
#include "net/guard.h"
#include "net/net.h"

static enum rc
ready(struct op *op)
{
	if (guard_configure(op, settings()->destinations_allow) == RC_OK)
		return RC_OK;
	return op_fail(op, RC_INPUT, "[destinations] allow: %s", arena_dup(op->arena, op->why));
}

const struct outward gateway_outward = {
	.ready = ready,
	.start = net_start,
	.stop = net_stop,
	.has_timer = net_has_thread,
	.after = net_after,
};
const struct outward gateway_guarded = { .ready = ready };
