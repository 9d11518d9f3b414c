/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manage_answer - what the caller of a management call is told
 *
 * The Graph dialect gives Meta's answer with its status, byte by byte; the proxy dialect puts a
 * success into its envelope and an error into params, as for sends. A change whose answer was lost
 * is told as unknown: it may have been made.
 */
#include "site/manage_answer.h"

enum rc
manage_may_change(struct web *web)
{
	if (!api_key_is_sandbox(site_key(web)))
		return RC_OK;
	return op_refuse(web->op, RC_DENIED, refusal_word(REFUSAL_SCOPE),
			 "A sandbox key changes nothing at Meta; use a production key");
}

static json_t *
error_details(struct op *op, const struct manage_result *result)
{
	const struct provider_error *error = &result->error;
	json_t *details = json_new(op);

	json_put_int(details, "status", result->status);
	if (error->code != 0)
		json_put_int(details, "code", error->code);
	if (error->subcode != 0)
		json_put_int(details, "error_subcode", error->subcode);
	if (error->message != NULL)
		json_put(details, "message", error->message);
	if (error->details != NULL)
		json_put(details, "details", error->details);
	if (error->trace != NULL)
		json_put(details, "fbtrace_id", error->trace);
	json_put_bool(details, "retryable", error->retryable || result->status >= 500);
	return details;
}

/* No answer: a reading can be tried again, and so can a change that never left. */
static enum rc
answer_away(struct web *web, const struct management *m)
{
	bool lost = m->result.outcome == NET_UNKNOWN && !text_equal(m->request.method, "GET");
	enum dialect dialect = site_dialect(web->path);
	const char *sentence = arena_printf(web->op->arena, "Meta did not answer: %s",
					    m->result.words == NULL ? "" : m->result.words);

	json_t *details = json_new(web->op);

	if (!lost)
		return site_refuse(web, dialect, REFUSAL_BUSY, sentence, NULL, NULL, NULL);
	json_put(details, "outcome", "unknown");
	json_put_bool(details, "retryable", false);
	return site_refuse(web, dialect, REFUSAL_UNKNOWN_OUTCOME, sentence, NULL, NULL, details);
}

enum rc
manage_answer(struct web *web, const struct management *m)
{
	const struct manage_result *result = &m->result;
	struct op *op = web->op;

	if (result->outcome != NET_ANSWERED)
		return answer_away(web, m);
	if (site_dialect(web->path) == DIALECT_GRAPH)
		return web_reply(web, result->status,
				 result->tree != NULL ? "application/json"
						      : "text/plain; charset=utf-8",
				 result->answer);
	if (result->done && result->tree != NULL)
		return site_proxy_data(web, 200, result->answer);
	return site_refuse(web, DIALECT_PROXY, REFUSAL_PROVIDER, result->words, NULL, NULL,
			   error_details(op, result));
}
