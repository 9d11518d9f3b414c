/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graph - management at Meta: templates, numbers, business profiles
 *
 *	GET    /v1/wa/templates          read key        message templates, from the store
 *	POST   /v1/wa/templates          configure key   create one: Meta's body
 *	DELETE /v1/wa/templates          configure key   all languages of ?name=, or ?hsm_id=
 *	GET    /v1/wa/templates/:name    read key        its languages, or ?language=
 *	POST   /v1/wa/templates/:name    configure key   edit: Meta's body
 *	DELETE /v1/wa/templates/:name    configure key   all its languages, or ?hsm_id=
 *	*      /vN.M/:id/message_templates               of a WABA, as Meta has them
 *	GET    /vN.M/:id/phone_numbers                   of a WABA
 *	*      /vN.M/:id/whatsapp_business_profile       of a phone number
 *
 * The Graph API's addresses take and give Meta's own; single objects (/vN.M/:id) are answered
 * beside media. Changes need the scope `configure`. A call to Meta keeps its thread.
 */
#include "site/graph_object.h"
#include "site/template_api.h"

static const struct route routes[] = {
	{ "GET", "/v1/wa/templates", GATE_KEY_READ, NULL, template_list, 0 },
	{ "POST", "/v1/wa/templates", GATE_KEY_CONFIGURE, NULL, template_create, 0 },
	{ "DELETE", "/v1/wa/templates", GATE_KEY_CONFIGURE, NULL, template_delete, 0 },
	{ "GET", "/v1/wa/templates/:name", GATE_KEY_READ, NULL, template_show, 0 },
	{ "POST", "/v1/wa/templates/:name", GATE_KEY_CONFIGURE, NULL, template_edit, 0 },
	{ "DELETE", "/v1/wa/templates/:name", GATE_KEY_CONFIGURE, NULL, template_delete_named, 0 },
	{ "GET", "/vN.M/:id/message_templates", GATE_KEY_READ, NULL, graph_templates, 0 },
	{ "POST", "/vN.M/:id/message_templates", GATE_KEY_CONFIGURE, NULL, graph_templates, 0 },
	{ "DELETE", "/vN.M/:id/message_templates", GATE_KEY_CONFIGURE, NULL, graph_templates, 0 },
	{ "GET", "/vN.M/:id/phone_numbers", GATE_KEY_READ, NULL, graph_phone_numbers, 0 },
	{ "GET", "/vN.M/:id/whatsapp_business_profile", GATE_KEY_READ, NULL, graph_profile, 0 },
	{ "POST", "/vN.M/:id/whatsapp_business_profile", GATE_KEY_CONFIGURE, NULL, graph_profile,
	  0 },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv, &(struct program){ .name = "graph", ROUTES(routes) },
			 &gateway_outward);
}
