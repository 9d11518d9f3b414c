/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_ENDPOINT_FORM_H
#define SITE_VIEW_ENDPOINT_FORM_H

#include "gateway/deliver.h"
#include "gateway/manage_instances.h"
#include "site/view_instance.h"

/* What the form of an endpoint sends; instance: from whose page it was opened. */
struct endpoint_input {
	const char *instance, *url, *format, *bearer, *headers;
	struct texts events, subscriptions;
	bool include_read, everywhere;
};
extern const struct field endpoint_fields[];

/* The chosen events or subscriptions as the gateway keeps them: "a,b,c". */
const char *endpoint_events(struct op *op, const struct endpoint_input *input);
/* "Name: value" lines as a JSON object, NULL when there is none; RC_INPUT with code "headers". */
MUST_CHECK enum rc endpoint_headers(struct op *op, const char **json, const char *lines);
/* The form as a stored endpoint fills it, or as a preset ("recommended", "meta") does. */
MUST_CHECK enum rc
endpoint_stored(struct op *op, struct endpoint_input *out, const struct endpoint *endpoint);
void endpoint_preset(struct endpoint_input *out, const char *preset);

struct endpoint_result {
	const char *class, *headline, *words, *hint, *body;
};

/* What templates/endpoint.html may use. */
struct endpoint_page {
	const char *title, *action, *try_action, *save_label, *problem;
	const char *format_error, *events_error;
	const struct instance_view *instance;
	const struct endpoint_result *result;
	const struct field_view *url, *bearer, *headers;
	struct list formats, groups, subscriptions;
	bool is_new, include_read, everywhere, has_bearer;
};
extern const struct shape endpoint_page_shape[];

void
view_endpoint_form(struct web *web, struct endpoint_page *page, const struct endpoint_input *input);
const struct endpoint_result *view_test_result(struct op *op, const struct test_result *result);

#endif
