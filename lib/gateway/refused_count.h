/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_REFUSED_COUNT_H
#define GATEWAY_REFUSED_COUNT_H

#include "domain/refusal.h"

#define REFUSED_PREFIX "refused:"

/* One more refusal of steps 1 to 3, in the daily counts as this and its word. account_id NULL:
 * nobody knows whose. From any thread. */
void refused_count(const char *account_id, enum refusal refusal);

/* Write what has been counted and not been written yet. */
void refused_count_flush(void);

#endif
