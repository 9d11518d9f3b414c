/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_DAILY_COUNT_H
#define GATEWAY_DAILY_COUNT_H

#include "core/op.h"

/* Days of accounts, for the counts and those who read them. */

/* The instant whose UTC reading is the wall clock of the zone; an unknown zone is UTC. */
struct instant local_time(const char *zone, struct instant at);

/* "2026-11-21" of such an instant. */
const char *local_day(struct op *op, struct instant local);

#endif
