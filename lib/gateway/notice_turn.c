/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice_turn - what is the matter now, against what is open
 *
 * Found by looking at what is rather than by a hook in everything that changes it: no writer can
 * forget to tell, and what happened while no worker ran is found by the next. A turn looks at the
 * few that are unwell by indexes, at so many open incidents and limited accounts at most, and goes
 * on behind them in the next one.
 */
#include "core/ids.h"
#include "gateway/incident_look.h"
#include "gateway/notices.h"
#include "store/account_store.h"
#include "store/incident_store.h"
#include "store/mail_store.h"
#include "store/trouble_store.h"

enum { PORTION = 200, FORGET_PORTION = 1000, ID_ROOM = 64 };
#define EVERY_MS (30 * SECOND_MS)
#define KEEP_INCIDENTS_MS (365 * DAY_MS)
#define KEEP_MAIL_MS (30 * DAY_MS)

/* Where the turn before has stopped. */
static char walked[ID_ROOM], limited[ID_ROOM];
static struct instant looked_at;

/* What a turn has decided: batches that are committed together, each on its own. */
struct notice_turn {
	struct op *op;
	struct batch *batches[PORTION];
	size_t n;
	int64_t done;
};

static enum rc
commit(struct notice_turn *turn)
{
	enum rc rcs[PORTION];
	size_t n = turn->n;

	if (n == 0)
		return RC_OK;
	turn->n = 0;
	db_commit_all(turn->op, turn->batches, n, rcs);
	for (size_t i = 0; i < n; i++) {
		/* Another machine's worker has told of it. */
		if (rcs[i] != RC_OK && rcs[i] != RC_CONFLICT)
			return op_fail(turn->op, rcs[i], "an incident could not be stored: %s",
				       batch_why(turn->batches[i]));
		turn->done += rcs[i] == RC_OK;
	}
	return RC_OK;
}

static enum rc
keep(struct notice_turn *turn, struct batch *batch)
{
	turn->batches[turn->n++] = batch;
	return turn->n == PORTION ? commit(turn) : RC_OK;
}

/* ---- what is new ---- */

static enum rc
open_incident(struct notice_turn *turn, const struct trouble *t, const struct incident *last)
{
	struct op *op = turn->op;
	struct batch *batch = batch_new(op);
	struct incident incident = {
		.id = id_new(op, "inc"),
		.account_id = op->account_id,
		.kind = t->kind,
		.subject = t->subject,
		.name = t->name,
		.state = t->state,
		.level = t->level,
		.text = t->text,
		.returns = incident_returns(last, op->now),
		.since = t->since.ms != 0 ? t->since : op->now,
		.opened_at = op->now,
	};
	bool wanted;

	TRY(incident_tell(op, batch, &wanted, &incident, t));
	incident.told = wanted ? t->level : 0;
	incident_store_open(batch, &incident);
	return keep(turn, batch);
}

static enum rc
consider(struct notice_turn *turn, const struct trouble *t)
{
	struct incident last = { 0 };
	enum rc rc = incident_store_last(turn->op, &last, t->kind, t->subject);

	if (rc != RC_OK && rc != RC_MISSING)
		return rc;
	op_forgive(turn->op);
	if ((rc == RC_OK && last.ended_at.ms == 0) || !incident_may_open(&last, turn->op->now))
		return RC_OK;
	return open_incident(turn, t, &last);
}

static enum rc
look_at_suspects(struct notice_turn *turn, const char *kind, const struct list *suspects)
{
	const struct suspect *s = suspects->rows;
	struct finding found = { 0 };

	for (size_t i = 0; i < suspects->n; i++) {
		turn->op->account_id = s[i].account_id;
		TRY(incident_look(turn->op, &found, kind, s[i].subject, s[i].subject));
		if (found.bad)
			TRY(consider(turn, &found.trouble));
	}
	return RC_OK;
}

static enum rc
look_at_limits(struct notice_turn *turn, const struct suspect *s)
{
	static const char *const windows[] = { "day", "month" };
	struct account account = { 0 };
	struct trouble trouble;
	bool bad;

	turn->op->account_id = s->account_id;
	TRY(account_store_get(turn->op, &account));
	for (size_t i = 0; i < ARRAY_LEN(windows); i++) {
		TRY(incident_look_at_use(turn->op, &bad, &trouble, &account, windows[i]));
		if (bad)
			TRY(consider(turn, &trouble));
	}
	return RC_OK;
}

/* From the first again once the last is reached. */
static void
remember(char place[ID_ROOM], const char *id)
{
	snprintf(place, ID_ROOM, "%s", id);
}

static enum rc
look_at_limited(struct notice_turn *turn)
{
	const struct suspect *s;
	struct list found;

	TRY(trouble_store_limited(turn->op, &found, limited, PORTION));
	s = found.rows;
	for (size_t i = 0; i < found.n; i++)
		TRY(look_at_limits(turn, &s[i]));
	remember(limited, found.n == PORTION ? s[PORTION - 1].subject : "");
	return RC_OK;
}

static enum rc
look_for_new(struct notice_turn *turn)
{
	struct op *op = turn->op;
	struct instant now = op->now;
	struct list found;

	TRY(trouble_store_instances(op, &found, PORTION));
	TRY(look_at_suspects(turn, "instance", &found));
	TRY(trouble_store_quality(op, &found, PORTION));
	TRY(look_at_suspects(turn, "quality", &found));
	TRY(trouble_store_templates(op, &found, PORTION));
	TRY(look_at_suspects(turn, "template", &found));
	TRY(trouble_store_endpoints(op, &found, clock_after(now, -ENDPOINT_FAILING_MS), PORTION));
	TRY(look_at_suspects(turn, "endpoint", &found));
	TRY(trouble_store_keys(op, &found, now, clock_after(now, KEY_EXPIRING_MS), PORTION));
	TRY(look_at_suspects(turn, "key", &found));
	return look_at_limited(turn);
}

/* ---- what is open ---- */

static enum rc
end_incident(struct notice_turn *turn, const struct incident *open, const char *over)
{
	struct batch *batch = batch_new(turn->op);
	struct incident incident = *open;
	bool wanted;

	incident.ended_at = turn->op->now;
	incident.outcome = over;
	incident_store_end(batch, &incident);
	TRY(incident_tell(turn->op, batch, &wanted, &incident, NULL));
	return keep(turn, batch);
}

/* Only what is worse than anything told before is told: better, and as bad again, is no news. */
static enum rc
change_incident(struct notice_turn *turn, const struct incident *open, const struct trouble *t)
{
	struct batch *batch = batch_new(turn->op);
	struct incident incident = *open;
	bool wanted;

	incident.state = t->state;
	incident.level = t->level;
	incident.text = t->text;
	incident.name = t->name;
	if (t->level > open->level && t->level > open->told) {
		TRY(incident_tell(turn->op, batch, &wanted, &incident, t));
		incident.told = wanted ? t->level : open->told;
	}
	incident_store_change(batch, &incident, open->told);
	return keep(turn, batch);
}

static enum rc
look_at_open(struct notice_turn *turn, const struct incident *open)
{
	struct op *op = turn->op;
	struct finding found = { 0 };

	op->account_id = open->account_id;
	TRY(incident_look(op, &found, open->kind, open->subject, open->name));
	if (!found.bad)
		return end_incident(turn, open, found.over);
	if (text_equal(found.trouble.state, open->state))
		return RC_OK;
	return change_incident(turn, open, &found.trouble);
}

static enum rc
walk_open(struct notice_turn *turn)
{
	const struct incident *rows;
	struct list found;

	TRY(incident_store_walk(turn->op, &found, walked, PORTION));
	rows = found.rows;
	for (size_t i = 0; i < found.n; i++)
		TRY(look_at_open(turn, &rows[i]));
	remember(walked, found.n == PORTION ? rows[PORTION - 1].id : "");
	return RC_OK;
}

enum rc
gateway_forget_notices(struct op *op, int64_t *done)
{
	struct batch *batch = batch_new(op);
	int incidents = incident_store_forget(batch, clock_after(op->now, -KEEP_INCIDENTS_MS),
					      FORGET_PORTION);
	int letters = mail_store_forget(batch, clock_after(op->now, -KEEP_MAIL_MS), FORGET_PORTION);

	TRY(db_commit(op, batch));
	*done = (int64_t)(batch_count(batch, incidents) + batch_count(batch, letters));
	return RC_OK;
}

enum rc
gateway_notice_turn(struct op *op, int64_t *done, int64_t *next_ms)
{
	struct notice_turn *turn = arena_alloc(op->arena, sizeof(*turn));
	int64_t passed = op->now.ms - looked_at.ms, forgotten;

	*done = 0;
	*next_ms = EVERY_MS;
	if (looked_at.ms != 0 && passed >= 0 && passed < EVERY_MS) {
		*next_ms = EVERY_MS - passed;
		return RC_OK;
	}
	looked_at = op->now;
	turn->op = op;
	TRY(walk_open(turn));
	TRY(look_for_new(turn));
	TRY(commit(turn));
	*done = turn->done;
	return gateway_forget_notices(op, &forgotten);
}
