/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_receipt - read receipts and typing, which share the address of sends
 *
 * They say something about a message of the person and are none themselves: nothing is stored,
 * counted or charged. The provider takes the same receipt any number of times, so one whose answer
 * was lost is simply not confirmed, and the caller may repeat it.
 */
#include "gateway/send_inside.h"

static enum rc
not_confirmed(struct send_work *work)
{
	json_t *details = json_new(work->op);

	json_put(details, "message", work->result.words);
	json_put_bool(details, "retryable", true);
	work->send->details = details;
	return send_refuse(work, REFUSAL_PROVIDER, "%s", work->result.words);
}

static enum rc
read_answer(struct send_work *work)
{
	struct send_result *result = &work->result;

	work->provider->send_read(work->op, result, &work->call);
	work->send->provider_status = result->http_status;
	work->send->provider_answer = result->answer;
	if (result->error.code == 0 && result->http_status >= 200 && result->http_status < 300)
		return RC_OK;
	if (result->error.code == 0)
		return not_confirmed(work);
	work->send->details = send_error_details(work->op, result);
	return send_refuse(work, REFUSAL_PROVIDER, "%s", result->words);
}

static enum send_next
receipt_answered(struct send_work *work, enum rc rc)
{
	rc = read_answer(work);
	return rc == RC_OK ? NEXT_END : send_give_up(work, rc);
}

enum send_next
send_receipt_passed(struct send_work *work)
{
	if (work->send->simulated)
		return NEXT_END;
	work->then = receipt_answered;
	return NEXT_CALL;
}
