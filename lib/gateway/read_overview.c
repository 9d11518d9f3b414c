/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_overview - how an account is doing
 *
 * Reads counters, never counts messages: the page costs the same on the first day and after ten
 * million of them.
 */
#include "gateway/read_overview.h"

#include "core/id_range.h"
#include "domain/account.h"
#include "domain/instance.h"
#include "gateway/attentions.h"
#include "gateway/daily_count.h"
#include "store/account_store.h"
#include "store/backlog_store.h"
#include "store/count_store.h"
#include "store/delivery_store.h"
#include "store/instance_store.h"
#include "store/suppression_store.h"

enum { DAYS_MAX = 90, INSTANCES_SHOWN = 50 };

const struct shape day_counts_shape[] = {
	SHAPE(struct day_counts, day),       SHAPE(struct day_counts, sent),
	SHAPE(struct day_counts, delivered), SHAPE(struct day_counts, read),
	SHAPE(struct day_counts, failed),    SHAPE(struct day_counts, received),
	SHAPE(struct day_counts, unknown),   SHAPE_END,
};

const struct shape overview_shape[] = {
	SHAPE(struct overview, sent),
	SHAPE(struct overview, delivered),
	SHAPE(struct overview, read),
	SHAPE(struct overview, failed),
	SHAPE(struct overview, received),
	SHAPE(struct overview, unknown),
	SHAPE_ROWS(struct overview, days, struct day_counts, day_counts_shape),
	SHAPE_ROWS(struct overview, instances, struct instance, instance_shape),
	SHAPE_ROWS(struct overview, attentions, struct attention, attention_shape),
	SHAPE(struct overview, delivery_success_percent),
	SHAPE(struct overview, suppressed),
	SHAPE(struct overview, waiting_deliveries),
	SHAPE_END,
};

/* Where a count belongs: in the day, and in the overview's sum. */
static const struct {
	const char *what;
	size_t in_day, in_sum;
} columns[] = {
#define COLUMN(word)                                                                      \
	{                                                                                 \
#word, offsetof(struct day_counts, word), offsetof(struct overview, word) \
	}
	COLUMN(sent),   COLUMN(delivered), COLUMN(read),
	COLUMN(failed), COLUMN(received),  COLUMN(unknown),
#undef COLUMN
};

static void
add_at(void *object, size_t offset, int64_t n)
{
	*(int64_t *)((char *)object + offset) += n;
}

static void
take_count(struct overview *out, struct day_counts *days, size_t n, const struct day_count *row)
{
	for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
		if (!text_equal(columns[c].what, row->what))
			continue;
		add_at(out, columns[c].in_sum, row->n);
		for (size_t d = 0; d < n; d++)
			if (text_equal(days[d].day, row->day))
				add_at(&days[d], columns[c].in_day, row->n);
	}
}

/* Of the deliveries made on the last day, of whatever event. */
static enum rc
read_success(struct op *op, int64_t *percent)
{
	const char *since = id_least(op, "dlv", clock_after(op->now, -DAY_MS));
	struct outcomes o = { 0 };

	TRY(backlog_store_outcomes(op, &o, since));
	*percent = o.ended == 0 ? -1 : o.delivered * 100 / o.ended;
	return RC_OK;
}

/* Days without a row are days with nothing. */
static enum rc
read_days(struct op *op, struct overview *out, const struct account *account, size_t n)
{
	struct day_counts *days = arena_array(op->arena, n, sizeof(*days));
	struct instant today = local_time(account->time_zone, op->now);
	const struct day_count *row;
	struct list rows;

	for (size_t i = 0; i < n; i++)
		days[i].day = local_day(op, clock_after(today, -(int64_t)(n - 1 - i) * DAY_MS));
	TRY(count_store_since(op, &rows, days[0].day));
	row = rows.rows;
	for (size_t i = 0; i < rows.n; i++)
		take_count(out, days, n, &row[i]);
	out->days = (struct list){ n, days };
	return RC_OK;
}

enum rc
gateway_overview(struct op *op, struct overview *out, int64_t days)
{
	struct overview overview = { 0 };
	struct account account = { 0 };

	expect(days >= 1 && days <= DAYS_MAX);
	TRY(account_store_get(op, &account));
	TRY(read_days(op, &overview, &account, (size_t)days));
	TRY(instance_store_list(op, &overview.instances, NULL, INSTANCES_SHOWN));
	TRY(read_success(op, &overview.delivery_success_percent));
	TRY(suppression_store_count(op, &overview.suppressed));
	TRY(delivery_store_count_open(op, &overview.waiting_deliveries));
	TRY(attentions_find(op, &overview.attentions, &account, &overview.instances));
	*out = overview;
	return RC_OK;
}
