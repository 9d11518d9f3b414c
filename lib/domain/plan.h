/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_PLAN_H
#define DOMAIN_PLAN_H

#include "domain/account.h"

/* How many messages an account may send in its day and in its month; 0: as many as it likes. */
struct plan_limits {
	int64_t day, month;
};

/* A plan as somebody chooses it: limits are of a custom plan, and of no other. */
struct plan_choice {
	const char *name;
	struct plan_limits limits;
};

/* "starter, growth, scale, unlimited or custom" */
extern const char plan_names[];

/* NULL when that can be chosen, else what to change. */
const char *plan_problem(struct arena *arena, const struct plan_choice *choice);

/* Of the account's plan; one that is not known any more limits nothing. */
struct plan_limits plan_limits_of(const struct account *account);

#endif
