/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_INBOX_ENTRY_H
#define DOMAIN_INBOX_ENTRY_H

#include "core/shape.h"

/* One webhook as the provider sent it, and what could be made of it. It belongs to no account: one
 * webhook may speak of several, so that only the operator sees it. */
struct inbox_entry {
	const char *id, *provider;
	const char *instance_id; /* of whose own address; NULL: the operator's app */
	const char *state;       /* new, applied, unclear */
	const char *note;        /* why it is unclear */
	int64_t tries, items, unclaimed;
	struct instant received_at, applied_at, replayed_at;
};
extern const struct shape inbox_entry_shape[];

/* Which of them: what could not be understood, what held items of nobody, all. */
enum inbox_kind { INBOX_UNCLEAR, INBOX_UNCLAIMED, INBOX_ANY, INBOX_KINDS };

/* "unclear", "unclaimed" or "any"; INBOX_KINDS: another word. */
enum inbox_kind inbox_kind_of(const char *word);

#endif
