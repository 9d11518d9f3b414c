/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy - the decisions of the guard as they are kept
 *
 * A refusal is kept with the sentence that its caller got; a send that passed is kept where its
 * risk had something to say.
 */
#include "domain/policy.h"

const struct shape policy_event_shape[] = {
	SHAPE(struct policy_event, id),
	SHAPE(struct policy_event, account_id),
	SHAPE(struct policy_event, instance_id),
	SHAPE(struct policy_event, api_key_id),
	SHAPE(struct policy_event, source),
	SHAPE(struct policy_event, recipient),
	SHAPE(struct policy_event, purpose),
	SHAPE(struct policy_event, message_id),
	SHAPE(struct policy_event, code),
	SHAPE(struct policy_event, action),
	SHAPE_AS_JSON(struct policy_event, parts),
	SHAPE(struct policy_event, sentence),
	SHAPE(struct policy_event, risk_score),
	SHAPE(struct policy_event, count),
	SHAPE(struct policy_event, created_at),
	SHAPE(struct policy_event, last_at),
	SHAPE_END,
};

bool
policy_has_action(const char *word)
{
	static const char *const words[] = { "allow", "review", "block" };

	return text_is_one_of(word, words, ARRAY_LEN(words));
}
