/* SPDX-License-Identifier: Apache-2.0 */
/*
 * webhook_answer - how the provider is refused
 *
 * In the proxy dialect, which has codes for it. Whatever keeps us from storing is 503, so that the
 * provider sends the same again; only what can never become right is another status.
 */
#include "site/webhook_answer.h"

#include "core/log.h"

static const struct {
	const char *code, *group;
	int status;
} refusals[] = {
	{ "WH_001", "FORBIDDEN", 403 },
	{ "WH_002", "UNAUTHORIZED", 401 },
	{ "WH_003", "UNAUTHORIZED", 401 },
};

/* In the shape of the proxy dialect, whose codes these are. */
static enum rc
refuse_provider(struct web *web, size_t which)
{
	json_t *body = json_new(web->op), *errors = json_new(web->op);

	json_put_bool(body, "isSuccess", false);
	json_put(errors, "code", refusals[which].code);
	json_put(errors, "group", refusals[which].group);
	json_put(errors, "description", web->op->why);
	expect(json_object_set(body, "errors", errors) == 0);
	return web_json_value(web, refusals[which].status, body);
}

/* Certainly not stored: why is our own matter, and goes to the log. */
static enum rc
refuse_busy(struct web *web, enum rc rc)
{
	log_line(LOG_WARN, "event=webhook.not_stored req=%s rc=%s why=\"%s\"", web->op->request_id,
		 rc_text(rc), web->op->why);
	web_set(web, "Retry-After", "5");
	return site_refuse(web, DIALECT_PROXY, REFUSAL_BUSY,
			   "This cannot be stored right now: send it again", NULL, NULL, NULL);
}

enum rc
webhook_refuse(struct web *web, enum rc rc)
{
	enum refusal refusal = rc == RC_MISSING ? REFUSAL_NOT_FOUND : REFUSAL_JSON;

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
		if (text_equal(web->op->code, refusals[i].code))
			return refuse_provider(web, i);
	if (rc != RC_MISSING && rc != RC_INPUT)
		return refuse_busy(web, rc);
	if (web->status == 413)
		refusal = REFUSAL_TOO_LARGE;
	return site_refuse(web, DIALECT_PROXY, refusal, web->op->why, NULL, NULL, NULL);
}
