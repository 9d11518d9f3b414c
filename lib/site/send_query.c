/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_query - what a request to the send API asks for
 *
 * A member of the query that is not understood is refused, never ignored: is_fake=yes must not
 * reach a phone. A sandbox key sees simulated messages only, a key bound to an instance those of
 * that instance.
 */
#include "site/send_query.h"

/* Problem pages and error shapes take a wrong member from here. */
static enum rc
refuse_member(struct web *web, const char *name, const char *reason)
{
	web->field_errors[0].name = name;
	web->field_errors[0].message = reason;
	web->field_error_count = 1;
	return op_refuse(web->op, RC_INPUT, refusal_word(REFUSAL_FIELD), "%s %s", name, reason);
}

static enum rc
query_flag(struct web *web, bool *out, const char *name)
{
	const char *value = web_query(web, name);

	if (value == NULL || text_equal_nocase(value, "false") || text_equal(value, "0"))
		*out = false;
	else if (text_equal_nocase(value, "true") || text_equal(value, "1"))
		*out = true;
	else
		return refuse_member(web, name, "must be true or false");
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

enum { BODY_MAX = 1 << 20 };

enum rc
send_query(struct web *web, struct send *out)
{
	enum dialect dialect = site_dialect(web->path);
	struct send send = {
		.dialect = dialect,
		.source = dialect == DIALECT_PROXY ? "proxy" : "guarded",
		.key = site_key(web),
		.caller = site_caller(web),
	};

	TRY(need_json(web));
	if (dialect == DIALECT_PROXY) {
		TRY(query_flag(web, &send.fake, "is_fake"));
		TRY(query_flag(web, &send.marketing, "mmlite"));
		send.phone_number_id = web_query(web, "phone_number_id");
	}
	TRY(web_body(web, &send.body, BODY_MAX));
	*out = send;
	return RC_OK;
}

/* ---- reading back ---- */

static bool
is_sandbox(const struct api_key *key)
{
	return !text_equal(key->environment, "production");
}

static enum rc
list_query(struct web *web, struct message_filter *out)
{
	const struct api_key *key = site_key(web);
	const char *since = web_query(web, "since");
	struct message_filter filter = {
		.status = web_query(web, "status"),
		.to = web_query(web, "to"),
		.instance = key->instance_id,
		.only_simulated = is_sandbox(key),
	};

	TRY(site_need_scope(web, "read"));
	TRY(site_page_query(web, &filter.page));
	if (!text_empty(since) && !clock_parse(since, &filter.since))
		return refuse_member(web, "since", "must be a time such as 2026-05-08T10:00:00Z");
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

/* The verb names the filter that is wrong. */
static enum rc
name_filter(struct web *web, enum rc rc)
{
	struct op *op = web->op;
	const char *name = arena_dup(op->arena, op->code);

	if (rc != RC_INPUT || text_empty(name))
		return rc;
	web->field_errors[0].name = name;
	web->field_errors[0].message = arena_dup(op->arena, op->why);
	web->field_error_count = 1;
	return rc;
}

enum rc
send_list(struct web *web)
{
	struct message_filter filter = { 0 };
	const char *next_cursor;
	struct list messages;

	TRY(list_query(web, &filter));
	TRY(name_filter(web, gateway_list_messages(web->op, &messages, &next_cursor, &filter)));
	return list_answer(web, &messages, next_cursor);
}

static bool
may_see(const struct api_key *key, const struct message *message)
{
	if (is_sandbox(key) && !message->simulated)
		return false;
	return key->instance_id == NULL || text_equal(key->instance_id, message->instance_id);
}

enum rc
send_find(struct web *web, struct message *out, const char *ref)
{
	struct message found;

	TRY(site_need_scope(web, "read"));
	TRY(gateway_find_message(web->op, &found, ref));
	if (!may_see(site_key(web), &found))
		return op_refuse(web->op, RC_MISSING, refusal_word(REFUSAL_NOT_FOUND),
				 "There is no such message for this API key");
	*out = found;
	return RC_OK;
}
