/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud - the driver of Meta's WhatsApp Cloud API (Graph API)
 *
 * Turns a message into one HTTP call and a finished call into one honest outcome: accepted only
 * with a 2xx and an id; refused only when Meta certainly does not have it; everything else that
 * began to leave is unknown, because Meta has no idempotency key and a repeated send is a second
 * message.
 */
#include "core/secret.h"
#include "core/settings.h"
#include "provider/cloud_error.h"

enum { ANSWER_MAX = 262144, CHECK_TIMEOUT_MS = 10000, HEADERS = 3 };

static const char user_agent[] = "wagate/" WAGATE_VERSION;
static const char number_fields[] =
	"id,display_phone_number,verified_name,quality_rating,status,code_verification_status";

static const char *
graph_address(struct op *op, const char *object, const char *rest)
{
	const char *base = settings()->cloud_graph_url, *version = settings()->cloud_version;
	size_t n = strlen(base);

	while (n > 0 && base[n - 1] == '/')
		n--;
	return arena_printf(op->arena, "%.*s%s%s/%s%s", (int)n, base, version[0] != '\0' ? "/" : "",
			    version, text_urlencode(op->arena, object == NULL ? "" : object), rest);
}

static struct net_call
graph_call(struct op *op, const char *method, const char *url,
	   const struct credentials *credentials)
{
	struct net_header *headers = arena_array(op->arena, HEADERS, sizeof(*headers));
	const char *token = credentials->access_token;

	headers[0] =
		(struct net_header){ "Authorization", arena_printf(op->arena, "Bearer %s",
								   token == NULL ? "" : token) };
	headers[1] = (struct net_header){ "User-Agent", user_agent };
	headers[2] = (struct net_header){ "Content-Type", "application/json" };
	return (struct net_call){
		.op = op,
		.method = method,
		.url = url,
		.headers = headers,
		.header_count = text_equal(method, "POST") ? HEADERS : HEADERS - 1,
		.max_answer = ANSWER_MAX,
		.guard = NET_OPERATOR,
		.ca_file = text_empty(settings()->cloud_ca_file) ? NULL : settings()->cloud_ca_file,
	};
}

static void
cloud_send_request(struct op *op, struct net_call *out, const struct instance *instance,
		   const struct credentials *credentials, struct bytes payload, bool marketing)
{
	const char *edge = marketing ? "/marketing_messages" : "/messages";
	struct net_call call = graph_call(
		op, "POST", graph_address(op, instance->phone_number_id, edge), credentials);

	call.body = payload;
	call.timeout_ms = settings()->send_timeout * SECOND_MS;
	*out = call;
}

/* The answer as a tree, NULL when it is no whole JSON document. */
static const json_t *
answer_read(struct op *op, const struct net_call *call)
{
	json_t *root = NULL;

	if (json_read_loose(op, &root, call->answer) != RC_OK)
		op_forgive(op);
	return root;
}

static void
read_accepted(struct op *op, struct send_result *out, const json_t *root)
{
	out->provider_id = json_str(json_at(root, "messages.0"), "id");
	if (text_empty(out->provider_id)) {
		out->outcome = SEND_UNKNOWN;
		out->words = arena_printf(op->arena, "Meta answered %d without the id of a message",
					  out->http_status);
		return;
	}
	out->outcome = SEND_ACCEPTED;
	out->wa_id = json_str(json_at(root, "contacts.0"), "wa_id");
	out->user_id = json_str(json_at(root, "contacts.0"), "user_id");
}

static void
read_error(struct op *op, struct send_result *out, const struct net_call *call)
{
	bool ambiguous = (cloud_error_class(out->error.code) & CLOUD_AMBIGUOUS) != 0;

	cloud_error_wait(op, &out->error, call);
	out->outcome = ambiguous ? SEND_UNKNOWN : SEND_REFUSED;
	out->words = cloud_error_words(op, &out->error);
}

/* Neither an id nor a Graph error. A 4xx is refused before anything is done with the request;
 * 408 says that the time ran out, not where. */
static void
read_bare(struct op *op, struct send_result *out)
{
	int status = out->http_status;

	out->outcome = status >= 400 && status < 500 && status != 408 ? SEND_REFUSED : SEND_UNKNOWN;
	out->error.retryable = status == 408 || status == 429 || status >= 500;
	out->error.retry = status == 429 ? SEND_RETRY_BACKOFF : SEND_RETRY_NEVER;
	out->words =
		arena_printf(op->arena, "Meta answered %d without an error of its own", status);
}

static void
read_answered(struct op *op, struct send_result *out, const struct net_call *call)
{
	const json_t *root = answer_read(op, call);

	out->http_status = call->status;
	out->answer = call->answer;
	if (cloud_error_read(op, &out->error, root))
		read_error(op, out, call);
	else if (call->status >= 200 && call->status < 300)
		read_accepted(op, out, root);
	else
		read_bare(op, out);
}

static void
cloud_send_read(struct op *op, struct send_result *out, const struct net_call *call)
{
	struct send_result result = { .words = call->words };

	switch (call->outcome) {
	case NET_ANSWERED:
		read_answered(op, &result, call);
		break;
	case NET_UNKNOWN:
		result.outcome = SEND_UNKNOWN;
		break;
	case NET_NOT_SENT:
	case NET_BLOCKED:
		result.outcome = SEND_NOT_SENT;
		result.error.retryable = result.error.holds_number = true;
		result.error.retry = SEND_RETRY_BACKOFF;
		break;
	}
	*out = result;
}

static void
cloud_check_request(struct op *op, struct net_call *out, const struct instance *instance,
		    const struct credentials *credentials)
{
	const char *rest = arena_printf(op->arena, "?fields=%s", number_fields);
	struct net_call call = graph_call(
		op, "GET", graph_address(op, instance->phone_number_id, rest), credentials);

	call.timeout_ms = CHECK_TIMEOUT_MS;
	*out = call;
}

static void
cloud_check_read(struct op *op, struct number_check *out, const struct net_call *call)
{
	struct number_check check = { .ok = false };
	struct provider_error error;
	const json_t *root = call->outcome == NET_ANSWERED ? answer_read(op, call) : NULL;

	if (call->outcome != NET_ANSWERED) {
		check.reason =
			arena_printf(op->arena, "Meta could not be reached: %s", call->words);
	} else if (cloud_error_read(op, &error, root)) {
		check.reason = cloud_error_words(op, &error);
	} else if (call->status != 200 || json_number_text(op, root, "id") == NULL) {
		check.reason = arena_printf(op->arena, "Meta answered %d without the number",
					    call->status);
	} else {
		check.ok = true;
		check.display_number = json_number_text(op, root, "display_phone_number");
		check.verified_name = json_str(root, "verified_name");
		check.quality = json_str(root, "quality_rating");
	}
	*out = check;
}

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
static enum rc
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

const struct provider cloud_provider = {
	.name = "cloud",
	.send_request = cloud_send_request,
	.send_read = cloud_send_read,
	.check_request = cloud_check_request,
	.check_read = cloud_check_read,
	.verify = cloud_verify,
};
