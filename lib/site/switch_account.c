/* SPDX-License-Identifier: Apache-2.0 */
/*
 * switch_account - an account's people pause it, and end the pause that they began
 *
 * For the moment when something sends that should not, before anybody knows what it is: one
 * button, for all numbers at once.
 */
#include "gateway/people.h"
#include "site/view_instances.h"

const struct field pause_fields[] = {
	FIELD(struct pause_input, what, NEEDED, 1, 20, NULL),
	FIELD(struct pause_input, reason, OPTIONAL, 0, 200, NULL),
	FIELDS_END,
};

enum rc
switch_account(struct web *web)
{
	const struct pause_input *input = web->input;
	bool pause = text_equal(input->what, "pause");

	if (pause)
		TRY(gateway_pause_own(web->op, input->reason));
	else
		TRY(gateway_resume_own(web->op));
	return site_done(web, "/instances", "good",
			 pause ? "Paused: nothing is sent through any number until you resume."
			       : "Resumed.");
}
