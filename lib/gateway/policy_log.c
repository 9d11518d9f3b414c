/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_log - reading what the guard decided
 *
 * Who was written to stands in the log so that a question about one send can be answered, and is
 * masked for everybody who looks. A policy event names the message where there is one.
 */
#include "gateway/policy_log.h"

#include "core/ids.h"
#include "domain/account.h"
#include "domain/refusal.h"
#include "gateway/daily_count.h"
#include "gateway/refused_count.h"
#include "store/account_store.h"
#include "store/count_store.h"
#include "store/policy_store.h"

const struct shape refusal_count_shape[] = {
	SHAPE(struct refusal_count, day),
	SHAPE(struct refusal_count, code),
	SHAPE(struct refusal_count, n),
	SHAPE_END,
};

static struct policy_event
masked(struct op *op, const struct policy_event *event)
{
	struct policy_event out = *event;

	if (out.recipient != NULL)
		out.recipient = text_mask(op->arena, out.recipient);
	return out;
}

static enum rc
check_filter(struct op *op, const struct policy_filter *filter)
{
	if (!text_empty(filter->action) && !policy_has_action(filter->action))
		return op_refuse(op, RC_INPUT, "action", "action must be allow, review or block");
	if (filter->page.cursor != NULL && !id_is(filter->page.cursor, "pol"))
		return op_refuse(op, RC_INPUT, "cursor",
				 "cursor must be the next_cursor of the page before");
	return RC_OK;
}

enum rc
gateway_list_policy(struct op *op, struct list *out, const char **next_cursor,
		    const struct policy_filter *filter)
{
	struct policy_query query = {
		.action = text_empty(filter->action) ? NULL : filter->action,
		.code = text_empty(filter->code) ? NULL : filter->code,
		.since = filter->since,
		.before = filter->page.cursor,
		.limit = page_rows(filter->page),
	};
	const struct policy_event *rows;
	struct policy_event *shown;
	struct list found;

	TRY(check_filter(op, filter));
	TRY(policy_store_list(op, &found, &query));
	*next_cursor = page_cut(&found, sizeof(struct policy_event), filter->page);
	rows = found.rows;
	shown = arena_array(op->arena, found.n, sizeof(*shown));
	for (size_t i = 0; i < found.n; i++)
		shown[i] = masked(op, &rows[i]);
	*out = (struct list){ found.n, shown };
	return RC_OK;
}

enum rc
gateway_find_policy(struct op *op, struct policy_event *out, const char *id)
{
	struct policy_event found = { 0 };
	enum rc rc = policy_store_get(op, &found, id);

	if (rc == RC_MISSING)
		return op_refuse(op, rc, refusal_word(REFUSAL_NOT_FOUND),
				 "There is no such policy event in this account");
	TRY(rc);
	*out = masked(op, &found);
	return RC_OK;
}

enum rc
gateway_count_refusals(struct op *op, struct list *out, int64_t days)
{
	struct account account = { 0 };
	struct refusal_count *counts;
	const struct day_count *row;
	struct list rows;
	size_t n = 0;

	TRY(account_store_get(op, &account));
	TRY(count_store_since(op, &rows,
			      local_day(op, clock_after(local_time(account.time_zone, op->now),
							-(days - 1) * DAY_MS))));
	counts = arena_array(op->arena, rows.n, sizeof(*counts));
	row = rows.rows;
	for (size_t i = rows.n; i-- > 0;)
		if (text_starts(row[i].what, REFUSED_PREFIX))
			counts[n++] = (struct refusal_count){
				row[i].day,
				row[i].what + strlen(REFUSED_PREFIX),
				row[i].n,
			};
	*out = (struct list){ n, counts };
	return RC_OK;
}
