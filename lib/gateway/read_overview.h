/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_READ_OVERVIEW_H
#define GATEWAY_READ_OVERVIEW_H

#include "core/shape.h"
#include "gateway/engine.h"

/* Counts of one day in the account's time zone, from daily_count: sent (accepted by the provider),
 * delivered, read, failed, received, unknown. */
struct day_counts {
	const char *day;
	int64_t sent, delivered, read, failed, received, unknown;
};
extern const struct shape day_counts_shape[];

/* Something a person should look at. level: "danger", "warning" or "info"; link and link_text may
 * be NULL; since 0: not known. */
struct attention {
	const char *level, *text, *link, *link_text;
	struct instant since;
};
extern const struct shape attention_shape[];

struct overview {
	int64_t sent, delivered, read, failed, received, unknown; /* over the days */
	struct list days;                 /* struct day_counts, oldest first */
	struct list instances;            /* struct instance */
	struct list attentions;           /* struct attention */
	int64_t delivery_success_percent; /* of the last day; -1: none */
	int64_t suppressed, waiting_deliveries;
};
extern const struct shape overview_shape[];
/* days: 1 to 90, today included. */
MUST_CHECK enum rc gateway_overview(struct op *op, struct overview *out, int64_t days);

/* Count something of the account's day in the caller's batch: the words above.
 * Simulated messages are not counted. */
struct batch;
void
count_add(struct op *op, struct batch *batch, const char *account_id, const char *what, int64_t n);

#endif
