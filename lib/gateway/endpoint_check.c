/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoint_check - what an endpoint may be told
 *
 * The address is judged here for an early answer and again on the socket at every call. A refusal
 * names the member by op->code.
 */
#include "core/json.h"
#include "domain/event.h"
#include "gateway/endpoint_inside.h"
#include "net/guard.h"

enum { SECRET_MIN = 16, SECRET_MAX = 256, BEARER_MAX = 2048, URL_MAX = 2000 };

static enum rc
check_url(struct op *op, const char *url)
{
	if (text_empty(url) || strlen(url) > URL_MAX)
		return op_refuse(op, RC_INPUT, "url", "A webhook address has 1 to %d characters",
				 URL_MAX);
	if (guard_url(op, url) == RC_OK)
		return RC_OK;
	snprintf(op->code, sizeof(op->code), "url");
	return RC_INPUT;
}

static enum rc
check_events(struct op *op, const char *events, const char *format)
{
	const char *unknown;

	if (!text_equal(format, "normalized") && !text_equal(format, "meta"))
		return op_refuse(op, RC_INPUT, "format", "The format is normalized or meta");
	if (text_empty(events))
		return op_refuse(op, RC_INPUT, "events", "Name at least one event");
	unknown = event_unknown_word(op->arena, events, format);
	if (unknown != NULL)
		return op_refuse(op, RC_INPUT, "events",
				 "There is no event \"%s\" in the %s format", unknown, format);
	return RC_OK;
}

/* Printable ASCII: it ends up in a header or in a customer's own configuration. */
static enum rc
check_printable(struct op *op, const char *what, const char *value, size_t min, size_t max)
{
	size_t n = strlen(value);

	for (const char *c = value; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
			return op_refuse(op, RC_INPUT, what,
					 "The %s may only hold letters, digits and punctuation",
					 what);
	if (n < min || n > max)
		return op_refuse(op, RC_INPUT, what, "The %s has %zu to %zu characters", what, min,
				 max);
	return RC_OK;
}

/* What follows whsec_ is the key in base64 (Standard Webhooks), so it must decode. */
static enum rc
check_secret(struct op *op, const char *secret)
{
	struct bytes key;

	TRY(check_printable(op, "secret", secret, SECRET_MIN, SECRET_MAX));
	if (text_starts(secret, "whsec_") &&
	    !text_unbase64(op->arena, secret + strlen("whsec_"), &key))
		return op_refuse(op, RC_INPUT, "secret",
				 "After whsec_ a signing secret is base64: leave the prefix away "
				 "for a text of your own");
	return RC_OK;
}

/* A JSON object of names and texts, within its bounds. */
static enum rc
check_headers(struct op *op, const char *json, bool bearer)
{
	const char *name;
	json_t *headers, *value;

	if (text_empty(json))
		return RC_OK;
	if (strlen(json) > ENDPOINT_HEADER_BYTES_MAX)
		return op_refuse(op, RC_INPUT, "headers",
				 "All headers together have at most %d bytes",
				 ENDPOINT_HEADER_BYTES_MAX);
	TRY(json_read(op, &headers, bytes_of(json)));
	if (!json_is_object(headers) || json_object_size(headers) > ENDPOINT_HEADERS_MAX)
		return op_refuse(op, RC_INPUT, "headers",
				 "Headers are an object of at most %d names and texts",
				 ENDPOINT_HEADERS_MAX);
	json_object_foreach(headers, name, value)
	{
		const char *text = json_string_value(value);
		const char *problem = text == NULL ? "needs a text as its value"
						   : endpoint_header_problem(name, text, bearer);

		if (problem != NULL)
			return op_refuse(op, RC_INPUT, "headers", "The header %s %s", name,
					 problem);
	}
	return RC_OK;
}

static enum rc
check_types(struct op *op, const char *types)
{
	const char *unknown = event_unknown_type(op->arena, types);

	if (unknown == NULL)
		return RC_OK;
	return op_refuse(op, RC_INPUT, "message_types", "There is no message type \"%s\"", unknown);
}

enum rc
endpoint_check(struct op *op, const struct endpoint_draft *draft)
{
	bool bearer = !text_empty(draft->bearer);

	TRY(check_url(op, draft->url));
	TRY(check_events(op, draft->events, draft->format));
	TRY(check_types(op, draft->message_types));
	if (draft->secret != NULL)
		TRY(check_secret(op, draft->secret));
	if (bearer)
		TRY(check_printable(op, "bearer", draft->bearer, 1, BEARER_MAX));
	return check_headers(op, draft->headers_json, bearer);
}
