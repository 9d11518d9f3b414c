/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_limits_plan - step 10, and what a key has of its own: how many in a day, a month, at once
 *
 * Days and months are the account's, by its time zone. An account without limits is counted too:
 * its plan may change in the middle of a day.
 */
#include "domain/plan.h"
#include "gateway/daily_count.h"
#include "gateway/send_limits.h"

/* What the provider refused for now and gets once more was counted when it left the queue for the
 * first time. */
static bool
is_counted(const struct send_work *work)
{
	return work->row != NULL && work->row->attempts > 0;
}

static struct use_day
use_day(struct send_work *work)
{
	return account_day(work->op, work->op->account_id);
}

/* "2026-11-22 at 00:00 (Europe/Istanbul)": for people, as the header has the seconds. */
static const char *
day_begins(struct send_work *work, const char *day)
{
	return arena_printf(work->op->arena, "%s at 00:00 (%s)", day,
			    work->send->account.time_zone);
}

/* ---- step 10 ---- */

static enum rc
refuse_day(struct send_work *work, struct use_day day, int64_t limit, int64_t used)
{
	const char *zone = work->send->account.time_zone;

	limit_tell(work,
		   &(struct limit_hit){ "day", limit, used, local_midnight(zone, day.tomorrow) });
	return send_refuse(work, REFUSAL_DAY_LIMIT,
			   "This account may send %lld messages a day by its plan, and has sent "
			   "%lld today; its next day begins on %s",
			   (long long)limit, (long long)used, day_begins(work, day.tomorrow));
}

static enum rc
refuse_month(struct send_work *work, struct use_day day, int64_t limit, int64_t used)
{
	const char *zone = work->send->account.time_zone, *next = next_month(work->op, day.today);

	limit_tell(work, &(struct limit_hit){ "month", limit, used, local_midnight(zone, next) });
	return send_refuse(work, REFUSAL_MONTH_LIMIT,
			   "This account may send %lld messages a month by its plan, and has sent "
			   "%lld; its next month begins on %s",
			   (long long)limit, (long long)used, day_begins(work, next));
}

/* Where both are full, the one with the longer wait. */
static enum rc
explain_plan(struct send_work *work, const struct send_guard *guard)
{
	struct plan_limits limits = plan_limits_of(&work->send->account);
	struct use_day day = use_day(work);
	struct account_use use = { 0 };

	(void)guard;
	TRY(use_store_get(work->op, &use, day, work->send->simulated));
	if (limits.month > 0 && use.month_used >= limits.month)
		return refuse_month(work, day, limits.month, use.month_used);
	return refuse_day(work, day, limits.day, use.day_used);
}

enum rc
send_step_plan(struct send_work *work)
{
	struct plan_limits limits = plan_limits_of(&work->send->account);

	if (is_counted(work) || send_is_confirmation(work, SOURCE_OPT_OUT) ||
	    send_is_confirmation(work, SOURCE_OPT_IN))
		return RC_OK;
	send_guard_add(work, &(struct send_guard){
				     .index = use_store_take(work->batch, use_day(work),
							     work->send->simulated, limits.day,
							     limits.month),
				     .refusal = REFUSAL_DAY_LIMIT,
				     .sentence = "The plan's limit is reached",
				     .explain = explain_plan,
			     });
	return RC_OK;
}

/* ---- a key's own limits, of step 8 ---- */

static enum rc
explain_key_day(struct send_work *work, const struct send_guard *guard)
{
	const struct api_key *key = work->send->key;
	struct use_day day = use_day(work);
	int64_t used;

	(void)guard;
	TRY(use_store_get_key(work->op, &used, day, limit_subject(work, "key", key->id)));
	limit_tell(work, &(struct limit_hit){
				 "day", key->per_day, used,
				 local_midnight(work->send->account.time_zone, day.tomorrow) });
	return send_refuse(
		work, REFUSAL_RATE,
		"This API key may send %lld messages a day, and has sent %lld today; the "
		"account's next day begins on %s",
		(long long)key->per_day, (long long)used, day_begins(work, day.tomorrow));
}

void
limit_key_day(struct send_work *work)
{
	const struct api_key *key = work->send->key;

	if (key->per_day <= 0 || work->mode == SEND_RECEIPT || is_counted(work))
		return;
	send_guard_add(work, &(struct send_guard){
				     .index = use_store_take_key(
					     work->batch, use_day(work),
					     limit_subject(work, "key", key->id), key->per_day),
				     .refusal = REFUSAL_RATE,
				     .sentence = "The API key's limit per day is reached",
				     .explain = explain_key_day,
			     });
}

static enum rc
explain_in_flight(struct send_work *work, const struct send_guard *guard)
{
	const struct api_key *key = work->send->key;

	(void)guard;
	limit_tell(work, &(struct limit_hit){ "in_flight", key->in_flight, key->in_flight, { 0 } });
	return send_refuse(work, REFUSAL_RATE,
			   "This API key may have %lld messages waiting for the provider at once; "
			   "try again when one of them is answered",
			   (long long)key->in_flight);
}

void
limit_key_in_flight(struct send_work *work)
{
	const struct api_key *key = work->send->key;

	if (key->in_flight <= 0 || work->send->simulated || work->mode != SEND_NOW)
		return;
	send_guard_add(work,
		       &(struct send_guard){
			       .index = use_store_in_flight(work->batch, key->id, key->in_flight),
			       .refusal = REFUSAL_RATE,
			       .sentence = "The API key has too many messages under way",
			       .explain = explain_in_flight,
		       });
}
