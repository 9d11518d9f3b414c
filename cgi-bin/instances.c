/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instances - the account's WhatsApp numbers
 *
 *	GET  /instances                    user         the list
 *	GET  /instances/new                admin        the form of a new one
 *	POST /instances/new                admin        create it, then on to its connection
 *	POST /instances/switch             admin        pause or resume the whole account
 *	GET  /instances/:id/manage         user         ?tab=connection, webhook, settings, test
 *	POST /instances/:id/credentials    admin        check with the provider, save when right
 *	POST /instances/:id/settings       admin        save its settings
 *	POST /instances/:id/check          developer    ask the provider how the number is
 *	POST /instances/:id/switch         admin        pause or resume
 *	POST /instances/:id/delete         admin        remove it
 *	POST /instances/:id/test           developer    send a message through the whole guard
 */
#include "gateway/manage_instances.h"
#include "site/instance_forms.h"
#include "site/once.h"
#include "site/view_instances.h"
#include "site/view_manage.h"

static const struct page pages[] = { INSTANCES_PAGE, INSTANCE_NEW_PAGE, MANAGE_PAGE };

static enum rc
make_new(struct web *web)
{
	const struct instance_input *input = web->input;
	struct instance made = { 0 };
	enum rc rc = gateway_create_instance(web->op, &made, input->name, input->provider);

	if (rc != RC_OK)
		return site_again(web, rc, show_instance_new);
	return web_see_other(web, manage_url(web, made.id, "connection"));
}

static enum rc
post_credentials(struct web *web)
{
	const char *ref = web_param(web, "id");
	enum rc rc = gateway_connect_instance(web->op, ref, web->input);

	if (rc != RC_OK)
		return site_again(web, rc, show_connection);
	return site_done(web, manage_url(web, ref, "connection"), "good",
			 "Saved: the provider accepts these credentials.");
}

static enum rc
post_switch(struct web *web)
{
	const struct switch_input *input = web->input;
	const char *ref = web_param(web, "id");
	bool pause = text_equal(input->what, "pause");

	TRY(gateway_switch_instance(web->op, ref, pause ? "pause" : "resume"));
	return site_done(web, manage_url(web, ref, "connection"), "good",
			 pause ? "Paused: nothing is sent until you resume." : "Resumed.");
}

static enum rc
post_delete(struct web *web)
{
	TRY(gateway_delete_instance(web->op, web_param(web, "id")));
	return site_done(web, "/instances", "good", "The instance is deleted.");
}

static enum rc
post_new(struct web *web)
{
	return site_once(web, make_new);
}

static const struct form new_form = { sizeof(struct instance_input), instance_fields,
				      show_instance_new };
static const struct form credentials_form = { sizeof(struct connection_draft), connection_fields,
					      show_connection };
static const struct form switch_form = { sizeof(struct switch_input), switch_fields, NULL };
static const struct form pause_form = { sizeof(struct pause_input), pause_fields, NULL };
static const struct form test_form = { sizeof(struct test_input), test_fields, show_test };

static const struct route routes[] = {
	{ "GET", "/instances", GATE_USER, NULL, show_instances, 0 },
	{ "GET", "/instances/new", GATE_ADMIN, NULL, show_instance_new, 0 },
	{ "POST", "/instances/new", GATE_ADMIN, &new_form, post_new, 0 },
	{ "POST", "/instances/switch", GATE_ADMIN, &pause_form, switch_account, 0 },
	{ "GET", "/instances/:id/manage", GATE_USER, NULL, show_manage, 0 },
	{ "POST", "/instances/:id/credentials", GATE_ADMIN, &credentials_form, post_credentials,
	  0 },
	{ "POST", "/instances/:id/check", GATE_DEVELOPER, NULL, check_instance, 0 },
	{ "POST", "/instances/:id/settings", GATE_ADMIN, &settings_form, save_settings, 0 },
	{ "POST", "/instances/:id/switch", GATE_ADMIN, &switch_form, post_switch, 0 },
	{ "POST", "/instances/:id/delete", GATE_ADMIN, NULL, post_delete, 0 },
	{ "POST", "/instances/:id/test", GATE_DEVELOPER, &test_form, post_instance_test, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv,
			 &(struct program){ .name = "instances", ROUTES(routes), PAGES(pages) },
			 &gateway_outward);
}
