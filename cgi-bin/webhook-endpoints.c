/* SPDX-License-Identifier: Apache-2.0 */
/*
 * webhook-endpoints - webhook destinations of an account
 *
 *	GET  /webhook-endpoints/new           developer    the form; ?instance=, ?preset=recommended
 *or meta POST /webhook-endpoints/new           developer    create one and show its signing secret,
 *once POST /webhook-endpoints/new/try       developer    send a test with the values of the form
 *	GET  /webhook-endpoints/:id           developer    the form of a stored one
 *	POST /webhook-endpoints/:id           developer    change it
 *	POST /webhook-endpoints/:id/try       developer    send a test with the values of the form
 *	POST /webhook-endpoints/:id/test      developer    send a test with the stored ones
 *	POST /webhook-endpoints/:id/switch    developer    enable or disable
 *	POST /webhook-endpoints/:id/rotate    developer    a new signing secret, shown once
 *	POST /webhook-endpoints/:id/delete    developer    remove it
 *
 * They are listed on their instance's page, at the tab "webhook".
 */
#include "site/endpoint_forms.h"
#include "site/view_manage.h"

static const struct page pages[] = { ENDPOINT_PAGE, ENDPOINT_SECRET_PAGE };

static enum rc
back(struct web *web, const char *instance, const char *text)
{
	return site_done(web, manage_url(web, instance, "webhook"), "good", text);
}

static enum rc
post_new(struct web *web)
{
	const struct endpoint_input *input = web->input;
	struct endpoint made = { 0 };
	const char *secret;
	enum rc rc = endpoint_create(web->op, &made, &secret, input);

	if (rc != RC_OK)
		return site_again(web, rc, show_endpoint_new);
	return show_endpoint_secret(web, "Endpoint created", input->instance, &made, secret);
}

static enum rc
post_change(struct web *web)
{
	const struct endpoint_input *input = web->input;
	enum rc rc = endpoint_change(web->op, web_param(web, "id"), input);

	if (rc != RC_OK)
		return site_again(web, rc, show_endpoint);
	return back(web, input->instance, "The endpoint is changed.");
}

static enum rc
post_switch(struct web *web)
{
	const struct endpoint_act *input = web->input;
	bool on = text_equal(input->enabled, "true");
	const struct instance_change change = { "enabled", on ? "true" : "false" };

	TRY(gateway_set_endpoint(web->op, web_param(web, "id"), &change, 1));
	return back(web, input->instance,
		    on ? "The endpoint is enabled." : "The endpoint is disabled.");
}

static enum rc
post_rotate(struct web *web)
{
	const struct endpoint_act *input = web->input;
	struct endpoint endpoint = { 0 };
	const char *secret;

	TRY(gateway_find_endpoint(web->op, &endpoint, web_param(web, "id")));
	TRY(gateway_rotate_secret(web->op, endpoint.id, &secret));
	return show_endpoint_secret(web, "Secret rotated", input->instance, &endpoint, secret);
}

static enum rc
post_delete(struct web *web)
{
	const struct endpoint_act *input = web->input;

	TRY(gateway_delete_endpoint(web->op, web_param(web, "id")));
	return back(web, input->instance, "The endpoint is deleted.");
}

static const struct form new_form = { sizeof(struct endpoint_input), endpoint_fields,
				      show_endpoint_new };
static const struct form change_form = { sizeof(struct endpoint_input), endpoint_fields,
					 show_endpoint };
static const struct form act_form = { sizeof(struct endpoint_act), endpoint_act_fields, NULL };

static const struct route routes[] = {
	{ "GET", "/webhook-endpoints/new", GATE_DEVELOPER, NULL, show_endpoint_new, 0 },
	{ "POST", "/webhook-endpoints/new", GATE_DEVELOPER, &new_form, post_new, 0 },
	{ "POST", "/webhook-endpoints/new/try", GATE_DEVELOPER, &new_form, try_endpoint_new, 0 },
	{ "GET", "/webhook-endpoints/:id", GATE_DEVELOPER, NULL, show_endpoint, 0 },
	{ "POST", "/webhook-endpoints/:id", GATE_DEVELOPER, &change_form, post_change, 0 },
	{ "POST", "/webhook-endpoints/:id/try", GATE_DEVELOPER, &change_form, try_endpoint, 0 },
	{ "POST", "/webhook-endpoints/:id/test", GATE_DEVELOPER, &act_form, test_endpoint, 0 },
	{ "POST", "/webhook-endpoints/:id/switch", GATE_DEVELOPER, &act_form, post_switch, 0 },
	{ "POST", "/webhook-endpoints/:id/rotate", GATE_DEVELOPER, &act_form, post_rotate, 0 },
	{ "POST", "/webhook-endpoints/:id/delete", GATE_DEVELOPER, &act_form, post_delete, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(
		argc, argv,
		&(struct program){ .name = "webhook-endpoints", ROUTES(routes), PAGES(pages) },
		&gateway_outward);
}
