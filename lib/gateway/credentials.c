/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credentials - the only place where an instance's and an endpoint's secrets are opened
 *
 * A sealed value is bound to its table, column and row, so that a copy elsewhere does not open. A
 * value that does not open means a wrong master key or a damaged row: an operator's matter.
 */
#include "gateway/credentials.h"

#include "core/secret.h"
#include "gateway/endpoints.h"

static const char *
row_of(struct op *op, const char *column, const char *id)
{
	return arena_printf(op->arena, "%s:%s", column, id);
}

const char *
credential_seal(struct op *op, const char *column, const char *id, const char *plain)
{
	return text_empty(plain) ? NULL : secret_seal(op, plain, row_of(op, column, id));
}

enum rc
credential_open(struct op *op, const char **plain, const char *column, const char *id,
		const char *sealed)
{
	if (secret_open(op, plain, sealed, row_of(op, column, id)) == RC_OK)
		return RC_OK;
	op_forgive(op);
	return op_fail(op, RC_INTERNAL,
		       "The sealed %s of %s does not open: is %s the key it was sealed with?",
		       column, id, "[secrets] master_key");
}

enum rc
gateway_open_credentials(struct op *op, struct credentials *out, const struct instance *i)
{
	struct credentials c = { 0 };

	TRY(credential_open(op, &c.access_token, SEALED_ACCESS_TOKEN, i->id, i->access_token));
	TRY(credential_open(op, &c.app_secret, SEALED_APP_SECRET, i->id, i->app_secret));
	if (i->previous_app_secret_until.ms > op->now.ms)
		TRY(credential_open(op, &c.previous_app_secret, SEALED_PREVIOUS_APP_SECRET, i->id,
				    i->previous_app_secret));
	TRY(credential_open(op, &c.verify_token, SEALED_VERIFY_TOKEN, i->id, i->verify_token));
	*out = c;
	return RC_OK;
}

enum rc
gateway_open_endpoint(struct op *op, struct endpoint_secrets *out, const struct endpoint *e)
{
	struct endpoint_secrets keys = { .previous_until = e->previous_until,
					 .switched = e->switched_at.ms != 0 };

	TRY(credential_open(op, &keys.secret, SEALED_SECRET, e->id, e->secret));
	TRY(credential_open(op, &keys.previous, SEALED_PREVIOUS_SECRET, e->id, e->previous_secret));
	TRY(credential_open(op, &keys.bearer, SEALED_BEARER, e->id, e->bearer));
	TRY(credential_open(op, &keys.headers_json, SEALED_HEADERS, e->id, e->headers));
	*out = keys;
	return RC_OK;
}
