/* SPDX-License-Identifier: Apache-2.0 */
/* send_idempotency - step 7: has this been asked before? */
#include "gateway/send_inside.h"

enum rc
send_step_idempotency(struct send_work *work)
{
	(void)work;
	return RC_OK;
}

void
send_idempotency_keep(struct send_work *work, struct batch *batch)
{
	(void)work;
	(void)batch;
}
