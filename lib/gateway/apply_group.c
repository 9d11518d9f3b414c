/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_group - many items in one commit
 *
 * Each item is all or nothing by itself: one that was told before, or that fails, takes nothing
 * with it. Items end with the commit, which bounds what they cost in memory.
 */
#include "gateway/apply_group.h"

enum { LARGE = 256 << 10 };

void
apply_note(struct op *op, struct outcome *outcome, enum rc rc, const char *why)
{
	if (outcome == NULL || outcome->rc != RC_OK)
		return;
	outcome->rc = rc;
	outcome->why = arena_dup(op->arena, why);
}

/* RC_CONFLICT: the provider has told of it before. */
static void
end_item(struct apply_group *group, struct item *item, enum rc rc)
{
	if (rc != RC_OK && rc != RC_CONFLICT)
		apply_note(group->op, item->outcome, rc, batch_why(item->batch));
	op_end(item->op);
}

void
apply_group_commit(struct apply_group *group)
{
	struct batch *batches[GROUP_MAX];
	enum rc rcs[GROUP_MAX];

	for (size_t i = 0; i < group->n; i++)
		batches[i] = group->items[i].batch;
	if (group->n > 0)
		db_commit_all(group->op, batches, group->n, rcs);
	for (size_t i = 0; i < group->n; i++)
		end_item(group, &group->items[i], rcs[i]);
	group->n = group->bytes = 0;
}

bool
apply_group_is_large(const struct apply_group *group)
{
	return group->bytes > LARGE;
}

static bool
has_key(const struct apply_group *group, const char *key)
{
	for (size_t i = 0; i < group->n && key != NULL; i++)
		if (text_equal(group->items[i].keys.one, key) ||
		    text_equal(group->items[i].keys.other, key))
			return true;
	return false;
}

struct item *
apply_group_item(struct apply_group *group, const char *account_id, struct apply_keys keys,
		 size_t bytes)
{
	struct item *item;

	if (group->n == GROUP_MAX || apply_group_is_large(group) || has_key(group, keys.one) ||
	    has_key(group, keys.other))
		apply_group_commit(group);
	item = &group->items[group->n];
	*item = (struct item){ .op = op_begin("worker") };
	item->op->account_id = arena_dup(item->op->arena, account_id);
	item->batch = batch_new(item->op);
	item->keys.one = arena_dup(item->op->arena, keys.one);
	item->keys.other = arena_dup(item->op->arena, keys.other);
	group->bytes += bytes;
	return item;
}

void
apply_group_add(struct apply_group *group, enum rc rc)
{
	struct item *item = &group->items[group->n];

	db_rest(item->op);
	if (rc == RC_OK) {
		group->n++;
		return;
	}
	apply_note(group->op, item->outcome, rc, item->op->why);
	op_end(item->op);
}
