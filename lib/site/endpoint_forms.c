/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoint_forms - creating, changing and trying webhook endpoints from their form
 *
 * An empty bearer field keeps the stored one: what was saved is never sent back to the browser.
 */
#include "site/endpoint_forms.h"

#include "site/once.h"
#include "site/view_manage.h"

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
	SHAPE(struct endpoint_secret_page, meta),
	SHAPE(struct endpoint_secret_page, rotating),
	SHAPE_END,
};

static const struct page endpoint_page = ENDPOINT_PAGE;
static const struct page secret_page = ENDPOINT_SECRET_PAGE;

/* ---- verbs ---- */

/* The form has rows where the gateway has one object. */
static enum rc
at_row(struct op *op, enum rc rc)
{
	if (rc == RC_INPUT && text_equal(op->code, "headers"))
		snprintf(op->code, sizeof(op->code), "header_names");
	return rc;
}

static enum rc
endpoint_create(struct op *op, struct endpoint *out, const char **secret,
		const struct endpoint_input *input)
{
	struct texts instances = endpoint_chosen(op, input);
	const char *types = endpoint_types(op, input);
	struct endpoint_draft draft = {
		.instances = instances.items,
		.instance_count = instances.n,
		.url = input->url,
		.format = input->format,
		.events = endpoint_events(op, input),
		.message_types = types,
		.bearer = text_empty(input->bearer) ? NULL : input->bearer,
		.include_read = input->include_read,
	};

	TRY(at_row(op, endpoint_headers(op, &draft.headers_json, input)));
	return at_row(op, gateway_create_endpoint(op, out, secret, &draft));
}

static enum rc
endpoint_change(struct op *op, const char *id, const struct endpoint_input *input)
{
	struct texts instances = endpoint_chosen(op, input);
	struct instance_change changes[8] = {
		{ "url", input->url },
		{ "format", input->format },
		{ "events", endpoint_events(op, input) },
		{ "include_read", input->include_read ? "true" : "false" },
		{ "message_types", endpoint_types(op, input) },
		{ "instances", text_join(op->arena, instances.items, instances.n, ",") },
		{ "headers", NULL },
		{ "bearer", input->drop_bearer ? NULL : input->bearer },
	};
	bool keep_bearer = text_empty(input->bearer) && !input->drop_bearer;
	size_t n = keep_bearer ? ARRAY_LEN(changes) - 1 : ARRAY_LEN(changes);

	if (input->everywhere)
		changes[5].value = "*";
	TRY(at_row(op, endpoint_headers(op, &changes[6].value, input)));
	return at_row(op, gateway_set_endpoint(op, id, changes, n));
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

/* A preset's button ticks boxes and saves nothing, whatever else is wrong with the form. */
static void
apply_preset(struct web *web)
{
	struct endpoint_input *input = web->input;

	if (input == NULL || text_empty(input->preset))
		return;
	endpoint_preset(input, input->preset);
	web->field_error_count = 0;
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
		.result = result != NULL ? view_test_result(web->op, result) : NULL,
	};

	endpoint_preset(&preset, web_query(web, "preset"));
	TRY(view_home(web, &page, input));
	TRY(view_endpoint_form(web, &page, input));
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
	TRY(view_endpoint_form(web, &page, sent != NULL ? sent : &stored));
	return web_page(web, 200, &endpoint_page, &page);
}

enum rc
show_endpoint_new(struct web *web)
{
	apply_preset(web);
	return show_new(web, NULL);
}

enum rc
show_endpoint(struct web *web)
{
	apply_preset(web);
	return show_stored(web, web->input, NULL);
}

/* ---- saving ---- */

/* A signing secret, this once. */
static enum rc
show_secret(struct web *web, const char *title, const char *instance,
	    const struct endpoint *endpoint, const char *secret)
{
	const struct endpoint_secret_page page = {
		.title = title,
		.url = endpoint->url,
		.secret = secret,
		.instance_id = instance,
		.meta = text_equal(endpoint->format, "meta"),
		.rotating = endpoint_is_rotating(endpoint, web->op->now),
	};

	return web_page(web, 200, &secret_page, &page);
}

static enum rc
back(struct web *web, const char *instance, const char *text)
{
	return site_done(web, manage_url(web, instance, "webhook"), "good", text);
}

static enum rc
make_endpoint(struct web *web)
{
	const struct endpoint_input *input = web->input;
	struct endpoint made = { 0 };
	const char *secret;
	enum rc rc = endpoint_create(web->op, &made, &secret, input);

	if (rc != RC_OK)
		return site_again(web, rc, show_endpoint_new);
	return show_secret(web, "Endpoint created", input->instance, &made, secret);
}

enum rc
post_endpoint_new(struct web *web)
{
	const struct endpoint_input *input = web->input;

	return text_empty(input->preset) ? site_once(web, make_endpoint) : show_endpoint_new(web);
}

enum rc
post_endpoint(struct web *web)
{
	const struct endpoint_input *input = web->input;
	enum rc rc;

	if (!text_empty(input->preset))
		return show_endpoint(web);
	rc = endpoint_change(web->op, web_param(web, "id"), input);
	if (rc != RC_OK)
		return site_again(web, rc, show_endpoint);
	return back(web, input->instance, "The endpoint is changed.");
}

enum rc
post_endpoint_enabled(struct web *web)
{
	const struct endpoint_act *act = web->input;
	bool on = text_equal(act->enabled, "true");
	const struct instance_change change = { "enabled", on ? "true" : "false" };

	TRY(gateway_set_endpoint(web->op, web_param(web, "id"), &change, 1));
	return back(web, act->instance,
		    on ? "The endpoint is enabled." : "The endpoint is disabled.");
}

enum rc
post_endpoint_rotate(struct web *web)
{
	const struct endpoint_act *act = web->input;
	struct endpoint endpoint = { 0 };
	const char *secret;

	TRY(gateway_rotate_secret(web->op, web_param(web, "id"), NULL, &secret));
	TRY(gateway_find_endpoint(web->op, &endpoint, web_param(web, "id")));
	return show_secret(web, "Secret rotated", act->instance, &endpoint, secret);
}

enum rc
post_endpoint_switch(struct web *web)
{
	const struct endpoint_act *act = web->input;

	TRY(gateway_switch_secret(web->op, web_param(web, "id")));
	return back(web, act->instance,
		    "Switched: the new secret makes every signature from now on.");
}

enum rc
post_endpoint_delete(struct web *web)
{
	const struct endpoint_act *act = web->input;

	TRY(gateway_delete_endpoint(web->op, web_param(web, "id")));
	return back(web, act->instance, "The endpoint is deleted.");
}

/* ---- trying ---- */

/* keys: of the stored endpoint; its secrets stand in for what a form does not hold. */
static enum rc
try_values(struct web *web, struct test_result *out, const struct endpoint_input *input,
	   const struct endpoint_secrets *keys)
{
	struct op *op = web->op;
	struct instance instance = { 0 };
	struct endpoint_trial trial = { &instance, input->url, input->format, input->sample,
					*keys };

	TRY(gateway_find_instance(op, &instance, input->instance));
	TRY(at_row(op, endpoint_headers(op, &trial.keys.headers_json, input)));
	if (input->drop_bearer)
		trial.keys.bearer = NULL;
	if (!text_empty(input->bearer))
		trial.keys.bearer = input->bearer;
	return at_row(op, gateway_test_endpoint(op, out, &trial));
}

enum rc
try_endpoint_new(struct web *web)
{
	const struct endpoint_secrets none = { .secret = NULL };
	struct test_result result = { 0 };
	enum rc rc = try_values(web, &result, web->input, &none);

	return rc == RC_OK ? show_new(web, &result) : site_again(web, rc, show_endpoint_new);
}

enum rc
try_endpoint(struct web *web)
{
	struct test_result result = { 0 };
	struct endpoint endpoint = { 0 };
	struct endpoint_secrets keys;
	enum rc rc;

	TRY(gateway_find_endpoint(web->op, &endpoint, web_param(web, "id")));
	TRY(gateway_open_endpoint(web->op, &keys, &endpoint));
	rc = try_values(web, &result, web->input, &keys);
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
	struct endpoint_secrets keys;

	TRY(gateway_find_endpoint(web->op, &endpoint, web_param(web, "id")));
	TRY(gateway_open_endpoint(web->op, &keys, &endpoint));
	TRY(endpoint_stored(web->op, &stored, &endpoint));
	stored.instance = act->instance;
	TRY(try_values(web, &result, &stored, &keys));
	return show_stored(web, &stored, &result);
}
