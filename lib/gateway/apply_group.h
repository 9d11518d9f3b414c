/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_APPLY_GROUP_H
#define GATEWAY_APPLY_GROUP_H

#include "gateway/apply.h"

enum { GROUP_MAX = 64 };

/* Items that ride in one commit. */
struct apply_group {
	struct op *op; /* of the turn; outlives the items */
	struct item items[GROUP_MAX];
	size_t n, bytes;
};

/*
 * An empty item in an op of its own, in the account; fill it, then apply_group_add. Commits the
 * group first when it is full, or when what comes depends on what is in it (a key in
 * common).
 */
struct item *apply_group_item(struct apply_group *group, const char *account_id,
			      struct apply_keys keys, size_t bytes);
/* rc: of preparing the item that apply_group_item gave last. RC_OK keeps it for the commit;
 * anything else drops it and is noted. */
void apply_group_add(struct apply_group *group, enum rc rc);

/* Commit what is there, each item with its own outcome. */
void apply_group_commit(struct apply_group *group);
/* Is so much in it that it had better be committed? */
bool apply_group_is_large(const struct apply_group *group);

/* Keep the first failure; why is copied into the op's arena. */
void apply_note(struct op *op, struct outcome *outcome, enum rc rc, const char *why);

#endif
