/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_ENDPOINT_FORM_H
#define SITE_VIEW_ENDPOINT_FORM_H

#include "gateway/deliver.h"
#include "site/endpoint_input.h"
#include "site/view_instance.h"

struct endpoint_result {
	const char *class, *headline, *words, *hint, *body;
};

/* What templates/endpoint.html may use. */
struct endpoint_page {
	const char *title, *action, *try_action, *save_label, *problem;
	const char *format_error, *events_error, *types_error, *instances_error, *headers_error;
	const struct instance_view *instance;
	const struct endpoint_result *result;
	const struct field_view *url, *bearer;
	struct list formats, groups, subscriptions, message_types, instances, samples;
	struct list headers, more_headers; /* rows to write into; the second is folded away */
	bool include_read, everywhere, has_bearer, types_open, all_events, all_topics;
};
extern const struct shape endpoint_page_shape[];

MUST_CHECK enum rc
view_endpoint_form(struct web *web, struct endpoint_page *page, const struct endpoint_input *input);
const struct endpoint_result *view_test_result(struct op *op, const struct test_result *result);

#endif
