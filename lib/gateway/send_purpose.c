/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_purpose - step 5: why is this sent?
 *
 * Stated in the guarded dialect, derived in the others: of a template by the category that Meta
 * gave it, of anything else support. What is stated must fit the template, and marketing leaves
 * only where the account lets it. A template belongs to a number's business account, so the number
 * is looked up here already; one that does not exist is the next step's to refuse.
 */
#include "gateway/send_inside.h"
#include "store/template_store.h"

static bool
is_template(const struct send *send)
{
	return text_equal(send->type, "template");
}

/* The number, if there is one: *found says so. */
static enum rc
find_number(struct send_work *work, bool *found)
{
	struct send *send = work->send;
	enum rc rc = send_find_instance(work);

	*found = rc == RC_OK;
	if (rc == RC_OK || send->refusal == REFUSAL_NONE)
		return rc;
	send->refusal = REFUSAL_NONE;
	send->field = send->field_reason = NULL;
	op_forgive(work->op);
	return RC_OK;
}

/* *category stays NULL where nobody knows it. */
static enum rc
find_category(struct send_work *work, const char **category)
{
	const struct send *send = work->send;
	bool found;
	enum rc rc;

	if (!is_template(send))
		return RC_OK;
	TRY(find_number(work, &found));
	if (!found || send->instance.waba_id == NULL || send->template_name == NULL ||
	    send->template_language == NULL)
		return RC_OK;
	rc = template_store_category(work->op, category, send->instance.waba_id,
				     send->template_name, send->template_language);
	return rc == RC_MISSING ? RC_OK : rc;
}

/* ---- the guarded dialect ---- */

static enum rc
check_stated(struct send_work *work)
{
	const char *purpose = work->send->purpose;

	if (text_empty(purpose))
		return send_refuse(work, REFUSAL_PURPOSE_MISSING,
				   "message_purpose is required: one of %s",
				   purpose_allowed_list());
	if (purpose_class(purpose) != PURPOSE_ALLOWED)
		return send_refuse(work, REFUSAL_PURPOSE,
				   "This message_purpose is not allowed; allowed are %s",
				   purpose_allowed_list());
	return RC_OK;
}

static enum rc
check_fitting(struct send_work *work)
{
	const struct send *send = work->send;
	const char *category = NULL, *fitting;

	TRY(find_category(work, &category));
	fitting = purpose_fitting_list(category);
	if (text_list_has(fitting, send->purpose))
		return RC_OK;
	if (text_empty(fitting))
		return send_refuse(work, REFUSAL_PURPOSE,
				   "The template %s is of Meta's category %s, which no "
				   "message_purpose of this API allows",
				   send->template_name, category);
	return send_refuse(work, REFUSAL_PURPOSE,
			   "message_purpose %s does not fit the template %s, which is of Meta's "
			   "category %s; fitting: %s",
			   send->purpose, send->template_name, category, fitting);
}

/* ---- the other dialects ---- */

static enum rc
derive(struct send_work *work)
{
	struct send *send = work->send;
	const char *category = NULL;

	TRY(find_category(work, &category));
	if (!is_template(send))
		send->purpose = "support"; /* what session messages are */
	else if (purpose_of_category(category) != NULL)
		send->purpose = purpose_of_category(category);
	else
		send->purpose = send->marketing ? "marketing" : "transactional";
	return RC_OK;
}

static enum rc
check_marketing(struct send_work *work)
{
	const struct send *send = work->send;

	if (!text_equal(send->purpose, "marketing") ||
	    text_equal(send->account.marketing, "templates"))
		return RC_OK;
	return send_refuse(work, REFUSAL_PURPOSE,
			   "The template %s is marketing, which this account does not send; its "
			   "setting marketing = templates would allow it",
			   send->template_name);
}

enum rc
send_step_purpose(struct send_work *work)
{
	if (work->send->dialect == DIALECT_GUARDED) {
		TRY(check_stated(work));
		return check_fitting(work);
	}
	TRY(derive(work));
	return check_marketing(work);
}
