/* SPDX-License-Identifier: Apache-2.0 */
/*
 * webhook-endpoints - webhook destinations of an account
 *
 *	GET  /webhook-endpoints/new           developer    the form; ?instance=, preset=
 *	POST /webhook-endpoints/new           developer    create one, show its secret once
 *	POST /webhook-endpoints/new/try       developer    send a test with the form's values
 *	GET  /webhook-endpoints/:id           developer    the form of a stored one
 *	POST /webhook-endpoints/:id           developer    change it
 *	POST /webhook-endpoints/:id/try       developer    send a test with the form's values
 *	POST /webhook-endpoints/:id/test      developer    send a test with the stored ones
 *	POST /webhook-endpoints/:id/enabled   developer    enable or disable
 *	POST /webhook-endpoints/:id/rotate    developer    a new signing secret, shown once
 *	POST /webhook-endpoints/:id/switch    developer    end the time of the secret before
 *	POST /webhook-endpoints/:id/delete    developer    remove it
 *	GET  /api/instances                   read key     the account's instances
 *	GET, POST, PATCH, DELETE /api/instances/:id/webhooks[/:ep]    configure key
 *	POST /api/instances/:id/webhooks/:ep/test, rotate, switch     configure key
 *
 * They are listed on their instance's page, at the tab "webhook". One program has all that lies
 *below /api/instances, as web servers choose it by the beginning of an address.
 */
#include "site/endpoint_api.h"
#include "site/endpoint_forms.h"
#include "site/view_instances.h"

static const struct page pages[] = { ENDPOINT_PAGE, ENDPOINT_SECRET_PAGE };

static const struct form new_form = { sizeof(struct endpoint_input), endpoint_fields,
				      show_endpoint_new };
static const struct form change_form = { sizeof(struct endpoint_input), endpoint_fields,
					 show_endpoint };
static const struct form act_form = { sizeof(struct endpoint_act), endpoint_act_fields, NULL };

#define FORM "/webhook-endpoints"
#define API "/api/instances/:id/webhooks"

static const struct route routes[] = {
	{ "GET", FORM "/new", GATE_DEVELOPER, NULL, show_endpoint_new, 0 },
	{ "POST", FORM "/new", GATE_DEVELOPER, &new_form, post_endpoint_new, 0 },
	{ "POST", FORM "/new/try", GATE_DEVELOPER, &new_form, try_endpoint_new, 0 },
	{ "GET", FORM "/:id", GATE_DEVELOPER, NULL, show_endpoint, 0 },
	{ "POST", FORM "/:id", GATE_DEVELOPER, &change_form, post_endpoint, 0 },
	{ "POST", FORM "/:id/try", GATE_DEVELOPER, &change_form, try_endpoint, 0 },
	{ "POST", FORM "/:id/test", GATE_DEVELOPER, &act_form, test_endpoint, 0 },
	{ "POST", FORM "/:id/enabled", GATE_DEVELOPER, &act_form, post_endpoint_enabled, 0 },
	{ "POST", FORM "/:id/rotate", GATE_DEVELOPER, &act_form, post_endpoint_rotate, 0 },
	{ "POST", FORM "/:id/switch", GATE_DEVELOPER, &act_form, post_endpoint_switch, 0 },
	{ "POST", FORM "/:id/delete", GATE_DEVELOPER, &act_form, post_endpoint_delete, 0 },
	{ "GET", "/api/instances", GATE_KEY_READ, NULL, list_instances, 0 },
	{ "GET", API, GATE_KEY_CONFIGURE, NULL, endpoint_api_list, 0 },
	{ "POST", API, GATE_KEY_CONFIGURE, NULL, endpoint_api_create, 0 },
	{ "GET", API "/:ep", GATE_KEY_CONFIGURE, NULL, endpoint_api_show, 0 },
	{ "PATCH", API "/:ep", GATE_KEY_CONFIGURE, NULL, endpoint_api_change, 0 },
	{ "DELETE", API "/:ep", GATE_KEY_CONFIGURE, NULL, endpoint_api_delete, 0 },
	{ "POST", API "/:ep/test", GATE_KEY_CONFIGURE, NULL, endpoint_api_test, 0 },
	{ "POST", API "/:ep/rotate", GATE_KEY_CONFIGURE, NULL, endpoint_api_rotate, 0 },
	{ "POST", API "/:ep/switch", GATE_KEY_CONFIGURE, NULL, endpoint_api_switch, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(
		argc, argv,
		&(struct program){ .name = "webhook-endpoints", ROUTES(routes), PAGES(pages) },
		&gateway_outward);
}
