/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_OVERVIEW_H
#define SITE_VIEW_OVERVIEW_H

#include "gateway/read_overview.h"
#include "site/view.h"

/* What templates/overview.html may use. */
struct overview_page {
	const char *days, *sent, *delivered, *read, *failed, *received, *unknown;
	const char *delivered_rate, *read_rate, *delivery_rate;
	const char *waiting, *waiting_noun, *suppressed, *suppressed_noun;
	const char *curl, *key_hint;
	const char *chart_width, *scale_top, *scale_middle, *first_day, *middle_day, *last_day;
	struct list periods, bars, instances, attentions;
	bool has_messages, has_instances, has_attentions;
};
extern const struct shape overview_page_shape[];

MUST_CHECK enum rc view_overview(struct web *web, struct overview_page *out, int64_t days);

#endif
