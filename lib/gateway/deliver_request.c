/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_request - an event as an HTTP request to a customer's endpoint, and what it answered
 *
 * The id is the same in every attempt, the time is the attempt's own. The customer's headers were
 * judged when they were saved; where a bearer secret is set, it alone says Authorization.
 */
#include "gateway/deliver_request.h"

#include "core/json.h"
#include "core/settings.h"
#include "gateway/deliver_sign.h"

enum { OUR_HEADERS = 12, ANSWER_MAX = 16 << 10, EXCERPT_MAX = 1 << 10 };

struct headers {
	struct net_header *rows;
	size_t n;
};

static void
add(struct headers *h, const char *name, const char *value)
{
	h->rows[h->n++] = (struct net_header){ name, value };
}

/* During a rotation the list has room for both secrets' signatures, the hex headers for one. */
static void
add_signatures(struct op *op, struct headers *h, const struct letter *l)
{
	const struct endpoint_secrets *keys = &l->keys;
	bool both = !text_empty(keys->previous) && l->at.ms < keys->previous_until.ms;
	const char *one = both && !keys->switched ? keys->previous : keys->secret;
	struct bytes body = bytes_of(l->body);
	const char *timestamp = clock_rfc3339(op->arena, l->at), *standard;
	int64_t seconds = l->at.ms / SECOND_MS;

	add(h, "X-WhatsApp-Gateway-Event", l->event);
	add(h, "X-WhatsApp-Gateway-Timestamp", timestamp);
	add(h, "webhook-id", l->event_id);
	add(h, "webhook-timestamp", arena_printf(op->arena, "%lld", (long long)seconds));
	if (text_empty(keys->secret))
		return;
	standard = sign_standard(op, keys->secret, l->event_id, seconds, body);
	if (both)
		standard =
			arena_printf(op->arena, "%s %s", standard,
				     sign_standard(op, keys->previous, l->event_id, seconds, body));
	add(h, "X-WhatsApp-Gateway-Signature", sign_gateway(op, one, timestamp, body));
	add(h, "webhook-signature", standard);
	if (text_equal(l->format, "meta"))
		add(h, "X-Hub-Signature-256", sign_hub(op, one, body));
}

static void
add_own(struct op *op, struct headers *h, const json_t *own, bool bearer)
{
	const char *name;
	const json_t *value;

	json_object_foreach((json_t *)own, name, value)
	{
		if (!json_is_string(value) || (bearer && text_equal_nocase(name, "authorization")))
			continue;
		add(h, arena_dup(op->arena, name), arena_dup(op->arena, json_string_value(value)));
	}
}

enum rc
deliver_request(struct op *op, struct net_call *out, const struct letter *l)
{
	struct headers h = { 0 };
	json_t *own = NULL;

	if (!text_empty(l->keys.headers_json))
		TRY(json_read(op, &own, bytes_of(l->keys.headers_json)));
	h.rows = arena_array(op->arena, OUR_HEADERS + json_object_size(own), sizeof(*h.rows));
	add(&h, "Content-Type", "application/json");
	add(&h, "User-Agent", "wagate/" WAGATE_VERSION);
	add_signatures(op, &h, l);
	if (l->test)
		add(&h, "X-WhatsApp-Gateway-Test", "true");
	if (!text_empty(l->keys.bearer))
		add(&h, "Authorization", arena_printf(op->arena, "Bearer %s", l->keys.bearer));
	add_own(op, &h, own, !text_empty(l->keys.bearer));
	*out = (struct net_call){
		.op = op,
		.method = "POST",
		.url = l->url,
		.headers = h.rows,
		.header_count = h.n,
		.body = bytes_of(l->body),
		.timeout_ms = settings()->deliver_timeout * SECOND_MS,
		.max_answer = ANSWER_MAX,
		.cut_answer = true,
		.guard = NET_CUSTOMER,
	};
	return RC_OK;
}

/* ---- the answer -------------------------------------------------------------------------- */

bool
deliver_was_taken(const struct net_call *call)
{
	return call->outcome == NET_ANSWERED && call->status >= 200 && call->status <= 299;
}

const char *
deliver_problem(struct op *op, const struct net_call *call)
{
	if (deliver_was_taken(call))
		return NULL;
	if (call->outcome != NET_ANSWERED)
		return call->words == NULL ? "no answer" : call->words;
	if (call->status >= 300 && call->status <= 399)
		return arena_printf(op->arena, "answered %d; redirects are not followed",
				    call->status);
	return arena_printf(op->arena, "answered %d", call->status);
}

/* Whatever is no UTF-8 becomes a question mark: the log is text, the answer may be anything. */
const char *
deliver_excerpt(struct op *op, const struct net_call *call)
{
	size_t n = call->answer.n < EXCERPT_MAX ? call->answer.n : EXCERPT_MAX;
	const unsigned char *p = call->answer.p;
	struct buf text;

	if (n == 0)
		return NULL;
	buf_init(&text, op->arena, n);
	for (size_t i = 0; i < n;) {
		size_t length = 1;

		while (length < 4 && i + length < n && (p[i + length] & 0xC0) == 0x80)
			length++;
		if (text_is_utf8(bytes_slice(p + i, length))) {
			buf_add(&text, p + i, length);
		} else {
			buf_char(&text, '?');
		}
		i += length;
	}
	return buf_str(&text);
}
