/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud_error - Meta's error codes in classes
 *
 * Meta says to build on code and error_data.details alone, not on titles or HTTP statuses
 * (developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes). A code that is not in
 * the table is a definite refusal that wants the request or the configuration changed.
 */
#include "provider/cloud_error.h"

/* Ranges of codes; the first that fits counts. */
static const struct {
	int64_t first, last;
	unsigned class;
} classes[] = {
	{ 0, 0, CLOUD_STOPS },
	{ 1, 2, CLOUD_AMBIGUOUS | CLOUD_RETRYABLE },
	{ 3, 3, CLOUD_STOPS },
	{ 4, 4, CLOUD_RETRYABLE }, /* application's call limit */
	{ 10, 10, CLOUD_STOPS },
	{ 104, 104, CLOUD_STOPS },
	{ 190, 190, CLOUD_STOPS }, /* access token */
	{ 200, 299, CLOUD_STOPS }, /* permissions */
	{ 613, 613, CLOUD_RETRYABLE },
	{ 80007, 80008, CLOUD_RETRYABLE },
	{ 130429, 130429, CLOUD_RETRYABLE }, /* throughput of the number */
	{ 131000, 131000, CLOUD_AMBIGUOUS | CLOUD_RETRYABLE },
	{ 131005, 131005, CLOUD_STOPS },
	{ 131016, 131016, CLOUD_AMBIGUOUS | CLOUD_RETRYABLE },
	{ 131049, 131049, CLOUD_RETRYABLE }, /* marketing cap of the person: 24 h */
	{ 131056, 131057, CLOUD_RETRYABLE }, /* pair limit; throughput upgrade */
	{ 131064, 131064, CLOUD_RETRYABLE },
	{ 131208, 131208, CLOUD_RETRYABLE },
	{ 131211, 131211, CLOUD_RETRYABLE },
	{ 131214, 131214, CLOUD_RETRYABLE },
	{ 132015, 132015, CLOUD_RETRYABLE }, /* template paused for 3 h or 6 h */
	{ 132069, 132069, CLOUD_RETRYABLE },
	{ 133000, 133000, CLOUD_RETRYABLE },
	{ 133004, 133004, CLOUD_RETRYABLE },
	{ 133008, 133009, CLOUD_RETRYABLE },
	{ 133015, 133016, CLOUD_RETRYABLE },
	{ 134101, 134101, CLOUD_RETRYABLE }, /* template is syncing: 10 min */
	{ 138002, 138005, CLOUD_RETRYABLE },
	{ 138007, 138007, CLOUD_RETRYABLE },
	{ 138009, 138009, CLOUD_RETRYABLE },
	{ 138012, 138012, CLOUD_RETRYABLE },
	{ 139102, 139103, CLOUD_RETRYABLE },
	{ 2494100, 2494100, CLOUD_RETRYABLE },
};

unsigned
cloud_error_class(int64_t code)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (code >= classes[i].first && code <= classes[i].last)
			return classes[i].class;
	return 0;
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
