/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance_forms - what people do to an instance beside its credentials
 *
 * The settings tab sends all of its choices at once, so that a box without a tick says "off".
 */
#include "site/instance_forms.h"

#include "gateway/manage_instances.h"
#include "site/view_manage.h"

enum rc
check_instance(struct web *web)
{
	struct instance instance = { 0 };
	struct number_check check = { 0 };

	TRY(gateway_find_instance(web->op, &instance, web_param(web, "id")));
	TRY(gateway_check_instance(web->op, &check, &instance));
	return site_done(web, manage_url(web, instance.id, "connection"),
			 check.ok ? "good" : "danger",
			 check.ok ? "The provider accepts these credentials." : check.reason);
}

struct settings_input {
	const char *window;
	bool fetch_media, phone_app;
};

static const struct field settings_fields[] = {
	FIELD(struct settings_input, window, NEEDED, 1, 20, NULL),
	FIELD(struct settings_input, fetch_media, OPTIONAL, 0, 0, NULL),
	FIELD(struct settings_input, phone_app, OPTIONAL, 0, 0, NULL),
	FIELDS_END,
};

/* All that its form can send are choices, which need not be kept for a second try. */
const struct form settings_form = { sizeof(struct settings_input), settings_fields, NULL };

enum rc
save_settings(struct web *web)
{
	const struct settings_input *input = web->input;
	const char *ref = web_param(web, "id");
	const struct instance_change changes[] = {
		{ "window", input->window },
		{ "fetch_media", input->fetch_media ? "on" : "off" },
		{ "phone_app", input->phone_app ? "on" : "off" },
	};

	TRY(gateway_set_instance(web->op, ref, changes, ARRAY_LEN(changes), false));
	return site_done(web, manage_url(web, ref, "settings"), "good", "Saved.");
}
