/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accounts - making tenants and changing what they may do
 *
 * These verbs are the operator's: they take any account by id or name. The account becomes the
 * op's, so that the audit entry lands in its own trail.
 */
#include "core/ids.h"
#include "core/settings.h"
#include "domain/message.h"
#include "gateway/notices.h"
#include "gateway/people.h"
#include "store/account_store.h"

enum { NAME_MAX_POINTS = 100, SCORE_NEVER = 101 };

static enum rc
check_name(struct op *op, const char *name)
{
	size_t points = name == NULL ? 0 : text_points(name);

	if (points < 1 || points > NAME_MAX_POINTS)
		return op_refuse(op, RC_INPUT, "name", "A name has 1 to %d characters",
				 NAME_MAX_POINTS);
	for (const char *c = name; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return op_refuse(op, RC_INPUT, "name",
					 "A name may not contain control characters");
	if (id_is(name, "acc"))
		return op_refuse(op, RC_INPUT, "name", "A name may not look like an id");
	return RC_OK;
}

static enum rc
check_plan(struct op *op, const struct plan_choice *plan)
{
	const char *problem = plan_problem(op->arena, plan);

	return problem == NULL ? RC_OK : op_refuse(op, RC_INPUT, "plan", "%s", problem);
}

static void
choose_plan(struct account *account, const struct plan_choice *plan)
{
	account->plan = plan->name;
	account->day_limit = plan->limits.day;
	account->month_limit = plan->limits.month;
}

static enum rc
name_taken(struct op *op, enum rc rc, const char *name)
{
	if (rc != RC_CONFLICT)
		return rc;
	op_forgive(op);
	return op_refuse(op, rc, "name", "There is already an account called \"%s\"", name);
}

enum rc
gateway_create_account(struct op *op, struct account *out, const char *name,
		       const struct plan_choice *plan)
{
	const struct plan_choice usual = { .name = settings()->accounts_plan };
	struct batch *batch = batch_new(op);
	struct account account = {
		.id = id_new(op, "acc"),
		.name = text_trim(op->arena, name == NULL ? "" : name),
		.time_zone = "UTC",
		.marketing = "refuse",
		.essential_purposes = "authentication",
		.send_module = true,
		.created_at = op->now,
	};

	TRY(check_name(op, account.name));
	if (plan == NULL)
		plan = &usual;
	TRY(check_plan(op, plan));
	choose_plan(&account, plan);
	op->account_id = account.id;
	account_store_insert(batch, &account);
	audit_add(op, batch, "account.create", account.id, account.name);
	TRY(name_taken(op, db_commit(op, batch), account.name));
	*out = account;
	return RC_OK;
}

enum rc
gateway_find_account(struct op *op, struct account *out, const char *ref)
{
	enum rc rc = account_store_by_ref(op, out, ref);

	if (rc == RC_MISSING)
		return op_refuse(op, rc, "account", "There is no account \"%s\"", ref);
	return rc;
}

enum rc
gateway_list_accounts(struct op *op, struct list *out, const char **next_cursor,
		      struct page_query page)
{
	TRY(account_store_list(op, out, page.cursor, page_rows(page)));
	*next_cursor = page_cut(out, sizeof(struct account), page);
	return RC_OK;
}

static enum rc
switch_pause(struct op *op, const char *ref, struct instant at, const char *reason)
{
	struct batch *batch = batch_new(op);
	struct account account = { 0 };

	TRY(gateway_find_account(op, &account, ref));
	op->account_id = account.id;
	account_store_pause(batch, account.id, at, reason, at.ms == 0 ? NULL : op->actor);
	audit_add(op, batch, at.ms == 0 ? "account.resume" : "account.pause", account.id, reason);
	return db_commit(op, batch);
}

enum rc
gateway_pause_account(struct op *op, const char *ref, const char *reason)
{
	return switch_pause(op, ref, op->now, reason);
}

enum rc
gateway_resume_account(struct op *op, const char *ref)
{
	return switch_pause(op, ref, (struct instant){ 0 }, NULL);
}

enum rc
gateway_pause_own(struct op *op, const char *reason)
{
	struct batch *batch = batch_new(op);
	enum rc rc;

	account_store_pause_own(batch, op->now, text_empty(reason) ? NULL : reason, op->actor);
	audit_add(op, batch, "account.pause", op->account_id, reason);
	rc = db_commit(op, batch);
	if (rc != RC_CONFLICT)
		return rc;
	return op_refuse(op, rc, "account_paused", "This account is paused already");
}

enum rc
gateway_resume_own(struct op *op)
{
	struct batch *batch = batch_new(op);
	enum rc rc;

	account_store_resume_own(batch);
	audit_add(op, batch, "account.resume", op->account_id, NULL);
	rc = db_commit(op, batch);
	if (rc != RC_CONFLICT)
		return rc;
	return op_refuse(op, rc, "account_paused",
			 "There is no pause that this account's people began; only the operator "
			 "ends the operator's");
}

/* Store an account that a verb changed, with "what = value" in its trail. */
static enum rc
save_account(struct op *op, const struct account *account, const char *what, const char *value)
{
	struct batch *batch = batch_new(op);

	op->account_id = account->id;
	account_store_update(batch, account);
	audit_add(op, batch, "account.set", account->id,
		  arena_printf(op->arena, "%s = %s", what, value));
	return db_commit(op, batch);
}

/* What the trail says of a plan. */
static const char *
describe(struct op *op, const struct plan_choice *plan)
{
	if (plan->limits.day == 0 && plan->limits.month == 0)
		return plan->name;
	return arena_printf(op->arena, "%s (%lld a day, %lld a month; 0: no limit)", plan->name,
			    (long long)plan->limits.day, (long long)plan->limits.month);
}

enum rc
gateway_set_plan(struct op *op, const char *ref, const struct plan_choice *plan)
{
	struct account account = { 0 };

	TRY(check_plan(op, plan));
	TRY(gateway_find_account(op, &account, ref));
	choose_plan(&account, plan);
	return save_account(op, &account, "plan", describe(op, plan));
}

enum rc
gateway_set_module(struct op *op, const char *ref, const char *module, bool on)
{
	struct account account = { 0 };

	TRY(gateway_find_account(op, &account, ref));
	if (text_equal(module, "send"))
		account.send_module = on;
	else if (text_equal(module, "billing"))
		account.billing = on;
	else
		return op_refuse(op, RC_INPUT, "module", "There is no module \"%s\": send, billing",
				 module);
	return save_account(op, &account, module, on ? "on" : "off");
}

static enum rc
set_time_zone(struct op *op, struct account *account, const char *value)
{
	int minutes;

	if (!clock_zone_offset(value, op->now, &minutes))
		return op_refuse(op, RC_INPUT, "time_zone",
				 "There is no time zone \"%s\": use a name like Europe/Istanbul",
				 value);
	account->time_zone = value;
	return RC_OK;
}

static enum rc
set_marketing(struct op *op, struct account *account, const char *value)
{
	if (!account_has_marketing(value))
		return op_refuse(op, RC_INPUT, "marketing", "marketing is refuse or templates");
	account->marketing = value;
	return RC_OK;
}

static enum rc
set_essential(struct op *op, struct account *account, const char *value)
{
	size_t n;
	const char **words = text_split(op->arena, value, ',', &n);
	const char *list = "";

	for (size_t i = 0; i < n; i++) {
		if (purpose_class(words[i]) != PURPOSE_ALLOWED)
			return op_refuse(op, RC_INPUT, "essential_purposes",
					 "\"%s\" is none of the purposes %s", words[i],
					 purpose_allowed_list());
		list = arena_printf(op->arena, "%s%s%s", list, i == 0 ? "" : ",", words[i]);
	}
	account->essential_purposes = list;
	return RC_OK;
}

/* A score from which on something happens; empty: the gateway's own. */
static enum rc
set_score(struct op *op, int64_t *score, const char *key, const char *value)
{
	int64_t number = 0;

	if (*value != '\0' && !text_int(value, 1, SCORE_NEVER, &number))
		return op_refuse(op, RC_INPUT, key,
				 "%s is a score from 1 to 100, 101 for never, or empty for the "
				 "gateway's own",
				 key);
	*score = number;
	return RC_OK;
}

static enum rc
set_review_score(struct op *op, struct account *account, const char *value)
{
	return set_score(op, &account->review_score, "review_score", value);
}

static enum rc
set_block_score(struct op *op, struct account *account, const char *value)
{
	return set_score(op, &account->block_score, "block_score", value);
}

static enum rc
set_reply(struct op *op, struct account *account, const char *value)
{
	account->reply_after_opt_out = text_equal(value, "on");
	if (account->reply_after_opt_out || text_equal(value, "off"))
		return RC_OK;
	return op_refuse(op, RC_INPUT, "reply_after_opt_out", "reply_after_opt_out is on or off");
}

/* notices.endpoint=off */
static enum rc
set_notice(struct op *op, struct account *account, const char *key, const char *value)
{
	const char *kind = key + strlen("notices.");
	bool on = text_equal(value, "on");

	account->notices_off = notices_switch(op, account->notices_off, kind, on);
	if (account->notices_off != NULL && (on || text_equal(value, "off")))
		return RC_OK;
	return op_refuse(op, RC_INPUT, key, "notices.KIND is on or off; kinds: %s",
			 incident_kind_words);
}

static enum rc
set_name(struct op *op, struct account *account, const char *value)
{
	account->name = text_trim(op->arena, value);
	return check_name(op, account->name);
}

enum rc
gateway_set_account(struct op *op, const char *ref, const char *key, const char *value)
{
	static const struct {
		const char *key;
		enum rc (*set)(struct op *op, struct account *account, const char *value);
	} keys[] = {
		{ "name", set_name },
		{ "time_zone", set_time_zone },
		{ "marketing", set_marketing },
		{ "essential_purposes", set_essential },
		{ "reply_after_opt_out", set_reply },
		{ "review_score", set_review_score },
		{ "block_score", set_block_score },
	};
	struct account account = { 0 };

	TRY(gateway_find_account(op, &account, ref));
	if (text_starts(key, "notices.")) {
		TRY(set_notice(op, &account, key, value));
		return save_account(op, &account, key, value);
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (!text_equal(keys[i].key, key))
			continue;
		TRY(keys[i].set(op, &account, value));
		return name_taken(op, save_account(op, &account, key, value), account.name);
	}
	return op_refuse(op, RC_INPUT, "key",
			 "An account has no setting \"%s\": name, time_zone, marketing, "
			 "essential_purposes, reply_after_opt_out, review_score, block_score, "
			 "notices.KIND",
			 key);
}
