/* SPDX-License-Identifier: Apache-2.0 */
/* send_limits - steps 8 to 10: how fast, how many. */
#include "gateway/send_inside.h"

enum rc
send_step_rate(struct send_work *work)
{
	(void)work;
	return RC_OK;
}

enum rc
send_step_pair(struct send_work *work)
{
	(void)work;
	return RC_OK;
}

enum rc
send_step_plan(struct send_work *work)
{
	(void)work;
	return RC_OK;
}

void
send_rate_read(struct send_work *work)
{
	(void)work;
}
