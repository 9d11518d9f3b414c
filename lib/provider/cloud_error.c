/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud_error - Meta's error codes in classes
 *
 * Meta says to build on code and error_data.details alone, not on titles or HTTP statuses
 * (developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes). A code that is not in
 * the table is a definite refusal that wants the request or the configuration changed.
 */
#include "provider/cloud_error.h"

#include "domain/event.h"

/* What a code means: its class, and when the same message may be sent again. Waits are Meta's, from
 * the same page and from those of the limits that the codes speak of; 0: see send_retry_wait().
 * Ranges of codes; the first that fits counts. */
static const struct rule {
	int64_t first, last;
	unsigned class;
	enum send_retry retry;
	int64_t wait_ms;
} rules[] = {
	{ 0, 0, CLOUD_STOPS, SEND_RETRY_NEVER, 0 },
	{ 1, 2, CLOUD_AMBIGUOUS | CLOUD_RETRYABLE, SEND_RETRY_NEVER, 0 },
	{ 3, 3, CLOUD_STOPS, SEND_RETRY_NEVER, 0 },
	{ 4, 4, CLOUD_RETRYABLE | CLOUD_NUMBER, SEND_RETRY_LATER, 0 }, /* calls of the app */
	{ 10, 10, CLOUD_STOPS, SEND_RETRY_NEVER, 0 },
	{ 104, 104, CLOUD_STOPS, SEND_RETRY_NEVER, 0 },
	{ 190, 190, CLOUD_STOPS, SEND_RETRY_NEVER, 0 }, /* access token */
	{ 200, 299, CLOUD_STOPS, SEND_RETRY_NEVER, 0 }, /* permissions */
	{ 613, 613, CLOUD_RETRYABLE, SEND_RETRY_LATER, 0 },
	/* calls of the WABA, and of the app with it */
	{ 80007, 80008, CLOUD_RETRYABLE | CLOUD_NUMBER, SEND_RETRY_LATER, 0 },
	/* throughput of the number */
	{ 130429, 130429, CLOUD_RETRYABLE | CLOUD_NUMBER, SEND_RETRY_BACKOFF, 0 },
	{ 131000, 131000, CLOUD_AMBIGUOUS | CLOUD_RETRYABLE, SEND_RETRY_NEVER, 0 },
	{ 131005, 131005, CLOUD_STOPS, SEND_RETRY_NEVER, 0 },
	{ 131016, 131016, CLOUD_AMBIGUOUS | CLOUD_RETRYABLE, SEND_RETRY_NEVER, 0 },
	/* marketing cap of the person */
	{ 131049, 131049, CLOUD_RETRYABLE, SEND_RETRY_LATER, 24 * HOUR_MS },
	{ 131056, 131056, CLOUD_RETRYABLE, SEND_RETRY_PAIR, 0 },
	/* throughput upgrade: a minute */
	{ 131057, 131057, CLOUD_RETRYABLE | CLOUD_NUMBER, SEND_RETRY_BACKOFF, 0 },
	/* misclassified templates: until Meta lifts it */
	{ 131064, 131064, CLOUD_RETRYABLE, SEND_RETRY_LATER, 0 },
	{ 131208, 131208, CLOUD_RETRYABLE, SEND_RETRY_BACKOFF, 0 },
	{ 131211, 131211, CLOUD_RETRYABLE, SEND_RETRY_LATER, 0 },
	{ 131214, 131214, CLOUD_RETRYABLE, SEND_RETRY_LATER, 0 },
	/* template paused, the first time for 3 h */
	{ 132015, 132015, CLOUD_RETRYABLE, SEND_RETRY_LATER, 3 * HOUR_MS },
	/* 10 messages an hour with that flow */
	{ 132069, 132069, CLOUD_RETRYABLE, SEND_RETRY_LATER, HOUR_MS },
	{ 133000, 133000, CLOUD_RETRYABLE | CLOUD_NUMBER, SEND_RETRY_BACKOFF, 0 },
	{ 133004, 133004, CLOUD_RETRYABLE | CLOUD_NUMBER, SEND_RETRY_BACKOFF, 0 },
	{ 133008, 133009, CLOUD_RETRYABLE, SEND_RETRY_LATER, 0 },
	/* number deleted a moment ago */
	{ 133015, 133015, CLOUD_RETRYABLE | CLOUD_NUMBER, SEND_RETRY_LATER, 5 * MINUTE_MS },
	/* registered too often */
	{ 133016, 133016, CLOUD_RETRYABLE | CLOUD_NUMBER, SEND_RETRY_LATER, 72 * HOUR_MS },
	/* template is syncing */
	{ 134101, 134101, CLOUD_RETRYABLE, SEND_RETRY_LATER, 10 * MINUTE_MS },
	{ 138002, 138003, CLOUD_RETRYABLE, SEND_RETRY_LATER, 0 },
	{ 138004, 138004, CLOUD_RETRYABLE, SEND_RETRY_BACKOFF, 0 },
	{ 138005, 138005, CLOUD_RETRYABLE, SEND_RETRY_LATER, 0 },
	{ 138007, 138007, CLOUD_RETRYABLE, SEND_RETRY_BACKOFF, 0 },
	{ 138009, 138009, CLOUD_RETRYABLE, SEND_RETRY_LATER, 0 },
	{ 138012, 138012, CLOUD_RETRYABLE, SEND_RETRY_LATER, 0 },
	{ 139102, 139103, CLOUD_RETRYABLE, SEND_RETRY_BACKOFF, 0 },
	{ 2494100, 2494100, CLOUD_RETRYABLE | CLOUD_NUMBER, SEND_RETRY_LATER, 0 },
};

static const struct rule *
rule_of(int64_t code)
{
	static const struct rule other = { .retry = SEND_RETRY_NEVER };

	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (code >= rules[i].first && code <= rules[i].last)
			return &rules[i];
	return &other;
}

unsigned
cloud_error_class(int64_t code)
{
	return rule_of(code)->class;
}

/* ---- when to come again ---- */

/* {"<waba>":[{"type":"...","estimated_time_to_regain_access":minutes,...}]}: the longest. */
static int64_t
minutes_in(const json_t *usage)
{
	const char *waba;
	json_t *uses, *use;
	int64_t longest = 0;
	size_t i;

	json_object_foreach((json_t *)usage, waba, uses)
	{
		json_array_foreach(uses, i, use)
		{
			int64_t minutes = json_int(use, "estimated_time_to_regain_access", 0);

			longest = minutes > longest ? minutes : longest;
		}
	}
	return longest;
}

/* X-Business-Use-Case-Usage (developers.facebook.com/docs/graph-api/overview/rate-limiting), or
 * the rare Retry-After; 0: neither says anything. */
static int64_t
announced(struct op *op, const struct net_call *call)
{
	const char *usage = net_header(call, "x-business-use-case-usage");
	int64_t asked = retry_after(op->arena, net_header(call, "retry-after"), op->now);
	json_t *root = NULL;

	if (usage != NULL && json_read_loose(op, &root, bytes_of(usage)) == RC_OK &&
	    minutes_in(root) > 0)
		return minutes_in(root) * MINUTE_MS;
	op_forgive(op);
	return asked > 0 ? asked : 0;
}

void
cloud_error_wait(struct op *op, struct provider_error *error, const struct net_call *call)
{
	const struct rule *rule = rule_of(error->code);
	int64_t said = rule->retry == SEND_RETRY_LATER ? announced(op, call) : 0;

	error->retry = rule->retry;
	error->wait_ms = said > 0 ? said : rule->wait_ms;
	error->holds_number = (rule->class & CLOUD_NUMBER) != 0;
}

/* error_data is an object for WhatsApp's errors and a plain string in some of Graph's own. */
static const char *
details_of(const json_t *error)
{
	const json_t *data = json_object_get(error, "error_data");
	const char *details = json_str(data, "details");

	if (details == NULL)
		details = json_string_value(data);
	return details != NULL ? details : json_str(error, "error_user_msg");
}

bool
cloud_error_read(struct op *op, struct provider_error *out, const json_t *root)
{
	const json_t *error = json_object_get(root, "error");
	const char *code = json_number_text(op, error, "code");
	struct provider_error read = {
		.subcode = json_int(error, "error_subcode", 0),
		.type = json_str(error, "type"),
		.message = json_str(error, "message"),
		.title = json_str(error, "error_user_title"),
		.details = details_of(error),
		.trace = json_str(error, "fbtrace_id"),
	};

	if (!text_int(code, INT64_MIN, INT64_MAX, &read.code))
		return false;
	read.retryable = (cloud_error_class(read.code) & CLOUD_RETRYABLE) != 0;
	read.stops_instance = (cloud_error_class(read.code) & CLOUD_STOPS) != 0;
	*out = read;
	return true;
}

const char *
cloud_error_words(struct op *op, const struct provider_error *error)
{
	const char *message = error->message != NULL ? error->message : error->title;

	if (text_empty(message))
		message = arena_printf(op->arena, "error %lld", (long long)error->code);
	if (text_empty(error->details) || text_equal(error->details, message))
		return message;
	return arena_printf(op->arena, "%s: %s", message, error->details);
}
