/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_risk - step 14: does this look like mail that nobody asked for?
 *
 * What the text says is judged with every send; how many people get it, only where the person is
 * new: those are counted, in the transaction of the message itself. A person who wrote first is
 * not new. Counts may miss what other sends are just adding, since no limit hangs on them. What is
 * simulated reaches nobody and counts nobody.
 */
#include "core/secret.h"
#include "core/settings.h"
#include "domain/fold.h"
#include "domain/risk.h"
#include "gateway/send_inside.h"
#include "store/velocity_store.h"

enum {
	TEXT_MAX = 16 << 10,
	HASH_DIGITS = 32,
	FORGET_AT_ONCE = 1000,
	FORGET_ROUNDS = 50 /* in one call: the writer has other things to do */
};

/* By what a text is known: its words, for a template beside its name. */
static const char *
subject_of(struct op *op, const struct send *send)
{
	const char *words, *hash;

	if (text_empty(send->text) && send->template_name == NULL)
		return NULL;
	words = fold_words(op->arena, send->text == NULL ? "" : send->text, TEXT_MAX);
	if (send->template_name != NULL)
		words = arena_printf(op->arena, "%s/%s/%s", send->template_name,
				     send->template_language == NULL ? "" : send->template_language,
				     words);
	hash = secret_sha256_hex(op->arena, bytes_of(words));
	return arena_printf(op->arena, "text:%.*s", HASH_DIGITS, hash);
}

static enum rc
find_first_contact(struct send_work *work)
{
	const struct conversation *conversation;
	struct instant heard;

	if (work->send->simulated || send_has_spoken(work, &heard) || !send_is_for_person(work))
		return RC_OK;
	TRY(send_conversation(work, &conversation));
	work->first_contact = conversation->first_out_at.ms == 0 && conversation->heard_at.ms == 0;
	return RC_OK;
}

/* The hour before counts by as much of it as lies within the last 60 minutes. */
static int64_t
of_last_hour(const struct velocity *velocity, struct instant now)
{
	return velocity->this_hour + velocity->hour_before * (HOUR_MS - now.ms % HOUR_MS) / HOUR_MS;
}

static enum rc
read_velocity(struct send_work *work, struct risk_facts *facts, const char *subject)
{
	struct velocity velocity = { 0 };

	TRY(velocity_store_get(work->op, &velocity, subject));
	facts->same_text = subject == NULL ? 0 : velocity.same_text + 1;
	facts->new_hour = of_last_hour(&velocity, work->op->now) + 1;
	if (facts->new_hour > RISK_BURST_ABOVE)
		TRY(velocity_store_sum(work->op, &facts->new_week, RISK_MEAN_HOURS));
	return RC_OK;
}

static const char *
action_of(const struct send *send, int64_t score)
{
	int64_t review = send->account.review_score, block = send->account.block_score;

	return risk_action(score, review != 0 ? review : settings()->risk_review,
			   block != 0 ? block : settings()->risk_block);
}

static enum rc
explain_blocked(struct send_work *work, const struct send_guard *guard)
{
	json_t *details = json_new(work->op);

	(void)guard;
	json_put(details, "action", "block");
	json_put_int(details, "risk_score", work->risk_score);
	json_put_json(details, "parts", work->risk_parts);
	work->send->details = details;
	return RC_OK;
}

/* "... (risk score 84): A link to bit.ly hides where it leads; ..." */
static const char *
sentence_for(struct op *op, const struct risk *risk)
{
	const char *sentence = arena_printf(
		op->arena, "This looks like mail that nobody asked for (risk score %d)",
		(int)risk->score);
	const char *between = ": ";

	for (size_t i = 0; i < RISK__MAX; i++) {
		if (risk->parts[i].score == 0)
			continue;
		sentence = arena_printf(op->arena, "%s%s%s", sentence, between,
					risk->parts[i].sentence);
		between = "; ";
	}
	return sentence;
}

enum rc
send_step_risk(struct send_work *work)
{
	struct send *send = work->send;
	struct risk_facts facts = { .text = send->text, .purpose = send->purpose };
	const char *subject = NULL;
	struct risk risk;

	TRY(find_first_contact(work));
	if (work->first_contact) {
		subject = subject_of(work->op, send);
		TRY(read_velocity(work, &facts, subject));
	}
	risk_judge(work->op->arena, &risk, &facts);
	work->risk_score = risk.score;
	work->risk_parts = risk_parts_text(work->op->arena, &risk);
	work->risk_action = action_of(send, risk.score);
	if (text_equal(work->risk_action, "block"))
		send_refuse_last(work, REFUSAL_POLICY, sentence_for(work->op, &risk),
				 explain_blocked);
	else if (work->first_contact && work->mode != SEND_ACCEPT)
		velocity_store_add(work->batch, subject, work->op->now);
	return RC_OK;
}

enum rc
gateway_forget_velocity(struct op *op, int64_t *n)
{
	int64_t all = 0, gone = FORGET_AT_ONCE;

	for (int i = 0; i < FORGET_ROUNDS && gone == FORGET_AT_ONCE; i++) {
		struct batch *batch = batch_new(op);
		int index = velocity_store_forget(batch, op->now, FORGET_AT_ONCE);

		TRY(db_commit(op, batch));
		gone = (int64_t)batch_count(batch, index);
		all += gone;
	}
	*n = all;
	return RC_OK;
}
