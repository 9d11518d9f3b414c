/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dialect - how one refusal is told in three dialects
 *
 * The guarded dialect has the product's own words, the proxy dialect a code, a group and, where
 * the original documentation fixes it, a text; the Graph dialect one of Meta's codes. Clients
 * act on codes and statuses: none of these may change. The recorded sentence goes along in each.
 */
#include "core/buf.h"
#include "site/site.h"

struct proxy_face {
	int status;
	const char *code, *group;
	const char *text; /* documented wording; NULL: the sentence */
};

struct graph_face {
	int status;
	int64_t code;
	const char *title;
};

static const struct {
	int guarded; /* status; the code is refusal_word() */
	struct proxy_face proxy;
	struct graph_face graph;
} faces[REFUSAL__MAX] = {
	[REFUSAL_KEY_MISSING] = {
		401,
		{ 401, "AUTH_002", "UNAUTHORIZED", "Missing Authorization header." },
		{ 401, 190, "Invalid OAuth access token" },
	},
	[REFUSAL_KEY_FORM] = {
		401,
		{ 401, "AUTH_003", "UNAUTHORIZED",
		  "Invalid token format. It must be 'Bearer <token>'." },
		{ 401, 190, "Invalid OAuth access token" },
	},
	[REFUSAL_KEY_UNKNOWN] = {
		401,
		{ 401, "AUTH_001", "UNAUTHORIZED", "API Key not found, invalid, or expired." },
		{ 401, 190, "Invalid OAuth access token" },
	},
	[REFUSAL_KEY_EXPIRED] = {
		401,
		{ 401, "AUTH_001", "UNAUTHORIZED", NULL },
		{ 401, 190, "Invalid OAuth access token" },
	},
	[REFUSAL_KEY_REVOKED] = {
		401,
		{ 401, "AUTH_001", "UNAUTHORIZED", "API Key not found, invalid, or expired." },
		{ 401, 190, "Invalid OAuth access token" },
	},
	[REFUSAL_SCOPE] = {
		403, { 403, "GW_009", "FORBIDDEN", NULL }, { 403, 10, "Permission Denied" },
	},
	[REFUSAL_ADDRESS] = {
		403, { 403, "GW_009", "FORBIDDEN", NULL }, { 403, 10, "Permission Denied" },
	},
	[REFUSAL_MODULE] = {
		403, { 403, "GW_007", "FORBIDDEN", NULL }, { 403, 200, "API Permission" },
	},
	[REFUSAL_ACCOUNT_PAUSED] = {
		403, { 403, "GW_007", "FORBIDDEN", NULL }, { 403, 200, "API Permission" },
	},
	[REFUSAL_GATEWAY_SUSPENDED] = {
		403, { 403, "GW_007", "FORBIDDEN", NULL }, { 403, 200, "API Permission" },
	},
	[REFUSAL_JSON] = {
		400, { 400, "GW_002", "VALIDATION", NULL }, { 400, 100, "Invalid parameter" },
	},
	[REFUSAL_RECIPIENT] = {
		422, { 400, "GW_001", "VALIDATION", NULL }, { 400, 100, "Invalid parameter" },
	},
	[REFUSAL_FIELD] = {
		422,
		{ 400, "GW_002", "VALIDATION", NULL },
		{ 400, 131009, "Parameter value is not valid" },
	},
	[REFUSAL_PURPOSE_MISSING] = {
		422,
		{ 403, "GW_007", "FORBIDDEN", NULL },
		{ 400, 368, "Temporarily blocked for policies violations" },
	},
	[REFUSAL_PURPOSE] = {
		422,
		{ 403, "GW_007", "FORBIDDEN", NULL },
		{ 400, 368, "Temporarily blocked for policies violations" },
	},
	[REFUSAL_INSTANCE_UNKNOWN] = {
		404,
		{ 401, "WABA_001", "UNAUTHORIZED", "WABA credentials are missing or invalid." },
		{ 400, 100, "Invalid parameter" },
	},
	[REFUSAL_INSTANCE_PAUSED] = {
		403,
		{ 401, "WABA_001", "UNAUTHORIZED", "WABA credentials are missing or invalid." },
		{ 400, 133010, "Phone number Not Registered" },
	},
	[REFUSAL_INSTANCE_STATE] = {
		409,
		{ 401, "WABA_001", "UNAUTHORIZED", "WABA credentials are missing or invalid." },
		{ 400, 133010, "Phone number Not Registered" },
	},
	[REFUSAL_IN_PROGRESS] = {
		409,
		{ 409, "GW_005", "VALIDATION", NULL },
		{ 409, 368, "Temporarily blocked for policies violations" },
	},
	[REFUSAL_MISMATCH] = {
		422,
		{ 422, "GW_006", "VALIDATION", NULL },
		{ 422, 368, "Temporarily blocked for policies violations" },
	},
	[REFUSAL_UNKNOWN_TWIN] = {
		409,
		{ 409, "GW_010", "VALIDATION", NULL },
		{ 409, 368, "Temporarily blocked for policies violations" },
	},
	[REFUSAL_RATE] = {
		429,
		{ 429, "RATE_001", "TOO_MANY_REQUESTS",
		  "Rate limit exceeded. Please try again later." },
		{ 429, 130429, "Rate limit hit" },
	},
	[REFUSAL_PAIR] = {
		429,
		{ 429, "RATE_001", "TOO_MANY_REQUESTS",
		  "Rate limit exceeded. Please try again later." },
		{ 400, 131056, "(Business Account, Consumer account) pair rate limit hit" },
	},
	[REFUSAL_DAY_LIMIT] = {
		429,
		{ 429, "RATE_001", "TOO_MANY_REQUESTS",
		  "Rate limit exceeded. Please try again later." },
		{ 429, 4, "Application request limit reached" },
	},
	[REFUSAL_MONTH_LIMIT] = {
		429,
		{ 429, "RATE_001", "TOO_MANY_REQUESTS",
		  "Rate limit exceeded. Please try again later." },
		{ 429, 4, "Application request limit reached" },
	},
	[REFUSAL_BALANCE] = {
		402,
		{ 402, "BILL_001", "PAYMENT_REQUIRED", NULL },
		{ 402, 131042, "Business eligibility payment issue" },
	},
	[REFUSAL_SUPPRESSED] = {
		403,
		{ 403, "GW_003", "FORBIDDEN", NULL },
		{ 400, 131050, "User has chosen to stop receiving messages" },
	},
	[REFUSAL_WINDOW] = {
		409,
		{ 403, "GW_004", "FORBIDDEN", NULL },
		{ 400, 131047, "Re-engagement message" },
	},
	[REFUSAL_POLICY] = {
		403,
		{ 403, "GW_007", "FORBIDDEN", NULL },
		{ 400, 368, "Temporarily blocked for policies violations" },
	},
	[REFUSAL_EXPIRED] = {
		409, { 409, "GW_011", "VALIDATION", NULL }, { 409, 100, "Invalid parameter" },
	},
	[REFUSAL_NOT_CANCELLABLE] = {
		409, { 409, "GW_012", "VALIDATION", NULL }, { 409, 100, "Invalid parameter" },
	},
	[REFUSAL_METHOD] = {
		405, { 405, "GW_405", "VALIDATION", NULL }, { 405, 100, "Unsupported method" },
	},
	[REFUSAL_NOT_FOUND] = {
		404, { 404, "GW_404", "VALIDATION", NULL }, { 404, 2500, "Unknown path components" },
	},
	[REFUSAL_TOO_LARGE] = {
		413, { 413, "GW_008", "VALIDATION", NULL }, { 413, 100, "Invalid parameter" },
	},
	[REFUSAL_MEDIA_TYPE] = {
		415, { 415, "GW_415", "VALIDATION", NULL }, { 415, 100, "Invalid parameter" },
	},
	[REFUSAL_BUSY] = {
		503, { 503, "GW_503", "INTERNAL_ERROR", NULL }, { 503, 2, "Service unavailable" },
	},
	[REFUSAL_INTERNAL] = {
		500, { 500, "GW_500", "INTERNAL_ERROR", NULL }, { 500, 1, "An unknown error occurred" },
	},
	[REFUSAL_PROVIDER] = {
		502,
		{ 502, "META_001", "BAD_GATEWAY", NULL },
		{ 502, 131026, "Message undeliverable" },
	},
	/* Client libraries repeat these statuses by themselves; X-Should-Retry tells them not to,
	 * and the code is of no class that Meta's SDKs repeat. The guarded dialect answers an
	 * unknown outcome as a success of its own kind (send_answer.c). */
	[REFUSAL_UNKNOWN_OUTCOME] = {
		504,
		{ 504, "META_002", "BAD_GATEWAY", NULL },
		{ 504, 131026, "Message undeliverable" },
	},
};

struct refusal_face
site_face(struct op *op, enum dialect dialect, enum refusal refusal)
{
	const struct proxy_face *proxy = &faces[refusal].proxy;
	const struct graph_face *graph = &faces[refusal].graph;

	switch (dialect) {
	case DIALECT_GUARDED:
		return (struct refusal_face){ faces[refusal].guarded, refusal_word(refusal), NULL };
	case DIALECT_PROXY:
		return (struct refusal_face){ proxy->status, proxy->code, proxy->group };
	case DIALECT_GRAPH:
		return (struct refusal_face){
			graph->status, arena_printf(op->arena, "%lld", (long long)graph->code), NULL
		};
	}
	bug("no dialect %d", (int)dialect);
}

/* Seconds after which a client may try again what was not possible now. */
#define RETRY_AFTER "2"

/* Without a sentence of its own the refusal's word has to do. */
static const char *
text_of(enum refusal refusal, const char *sentence)
{
	return text_empty(sentence) ? refusal_word(refusal) : sentence;
}

/* What is known beyond the sentence: the details, and the member that is wrong. */
static json_t *
details_of(struct web *web, const char *field, const char *reason, const json_t *details)
{
	json_t *object = json_new(web->op);

	if (details != NULL)
		expect(json_object_update(object, (json_t *)details) == 0);
	if (field != NULL)
		json_put(object, "field", field);
	if (reason != NULL)
		json_put(object, "reason", reason);
	return object;
}

static enum rc
refuse_guarded(struct web *web, enum refusal refusal, const char *sentence, json_t *details)
{
	json_t *body = json_new(web->op);

	json_put_bool(body, "success", false);
	json_put(body, "error", refusal_word(refusal));
	json_put(body, "message", text_of(refusal, sentence));
	expect(json_object_set(body, "details", details) == 0);
	return web_json_value(web, faces[refusal].guarded, body);
}

static enum rc
refuse_proxy(struct web *web, enum refusal refusal, const char *sentence, json_t *params)
{
	const struct proxy_face *face = &faces[refusal].proxy;
	json_t *body = json_new(web->op), *errors = json_new(web->op);

	json_put_bool(body, "isSuccess", false);
	json_put(errors, "code", face->code);
	json_put(errors, "group", face->group);
	json_put(errors, "description",
		 face->text != NULL ? face->text : text_of(refusal, sentence));
	/* The documented wording says less than we know; where params are documented too, they say
	 * the rest. */
	if (face->text != NULL && !text_empty(sentence) && json_object_size(params) == 0)
		json_put(params, "reason", sentence);
	expect(json_object_set(errors, "params", params) == 0);
	expect(json_object_set(body, "errors", errors) == 0);
	return web_json_value(web, face->status, body);
}

static enum rc
refuse_graph(struct web *web, enum refusal refusal, const char *sentence, const json_t *details)
{
	const struct graph_face *face = &faces[refusal].graph;
	struct op *op = web->op;
	json_t *body = json_new(op), *error = json_new(op), *data = json_new(op);
	const char *trace = json_str(details, "fbtrace_id");

	json_put(error, "message",
		 arena_printf(op->arena, "(#%lld) %s", (long long)face->code, face->title));
	json_put(error, "type", "OAuthException");
	json_put_int(error, "code", face->code);
	json_put(data, "messaging_product", "whatsapp");
	json_put(data, "details", text_of(refusal, sentence));
	expect(json_object_set(error, "error_data", data) == 0);
	json_put(error, "fbtrace_id", trace != NULL ? trace : op->request_id);
	expect(json_object_set(body, "error", error) == 0);
	return web_json_value(web, face->status, body);
}

/* Headers that say whether and when the same request makes sense again. */
static void
set_headers(struct web *web, enum refusal refusal, const json_t *details)
{
	if (refusal_rc(refusal) == RC_AUTH)
		web_set(web, "WWW-Authenticate", "Bearer realm=\"wagate\"");
	if (refusal == REFUSAL_BUSY)
		web_set(web, "Retry-After", RETRY_AFTER);
	if (refusal == REFUSAL_UNKNOWN_OUTCOME ||
	    (refusal == REFUSAL_PROVIDER && !json_flag(details, "retryable", true)))
		web_set(web, "X-Should-Retry", "false");
}

enum rc
site_refuse(struct web *web, enum dialect dialect, enum refusal refusal, const char *sentence,
	    const char *field, const char *reason, const json_t *details)
{
	json_t *more = details_of(web, field, reason, details);

	expect(refusal > REFUSAL_NONE && refusal < REFUSAL__MAX);
	set_headers(web, refusal, details);
	switch (dialect) {
	case DIALECT_GUARDED:
		return refuse_guarded(web, refusal, sentence, more);
	case DIALECT_PROXY:
		return refuse_proxy(web, refusal, sentence, more);
	case DIALECT_GRAPH:
		return refuse_graph(web, refusal, sentence, more);
	}
	bug("no dialect %d", (int)dialect);
}

enum rc
site_proxy_data(struct web *web, int status, struct bytes data)
{
	enum { ENVELOPE = 64 };
	struct buf body;

	buf_init(&body, web->op->arena, data.n + ENVELOPE);
	buf_text(&body, "{\"isSuccess\":true,\"data\":");
	buf_add(&body, data.p, data.n);
	buf_char(&body, '}');
	return web_reply(web, status, "application/json", buf_bytes(&body));
}

/* "/v23.0" and what follows it. */
static bool
is_graph(const char *path)
{
	size_t n = path[0] == '/' ? text_version(path + 1) : 0;

	return n > 0 && (path[1 + n] == '/' || path[1 + n] == '\0');
}

/* The folder itself and everything below it. */
static bool
is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return text_starts(path, folder) && (path[n] == '/' || path[n] == '\0');
}

enum dialect
site_dialect(const char *path)
{
	if (is_below(path, "/v1"))
		return DIALECT_PROXY;
	return is_graph(path) ? DIALECT_GRAPH : DIALECT_GUARDED;
}

bool
site_is_api(const char *path)
{
	return is_below(path, "/api") || is_below(path, "/v1") || is_below(path, "/media") ||
	       is_graph(path);
}
