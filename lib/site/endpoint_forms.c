/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoint_forms - creating, changing and trying webhook endpoints from their form
 *
 * An empty bearer field keeps the stored one: what was saved is never sent back to the browser.
 */
#include "site/endpoint_forms.h"

const struct field endpoint_act_fields[] = {
	FIELD(struct endpoint_act, instance, NEEDED, 1, 100, NULL),
	FIELD(struct endpoint_act, enabled, OPTIONAL, 0, 10, NULL),
	FIELDS_END,
};

const struct shape endpoint_secret_shape[] = {
	SHAPE(struct endpoint_secret_page, title),
	SHAPE(struct endpoint_secret_page, url),
	SHAPE(struct endpoint_secret_page, secret),
	SHAPE(struct endpoint_secret_page, instance_id),
	SHAPE_END,
};

static const struct page endpoint_page = ENDPOINT_PAGE;
static const struct page secret_page = ENDPOINT_SECRET_PAGE;

/* ---- verbs ---- */

enum rc
endpoint_create(struct op *op, struct endpoint *out, const char **secret,
		const struct endpoint_input *input)
{
	struct endpoint_draft draft = {
		.instances = &input->instance,
		.instance_count = input->everywhere ? 0 : 1,
		.url = input->url,
		.format = input->format,
		.events = endpoint_events(op, input),
		.bearer = text_empty(input->bearer) ? NULL : input->bearer,
		.include_read = input->include_read,
	};

	TRY(endpoint_headers(op, &draft.headers_json, input->headers));
	return gateway_create_endpoint(op, out, secret, &draft);
}

enum rc
endpoint_change(struct op *op, const char *id, const struct endpoint_input *input)
{
	struct instance_change changes[6] = {
		{ "url", input->url },
		{ "format", input->format },
		{ "events", endpoint_events(op, input) },
		{ "include_read", input->include_read ? "true" : "false" },
		{ "headers", NULL },
		{ "bearer", input->bearer },
	};
	size_t n = text_empty(input->bearer) ? ARRAY_LEN(changes) - 1 : ARRAY_LEN(changes);

	TRY(endpoint_headers(op, &changes[4].value, input->headers));
	return gateway_set_endpoint(op, id, changes, n);
}

/* ---- pages ---- */

/* From whose page the form was opened; the account's newest when the address does not say. */
static enum rc
view_home(struct web *web, struct endpoint_page *page, const struct endpoint_input *input)
{
	struct op *op = web->op;
	const char *ref = input->instance != NULL ? input->instance : web_query(web, "instance");
	struct instance_view *view = arena_alloc(op->arena, sizeof(*view));
	struct instance instance = { 0 };
	struct list all;
	const char *next;

	if (text_empty(ref)) {
		TRY(gateway_list_instances(op, &all, &next, (struct page_query){ NULL, 1 }));
		if (all.n == 0)
			return op_fail(op, RC_MISSING, "There is no instance yet.");
		instance = *(const struct instance *)all.rows;
	} else {
		TRY(gateway_find_instance(op, &instance, ref));
	}
	view_instance(web, view, &instance);
	page->instance = view;
	return RC_OK;
}

static enum rc
show_new(struct web *web, const struct test_result *result)
{
	struct endpoint_input preset = { .instance = NULL };
	const struct endpoint_input *input = web->input != NULL ? web->input : &preset;
	struct endpoint_page page = {
		.title = "New endpoint",
		.action = "/webhook-endpoints/new",
		.try_action = "/webhook-endpoints/new/try",
		.save_label = "Create endpoint",
		.is_new = true,
		.result = result != NULL ? view_test_result(web->op, result) : NULL,
	};

	endpoint_preset(&preset, web_query(web, "preset"));
	TRY(view_home(web, &page, input));
	view_endpoint_form(web, &page, input);
	return web_page(web, 200, &endpoint_page, &page);
}

static enum rc
show_stored(struct web *web, const struct endpoint_input *sent, const struct test_result *result)
{
	struct op *op = web->op;
	struct endpoint endpoint = { 0 };
	struct endpoint_input stored = { .instance = NULL };
	struct endpoint_page page = { .title = "Edit endpoint", .save_label = "Save" };

	TRY(gateway_find_endpoint(op, &endpoint, web_param(web, "id")));
	TRY(endpoint_stored(op, &stored, &endpoint));
	page.action = arena_printf(op->arena, "/webhook-endpoints/%s", endpoint.id);
	page.try_action = arena_printf(op->arena, "/webhook-endpoints/%s/try", endpoint.id);
	page.has_bearer = endpoint.bearer != NULL;
	page.result = result != NULL ? view_test_result(op, result) : NULL;
	TRY(view_home(web, &page, sent != NULL ? sent : &stored));
	view_endpoint_form(web, &page, sent != NULL ? sent : &stored);
	return web_page(web, 200, &endpoint_page, &page);
}

enum rc
show_endpoint_new(struct web *web)
{
	return show_new(web, NULL);
}

enum rc
show_endpoint(struct web *web)
{
	return show_stored(web, web->input, NULL);
}

enum rc
show_endpoint_secret(struct web *web, const char *title, const char *instance,
		     const struct endpoint *endpoint, const char *secret)
{
	const struct endpoint_secret_page page = { title, endpoint->url, secret, instance };

	return web_page(web, 200, &secret_page, &page);
}

/* ---- trying ---- */

/* secret and bearer of the stored endpoint stand in for what a form does not hold. */
static enum rc
try_values(struct web *web, struct test_result *out, const struct endpoint_input *input,
	   const char *secret, const char *bearer)
{
	struct op *op = web->op;
	struct instance instance = { 0 };
	const char *headers;

	TRY(gateway_find_instance(op, &instance, input->instance));
	TRY(endpoint_headers(op, &headers, input->headers));
	return gateway_test_endpoint(op, out, &instance, input->url, input->format, secret,
				     text_empty(input->bearer) ? bearer : input->bearer, headers);
}

enum rc
try_endpoint_new(struct web *web)
{
	struct test_result result = { 0 };
	enum rc rc = try_values(web, &result, web->input, NULL, NULL);

	return rc == RC_OK ? show_new(web, &result) : site_again(web, rc, show_endpoint_new);
}

enum rc
try_endpoint(struct web *web)
{
	struct test_result result = { 0 };
	struct endpoint endpoint = { 0 };
	const char *secret, *bearer, *headers;
	enum rc rc;

	TRY(gateway_find_endpoint(web->op, &endpoint, web_param(web, "id")));
	TRY(gateway_open_endpoint(web->op, &secret, &bearer, &headers, &endpoint));
	rc = try_values(web, &result, web->input, secret, bearer);
	return rc == RC_OK ? show_stored(web, web->input, &result)
			   : site_again(web, rc, show_endpoint);
}

enum rc
test_endpoint(struct web *web)
{
	const struct endpoint_act *act = web->input;
	struct endpoint_input stored = { .instance = NULL };
	struct test_result result = { 0 };
	struct endpoint endpoint = { 0 };
	const char *secret, *bearer, *headers;

	TRY(gateway_find_endpoint(web->op, &endpoint, web_param(web, "id")));
	TRY(gateway_open_endpoint(web->op, &secret, &bearer, &headers, &endpoint));
	TRY(endpoint_stored(web->op, &stored, &endpoint));
	stored.instance = act->instance;
	TRY(try_values(web, &result, &stored, secret, bearer));
	return show_stored(web, &stored, &result);
}
