/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusal - everything a send can be refused for: the product's word and what it means in rc
 *
 * The words are those of the guarded dialect and stand in its documentation. Several refusals
 * share a word where the sentence beside it tells them apart.
 */
#include "domain/refusal.h"

static const struct {
	const char *word;
	enum rc rc;
} refusals[REFUSAL__MAX] = {
	[REFUSAL_NONE] = { "", RC_OK },
	[REFUSAL_KEY_MISSING] = { "invalid_api_key", RC_AUTH },
	[REFUSAL_KEY_FORM] = { "invalid_api_key", RC_AUTH },
	[REFUSAL_KEY_UNKNOWN] = { "invalid_api_key", RC_AUTH },
	[REFUSAL_KEY_EXPIRED] = { "invalid_api_key", RC_AUTH },
	[REFUSAL_KEY_REVOKED] = { "revoked_api_key", RC_AUTH },
	[REFUSAL_SCOPE] = { "scope_missing", RC_DENIED },
	[REFUSAL_ADDRESS] = { "scope_missing", RC_DENIED },
	[REFUSAL_MODULE] = { "module_not_enabled", RC_DENIED },
	[REFUSAL_ACCOUNT_PAUSED] = { "account_paused", RC_DENIED },
	[REFUSAL_GATEWAY_SUSPENDED] = { "account_paused", RC_DENIED },
	[REFUSAL_JSON] = { "invalid_json", RC_INPUT },
	[REFUSAL_RECIPIENT] = { "validation_error", RC_INPUT },
	[REFUSAL_FIELD] = { "validation_error", RC_INPUT },
	[REFUSAL_PURPOSE_MISSING] = { "message_purpose_required", RC_INPUT },
	[REFUSAL_PURPOSE] = { "message_purpose_not_allowed", RC_INPUT },
	[REFUSAL_INSTANCE_UNKNOWN] = { "invalid_instance", RC_MISSING },
	[REFUSAL_INSTANCE_PAUSED] = { "instance_paused", RC_DENIED },
	[REFUSAL_INSTANCE_STATE] = { "instance_not_connected", RC_CONFLICT },
	[REFUSAL_IN_PROGRESS] = { "idempotency_in_progress", RC_CONFLICT },
	[REFUSAL_MISMATCH] = { "idempotency_mismatch", RC_INPUT },
	[REFUSAL_UNKNOWN_TWIN] = { "outcome_unknown", RC_CONFLICT },
	[REFUSAL_RATE] = { "rate_limited", RC_LIMIT },
	[REFUSAL_PAIR] = { "sending_throttled", RC_LIMIT },
	[REFUSAL_DAY_LIMIT] = { "daily_limit_reached", RC_LIMIT },
	[REFUSAL_MONTH_LIMIT] = { "monthly_limit_reached", RC_LIMIT },
	[REFUSAL_BALANCE] = { "insufficient_balance", RC_DENIED },
	[REFUSAL_SUPPRESSED] = { "recipient_suppressed", RC_DENIED },
	[REFUSAL_WINDOW] = { "conversation_window_closed", RC_CONFLICT },
	[REFUSAL_POLICY] = { "policy_violation", RC_DENIED },
	[REFUSAL_EXPIRED] = { "expired", RC_CONFLICT },
	[REFUSAL_NOT_CANCELLABLE] = { "not_cancellable", RC_CONFLICT },
	[REFUSAL_METHOD] = { "method_not_allowed", RC_INPUT },
	[REFUSAL_NOT_FOUND] = { "not_found", RC_MISSING },
	[REFUSAL_TOO_LARGE] = { "payload_too_large", RC_INPUT },
	[REFUSAL_MEDIA_TYPE] = { "unsupported_media_type", RC_INPUT },
	[REFUSAL_BUSY] = { "unavailable", RC_BUSY },
	[REFUSAL_INTERNAL] = { "internal_error", RC_INTERNAL },
	[REFUSAL_PROVIDER] = { "gateway_send_failed", RC_UPSTREAM },
	[REFUSAL_UNKNOWN_OUTCOME] = { "outcome_unknown", RC_UPSTREAM },
};

const char *
refusal_word(enum refusal refusal)
{
	return refusals[refusal].word;
}

enum rc
refusal_rc(enum refusal refusal)
{
	return refusals[refusal].rc;
}
