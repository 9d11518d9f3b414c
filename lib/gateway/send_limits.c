/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_limits - steps 8 and 9: how fast by a key, through a number, and to one person
 *
 * Every limit is a statement of the batch that stores the message: what it refuses, and what any
 * other step refuses, uses nothing of it, and however many come at once, no more of them pass than
 * there is room. Simulated sends are counted apart. Each guard explains itself from what is true
 * by then.
 */
#include "gateway/send_limits.h"

#include "core/settings.h"
#include "store/conversation_store.h"

const char *
limit_subject(struct send_work *work, const char *kind, const char *id)
{
	return arena_join(work->op->arena, work->send->simulated ? "fake-" : "", kind, ":", id);
}

/* ---- the key's windows ---- */

static struct pace_limit
key_windows(struct send_work *work)
{
	const struct api_key *key = work->send->key;

	return (struct pace_limit){
		.subject = limit_subject(work, "key", key->id),
		.per_second = key->per_second > 0 ? key->per_second : settings()->limits_per_second,
		.per_minute = key->per_minute > 0 ? key->per_minute : settings()->limits_per_minute,
		.now = work->op->now,
	};
}

static int64_t
left_of(int64_t limit, int64_t used)
{
	return used < limit ? limit - used : 0;
}

void
limit_note_pace(struct send *send, const struct pace_limit *limit, const struct pace_count *count)
{
	send->pace = (struct pace_state){
		.second_limit = limit->per_second,
		.second_left = left_of(limit->per_second, count->second),
		.minute_limit = limit->per_minute,
		.minute_left = left_of(limit->per_minute, count->minute),
	};
}

/* Only the proxy dialect tells the windows, with every answer to a send. */
static bool
tells_pace(const struct send_work *work)
{
	return work->send->dialect == DIALECT_PROXY && work->send->key != NULL &&
	       work->mode != SEND_DISPATCH;
}

void
send_rate_look(struct send_work *work)
{
	struct pace_limit limit;
	struct pace_count count = { 0 };

	if (!tells_pace(work) || work->send->pace.second_limit > 0)
		return;
	limit = key_windows(work);
	if (pace_store_look(work->op, &count, &limit) == RC_OK)
		limit_note_pace(work->send, &limit, &count);
	else
		op_forgive(work->op);
}

void
send_rate_read(struct send_work *work)
{
	struct pace_limit limit;
	struct pace_count count = { 0 };

	if (work->paced < 0) {
		send_rate_look(work);
		return;
	}
	limit = key_windows(work);
	if (pace_store_counted(work->op, work->batch, work->paced, &count) == RC_OK)
		limit_note_pace(work->send, &limit, &count);
	else
		op_forgive(work->op);
}

/* ---- what an answer tells ---- */

long long
limit_seconds(const struct send_work *work)
{
	return (long long)((work->send->retry_after_ms + SECOND_MS - 1) / SECOND_MS);
}

/* The proxy dialect's params are those of its documentation and no others. */
void
limit_tell(struct send_work *work, const struct limit_hit *hit)
{
	struct send *send = work->send;
	json_t *details = json_new(work->op);
	int64_t ms = hit->free_at.ms - work->op->now.ms;

	send->retry_after_ms = ms > 0 ? ms : 1;
	send->details = details;
	json_put(details, "limit_type", hit->type);
	json_put(details, "retry_after",
		 arena_printf(work->op->arena, "%llds", limit_seconds(work)));
	if (send->dialect != DIALECT_PROXY) {
		json_put_int(details, "limit", hit->limit);
		if (hit->used >= 0)
			json_put_int(details, "used", hit->used);
	}
}

/* ---- step 8 ---- */

/* The window with the longer wait. It may have room by now: then the other one was full, or this
 * one a moment ago, and it makes sense to come again at once. */
struct limit_hit
limit_fuller(const struct pace_limit *limit, const struct pace_count *count)
{
	if (count->minute_frees.ms > count->second_frees.ms)
		return (struct limit_hit){ "min", limit->per_minute, count->minute,
					   count->minute_frees };
	return (struct limit_hit){ "sec", limit->per_second, count->second, count->second_frees };
}

static enum rc
refuse_windows(struct send_work *work, const struct pace_limit *limit, const char *whose)
{
	struct pace_count count = { 0 };
	struct limit_hit hit;

	TRY(pace_store_look(work->op, &count, limit));
	hit = limit_fuller(limit, &count);
	limit_tell(work, &hit);
	return send_refuse(work, REFUSAL_RATE,
			   "%s may send %lld messages per %s; try again in %lld s", whose,
			   (long long)hit.limit, text_equal(hit.type, "min") ? "minute" : "second",
			   limit_seconds(work));
}

static enum rc
explain_key(struct send_work *work, const struct send_guard *guard)
{
	struct pace_limit limit = key_windows(work);

	(void)guard;
	return refuse_windows(work, &limit, "This API key");
}

static struct pace_limit
number_window(struct send_work *work)
{
	const struct instance *instance = &work->send->instance;

	return (struct pace_limit){
		.subject = limit_subject(work, "number", instance->id),
		.per_second = instance->phone_app ? settings()->limits_phone_app_per_second
						  : settings()->limits_number_per_second,
		.now = work->op->now,
	};
}

static enum rc
explain_number(struct send_work *work, const struct send_guard *guard)
{
	struct pace_limit limit = number_window(work);

	(void)guard;
	return refuse_windows(work, &limit, "This number");
}

static void
guard_windows(struct send_work *work, const struct pace_limit *limit, send_explain *explain)
{
	send_guard_add(work, &(struct send_guard){
				     .index = pace_store_take(work->batch, limit),
				     .refusal = REFUSAL_RATE,
				     .sentence = "Too many messages at once",
				     .explain = explain,
			     });
}

static void
guard_key(struct send_work *work)
{
	struct pace_limit limit = key_windows(work);

	guard_windows(work, &limit, explain_key);
	if (tells_pace(work))
		work->paced = pace_store_count(work->batch, limit.subject, limit.now);
	limit_key_day(work);
	limit_key_in_flight(work);
}

enum rc
send_step_rate(struct send_work *work)
{
	struct pace_limit number = number_window(work);

	if (work->send->key != NULL)
		guard_key(work);
	/* What is simulated needs no number yet. */
	if (work->send->instance.phone_number_id != NULL)
		guard_windows(work, &number, explain_number);
	return RC_OK;
}

/* ---- keeping the windows small ---- */

/* Subjects of one batch, and rows of each at most: a batch that no send has to wait for long for.
 */
enum { SUBJECTS_AT_ONCE = 20, ROWS_AT_ONCE = 1000, BATCHES_MAX = 1000 };

/* *more: one of them has more to forget. */
static enum rc
forget_some(struct op *op, const struct list *subjects, int64_t *n, bool *more)
{
	const struct pace_subject *rows = subjects->rows;
	struct batch *batch = batch_new(op);
	int index[SUBJECTS_AT_ONCE];

	expect(subjects->n <= SUBJECTS_AT_ONCE);
	for (size_t i = 0; i < subjects->n; i++)
		index[i] = pace_store_forget(batch, rows[i].subject, op->now, ROWS_AT_ONCE);
	TRY(db_commit(op, batch));
	*more = false;
	for (size_t i = 0; i < subjects->n; i++) {
		int64_t forgotten = (int64_t)batch_count(batch, index[i]);

		*n += forgotten;
		*more = *more || forgotten >= ROWS_AT_ONCE;
	}
	return RC_OK;
}

enum rc
gateway_forget_paces(struct op *op, int64_t *n)
{
	struct list subjects = { 0 };
	const char *after = "";
	int64_t forgotten = 0;
	bool more = false;

	for (int i = 0; i < BATCHES_MAX; i++) {
		if (!more)
			TRY(pace_store_subjects(op, &subjects, after, SUBJECTS_AT_ONCE));
		if (subjects.n == 0)
			break;
		after = ((const struct pace_subject *)subjects.rows)[subjects.n - 1].subject;
		TRY(forget_some(op, &subjects, &forgotten, &more));
	}
	*n = forgotten;
	return RC_OK;
}

/* ---- step 9 ---- */

static enum rc
explain_pair(struct send_work *work, const struct send_guard *guard)
{
	const struct send *send = work->send;
	int64_t period_s = settings()->limits_pair_seconds, burst = settings()->limits_pair_burst;
	struct conversation found = { 0 };
	struct limit_hit hit = { "pair", burst, -1, { 0 } };

	(void)guard;
	TRY(conversation_store_get(work->op, &found, send->instance.id, send->to));
	hit.free_at =
		conversation_frees_at(send->simulated ? found.fake_paced_until : found.paced_until,
				      period_s * SECOND_MS, burst);
	limit_tell(work, &hit);
	return send_refuse(work, REFUSAL_PAIR,
			   "To one recipient go %lld messages at once and then one every %lld s; "
			   "try again in %lld s",
			   (long long)burst, (long long)period_s, limit_seconds(work));
}

enum rc
send_step_pair(struct send_work *work)
{
	const struct send *send = work->send;
	struct conversation_pace pace = {
		.instance_id = send->instance.id,
		.recipient = send->to,
		.now = work->op->now,
		.period_ms = settings()->limits_pair_seconds * SECOND_MS,
		.burst = settings()->limits_pair_burst,
		.simulated = send->simulated,
	};

	send_guard_add(work, &(struct send_guard){
				     .index = conversation_store_pace(work->batch, &pace),
				     .refusal = REFUSAL_PAIR,
				     .sentence = "Too many messages to one recipient",
				     .explain = explain_pair,
			     });
	return RC_OK;
}
