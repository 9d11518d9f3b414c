/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud_call - what all calls of the Graph API share: address, headers, and an honest outcome
 *
 * Accepted only by a 2xx in which the reader of that call finds what it wants; refused only when
 * Meta certainly did nothing; everything else that began to leave is unknown.
 */
#include "provider/cloud_inside.h"

#include "core/buf.h"
#include "core/settings.h"

enum { ANSWER_MAX = 262144, HEADERS = 3, TOKEN_LEAST = 8 };

static const char user_agent[] = "wagate/" WAGATE_VERSION, scheme[] = "Bearer ", stars[] = "***";

const char *
cloud_address(struct op *op, const char *object, const char *rest)
{
	const char *base = settings()->cloud_graph_url, *version = settings()->cloud_version;
	size_t n = strlen(base);

	while (n > 0 && base[n - 1] == '/')
		n--;
	return arena_printf(op->arena, "%.*s%s%s/%s%s", (int)n, base, version[0] != '\0' ? "/" : "",
			    version, text_urlencode(op->arena, object == NULL ? "" : object), rest);
}

struct net_call
cloud_call(struct op *op, const char *method, const char *url,
	   const struct credentials *credentials)
{
	struct net_header *headers = arena_array(op->arena, HEADERS, sizeof(*headers));
	const char *token = credentials->access_token;

	headers[0] = (struct net_header){ "Authorization", arena_join(op->arena, scheme, token) };
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

void
cloud_call_header(struct net_call *call, const char *name, const char *value)
{
	struct net_header *headers =
		arena_array(call->op->arena, call->header_count + 1, sizeof(*headers));
	size_t n = 0;

	for (size_t i = 0; i < call->header_count; i++)
		if (!text_equal_nocase(call->headers[i].name, name))
			headers[n++] = call->headers[i];
	headers[n++] = (struct net_header){ name, value };
	call->headers = headers;
	call->header_count = n;
}

/* The token that the call went out with; "": none. */
static const char *
token_of(const struct net_call *call)
{
	for (size_t i = 0; i < call->header_count; i++)
		if (text_equal(call->headers[i].name, "Authorization") &&
		    text_starts(call->headers[i].value, scheme))
			return call->headers[i].value + strlen(scheme);
	return "";
}

/* With stars in place of each. */
static struct bytes
without(struct op *op, struct bytes text, const char *word)
{
	const unsigned char *p = text.p, *end = text.p + text.n, *at;
	size_t n = strlen(word);
	struct buf out;

	if (n < TOKEN_LEAST || text.n == 0 || memmem(p, text.n, word, n) == NULL)
		return text;
	buf_init(&out, op->arena, text.n);
	while ((at = memmem(p, (size_t)(end - p), word, n)) != NULL) {
		buf_add(&out, p, (size_t)(at - p));
		buf_text(&out, stars);
		p = at + n;
	}
	buf_add(&out, p, (size_t)(end - p));
	return buf_bytes(&out);
}

struct net_call
cloud_heard(struct op *op, const struct net_call *call)
{
	const char *token = token_of(call);
	struct net_call heard = *call;

	heard.answer = without(op, heard.answer, token);
	heard.answer = without(op, heard.answer, text_urlencode(op->arena, token));
	return heard;
}

const json_t *
cloud_answer(struct op *op, const struct net_call *call)
{
	json_t *root = NULL;

	if (json_read_loose(op, &root, call->answer) != RC_OK)
		op_forgive(op);
	return root;
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
read_answered(struct op *op, struct send_result *out, const struct net_call *call,
	      cloud_accept *accept)
{
	const json_t *root = cloud_answer(op, call);

	out->http_status = call->status;
	out->answer = call->answer;
	if (cloud_error_read(op, &out->error, root))
		read_error(op, out, call);
	else if (call->status >= 200 && call->status < 300)
		accept(op, out, root);
	else
		read_bare(op, out);
}

void
cloud_outcome(struct op *op, struct send_result *out, const struct net_call *call,
	      cloud_accept *accept)
{
	struct net_call heard = cloud_heard(op, call);
	struct send_result result = { .words = call->words };

	switch (call->outcome) {
	case NET_ANSWERED:
		read_answered(op, &result, &heard, accept);
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
