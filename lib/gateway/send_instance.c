/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_instance - step 6: through which number, and may it send now?
 *
 * The guarded dialect names an instance by id or slug, the others by Meta's phone_number_id; a
 * key bound to an instance speaks for that one alone; where an account has just one, nobody needs
 * to name it. A simulated send needs no number that works, and none at all: accounts without one
 * have a built-in instance for it.
 */
#include "gateway/send_inside.h"
#include "store/instance_store.h"

static const char sandbox[] = "sandbox";

static enum rc
refuse_unknown(struct send_work *work)
{
	return send_refuse(work, REFUSAL_INSTANCE_UNKNOWN,
			   "There is no such instance for this API key; the portal lists the "
			   "instances of the account");
}

/* May the key speak for this instance? */
static bool
key_covers(const struct send *send, const char *instance_id)
{
	return send->key == NULL || api_key_covers(send->key, instance_id);
}

/* What accounts without a number of their own simulate with. */
static struct instance
built_in(const char *account_id)
{
	return (struct instance){
		.id = sandbox,
		.account_id = account_id,
		.slug = sandbox,
		.name = "Sandbox",
		.provider = "cloud",
		.state = "open",
	};
}

static enum rc
has_none(struct send_work *work, bool *out)
{
	struct list some;

	TRY(instance_store_list(work->op, &some, NULL, 1));
	*out = some.n == 0;
	return RC_OK;
}

/* By this name the account has no number. Is the built-in one meant, and is it there? What was
 * accepted for it goes through it, whatever the account has by then. */
static enum rc
by_built_in(struct send_work *work, const char *name, bool *found)
{
	struct send *send = work->send;

	*found = send->simulated && text_equal(name, sandbox) && key_covers(send, sandbox);
	if (*found && work->mode != SEND_DISPATCH)
		TRY(has_none(work, found));
	if (*found)
		send->instance = built_in(work->op->account_id);
	return RC_OK;
}

static enum rc
by_ref(struct send_work *work, const char *ref)
{
	struct send *send = work->send;
	struct instance found = { 0 };
	enum rc rc = instance_store_by_ref(work->op, &found, ref);
	bool is_built_in;

	if (rc == RC_MISSING) {
		TRY(by_built_in(work, ref, &is_built_in));
		return is_built_in ? RC_OK : refuse_unknown(work);
	}
	TRY(rc);
	if (!key_covers(send, found.id))
		return refuse_unknown(work);
	send->instance = found;
	return RC_OK;
}

static enum rc
refuse_number(struct send_work *work)
{
	return send_refuse(work, REFUSAL_INSTANCE_UNKNOWN,
			   "This API key has no instance with that phone_number_id");
}

static enum rc
by_phone(struct send_work *work)
{
	struct send *send = work->send;
	struct instance found = { 0 };
	enum rc rc = instance_store_by_phone(work->op, &found, send->phone_number_id);
	bool is_built_in;

	if (rc == RC_MISSING) {
		TRY(by_built_in(work, send->phone_number_id, &is_built_in));
		return is_built_in ? RC_OK : refuse_number(work);
	}
	TRY(rc);
	if (!text_equal(found.account_id, work->op->account_id) || !key_covers(send, found.id))
		return refuse_number(work);
	send->instance = found;
	return RC_OK;
}

/* None, or several, and nobody said which. */
static enum rc
without_name(struct send_work *work)
{
	struct send *send = work->send;
	bool none;

	TRY(has_none(work, &none));
	if (none && send->simulated) {
		send->instance = built_in(work->op->account_id);
		return RC_OK;
	}
	if (none)
		return send_refuse(work, REFUSAL_INSTANCE_UNKNOWN,
				   "This account has no instance yet; connect a number first");
	if (send->dialect == DIALECT_GUARDED)
		return send_refuse_field(work, REFUSAL_FIELD, "instance_id",
					 "is required: this account has several instances");
	return send_refuse(work, REFUSAL_INSTANCE_UNKNOWN,
			   "This account has several instances; say which by phone_number_id, or "
			   "use an API key that is bound to one");
}

static enum rc
find(struct send_work *work)
{
	struct send *send = work->send;
	struct instance only = { 0 };
	enum rc rc;

	if (send->phone_number_id != NULL)
		return by_phone(work);
	if (!text_empty(send->instance_ref))
		return by_ref(work, send->instance_ref);
	if (send->key != NULL && send->key->instance_id != NULL)
		return by_ref(work, send->key->instance_id);
	rc = instance_store_only(work->op, &only);
	if (rc == RC_MISSING)
		return without_name(work);
	TRY(rc);
	send->instance = only;
	return RC_OK;
}

enum rc
send_find_instance(struct send_work *work)
{
	if (!work->located)
		TRY(find(work));
	work->located = true;
	return RC_OK;
}

enum rc
send_step_instance(struct send_work *work)
{
	const struct instance *instance = &work->send->instance;

	TRY(send_find_instance(work));
	if (instance->paused_at.ms != 0)
		return send_refuse(work, REFUSAL_INSTANCE_PAUSED,
				   "This instance is paused since %s",
				   clock_rfc3339(work->op->arena, instance->paused_at));
	if (instance->suspended_at.ms != 0)
		return send_refuse(work, REFUSAL_INSTANCE_PAUSED,
				   "The operator has suspended this instance since %s",
				   clock_rfc3339(work->op->arena, instance->suspended_at));
	if (!work->send->simulated && !text_equal(instance->state, "open"))
		return send_refuse(work, REFUSAL_INSTANCE_STATE,
				   "This instance is not connected (its state is %s); connect it "
				   "in the portal",
				   instance->state);
	return RC_OK;
}

enum rc
send_instance_of(struct op *op, struct instance *out, const struct message *message)
{
	enum rc rc = instance_store_by_id(op, out, message->instance_id);

	if (rc != RC_MISSING)
		return rc;
	op_forgive(op);
	*out = built_in(message->account_id);
	if (text_equal(message->instance_id, sandbox))
		return RC_OK;
	out->id = out->slug = out->name = message->instance_id;
	return RC_OK;
}
