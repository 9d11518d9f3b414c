/* SPDX-License-Identifier: Apache-2.0 */
/*
 * connect_instance - from credentials that somebody entered to a number that works
 *
 * Only what the provider has confirmed is stored, so that nobody takes a number that is not
 * theirs and no working connection is lost to a typing error.
 */
#include "gateway/connect_instance.h"

#include "gateway/manage_instances.h"

enum { CHANGES_MAX = 4 };

/* What to store: ids always, a token or secret only when a new one came. */
static size_t
changes_of(struct instance_change *out, const struct connection_draft *draft)
{
	size_t n = 0;

	out[n++] = (struct instance_change){ "phone_number_id", draft->phone_number_id };
	out[n++] = (struct instance_change){ "waba_id", draft->waba_id };
	if (!text_empty(draft->access_token))
		out[n++] = (struct instance_change){ "access_token", draft->access_token };
	if (!text_empty(draft->app_secret))
		out[n++] = (struct instance_change){ "app_secret", draft->app_secret };
	return n;
}

static enum rc
check(struct op *op, const struct connection_draft *draft, const char *token)
{
	struct number_check answer = { 0 };

	TRY(gateway_check_credentials(op, &answer, text_trim(op->arena, draft->phone_number_id),
				      text_trim(op->arena, draft->waba_id),
				      text_trim(op->arena, token)));
	if (answer.ok)
		return RC_OK;
	return op_refuse(op, RC_INPUT, "credentials", "%s", answer.reason);
}

enum rc
gateway_connect_instance(struct op *op, const char *ref, const struct connection_draft *draft)
{
	struct instance_change changes[CHANGES_MAX];
	size_t n = changes_of(changes, draft);
	struct instance instance = { 0 };
	struct credentials stored = { 0 };
	struct number_check seen = { 0 };
	const char *token = draft->access_token;

	TRY(gateway_find_instance(op, &instance, ref));
	TRY(gateway_open_credentials(op, &stored, &instance));
	if (text_empty(token))
		token = stored.access_token;
	if (text_empty(token))
		return op_refuse(op, RC_INPUT, "access_token", "The access token is needed");
	TRY(check(op, draft, token));
	TRY(gateway_set_instance(op, instance.id, changes, n, true));
	/* The first check proved the credentials; this one keeps what the number looks like. */
	TRY(gateway_find_instance(op, &instance, instance.id));
	return gateway_check_instance(op, &seen, &instance);
}
