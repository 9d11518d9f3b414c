/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suppression - who may not be messaged, and for which purposes
 *
 * marketing_opt_out keeps back whatever is not one of the allowed purposes; opted_out all but the
 * account's essential ones; what a person or the provider decided (manual, complaint, blocked)
 * keeps back everything. An unknown reason keeps back everything too.
 */
#include "domain/message.h"

const struct shape suppression_shape[] = {
	SHAPE(struct suppression, id),
	SHAPE(struct suppression, account_id),
	SHAPE(struct suppression, recipient),
	SHAPE(struct suppression, reason),
	SHAPE(struct suppression, source),
	SHAPE(struct suppression, actor),
	SHAPE(struct suppression, instance_id),
	SHAPE(struct suppression, inbound_id),
	SHAPE(struct suppression, text),
	SHAPE(struct suppression, keyword),
	SHAPE(struct suppression, note),
	SHAPE(struct suppression, lifted_by),
	SHAPE(struct suppression, lift_reason),
	SHAPE(struct suppression, since),
	SHAPE(struct suppression, lifted_at),
	SHAPE(struct suppression, language),
	SHAPE(struct suppression, rule),
	SHAPE(struct suppression, confirmation_id),
	SHAPE_END,
};

const char *const suppression_reasons[] = {
	"opted_out", "manual", "blocked", "complaint", "marketing_opt_out", NULL,
};

bool
suppression_has_reason(const char *reason)
{
	for (const char *const *known = suppression_reasons; *known != NULL; known++)
		if (text_equal(*known, reason))
			return true;
	return false;
}

bool
suppression_blocks(const char *reason, const char *purpose, const char *essential)
{
	if (text_equal(reason, "marketing_opt_out"))
		return purpose_class(purpose) != PURPOSE_ALLOWED;
	if (text_equal(reason, "opted_out"))
		return !text_list_has(essential, purpose);
	return true;
}
