/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_overview - the account's days as figures, a chart and a list of what to look at
 *
 * The chart is drawn here: bars in a viewBox of 100 units height and CHART_STEP units per day,
 * stretched by the browser. Its numbers are attributes, so no style is needed.
 */
#include "site/view_overview.h"

#include "site/view_instance.h"
#include "site/view_sample.h"

enum { CHART_STEP = 10, FEW_DAYS = 10 };
#define CHART_GAP 0.2 /* half of what is between a day's two bars */

struct bar {
	const char *day, *sent, *delivered, *read, *failed, *received;
	const char *x, *sent_x, *received_x, *width;
	const char *sent_y, *sent_h, *failed_y, *failed_h, *received_y, *received_h;
};

static const struct shape bar_shape[] = {
	SHAPE(struct bar, day),
	SHAPE(struct bar, sent),
	SHAPE(struct bar, delivered),
	SHAPE(struct bar, read),
	SHAPE(struct bar, failed),
	SHAPE(struct bar, received),
	SHAPE(struct bar, x),
	SHAPE(struct bar, sent_x),
	SHAPE(struct bar, received_x),
	SHAPE(struct bar, width),
	SHAPE(struct bar, sent_y),
	SHAPE(struct bar, sent_h),
	SHAPE(struct bar, failed_y),
	SHAPE(struct bar, failed_h),
	SHAPE(struct bar, received_y),
	SHAPE(struct bar, received_h),
	SHAPE_END,
};

struct attention_view {
	const char *level, *icon, *text, *link, *link_text;
	const struct moment *since;
};

static const struct shape attention_view_shape[] = {
	SHAPE(struct attention_view, level),
	SHAPE(struct attention_view, icon),
	SHAPE(struct attention_view, text),
	SHAPE(struct attention_view, link),
	SHAPE(struct attention_view, link_text),
	SHAPE_SUB(struct attention_view, since, moment_shape),
	SHAPE_END,
};

const struct shape overview_page_shape[] = {
	SHAPE(struct overview_page, days),
	SHAPE(struct overview_page, sent),
	SHAPE(struct overview_page, delivered),
	SHAPE(struct overview_page, read),
	SHAPE(struct overview_page, failed),
	SHAPE(struct overview_page, received),
	SHAPE(struct overview_page, unknown),
	SHAPE(struct overview_page, delivered_rate),
	SHAPE(struct overview_page, read_rate),
	SHAPE(struct overview_page, delivery_rate),
	SHAPE(struct overview_page, waiting),
	SHAPE(struct overview_page, waiting_noun),
	SHAPE(struct overview_page, suppressed),
	SHAPE(struct overview_page, suppressed_noun),
	SHAPE(struct overview_page, curl),
	SHAPE(struct overview_page, key_hint),
	SHAPE(struct overview_page, chart_width),
	SHAPE(struct overview_page, scale_top),
	SHAPE(struct overview_page, scale_middle),
	SHAPE(struct overview_page, first_day),
	SHAPE(struct overview_page, middle_day),
	SHAPE(struct overview_page, last_day),
	SHAPE_OPTIONS(struct overview_page, periods),
	SHAPE_ROWS(struct overview_page, bars, struct bar, bar_shape),
	SHAPE_ROWS(struct overview_page, instances, struct instance_view, instance_view_shape),
	SHAPE_ROWS(struct overview_page, attentions, struct attention_view, attention_view_shape),
	SHAPE(struct overview_page, has_messages),
	SHAPE(struct overview_page, has_instances),
	SHAPE(struct overview_page, has_attentions),
	SHAPE_END,
};

static const struct option_view periods[] = {
	{ .value = "7", .label = "7 days" },
	{ .value = "30", .label = "30 days" },
	{ .value = "90", .label = "90 days" },
};

/* The least of 2, 4, 6, 8, 10, 20, 40, ... that is not below n, so that half of it is whole. */
static int64_t
scale_above(int64_t n)
{
	static const int steps[] = { 2, 4, 6, 8, 10 };

	for (int64_t unit = 1;; unit *= 10)
		for (size_t i = 0; i < ARRAY_LEN(steps); i++)
			if (steps[i] * unit >= n)
				return steps[i] * unit;
}

static int64_t
highest(const struct list *days)
{
	const struct day_counts *rows = days->rows;
	int64_t most = 0;

	for (size_t i = 0; i < days->n; i++) {
		int64_t out = rows[i].sent + rows[i].failed;

		most = out > most ? out : most;
		most = rows[i].received > most ? rows[i].received : most;
	}
	return most;
}

/* "2026-05-08" is 8 May 2026. */
static const char *
day_name(struct op *op, const char *day)
{
	struct instant t;
	char *text;

	if (!clock_parse(day, &t))
		return day;
	text = clock_human(op->arena, t, 0);
	text[strcspn(text, ",")] = '\0';
	return text;
}

static const char *
units(struct op *op, double value)
{
	return arena_printf(op->arena, "%.2f", value);
}

static void
bar_make(struct op *op, struct bar *bar, const struct day_counts *day, double x, double width,
	 int64_t top)
{
	double scale = 100.0 / (double)top, middle = x + CHART_STEP / 2.0;
	double sent = (double)day->sent * scale, failed = (double)day->failed * scale;
	double received = (double)day->received * scale;

	*bar = (struct bar){
		.day = day_name(op, day->day),
		.sent = view_number(op, day->sent),
		.delivered = view_number(op, day->delivered),
		.read = view_number(op, day->read),
		.failed = view_number(op, day->failed),
		.received = view_number(op, day->received),
		.x = units(op, x),
		.sent_x = units(op, middle - width - CHART_GAP),
		.received_x = units(op, middle + CHART_GAP),
		.width = units(op, width),
		.sent_y = units(op, 100 - sent),
		.sent_h = units(op, sent),
		.failed_y = units(op, 100 - sent - failed),
		.failed_h = units(op, failed),
		.received_y = units(op, 100 - received),
		.received_h = units(op, received),
	};
}

static void
view_chart(struct op *op, struct overview_page *out, const struct list *days)
{
	const struct day_counts *rows = days->rows;
	int64_t top = scale_above(highest(days));
	double width = days->n <= FEW_DAYS ? 1.6 : 3.4;
	struct bar *bars = arena_array(op->arena, days->n + 1, sizeof(*bars));

	if (days->n == 0)
		return;
	for (size_t i = 0; i < days->n; i++)
		bar_make(op, &bars[i], &rows[i], (double)i * CHART_STEP, width, top);
	out->bars = (struct list){ days->n, bars };
	out->chart_width = arena_printf(op->arena, "%zu", days->n * CHART_STEP);
	out->scale_top = view_number(op, top);
	out->scale_middle = view_number(op, top / 2);
	out->first_day = bars[0].day;
	out->middle_day = bars[days->n / 2].day;
	out->last_day = bars[days->n - 1].day;
}

static void
view_attentions(struct web *web, struct overview_page *out, const struct list *attentions)
{
	const struct attention *rows = attentions->rows;
	struct attention_view *views =
		arena_array(web->op->arena, attentions->n + 1, sizeof(*views));

	for (size_t i = 0; i < attentions->n; i++)
		views[i] = (struct attention_view){
			rows[i].level,     text_equal(rows[i].level, "info") ? "info" : "alert",
			rows[i].text,      rows[i].link,
			rows[i].link_text, view_moment(web, rows[i].since),
		};
	out->attentions = (struct list){ attentions->n, views };
	out->has_attentions = attentions->n > 0;
}

static void
view_figures(struct op *op, struct overview_page *out, const struct overview *o)
{
	int64_t delivered = o->delivered < o->sent ? o->delivered : o->sent;
	int64_t read = o->read < o->sent ? o->read : o->sent;

	out->sent = view_number(op, o->sent);
	out->delivered = view_number(op, o->delivered);
	out->read = view_number(op, o->read);
	out->failed = view_number(op, o->failed);
	out->received = view_number(op, o->received);
	out->unknown = o->unknown > 0 ? view_number(op, o->unknown) : NULL;
	out->delivered_rate = view_percent(op, delivered, o->sent);
	out->read_rate = view_percent(op, read, o->sent);
	if (o->delivery_success_percent >= 0)
		out->delivery_rate = view_percent(op, o->delivery_success_percent, 100);
	out->waiting = view_number(op, o->waiting_deliveries);
	out->waiting_noun = o->waiting_deliveries == 1 ? "webhook" : "webhooks";
	out->suppressed = view_number(op, o->suppressed);
	out->suppressed_noun = o->suppressed == 1 ? "number" : "numbers";
	out->has_messages = o->sent + o->failed + o->received + o->unknown > 0;
}

enum rc
view_overview(struct web *web, struct overview_page *out, int64_t days)
{
	struct op *op = web->op;
	struct overview o = { 0 };
	struct sample sample;

	TRY(gateway_overview(op, &o, days));
	TRY(sample_read(web, &sample));
	out->days = arena_printf(op->arena, "%lld", (long long)days);
	out->periods = VIEW_OPTIONS(op, periods, out->days);
	if (sample.instance_slug != NULL)
		out->curl = view_curl(op, sample.key, sample.instance);
	out->key_hint = sample.key_hint;
	out->instances = view_instances(web, &o.instances);
	out->has_instances = o.instances.n > 0;
	view_figures(op, out, &o);
	view_attentions(web, out, &o.attentions);
	view_chart(op, out, &o.days);
	return RC_OK;
}
