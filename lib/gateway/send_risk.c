/* SPDX-License-Identifier: Apache-2.0 */
/* send_risk - steps 13 and 14: the conversation window, velocity and risk. */
#include "gateway/send_inside.h"

enum rc
send_step_window(struct send_work *work)
{
	(void)work;
	return RC_OK;
}

enum rc
send_step_risk(struct send_work *work)
{
	(void)work;
	return RC_OK;
}
