/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud_verify - whether a webhook was signed with one of the app's secrets
 *
 * Apart from the rest of the driver: the program that receives calls nobody, and does without what
 * calling takes.
 */
#include "core/secret.h"
#include "provider/provider.h"

static bool
signed_with(const char *secret, struct bytes raw, const unsigned char *given)
{
	unsigned char right[SHA256_LEN];

	if (text_empty(secret))
		return false;
	secret_hmac(bytes_of(secret), &raw, 1, right);
	return secret_equal(bytes_slice(right, SHA256_LEN), bytes_slice(given, SHA256_LEN));
}

/* X-Hub-Signature-256 is "sha256=" and the HMAC-SHA256 of the raw body in lower-case hex
 * (developers.facebook.com/docs/graph-api/webhooks/getting-started). */
enum rc
cloud_verify(struct op *op, const struct credentials *credentials, struct bytes raw,
	     const char *signature)
{
	static const char prefix[] = "sha256=";
	unsigned char given[SHA256_LEN];

	if (text_empty(signature))
		return op_refuse(op, RC_AUTH, "WH_002",
				 "The X-Hub-Signature-256 header is missing");
	if (!text_starts(signature, prefix) ||
	    !text_unhex(signature + strlen(prefix), given, sizeof(given)))
		return op_refuse(op, RC_AUTH, "WH_003",
				 "The X-Hub-Signature-256 header is not sha256= and 64 hex digits");
	if (signed_with(credentials->app_secret, raw, given) ||
	    signed_with(credentials->previous_app_secret, raw, given))
		return RC_OK;
	return op_refuse(op, RC_AUTH, "WH_003",
			 "The signature does not fit the body; check the app secret");
}
