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
#include "site/webhook_answer.h"

enum { BODY_MAX = 4 << 20 };

/* instance NULL: the operator's app. */
static enum rc
verify(struct web *web, const char *instance)
{
	const char *challenge = web_query(web, "hub.challenge");
	enum rc rc = gateway_verify_webhook(web->op, instance, web_query(web, "hub.mode"),
					    web_query(web, "hub.verify_token"));

	if (rc != RC_OK)
		return webhook_refuse(web, rc);
	return web_text(web, 200, challenge == NULL ? "" : challenge);
}

static enum rc
receive(struct web *web, const char *instance)
{
	struct bytes raw;
	enum rc rc = web_body(web, &raw, BODY_MAX);

	if (rc == RC_OK)
		rc = gateway_receive(web->op, instance, raw,
				     web_header_in(web, "X-Hub-Signature-256"));
	return rc == RC_OK ? web_text(web, 200, "EVENT_RECEIVED") : webhook_refuse(web, rc);
}

static enum rc
get_operators(struct web *web)
{
	return verify(web, NULL);
}

static enum rc
post_operators(struct web *web)
{
	return receive(web, NULL);
}

static enum rc
get_own(struct web *web)
{
	return verify(web, web_param(web, "instance"));
}

static enum rc
post_own(struct web *web)
{
	return receive(web, web_param(web, "instance"));
}

static const struct route routes[] = {
	{ "GET", "/webhooks/meta", GATE_PROVIDER, NULL, get_operators, 0 },
	{ "POST", "/webhooks/meta", GATE_PROVIDER, NULL, post_operators, BODY_MAX },
	{ "GET", "/webhooks/meta/:instance", GATE_PROVIDER, NULL, get_own, 0 },
	{ "POST", "/webhooks/meta/:instance", GATE_PROVIDER, NULL, post_own, BODY_MAX },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv, &(struct program){ .name = "webhook", ROUTES(routes) }, NULL);
}
