/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_DAILY_COUNT_H
#define GATEWAY_DAILY_COUNT_H

#include "core/op.h"
#include "store/use_store.h"

/* Days of accounts, for the counts and those who read them. */

/* The instant whose UTC reading is the wall clock of the zone; an unknown zone is UTC. */
struct instant local_time(const char *zone, struct instant at);

/* "2026-11-21" of such an instant. */
const char *local_day(struct op *op, struct instant local);

/* The op's now in an account. A change of the account's zone shows within a minute. */
struct use_day account_day(struct op *op, const char *account_id);

/* When such a day begins in the zone; where a clock is set forward over midnight, when it would
 * have begun. The first day of the month after the one of that day. */
struct instant local_midnight(const char *zone, const char *day);
const char *next_month(struct op *op, const char *day);

#endif
