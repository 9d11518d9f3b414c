/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_POLICY_H
#define DOMAIN_POLICY_H

#include "core/shape.h"

/* What the guard decided about a send and somebody may ask about. Holds nothing of what was
 * said. */
struct policy_event {
	const char *id, *account_id, *instance_id, *api_key_id, *source, *recipient, *purpose;
	const char *message_id; /* of a send that was let pass; NULL: refused */
	const char *code;       /* the refusal's word, or "risk" */
	const char *action;     /* "allow", "review", "block" */
	const char *parts;      /* JSON object: what made the score; NULL */
	const char *sentence;   /* what the caller was told; NULL: was not refused */
	int64_t risk_score;
	int64_t count; /* refusals of one key, code and minute share an event */
	struct instant created_at, last_at;
};
extern const struct shape policy_event_shape[];

bool policy_has_action(const char *word);

#endif
