/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_APPLY_OWNER_H
#define GATEWAY_APPLY_OWNER_H

#include "provider/provider.h"

/*
 * Whose an item of a webhook is. What came to the operator's address may be for anybody here.
 * What came to an instance's own address was signed with a secret that its owner knows: it speaks
 * for instances of that account with the same app secret, and for nobody else. While a secret is
 * being rotated the one before counts too: two numbers of one Meta app change it one after another.
 */
struct owner_rule {
	const char *account_id; /* NULL: anybody's */
	struct credentials credentials;
	bool nobody; /* the instance of the address is gone */
};
MUST_CHECK enum rc owner_rule_of(struct op *op, struct owner_rule *out, const char *instance_id);

/* One account's part in an item: its instance and, for changes of a whole business account, its
 * other instances there. */
struct owner {
	const struct instance *instance;
	struct list also; /* struct instance */
};
/* *out: struct owner, empty when it is nobody's. */
MUST_CHECK enum rc owner_find(struct op *op, struct list *out, const struct owner_rule *rule,
			      const struct happening *happening);

/* Is that the instance's number, however the two are written? */
bool owner_is_shown_as(struct op *op, const struct instance *instance, const char *number);

#endif
