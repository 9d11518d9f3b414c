/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suppression_api - who may not be messaged, for programs
 *
 * A number is added as the page adds it, but to say the same twice is no mistake of a program.
 */
#include "site/suppression_api.h"

const struct form suppression_form = { sizeof(struct suppression_input), suppression_fields, NULL };

enum rc
add_suppression(struct web *web, struct suppression *out, const char *source)
{
	const struct suppression_input *input = web->input;

	return gateway_add_suppression(web->op, out, input->phone, input->reason, source,
				       input->note);
}

enum rc
list_suppressions(struct web *web)
{
	struct suppression_filter filter = { .recipient = web_query(web, "phone"),
					     .reason = web_query(web, "reason") };
	struct list rows;
	const char *next;

	TRY(site_page_query(web, &filter.page, "sup"));
	TRY(gateway_list_suppressions(web->op, &rows, &next, &filter));
	return site_list(web, suppression_shape, sizeof(struct suppression), &rows, next);
}

/* Said twice it is the same suppression. */
enum rc
post_suppression(struct web *web)
{
	struct suppression added = { 0 };
	enum rc rc = add_suppression(web, &added, "api");

	if (rc != RC_CONFLICT)
		return rc == RC_OK ? web_json(web, 201, suppression_shape, &added) : rc;
	op_forgive(web->op);
	TRY(find_suppression(web, &added, web->input));
	return web_json(web, 200, suppression_shape, &added);
}

enum rc
delete_suppressions(struct web *web)
{
	const char *phone = web_query(web, "phone");

	if (text_empty(phone))
		return site_refuse_member(web, "phone", "is needed: whose suppressions to lift");
	TRY(gateway_lift_suppression(web->op, phone, "by the API"));
	return web_json_text(web, 200, "{\"success\":true}");
}
