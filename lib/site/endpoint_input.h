/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_ENDPOINT_INPUT_H
#define SITE_ENDPOINT_INPUT_H

#include "gateway/endpoints.h"
#include "web/form.h"

/* What the form of an endpoint sends; instance: from whose page it was opened. Header i is called
 * header_names[i] and says header_values[i]; rows that are empty count for nothing. */
struct endpoint_input {
	const char *instance, *url, *format, *bearer;
	const char *sample; /* what a test in meta format sends */
	const char *preset; /* "recommended", "all" or "none": tick these, save nothing */
	struct texts events, subscriptions, message_types, instances, header_names, header_values;
	bool include_read, everywhere, drop_bearer;
};
extern const struct field endpoint_fields[];

/* What was chosen as the gateway keeps it: "a,b,c". */
const char *endpoint_events(struct op *op, const struct endpoint_input *input);
const char *endpoint_types(struct op *op, const struct endpoint_input *input);
/* The rows of headers as a JSON object, NULL when there is none; RC_INPUT with code "headers". */
MUST_CHECK enum rc
endpoint_headers(struct op *op, const char **json, const struct endpoint_input *input);
/* Refs of the instances that were chosen, n 0 for all of the account; the form's own when none. */
struct texts endpoint_chosen(struct op *op, const struct endpoint_input *input);

/* The form as a stored endpoint fills it; RC_INTERNAL when its secrets do not open. */
MUST_CHECK enum rc
endpoint_stored(struct op *op, struct endpoint_input *out, const struct endpoint *endpoint);
/* Events and subscriptions by a preset; "meta" is the recommended ones in that format. */
void endpoint_preset(struct endpoint_input *out, const char *preset);

#endif
