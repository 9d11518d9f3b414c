/* SPDX-License-Identifier: Apache-2.0 */
/*
 * webhook - what the provider sends
 *
 *	GET  /webhooks/meta              token        the challenge, when Meta is set up
 *	POST /webhooks/meta              signature    webhooks of the operator's Meta app
 *	GET  /webhooks/meta/:instance    token        the same for an instance's own Meta app
 *	POST /webhooks/meta/:instance    signature
 *
 * 200 means stored durably and nothing else: what is in it, the worker finds out. Anything that
 * keeps us from storing is 503, so that Meta sends it again.
 */
#include "gateway/receive.h"
#include "site/site.h"

enum { BODY_MAX = 4 << 20 };

#define RETRY_AFTER "5"

static const struct {
	const char *code, *group, *title;
	int status;
} refusals[] = {
	{ "WH_001", "FORBIDDEN", "Invalid Verification Token", 403 },
	{ "WH_002", "UNAUTHORIZED", "Missing Signature Header", 401 },
	{ "WH_003", "UNAUTHORIZED", "Invalid Signature", 401 },
};

/* In the shape of the proxy dialect, whose codes these are. */
static enum rc
refuse_provider(struct web *web, size_t which)
{
	json_t *body = json_new(web->op), *errors = json_new(web->op);

	json_put_bool(body, "isSuccess", false);
	json_put(errors, "code", refusals[which].code);
	json_put(errors, "group", refusals[which].group);
	json_put(errors, "title", refusals[which].title);
	json_put(errors, "description", web->op->why);
	expect(json_object_set(body, "errors", errors) == 0);
	return web_json_value(web, refusals[which].status, body);
}

static enum rc
refuse(struct web *web, enum rc rc)
{
	static const enum refusal others[RC__MAX] = {
		[RC_INPUT] = REFUSAL_JSON,
		[RC_MISSING] = REFUSAL_NOT_FOUND,
		[RC_BUSY] = REFUSAL_BUSY,
	};
	enum refusal refusal = others[rc] == REFUSAL_NONE ? REFUSAL_BUSY : others[rc];

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
		if (text_equal(web->op->code, refusals[i].code))
			return refuse_provider(web, i);
	if (web->status == 413)
		refusal = REFUSAL_TOO_LARGE;
	if (refusal == REFUSAL_BUSY)
		web_set(web, "Retry-After", RETRY_AFTER);
	return site_refuse(web, DIALECT_PROXY, refusal, web->op->why, NULL, NULL, NULL);
}

static enum rc
get_webhook(struct web *web)
{
	const char *challenge = web_query(web, "hub.challenge");
	enum rc rc = gateway_verify_webhook(web->op, web_param(web, "instance"),
					    web_query(web, "hub.mode"),
					    web_query(web, "hub.verify_token"));

	return rc == RC_OK ? web_text(web, 200, challenge == NULL ? "" : challenge)
			   : refuse(web, rc);
}

static enum rc
post_webhook(struct web *web)
{
	struct bytes raw;
	enum rc rc = web_body(web, &raw, BODY_MAX);

	if (rc == RC_OK)
		rc = gateway_receive(web->op, web_param(web, "instance"), raw,
				     web_header_in(web, "X-Hub-Signature-256"));
	return rc == RC_OK ? web_text(web, 200, "EVENT_RECEIVED") : refuse(web, rc);
}

static const struct route routes[] = {
	{ "GET", "/webhooks/meta", GATE_PROVIDER, NULL, get_webhook, 0 },
	{ "POST", "/webhooks/meta", GATE_PROVIDER, NULL, post_webhook, BODY_MAX },
	{ "GET", "/webhooks/meta/:instance", GATE_PROVIDER, NULL, get_webhook, 0 },
	{ "POST", "/webhooks/meta/:instance", GATE_PROVIDER, NULL, post_webhook, BODY_MAX },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv, &(struct program){ .name = "webhook", ROUTES(routes) }, false);
}
