/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_query - what a request to the send API asks for
 *
 * A member of the query that is not understood is refused, never ignored: is_fake=yes must not
 * reach a phone. A sandbox key sees simulated messages only, a key bound to an instance those of
 * that instance.
 */
#include "site/send_query.h"

static enum rc
query_flag(struct web *web, bool *out, const char *name)
{
	const char *value = web_query(web, name);

	if (value == NULL || text_equal_nocase(value, "false") || text_equal(value, "0"))
		*out = false;
	else if (text_equal_nocase(value, "true") || text_equal(value, "1"))
		*out = true;
	else
		return site_refuse_member(web, name, "must be true or false");
	return RC_OK;
}

/* curl and hand-written clients often state no type, or their tool's default. */
static enum rc
need_json(struct web *web)
{
	const char *type = web->content_type;

	if (text_empty(type) || text_equal(type, "application/json") || text_ends(type, "+json"))
		return RC_OK;
	return op_refuse(web->op, RC_INPUT, refusal_word(REFUSAL_MEDIA_TYPE),
			 "The body must be JSON; send Content-Type: application/json");
}

enum { BODY_MAX = 1 << 20, KEY_MAX = 255 };

/* A send is kept for at most as long as one can be scheduled ahead. */
#define VALID_FOR_MAX_S (30 * DAY_MS / SECOND_MS)

static bool
is_key(const char *key, size_t n)
{
	if (n == 0 || n > KEY_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (key[i] < ' ' || key[i] > '~' || key[i] == ',' || key[i] == '"')
			return false;
	return true;
}

/* Bare, or as a quoted string of a structured field (RFC 8941 3.3.3, without escapes). A proxy
 * joins two headers of one name with a comma, so a comma is never part of a key. */
static enum rc
idempotency_key(struct web *web, const char **out)
{
	const char *key;
	size_t n;

	if (!web_has_header(web, "Idempotency-Key"))
		return RC_OK;
	/* One that cannot be read is none of a caller's who thinks to be safe. */
	key = web_header_in(web, "Idempotency-Key");
	n = key == NULL ? 0 : strlen(key);
	if (n >= 2 && key[0] == '"' && key[n - 1] == '"') {
		key++;
		n -= 2;
	}
	if (!is_key(key, n))
		return site_refuse_member(
			web, "Idempotency-Key",
			"must be 1 to 255 printable characters without comma, once");
	*out = arena_dupn(web->op->arena, key, n);
	return RC_OK;
}

static enum rc
valid_for(struct web *web, int64_t *out)
{
	if (!web_has_header(web, "X-Valid-For") ||
	    text_int(web_header_in(web, "X-Valid-For"), 1, VALID_FOR_MAX_S, out))
		return RC_OK;
	return site_refuse_member(web, "X-Valid-For", "must be 1 to 2592000 seconds");
}

/* One of the preferences of the header (RFC 7240 2), parameters left aside. */
static bool
prefers(struct web *web, const char *preference)
{
	const char *header = web_header_in(web, "Prefer");
	const char **each;
	size_t n;

	if (header == NULL)
		return false;
	each = text_split(web->op->arena, header, ',', &n);
	for (size_t i = 0; i < n; i++) {
		const char *word = arena_dupn(web->op->arena, each[i], strcspn(each[i], "; ="));

		if (text_equal_nocase(word, preference))
			return true;
	}
	return false;
}

static enum rc
read_headers(struct web *web, struct send *send)
{
	TRY(idempotency_key(web, &send->idempotency_key));
	TRY(valid_for(web, &send->valid_for_s));
	send->respond_async = prefers(web, "respond-async");
	send->send_anyway = text_equal_nocase(web_header_in(web, "X-Send-Anyway"), "true");
	return RC_OK;
}

static enum rc
read_proxy(struct web *web, struct send *send)
{
	TRY(query_flag(web, &send->fake, "is_fake"));
	TRY(query_flag(web, &send->marketing, "mmlite"));
	send->phone_number_id = web_query(web, "phone_number_id");
	return RC_OK;
}

static enum rc
read_graph(struct web *web, struct send *send)
{
	send->marketing = text_ends(web->path, "/marketing_messages");
	send->phone_number_id = web_param(web, "phone_number_id");
	return RC_OK;
}

enum rc
send_query(struct web *web, struct send *out)
{
	static const struct {
		const char *source;
		enum rc (*read)(struct web *web, struct send *send);
	} dialects[] = {
		[DIALECT_GUARDED] = { "guarded", NULL },
		[DIALECT_PROXY] = { "proxy", read_proxy },
		[DIALECT_GRAPH] = { "graph", read_graph },
	};
	enum dialect dialect = site_dialect(web->path);
	struct send send = {
		.dialect = dialect,
		.source = dialects[dialect].source,
		.key = site_key(web),
		.caller = site_caller(web),
		.route = arena_join(web->op->arena, "POST ", web->path),
		.query = web->query,
	};

	TRY(need_json(web));
	TRY(read_headers(web, &send));
	if (dialects[dialect].read != NULL)
		TRY(dialects[dialect].read(web, &send));
	TRY(web_body(web, &send.body, BODY_MAX));
	*out = send;
	return RC_OK;
}

/* ---- reading back ---- */

static enum rc
list_query(struct web *web, struct message_filter *out)
{
	const struct api_key *key = site_key(web);
	struct message_filter filter = {
		.status = web_query(web, "status"),
		.to = web_query(web, "to"),
		.instance = key->instance_id,
		.only_simulated = api_key_is_sandbox(key),
	};

	TRY(site_page_query(web, &filter.page, "msg"));
	TRY(site_time_query(web, &filter.since, "since"));
	*out = filter;
	return RC_OK;
}

static enum rc
list_answer(struct web *web, const struct list *messages, const char *next_cursor)
{
	const struct message *rows = messages->rows;
	struct json_out body;

	json_out_init(&body, web->op->arena);
	json_out_open(&body, NULL);
	json_out_open_list(&body, "items");
	for (size_t i = 0; i < messages->n; i++)
		message_write(&body, NULL, &rows[i]);
	json_out_close_list(&body);
	json_out_text(&body, "next_cursor", next_cursor);
	json_out_close(&body);
	return web_json_text(web, 200, json_out_end(&body));
}

enum rc
send_list(struct web *web)
{
	struct message_filter filter = { 0 };
	const char *next_cursor;
	struct list messages;

	TRY(list_query(web, &filter));
	TRY(gateway_list_messages(web->op, &messages, &next_cursor, &filter));
	return list_answer(web, &messages, next_cursor);
}

static bool
may_see(const struct api_key *key, const struct message *message)
{
	return (message->simulated || !api_key_is_sandbox(key)) &&
	       api_key_covers(key, message->instance_id);
}

static enum rc
find_visible(struct web *web, struct message *out, const char *ref)
{
	struct message found = { 0 };

	TRY(gateway_find_message(web->op, &found, ref));
	if (!may_see(site_key(web), &found))
		return op_refuse(web->op, RC_MISSING, refusal_word(REFUSAL_NOT_FOUND),
				 "There is no such message for this API key");
	*out = found;
	return RC_OK;
}

enum rc
send_find(struct web *web, struct message *out, const char *ref)
{
	return find_visible(web, out, ref);
}

/* ---- taking back ---- */

enum rc
send_cancel(struct web *web)
{
	struct message message = { 0 };
	struct json_out body;

	TRY(find_visible(web, &message, web_param(web, "id")));
	TRY(gateway_cancel_message(web->op, &message, message.id));
	json_out_init(&body, web->op->arena);
	message_write(&body, NULL, &message);
	return web_json_text(web, 200, json_out_end(&body));
}
