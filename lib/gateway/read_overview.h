/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_READ_OVERVIEW_H
#define GATEWAY_READ_OVERVIEW_H

#include "core/shape.h"
#include "gateway/engine.h"

/* Counts of one day, from daily_count. */
struct day_counts {
	const char *day;
	int64_t sent, delivered, read, failed, received, unknown;
};
extern const struct shape day_counts_shape[];

/* Something a person should look at. level: "danger", "warning" or "info". */
struct attention {
	const char *level, *text, *link, *link_text;
};
extern const struct shape attention_shape[];

struct overview {
	int64_t sent, delivered, read, failed, received, unknown;	/* over the days */
	struct list days;		/* struct day_counts, oldest first */
	struct list instances;		/* struct instance */
	struct list attentions;		/* struct attention */
	int64_t delivery_success_percent;	/* of the last day; -1: none */
	int64_t suppressed, waiting_deliveries;
};
extern const struct shape overview_shape[];
MUST_CHECK enum rc gateway_overview(struct op *op, struct overview *out, int64_t days);

/* Count something of the account's day in the caller's batch (`sent`, `delivered`, ...). */
struct batch;
void count_add(struct op *op, struct batch *batch, const char *account_id, const char *what, int64_t n);

#endif
