/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud_manage - management calls of the Graph API, passed through
 *
 * What goes in and what comes out are Meta's own: the query and the body as the customer wrote
 * them, the answer byte by byte. Only the addresses of further pages are made ours, because
 * Meta's carry the access token. A limit that Meta announces is told, so that who asks by itself
 * can wait as long.
 */
#include "provider/cloud_inside.h"

enum { MANAGE_ANSWER_MAX = 4 << 20, MANAGE_TIMEOUT_MS = 20000 };

/* The parts of a query but the tokens in it; lead stands before the first. */
static const char *
without_tokens(struct op *op, const char *query, const char *lead)
{
	const char **parts, *kept = "";
	size_t n = 0;

	if (text_empty(query))
		return "";
	parts = text_split(op->arena, query, '&', &n);
	for (size_t i = 0; i < n; i++)
		if (!text_starts(parts[i], "access_token=") &&
		    !text_starts(parts[i], "appsecret_proof="))
			kept = arena_printf(op->arena, "%s%s%s", kept, *kept == '\0' ? lead : "&",
					    parts[i]);
	return kept;
}

void
cloud_manage_request(struct op *op, struct net_call *out, const struct credentials *credentials,
		     const struct manage_request *request)
{
	const char *edge = request->edge;
	const char *rest =
		arena_printf(op->arena, "%s%s%s", edge == NULL ? "" : "/", edge == NULL ? "" : edge,
			     without_tokens(op, request->query, "?"));
	struct net_call call = cloud_call(op, request->method,
					  cloud_address(op, request->object, rest), credentials);

	call.body = request->body;
	call.max_answer = MANAGE_ANSWER_MAX;
	call.timeout_ms = MANAGE_TIMEOUT_MS;
	*out = call;
}

/* Minutes in the header that says how much of the limits is used
 * (developers.facebook.com/docs/graph-api/overview/rate-limiting). */
static int64_t
announced_minutes(struct op *op, const struct net_call *call)
{
	const char *header = net_header(call, "x-business-use-case-usage"), *key;
	json_t *root = NULL, *uses;
	int64_t most = 0;

	if (header == NULL || json_read_loose(op, &root, bytes_of(header)) != RC_OK) {
		op_forgive(op);
		return 0;
	}
	json_object_foreach(root, key, uses)
	{
		for (size_t i = 0; i < json_array_size(uses); i++) {
			int64_t minutes = json_int(json_array_get(uses, i),
						   "estimated_time_to_regain_access", 0);

			most = minutes > most ? minutes : most;
		}
	}
	return most;
}

static int64_t
wait_of(struct op *op, const struct net_call *call)
{
	int64_t minutes = announced_minutes(op, call), seconds = 0;

	(void)text_int(net_header(call, "retry-after"), 0, DAY_MS / SECOND_MS, &seconds);
	if (minutes > DAY_MS / MINUTE_MS)
		minutes = DAY_MS / MINUTE_MS;
	return minutes * MINUTE_MS > seconds * SECOND_MS ? minutes * MINUTE_MS
							 : seconds * SECOND_MS;
}

void
cloud_manage_read(struct op *op, struct manage_result *out, const struct net_call *call)
{
	struct net_call heard = cloud_heard(op, call);
	struct manage_result result = { .outcome = call->outcome, .words = call->words };

	if (call->outcome == NET_ANSWERED) {
		result.status = call->status;
		result.answer = heard.answer;
		result.tree = cloud_answer(op, &heard);
		result.words = arena_printf(op->arena, "Meta answered %d", call->status);
		if (cloud_error_read(op, &result.error, result.tree))
			result.words = cloud_error_words(op, &result.error);
		else
			result.done = call->status >= 200 && call->status < 300;
		result.wait_ms = result.done ? 0 : wait_of(op, call);
	}
	*out = result;
}

/* ---- addresses of further pages ---------------------------------------------------------- */

static void
add_address(struct op *op, struct buf *out, struct bytes span, const char *own)
{
	json_t *root = NULL;
	const char *url, *query;
	struct bytes listed =
		bytes_of(arena_printf(op->arena, "[%.*s]", (int)span.n, (const char *)span.p));

	expect(json_read_loose(op, &root, listed) == RC_OK);
	url = json_string_value(json_array_get(root, 0));
	if (url == NULL) {
		buf_add(out, span.p, span.n);
		return;
	}
	query = strchr(url, '?');
	url = arena_printf(op->arena, "%s%s", own,
			   without_tokens(op, query == NULL ? NULL : query + 1, "?"));
	buf_text(out, json_text(op, json_own(op, json_string(url))));
}

struct bytes
cloud_readdress(struct op *op, struct bytes answer, const char *own)
{
	static const char *const places[] = { "paging.next", "paging.previous" };
	struct bytes spans[ARRAY_LEN(places)];
	const unsigned char *p = answer.p, *end = answer.p + answer.n;
	struct buf out;

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		spans[i] = json_span(answer, places[i]);
	/* In the order in which they stand. */
	if (spans[0].n > 0 && spans[1].n > 0 && spans[1].p < spans[0].p) {
		struct bytes first = spans[1];

		spans[1] = spans[0];
		spans[0] = first;
	}
	buf_init(&out, op->arena, answer.n + 2 * (strlen(own) + answer.n));
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (spans[i].n == 0)
			continue;
		buf_add(&out, p, (size_t)(spans[i].p - p));
		add_address(op, &out, spans[i], own);
		p = spans[i].p + spans[i].n;
	}
	buf_add(&out, p, (size_t)(end - p));
	expect(buf_ok(&out));
	return p == answer.p ? answer : buf_bytes(&out);
}
