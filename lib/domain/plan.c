/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan - how much an account may send
 *
 * The plans' limits are the product's; a custom plan has the account's own, where no limit of one
 * kind means none.
 */
#include "domain/plan.h"

static const char custom[] = "custom";

const char plan_names[] = "starter, growth, scale, unlimited or custom";

static const struct {
	const char *name;
	struct plan_limits limits;
} plans[] = {
	{ "starter", { 100, 2000 } },
	{ "growth", { 500, 10000 } },
	{ "scale", { 1500, 30000 } },
	{ "unlimited", { 0, 0 } },
};

static bool
is_fixed(const char *name, struct plan_limits *limits)
{
	for (size_t i = 0; i < ARRAY_LEN(plans); i++) {
		if (!text_equal(plans[i].name, name))
			continue;
		*limits = plans[i].limits;
		return true;
	}
	return false;
}

const char *
plan_problem(struct arena *arena, const struct plan_choice *choice)
{
	struct plan_limits of_plan, own = choice->limits;
	bool limited = own.day != 0 || own.month != 0;

	if (is_fixed(choice->name, &of_plan))
		return limited ? arena_printf(
					 arena,
					 "The plan %s has its own limits: give others with the "
					 "plan custom alone",
					 choice->name)
			       : NULL;
	if (!text_equal(choice->name, custom))
		return arena_printf(arena, "There is no plan \"%s\": %s", choice->name, plan_names);
	if (!limited)
		return "A custom plan needs a limit per day, per month or both";
	return own.day < 0 || own.month < 0 ? "A limit is a whole number from 1" : NULL;
}

struct plan_limits
plan_limits_of(const struct account *account)
{
	struct plan_limits limits = { 0 };

	if (text_equal(account->plan, custom))
		return (struct plan_limits){ account->day_limit, account->month_limit };
	if (!is_fixed(account->plan, &limits))
		return (struct plan_limits){ 0 };
	return limits;
}
