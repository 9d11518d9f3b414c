/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbox_entry - a webhook as it came, seen by the operator
 *
 * Kept until its retention ends, whatever could be made of it: the provider sends nothing twice on
 * request.
 */
#include "domain/inbox_entry.h"

const struct shape inbox_entry_shape[] = {
	SHAPE(struct inbox_entry, id),          SHAPE(struct inbox_entry, provider),
	SHAPE(struct inbox_entry, instance_id), SHAPE(struct inbox_entry, state),
	SHAPE(struct inbox_entry, note),        SHAPE(struct inbox_entry, tries),
	SHAPE(struct inbox_entry, items),       SHAPE(struct inbox_entry, unclaimed),
	SHAPE(struct inbox_entry, received_at), SHAPE(struct inbox_entry, applied_at),
	SHAPE(struct inbox_entry, replayed_at), SHAPE_END,
};

enum inbox_kind
inbox_kind_of(const char *word)
{
	static const char *const words[] = {
		[INBOX_UNCLEAR] = "unclear",
		[INBOX_UNCLAIMED] = "unclaimed",
		[INBOX_ANY] = "any",
	};

	for (enum inbox_kind kind = INBOX_UNCLEAR; kind < INBOX_KINDS; kind++)
		if (text_equal(words[kind], word))
			return kind;
	return INBOX_KINDS;
}
