/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_instance - asking the provider whether credentials are right
 *
 * Only a definite refusal closes an instance: a provider that is away or busy says nothing about
 * the credentials.
 */
#include "gateway/manage_instances.h"

#include "gateway/instance_state.h"
#include "net/net.h"
#include "store/instance_state_store.h"
#include "store/instance_store.h"
#include "store/template_store.h"

/* What one question brought. */
struct verdict {
	struct number_check check;
	bool definite; /* the provider itself said yes or no */
};

static enum rc
ask(struct op *op, struct verdict *out, const struct instance *instance,
    const struct credentials *credentials)
{
	const struct provider *provider = provider_of(instance->provider);
	struct net_call call = { .op = op };

	if (provider == NULL)
		return op_fail(op, RC_INTERNAL, "This build has no provider \"%s\"",
			       instance->provider);
	provider->check_request(op, &call, instance, credentials);
	db_rest(op);
	net_perform(&call);
	provider->check_read(op, &out->check, &call);
	out->definite = call.outcome == NET_ANSWERED && call.status < 500 && call.status != 408 &&
			call.status != 429;
	return RC_OK;
}

/* Good credentials end no ban of Meta's; bad ones close what it only restricts. */
static void
judge(struct instance *seen, const struct verdict *verdict)
{
	if (verdict->check.ok && seen->state_cause == NULL) {
		seen->state = instance_state_for(seen);
		seen->state_reason = NULL;
	}
	if (!verdict->check.ok && verdict->definite &&
	    (seen->state_cause == NULL || text_equal(seen->state, "restricted"))) {
		seen->state = "closed";
		seen->state_reason = verdict->check.reason;
		seen->state_cause = NULL;
	}
}

static enum rc
remember(struct op *op, const struct instance *instance, const struct verdict *verdict)
{
	struct batch *batch = batch_new(op);
	const struct number_check *check = &verdict->check;
	struct instance seen = *instance;

	seen.checked_at = op->now;
	seen.check_result = check->ok ? "ok" : check->reason;
	if (check->ok) {
		seen.display_number = check->display_number;
		seen.verified_name = check->verified_name;
		seen.quality = check->quality;
	}
	judge(&seen, verdict);
	instance_store_checked(batch, &seen);
	if (seen.state_cause == NULL)
		instance_state_store_own(batch, seen.id);
	TRY(instance_announce_change(op, batch, instance, &seen));
	if (check->ok && seen.waba_id != NULL)
		template_store_want(batch, seen.waba_id, op->now, true);
	return db_commit(op, batch);
}

enum rc
gateway_check_instance(struct op *op, struct number_check *out, const struct instance *instance)
{
	struct credentials credentials = { 0 };
	struct verdict verdict = { 0 };

	if (text_equal(instance_state_for(instance), "draft"))
		return op_refuse(op, RC_CONFLICT, "instance",
				 "phone_number_id and access_token are needed first");
	TRY(gateway_open_credentials(op, &credentials, instance));
	TRY(ask(op, &verdict, instance, &credentials));
	TRY(remember(op, instance, &verdict));
	*out = verdict.check;
	return RC_OK;
}

/* What a business account hears is routed by its id alone, so nobody may name one that their token
 * does not open. */
static enum rc
ask_for_waba(struct op *op, struct number_check *out, const char *waba_id,
	     const struct credentials *credentials)
{
	const struct manage_request request = {
		.method = "GET",
		.object = waba_id,
		.query = "fields=id",
	};
	struct manage_result result = { 0 };
	struct net_call call = { .op = op };

	cloud_provider.manage_request(op, &call, credentials, &request);
	db_rest(op);
	net_perform(&call);
	cloud_provider.manage_read(op, &result, &call);
	if (result.done && text_equal(json_number_text(op, result.tree, "id"), waba_id))
		return RC_OK;
	out->ok = false;
	out->reason = arena_printf(
		op->arena, "This token does not open the WhatsApp Business Account %s: %s", waba_id,
		result.words == NULL ? "Meta answered without its id" : result.words);
	return RC_OK;
}

enum rc
gateway_check_credentials(struct op *op, struct number_check *out, const char *phone_number_id,
			  const char *waba_id, const char *access_token)
{
	const struct credentials credentials = { .access_token = access_token };
	const struct instance instance = {
		.id = "",
		.provider = "cloud",
		.phone_number_id = phone_number_id,
		.waba_id = waba_id,
	};
	struct verdict verdict = { 0 };

	TRY(ask(op, &verdict, &instance, &credentials));
	if (verdict.check.ok && !text_empty(waba_id))
		TRY(ask_for_waba(op, &verdict.check, waba_id, &credentials));
	*out = verdict.check;
	return RC_OK;
}
