/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit - who did what to which object
 *
 * An entry is part of the batch that does it: what is not recorded has not happened, and what did
 * not happen is not recorded. Details are one JSON value or a short text and never hold a secret.
 */
#include "store/audit_store.h"

#include "core/ids.h"
#include "gateway/people.h"

void
audit_add(struct op *op, struct batch *batch, const char *verb, const char *object,
	  const char *details)
{
	const struct audit_entry entry = {
		.id = id_new(op, "aud"),
		.account_id = op->account_id == NULL ? "" : op->account_id,
		.actor = op->actor,
		.verb = verb,
		.object = object,
		.details = details,
		.at = op->now,
	};

	audit_store_insert(batch, &entry);
}
