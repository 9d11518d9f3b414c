/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_steps - steps 2, 11 and 12: may this account send, can it pay, and to this person?
 *
 * The account is read and decided at once: its switches are turned by people, and a send that
 * began before the turn may pass. Suppression is asked inside the transaction that stores the
 * message: who said STOP before it gets nothing after it.
 */
#include "gateway/send_inside.h"
#include "store/account_store.h"
#include "store/state_store.h"
#include "store/suppression_store.h"

/* ---- step 2 ---- */

static enum rc
read_account(struct send_work *work, bool *suspended)
{
	struct send *send = work->send;

	if (send->caller != NULL) {
		send->account = send->caller->account;
		*suspended = send->caller->suspended;
		return RC_OK;
	}
	TRY(account_store_get(work->op, &send->account));
	return state_store_is_on(work->op, "suspended", suspended);
}

enum rc
send_step_account(struct send_work *work)
{
	const struct account *account = &work->send->account;
	bool suspended = false;

	TRY(read_account(work, &suspended));
	if (!account->send_module)
		return send_refuse(work, REFUSAL_MODULE, "The send module is off for this account");
	if (account->paused_at.ms != 0)
		return send_refuse(work, REFUSAL_ACCOUNT_PAUSED, "This account is paused since %s",
				   clock_rfc3339(work->op->arena, account->paused_at));
	if (suspended)
		return send_refuse(work, REFUSAL_GATEWAY_SUSPENDED,
				   "The operator has suspended sending on this gateway");
	return RC_OK;
}

/* ---- step 11 ---- */

/* What the gateway itself owes a person, and nobody has asked it to send. */
bool
send_is_confirmation(const struct send_work *work, const char *source)
{
	return work->mode == SEND_DISPATCH && text_equal(work->row->source, source);
}

/* An account that bills prepays: nobody has put anything into a wallet yet. */
enum rc
send_step_balance(struct send_work *work)
{
	if (work->send->account.billing && !work->send->simulated &&
	    !send_is_confirmation(work, SOURCE_OPT_OUT) &&
	    !send_is_confirmation(work, SOURCE_OPT_IN))
		send_refuse_last(work, REFUSAL_BALANCE,
				 "The account's balance is zero: top it up to send", NULL);
	return RC_OK;
}

/* ---- step 12 ---- */

static enum rc
explain_suppressed(struct send_work *work, const struct send_guard *guard)
{
	json_t *details = json_new(work->op);

	(void)guard;
	json_put(details, "action", "block");
	json_put_int(details, "risk_score", 0);
	work->send->details = details;
	return RC_OK;
}

/* When the person last wrote, where that lets a reply pass their opt-out. */
static enum rc
wrote_at(struct send_work *work, struct instant *out)
{
	const struct send *send = work->send;
	const struct conversation *conversation;

	if (!send->account.reply_after_opt_out || !text_equal(send->purpose, "support"))
		return RC_OK;
	TRY(send_conversation(work, &conversation));
	*out = conversation->heard_at;
	return RC_OK;
}

/* The purposes that pass an opt-out: the account's, or what its confirmation itself is sent as. */
static const char *
essential_of(const struct send_work *work)
{
	if (send_is_confirmation(work, SOURCE_OPT_OUT))
		return work->send->purpose;
	return work->send->account.essential_purposes;
}

enum rc
send_step_suppression(struct send_work *work)
{
	struct send *send = work->send;
	struct send_guard guard = {
		.refusal = REFUSAL_SUPPRESSED,
		.sentence = "The recipient is on the suppression list",
		.explain = explain_suppressed,
	};
	struct instant wrote = { 0 };

	TRY(wrote_at(work, &wrote));
	guard.index = suppression_store_guard(work->batch, send->to, send->purpose,
					      essential_of(work), wrote);
	send_guard_add(work, &guard);
	return RC_OK;
}
